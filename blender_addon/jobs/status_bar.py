# SPDX-License-Identifier: GPL-3.0-or-later
"""A line in Blender's status bar while jobs run; nothing of it is there when none does."""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from avatarsdk_core.worker.shown import Shown

from .. import words
from ..compat import redraw_status_bar

_line = ""
_share: float | None = None
_is_there = False


def line_of(jobs: Sequence[Shown], waiting: str) -> tuple[str, float | None]:
    """The words and how far it all is; "" where nothing goes on. `waiting`: what an avatar that is there waits for."""
    active = [job for job in jobs if job.is_active]
    if waiting:
        return waiting, None
    if not active:
        return "", None
    known = [job.progress for job in active if job.progress is not None]
    share = sum(known) / len(active) if known else None
    line = f"{active[0].title}: {active[0].words}"
    if len(active) > 1:
        line = words.iface("Avatar SDK: {count} jobs", count=len(active))
    left = max(active, key=lambda job: job.seconds_left or 0.0).left
    return (f"{line}, {left}" if left else line), share


def tell(jobs: Sequence[Shown], waiting: str) -> None:
    """Shows how far these jobs are."""
    global _line, _share, _is_there
    line, share = line_of(jobs, waiting)
    if not line:
        clear()
    elif (line, share) != (_line, _share):
        _line, _share = line, share
        if not _is_there:
            bpy.types.STATUSBAR_HT_header.prepend(_draw)
            _is_there = True
        redraw_status_bar()


def clear() -> None:
    """Takes the line away."""
    global _line, _share, _is_there
    if _is_there:
        bpy.types.STATUSBAR_HT_header.remove(_draw)
        _line, _share, _is_there = "", None, False
        redraw_status_bar()


def _draw(self: bpy.types.Header, _context: bpy.types.Context) -> None:
    row = self.layout.row()
    if _share is None:
        row.label(text=_line, icon="USER", translate=False)
    else:
        row.ui_units_x = 16
        row.progress(text=_line, factor=_share, translate=False)
