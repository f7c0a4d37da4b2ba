"""What stands in arguments as text, as the values that parameters take. Pure, but for files and stdin named there."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from avatarsdk_core.catalog.values import Color, Size, shown
from avatarsdk_core.errors import ParametersError

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_NO_VALUE = object()


def read_json(text: str, option: str) -> Any:
    """JSON given inline, as a file (`@` before its name is allowed), or as `-` for stdin.

    Raises:
        ParametersError: it can't be read, or isn't JSON.
    """
    given = text.strip()
    where = option
    if given == "-":
        given, where = sys.stdin.read(), f"{option} -: what came on stdin"
    elif not given.startswith(("{", "[")):
        path = Path(given.removeprefix("@"))
        where = f"{option} {str(path)!r}"
        try:
            given = path.read_text("utf-8-sig")
        except FileNotFoundError:
            raise ParametersError(f"{where}: no such file; give a JSON file, - for stdin, or {{…}} itself") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it isn't UTF-8 text"
            raise ParametersError(f"{where} can't be read: {reason}") from None
    try:
        return json.loads(given)
    except (ValueError, RecursionError) as error:
        place = f" ({error.msg}, line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ParametersError(f"{where} isn't JSON{place}") from None


def split_names(given: Iterable[str]) -> list[str]:
    """Names given one by one or with commas, each once."""
    return list(dict.fromkeys(name.strip() for text in given for name in text.split(",") if name.strip()))


def assignment(text: str, option: str) -> tuple[str, Any]:
    """`name=value` → its name and its value, still as text; `name` alone means true.

    Raises:
        ParametersError: there is no name.
    """
    name, equals, value = text.partition("=")
    if not name.strip():
        raise ParametersError(f"{option} {shown(text)}: write it as NAME=VALUE")
    return name.strip(), value.strip() if equals else _NO_VALUE


def typed(value: Any, kind: str, where: str) -> Any:
    """A text as the catalogue's type `bool`, `int`, `float`, `color` or `size`; of another or no type: JSON, else text.

    Raises:
        ParametersError: it isn't of the type.
    """
    if value is _NO_VALUE:
        if kind in ("", "bool"):
            return True
        raise ParametersError(f"{where} needs a value: write it as {where}={_EXAMPLES.get(kind, 'VALUE')}")
    try:
        return _READERS.get(kind, _anything)(value)
    except ValueError:
        raise ParametersError(f"{where}: {shown(value)} is no {kind}; write it as {where}={_EXAMPLES[kind]}") from None


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Set `a.b.c` in nested objects; objects that are missing are made. A version's dot (`cartoonish_v0.3`) is none."""
    head, dot, rest = path.partition(".")
    if not dot or re.search(r"_v\d+$", head):
        tree[path] = value
        return
    inner = tree.get(head)
    if not isinstance(inner, dict):
        inner = tree[head] = {}
    put(inner, rest, value)


def _bool(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError(text)
    return text.lower() in _TRUE


def _color(text: str) -> dict[str, int]:
    try:
        return Color.from_hex(text).to_json()
    except ParametersError:
        raise ValueError(text) from None


def _size(text: str) -> dict[str, int]:
    match = re.fullmatch(r"([1-9]\d*)[x×]([1-9]\d*)", text)
    if match is None:
        raise ValueError(text)
    return Size(int(match[1]), int(match[2])).to_json()


def _anything(text: str) -> Any:
    """JSON, a colour as #rrggbb, else the text itself."""
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return _color(text)
    try:
        return json.loads(text)
    except ValueError:
        return text


_READERS: Mapping[str, Callable[[str], Any]] = {
    "bool": _bool,
    "int": int,
    "float": float,
    "color": _color,
    "size": _size,
}
_EXAMPLES = {"bool": "true", "int": "8000", "float": "0.5", "color": "#dEADbe", "size": "1024x1024"}
