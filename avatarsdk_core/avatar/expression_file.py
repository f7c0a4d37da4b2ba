"""Expressions as a file: to keep, to hand to somebody else, to read on any avatar.

    {"avatar_sdk_expressions": 1,
     "expressions": [{"name": "Half smile", "values": {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.35}}]}

JSON in UTF-8. `avatar_sdk_expressions` is the version of the format. A value belongs to a shape key by its name, and is
a number from −10 to 10, Blender's limits of a shape key. A file of somebody else is read with suspicion: what is wrong
with it is told in one line, and nothing of it is taken.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from avatarsdk_core.catalog.values import shown
from avatarsdk_core.errors import ExpressionError
from avatarsdk_core.transfer.files import rename

from .expressions import Expression

MARK = "avatar_sdk_expressions"
VERSION = 1
SUFFIX = ".json"
MAX_BYTES = 1 << 20
MAX_EXPRESSIONS = 500
MAX_VALUES = 1000
MAX_NAME = 63  # letters of an expression's name; Blender 4.2 keeps 63 bytes of an action's
MAX_SHAPE = 255  # bytes of a shape key's name in Blender 5
LIMIT = 10.0


def read_expressions(path: str | os.PathLike[str]) -> list[Expression]:
    """The expressions of a file, in its order.

    Raises:
        ExpressionError: it can't be read, or something in it is wrong; names the file and what.
    """
    file = Path(path)
    label = f"The expression file {file.name!r}"
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = "it is a folder" if file.is_dir() else getattr(error, "strerror", None) or "its path makes no sense"
        raise ExpressionError(f"{label} can't be read: {reason}") from None
    try:
        return parse_expressions(data)
    except ExpressionError as error:
        raise ExpressionError(f"{label} can't be used: {error}") from None


def parse_expressions(data: bytes | str) -> list[Expression]:
    """The expressions of a file's content. Raises ExpressionError as `read_expressions` does, without the file."""
    if len(data) > MAX_BYTES:
        raise ExpressionError(f"it is larger than {MAX_BYTES // 1024} kB, which no expression file is")
    try:
        content = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ExpressionError("it isn't JSON: save it again, or ask for another copy") from None
    if not isinstance(content, dict) or MARK not in content:
        raise ExpressionError("it is another kind of JSON file; expression files are made by Export Expressions")
    if content[MARK] != VERSION or isinstance(content[MARK], bool):
        raise ExpressionError(f"it is of version {shown(content[MARK])}, and this program reads {VERSION}: update it")
    _no_more(content, (MARK, "expressions"), "an expression file")
    rows = content.get("expressions")
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_EXPRESSIONS:
        raise ExpressionError(f"expressions needs a list of 1 to {MAX_EXPRESSIONS}, not {shown(rows)}")
    return [_expression(row, number) for number, row in enumerate(rows, 1)]


def expressions_text(expressions: Sequence[Expression]) -> str:
    """The file's text; the same for the same expressions."""
    rows = [{"name": each.name, "values": dict(sorted(each.values.items()))} for each in expressions]
    return json.dumps({MARK: VERSION, "expressions": rows}, indent=1, ensure_ascii=False) + "\n"


def write_expressions(expressions: Sequence[Expression], path: str | os.PathLike[str]) -> Path:
    """Writes the file, whole or not at all; what it holds can be read again.

    Raises:
        ExpressionError: it can't be written, or an expression doesn't fit into the format.
    """
    file = Path(path)
    try:
        text = expressions_text(expressions)
        parse_expressions(text.encode("utf-8"))
    except UnicodeError:
        raise ExpressionError("A name holds characters that are no text: give it another one") from None
    except ExpressionError as error:
        raise ExpressionError(f"{file.name!r} isn't written: {error}") from None
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        rename(part, file)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or "its name makes no sense"
        raise ExpressionError(f"The expression file {str(file)!r} can't be written: {reason}") from None
    return file


def clean_name(text: str) -> str:
    """A name that an expression can have: one line without needless spaces, cut to length; may come out empty."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    name = " ".join(shown.split())
    while len(name.encode("utf-8", "replace")) > MAX_NAME:
        name = name[:-1].rstrip()
    return name


def _expression(row: Any, number: int) -> Expression:
    if not isinstance(row, dict):
        raise ExpressionError(f"expression {number} is {shown(row)} instead of a name with values")
    name, values = row.get("name"), row.get("values")
    if not isinstance(name, str) or not name or clean_name(name) != name:
        raise ExpressionError(f"expression {number}: {shown(name)} is no name of 1 to {MAX_NAME} letters in one line")
    _no_more(row, ("name", "values"), f"the expression {name!r}")
    if not isinstance(values, dict) or len(values) > MAX_VALUES:
        raise ExpressionError(
            f"{name!r}: values needs at most {MAX_VALUES} shapes with a number each, not {shown(values)}"
        )
    return Expression(name, {_shape(shape, name): _value(value, shape, name) for shape, value in values.items()})


def _shape(shape: str, name: str) -> str:
    if not shape or len(shape.encode("utf-8", "replace")) > MAX_SHAPE or not shape.isprintable():
        raise ExpressionError(f"{name!r}: {shown(shape)} is no shape key's name")
    return shape


def _value(value: Any, shape: str, name: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not -LIMIT <= value <= LIMIT:
        raise ExpressionError(f"{name!r}: {shape} is {shown(value)} instead of a number from {-LIMIT:g} to {LIMIT:g}")
    return float(value)


def _no_more(content: dict[str, Any], known: Sequence[str], what: str) -> None:
    for key in content:
        if key not in known:
            raise ExpressionError(f"{shown(key)} doesn't belong in {what}; there are: {', '.join(known)}")


def _no_number(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)
