"""Tables for people: as wide as the terminal, no wider. Pure: text in, lines out.

What must be copied (codes, names) is never cut. When there isn't room, flexible columns shrink and those that are
least needed are left out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

GAP = 2
_LEAST = 8  # a flexible column below this says nothing
_LEAST_TEXT = 20


@dataclass(frozen=True)
class Column:
    """`flexible`: may be cut, with an ellipsis. `spare`: columns with the highest go first; 0 stays always."""

    title: str
    flexible: bool = False
    spare: int = 0
    right: bool = False


@dataclass(frozen=True)
class Layout:
    """Which columns are shown, by their index, and how wide each is."""

    columns: tuple[int, ...]
    widths: Mapping[int, int]


def lay_out(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> Layout:
    """`width` in character cells; None for no limit."""
    natural = {
        index: max(cell_len(column.title), *(cell_len(row[index]) for row in rows), 0)
        for index, column in enumerate(columns)
    }
    kept = list(range(len(columns)))
    while width is not None:
        widths = _shrunk(columns, kept, natural, width)
        if widths is not None:
            return Layout(tuple(kept), widths)
        spare = [index for index in kept if columns[index].spare]
        if not spare:
            break
        kept.remove(max(spare, key=lambda index: columns[index].spare))
    return Layout(tuple(kept), {index: natural[index] for index in kept})


def _shrunk(
    columns: Sequence[Column], kept: list[int], natural: Mapping[int, int], width: int
) -> dict[int, int] | None:
    """Widths that fit, the flexible columns cut as far as needed, the widest first; None where they can't."""
    widths = {index: natural[index] for index in kept}
    over = sum(widths.values()) + GAP * (len(kept) - 1) - width
    flexible = [index for index in kept if columns[index].flexible]
    while over > 0:
        widest = max(flexible, key=lambda index: widths[index], default=None)
        if widest is None or widths[widest] <= _LEAST:
            return None
        widths[widest] -= 1
        over -= 1
    return widths


def table_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[list[str]]:
    """The title row and the rows as padded cells of the columns that fit; nothing pads the end of a line."""
    layout = lay_out(columns, rows, width)
    titles = [column.title for column in columns]
    lines = []
    for row in (titles, *rows):
        cells = [_cell(row[index], layout.widths[index], columns[index].right) for index in layout.columns]
        while len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        cells[-1] = cells[-1].rstrip()
        lines.append(cells)
    return lines


def _cell(text: str, width: int, right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    space = " " * (width - length)
    return space + text if right else text + space


def wrapped(text: str, width: int, indent: int = 0) -> str:
    """Broken between words, later lines indented; words longer than a line stay whole, for copying."""
    lines = textwrap.wrap(text, max(width, _LEAST_TEXT), break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}".join(lines)


def clean(text: object) -> str:
    """Text of strangers on one line, without what could steer a terminal."""
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in " ".join(str(text).split()))
