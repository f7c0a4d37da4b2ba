# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs outside Blender's process: requests to the service, and jobs that take minutes.

    request = jobs.ask("who_am_i")                    then, in a later draw: jobs.answers(request)
    job = jobs.start("create", title="Me", photo=…)   then: jobs.jobs()

Everything here returns at once and never raises. State is in this module: undo and file load don't touch it.
"""

from __future__ import annotations

from .arrival import waits_for
from .board import (
    answers,
    ask,
    ask_again,
    cancel,
    cancel_ask,
    folders_of,
    forget,
    go_on,
    job,
    jobs,
    pause,
    register,
    remove,
    retry,
    set_imported,
    set_trouble,
    start,
    tick,
    unregister,
)
from .details import details

__all__ = [
    "answers",
    "ask",
    "ask_again",
    "cancel",
    "cancel_ask",
    "details",
    "folders_of",
    "forget",
    "go_on",
    "job",
    "jobs",
    "pause",
    "register",
    "remove",
    "retry",
    "set_imported",
    "set_trouble",
    "start",
    "tick",
    "unregister",
    "waits_for",
]
