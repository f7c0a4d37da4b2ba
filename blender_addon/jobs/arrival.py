# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar that is there is imported as one undo step, but never into the middle of what a person is doing."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from avatarsdk_core.worker.parent import Parent

from .. import words

_PLAYING = words.mark("the animation to stop")
_IN_A_MODE = words.mark("object mode")
_BLENDERS_JOBS = {
    "RENDER": words.mark("the render to end"),
    "OBJECT_BAKE": words.mark("the bake to end"),
    "COMPOSITE": words.mark("the compositor to end"),
}
_last_words = ""
_waiting: dict[str, str] = {}  # jobs whose avatars wait, and for what


@dataclass(frozen=True)
class Waiting:
    """What avatars that are there wait for ("" for none that waits), and whether that is news."""

    words: str = ""
    has_changed: bool = False


def bring(parent: Parent) -> Waiting:
    """Imports the first avatar that has arrived, if nothing is in the way; the next one comes with the next tick."""
    global _last_words
    _waiting.clear()
    arrived = [name for name in parent.arrived() if _is_wanted(parent, name)] if bpy.context.window_manager else []
    if not arrived:
        before, _last_words = _last_words, ""
        return Waiting("", bool(before))
    job = parent.job(arrived[0])
    title = job.title if job is not None else ""
    reason = obstacle()
    if reason:
        line = words.iface("{name} is ready, and waits for {reason}", name=title, reason=reason)
        _waiting.update(dict.fromkeys(arrived, reason))
        before, _last_words = _last_words, line
        return Waiting(line, line != before)
    _import(arrived[0])
    _last_words = ""
    return Waiting("" if len(arrived) == 1 else words.iface("{name} is there", name=title), True)


def waits_for(job: str) -> str:
    """What the avatar of this job waits for; "" where it doesn't wait."""
    return _waiting.get(job, "")


def obstacle() -> str:
    """What an import would disturb just now, as the end of "waits for …"; "" where nothing would be."""
    for kind, reason in _BLENDERS_JOBS.items():
        if bpy.app.is_job_running(kind):
            return words.iface(reason)
    for window in bpy.context.window_manager.windows:
        if window.screen.is_animation_playing:
            return words.iface(_PLAYING)
        active = window.view_layer.objects.active
        if active is not None and active.mode != "OBJECT":
            return words.iface(_IN_A_MODE)
        if len(window.modal_operators):
            return words.iface("“{tool}” to end", tool=words.iface(window.modal_operators[0].name))
    return ""


def _is_wanted(parent: Parent, name: str) -> bool:
    job = parent.job(name)
    return job is not None and job.fields.get("auto_import") is not False


def _import(name: str) -> None:
    """By the operator, as one undo step, in a 3D View where there is one."""
    windows = bpy.context.window_manager.windows
    if bpy.app.background or not windows:  # there nothing was undone yet, and undo steps of a caller's own would crash
        bpy.ops.avatar_sdk.job_import("EXEC_DEFAULT", job=name)
        return
    views = [(window, area) for window in windows for area in window.screen.areas if area.type == "VIEW_3D"]
    window, area = views[0] if views else (windows[0], None)
    place = {"window": window, "screen": window.screen}
    if area is not None:
        region = next(region for region in area.regions if region.type == "WINDOW")
        place |= {"area": area, "region": region}
    with bpy.context.temp_override(**place):
        bpy.ops.avatar_sdk.job_import("EXEC_DEFAULT", True, job=name)
