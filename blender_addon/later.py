# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that mustn't be done while a panel is drawn: bit by bit in Blender's timer, a few milliseconds at a time.

The timer is there only while there is work. In the background Blender has no timers: call `run_all` there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import bpy

from .redraw import redraw_ours

BUDGET = 0.004  # seconds a tick; the next step may overrun it, so steps are to be small
INTERVAL = 0.03

_works: deque[tuple[str, Iterator[Any]]] = deque()


def soon(name: str, work: Iterator[Any]) -> None:
    """Runs a generator step by step, and redraws our panels at its end; an unfinished one of that name is dropped."""
    drop(name)
    _works.append((name, work))
    if not bpy.app.background and not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=0.0, persistent=True)


def drop(name: str) -> None:
    """Forgets the work of that name."""
    for entry in [entry for entry in _works if entry[0] == name]:
        _works.remove(entry)


def run_all() -> None:
    """Does everything that waits, at once."""
    while _works:
        _step()


def unregister() -> None:
    """Forgets everything, and stops the timer."""
    _works.clear()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)


def register() -> None:
    """Nothing: the timer comes with the first work."""


def _tick() -> float | None:
    end = time.perf_counter() + BUDGET
    while _works and time.perf_counter() < end:
        _step()
    return INTERVAL if _works else None


def _step() -> None:
    entry = _works[0]
    if next(entry[1], _works) is _works:  # at its end
        if entry in _works:
            _works.remove(entry)
        redraw_ours()
