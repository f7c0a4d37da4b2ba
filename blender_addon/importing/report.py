# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import found, assumed and left out, for the person who asked for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy

from avatarsdk_core.avatar.selection import group_of_part
from avatarsdk_core.avatar.shape_groups import grouped

from .. import marks

if TYPE_CHECKING:
    from avatarsdk_core.avatar.bundle import Model


@dataclass(frozen=True)
class ImportReport:
    """Plain lines.

    Attributes:
        found: what the export holds.
        assumed: what nothing told and was decided by how it looks.
        skipped: what was left out, and why.
        kept: what an avatar that was replaced in place kept.
    """

    found: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def lines(self) -> Iterator[tuple[str, str]]:
        """Heading and line, in the order to show them."""
        headings = (("Found", self.found), ("Assumed", self.assumed), ("Left out", self.skipped), ("Kept", self.kept))
        for heading, lines in headings:
            for line in lines:
                yield heading, line


def found_in(models: Sequence[Model]) -> tuple[str, ...]:
    """One line a model file: its parts by group, level of detail and shape keys by group."""
    return tuple(_found(model) for model in models)


def _found(model: Model) -> str:
    parts = Counter(str(group_of_part(part)) for part in model.parts)
    told = [f"{count} × {group}" if count > 1 else group for group, count in parts.items()]
    lods = sorted({part.lod for part in model.parts if part.lod})
    shapes = {name: None for part in model.parts for name in part.targets}
    keys = [f"{len(names)} {group.replace('_', ' ')}" for group, names in grouped(shapes).items()]
    line = f"{model.file.path.name}: {', '.join(told)}"
    line += f"; {', '.join(lods)}" if lods else ""
    return line + (f"; shape keys: {', '.join(keys)}" if keys else "")


def keep_report(
    collection: bpy.types.Collection, report: ImportReport, warnings: Sequence[str], notes: Sequence[str]
) -> None:
    """Writes what an import told on the avatar's collection, where it is found in other sessions too."""
    told = [*report.lines(), *(("Warning", line) for line in warnings), *(("Note", line) for line in notes)]
    collection[marks.REPORT] = json.dumps(told, ensure_ascii=False)


def report_of(collection: bpy.types.Collection | None) -> list[tuple[str, str]]:
    """Heading and line of the last import into an avatar's collection; empty where there is none."""
    try:
        told = json.loads(str(collection.get(marks.REPORT, "[]"))) if collection is not None else []
        return [(str(heading), str(line)) for heading, line in told]
    except (ValueError, TypeError):
        return []
