# SPDX-License-Identifier: GPL-3.0-or-later
"""The one timer: it lets the core's `Parent` speak with the worker, and rests when nothing goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from avatarsdk_core.worker.job import Job
from avatarsdk_core.worker.messages import Answer, Failure
from avatarsdk_core.worker.parent import Parent
from avatarsdk_core.worker.shown import Shown

from .. import later, online
from ..preferences import worker_environment
from ..redraw import redraw_ours
from . import arrival, status_bar
from .home import home

BUSY_SECONDS, IDLE_SECONDS = 0.1, 1.0  # between two ticks
BUDGET = 0.004  # seconds of one

_parent: Parent | None = None


def ask(kind: str, *, then: Callable[[Answer], object] | None = None, **fields: Any) -> str:
    """Asks the worker (`avatarsdk_core.worker.kinds`); returns the request's id.

    Args:
        then: called with each answer, in the timer. It must keep no Blender object.
        fields: plain JSON values; they may hold secrets, and are written nowhere.
    """
    request = _the_parent().ask(kind, fields, then)
    _wake()
    return request


def answers(request: str) -> tuple[Answer, ...]:
    """What was answered so far; the last answer is `final`."""
    return _parent.answers(request) if _parent is not None else ()


def cancel_ask(request: str) -> None:
    """Nobody waits for it any longer; its last answer says so."""
    _the_parent().withdraw(request)
    _wake()


def forget(request: str) -> None:
    """Drops a request's answers, those to come too."""
    _the_parent().forget(request)
    _wake()


def start(kind: str, *, title: str, **fields: Any) -> str:
    """Begins a job (`avatarsdk_core.worker.job_kinds`); returns its id. No field may be a secret.

    With `auto_import=False` the avatar isn't imported by itself when it is there.
    """
    job = _the_parent().start(kind, title, fields)
    _wake()
    return job


def jobs() -> tuple[Shown, ...]:
    """All jobs, the newest first; the same tuple while nothing changes."""
    return _parent.jobs() if _parent is not None else ()


def job(name: str) -> Job | None:
    """What a job's journal says."""
    return _parent.job(name) if _parent is not None else None


def folders_of(name: str) -> tuple[Path, ...]:
    """The folders of exports that a job has delivered."""
    found = job(name)
    return tuple(map(Path, found.folders)) if found is not None else ()


def pause(name: str) -> None:
    """Stops working on a job for now."""
    _the_parent().pause(name)
    _wake()


def go_on(name: str) -> None:
    """Resumes a job that is paused or was interrupted."""
    _the_parent().go_on(name)
    _wake()


def retry(name: str) -> None:
    """Tries a failed job again; what it had reached is kept."""
    go_on(name)


def ask_again(name: str) -> None:
    """Asks the service once more for what it may have already (`errors.MaybeMade`): only a person may want that."""
    _the_parent().go_on(name, again=True)
    _wake()


def cancel(name: str) -> None:
    """Stops working on a job for good; what the service computes stays there."""
    _the_parent().cancel(name)
    _wake()


def remove(name: str) -> None:
    """Forgets a job; files that it downloaded stay."""
    _the_parent().remove(name)
    _wake()


def set_imported(name: str) -> None:
    """What a job delivered is in a scene now."""
    _the_parent().set_imported(name)
    _wake()


def set_trouble(name: str, failure: Failure) -> None:
    """What a job delivered can't be imported."""
    _the_parent().set_trouble(name, failure)
    _wake()


def tick() -> float | None:
    """One step of the timer; seconds until the next one, None to rest. Scripts without windows call it themselves."""
    parent = _the_parent()
    if not parent.is_resting and not online.is_online():
        parent.stop(online.reason())
    changed = parent.tick(BUDGET)
    waiting = arrival.bring(parent)
    if changed or waiting.has_changed:
        status_bar.tell(parent.jobs(), waiting.words)
        redraw_ours()
    if parent.is_resting and not waiting.words:
        status_bar.clear()
        return None
    return BUSY_SECONDS if parent.is_busy else IDLE_SECONDS


def register() -> None:
    """Jobs of earlier sessions turn up soon; their files are read bit by bit."""
    later.soon("jobs", _scan())


def unregister() -> None:
    """The worker ends at once. What was under way goes on when the add-on is switched on again."""
    global _parent
    later.drop("jobs")
    if bpy.app.timers.is_registered(_on_timer):
        bpy.app.timers.unregister(_on_timer)
    status_bar.clear()
    if _parent is not None:
        _parent.stop()
        _parent = None


def _scan() -> Any:
    yield from _the_parent().scan()
    _wake()


def _the_parent() -> Parent:
    global _parent
    if _parent is None:
        _parent = Parent(home(), online.reason, worker_environment)
    return _parent


def _wake() -> None:
    redraw_ours()
    if not bpy.app.background and not bpy.app.timers.is_registered(_on_timer):
        bpy.app.timers.register(_on_timer, first_interval=0.0, persistent=True)


def _on_timer() -> float | None:
    return tick()
