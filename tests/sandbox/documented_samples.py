"""The samples of the Web API's documentation as their own text, from the folder that AVATARSDK_OPENAPI's file is in.

The archived page has lost its line breaks. They are put back where a statement must end; no token is changed.
"""

from __future__ import annotations

import io
import keyword
import os
import re
import tokenize
from functools import lru_cache
from pathlib import Path

ROOT_URL = "https://api.avatarsdk.com/"
_OPENAPI = Path(os.environ.get("AVATARSDK_OPENAPI", Path(__file__).parents[3] / "shared" / "api" / "openapi.yaml"))
PAGE = _OPENAPI.parent / "web_api_reference.txt"
_CONTINUES = {"and", "or", "not", "in", "is", "if", "else", "for", "as", "import", "from", "lambda"}
_WORD = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+')
_OPENS, _CLOSES = "([{", ")]}"


@lru_cache(maxsize=1)
def python_samples() -> tuple[str, ...]:
    """Each Python sample's source."""
    return tuple(_with_line_breaks(line) for line in _lines() if line.startswith("import "))


@lru_cache(maxsize=1)
def curl_samples() -> tuple[tuple[str, ...], ...]:
    """Each curl sample's commands that create something, and what follows; the answers shown between are left out."""
    found = (tuple(_commands(line)) for line in _lines() if line.startswith("$ curl"))
    return tuple(commands for commands in found if any("-X POST" in command for command in commands))


def _lines() -> list[str]:
    return PAGE.read_text("utf-8").splitlines() if PAGE.is_file() else []


def _commands(line: str) -> list[str]:
    """The commands of a terminal's transcript, without what curl printed: JSON, or the lines of `-v`."""
    commands = []
    for text in re.split(r"\$ (?=curl )", line.replace(" \\ ", " "))[1:]:
        end = 0
        for word in _WORD.finditer(text):
            if word[0] in ("{", "[") or text[word.start() :].startswith(("> GET ", "> POST ")):
                break
            end = word.end()
        commands.append(text[:end])
    return commands


def _with_line_breaks(source: str) -> str:
    """Break where two tokens can't stand in one statement; a block goes on to the sample's end, or its sibling's."""
    lines: list[str] = []
    line, depth, indent, before = "", 0, 0, None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.NL):
            continue
        if depth == 0 and before is not None and _begins_statement(before, token):
            lines.append("    " * indent + line)
            indent += before.string == ":"
            line = ""
        line += (" " if line else "") + token.string
        depth += (token.string in _OPENS) - (token.string in _CLOSES)
        before = token
    return "\n".join([*lines, "    " * indent + line]) + "\n"


def _begins_statement(before: tokenize.TokenInfo, token: tokenize.TokenInfo) -> bool:
    if before.string == ":":
        return True
    ended = before.type in (tokenize.NUMBER, tokenize.STRING) or before.string in _CLOSES
    ended = ended or (before.type == tokenize.NAME and not keyword.iskeyword(before.string))
    return ended and token.type == tokenize.NAME and (token.string not in _CONTINUES or token.string == "for")
