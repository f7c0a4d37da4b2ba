"""What a command says: data on stdout, as a table for people or as JSON for scripts; messages on stderr."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from avatarsdk_core.cli.tables import GAP, Column, clean, table_lines, wrapped

_STYLES = {
    "completed": "green",
    "ok": "green",
    "failed": "red",
    "timed out": "red",
    "error": "red",
    "warning": "yellow",
}


def print_json(data: Any) -> None:
    """One JSON document; characters beyond ASCII are escaped where the output can't take them. NaN becomes null."""
    unicode = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    click.echo(json.dumps(_without_nan(data), indent=2, ensure_ascii=not unicode, default=str))


def _without_nan(value: Any) -> Any:
    """Landmarks hold NaN where one is missing, which is no JSON."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    return [_without_nan(item) for item in value] if isinstance(value, list | tuple) else value


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table on stdout; without rows, the sentence `empty` on stderr. Uncut where stdout is no terminal."""
    from rich.text import Text

    from avatarsdk_core.cli.console import stdout

    cells = [[shown(cell) for cell in row] for row in rows]
    if not cells:
        say(empty)
        return
    console = stdout()
    width = console.width if console.is_terminal else None
    for number, line in enumerate(table_lines(columns, cells, width)):
        text = Text()
        for index, cell in enumerate(line):
            style = "bold" if number == 0 else _STYLES.get(cell.strip().casefold(), "")
            text.append(" " * GAP if index else "").append(cell, style)
        console.print(text)


def print_record(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair to a line; pairs without a value are left out."""
    from rich.text import Text

    from avatarsdk_core.cli.console import stdout

    told = [(name, shown(value)) for name, value in pairs if value not in (None, "", (), [], {})]
    indent = max((len(name) for name, _ in told), default=0) + GAP
    console = stdout()
    for name, value in told:
        style = _STYLES.get(value.partition(":")[0].casefold(), "")
        text = wrapped(value, console.width - indent, indent) if console.is_terminal else value
        console.print(Text.assemble((f"{name:<{indent}}", "bold"), (text, style)))


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def say(message: str) -> None:
    """A message for a person, on stderr: one line, on a terminal broken between words."""
    text = clean(message)
    if sys.stderr.isatty():
        text = wrapped(text, shutil.get_terminal_size().columns)
    click.echo(text, err=True)


def warn(message: str) -> None:
    say(f"Warning: {message}")


def shown(value: object) -> str:
    """A value as a person reads it: local time, yes and no, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return clean(value)
