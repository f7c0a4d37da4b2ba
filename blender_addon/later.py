# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that mustn't be done while a panel is drawn: bit by bit in Blender's timer, a few milliseconds at a time.

The timer is there only while there is work. In the background Blender has no timers: call `run_all` there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

import bpy

from .redraw import redraw_ours

BUDGET = 0.004  # seconds a tick; the next step may overrun it, so steps are to be small
INTERVAL = 0.03

_works: deque[tuple[str, Iterator[float | None]]] = deque()


def soon(name: str, work: Iterator[float | None]) -> None:
    """Runs a generator step by step, and redraws our panels at its end; an unfinished one of that name is dropped.

    Args:
        work: may yield seconds that it needn't be asked again for; then others have their turn.
    """
    drop(name)
    _works.append((name, work))
    if bpy.app.background:
        return
    if bpy.app.timers.is_registered(_tick):  # it may be waiting for a work that has time
        bpy.app.timers.unregister(_tick)
    bpy.app.timers.register(_tick, first_interval=0.0, persistent=True)


def drop(name: str) -> None:
    """Forgets the work of that name."""
    for entry in [entry for entry in _works if entry[0] == name]:
        _works.remove(entry)


def run_all() -> None:
    """Does everything that waits, at once."""
    while _works:
        if rest := _step():
            time.sleep(rest)


def unregister() -> None:
    """Forgets everything, and stops the timer."""
    _works.clear()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)


def register() -> None:
    """Nothing: the timer comes with the first work."""


def _tick() -> float | None:
    end = time.perf_counter() + BUDGET
    rests: list[float] = []
    while _works and len(rests) < len(_works) and time.perf_counter() < end:
        if rest := _step():
            rests.append(rest)
    if not _works:
        return None
    return max(INTERVAL, min(rests)) if len(rests) >= len(_works) else INTERVAL


def _step() -> float:
    """The first work's next step; the seconds that it wants to rest for. Then it is the last one in the queue."""
    entry = _works[0]
    try:
        rest = next(entry[1])
    except StopIteration:
        if entry in _works:
            _works.remove(entry)
        redraw_ours()
        return 0.0
    if rest and entry in _works:
        _works.remove(entry)
        _works.append(entry)
    return rest or 0.0
