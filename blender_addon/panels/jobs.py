# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of jobs: what goes on, how far it is, and what can be done about it."""

from __future__ import annotations

import bpy

from avatarsdk_core.errors import MaybeMade
from avatarsdk_core.worker.shown import ELSEWHERE, INTERRUPTED, READY, Shown

from .. import jobs, online, words
from ..operators.jobs import (
    LABELS,
    AVATAR_SDK_OT_job,
    AVATAR_SDK_OT_job_details,
    AVATAR_SDK_OT_job_import,
    AVATAR_SDK_OT_jobs_clear,
)
from .places import CATEGORY
from .text import paragraph

_MOST = 8  # the others are counted: a panel longer than the screen helps nobody
_ICONS = {
    "failed": "ERROR",
    "done": "CHECKMARK",
    "cancelled": "CANCEL",
    "paused": "PAUSE",
    "trying_again": "FILE_REFRESH",
    READY: "IMPORT",
    INTERRUPTED: "UNLINKED",
    ELSEWHERE: "WINDOW",
}


class VIEW3D_PT_avatar_sdk_jobs(bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Avatars under way."""

    bl_label = "Jobs"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return bool(jobs.jobs())

    def draw(self, context: bpy.types.Context) -> None:
        views = jobs.jobs()
        reason = online.reason()
        if reason and any(view.state == INTERRUPTED for view in views):
            paragraph(self.layout, context, reason, "INTERNET_OFFLINE")
        for view in views[:_MOST]:
            _draw_job(self.layout.box(), context, view)
        if len(views) > _MOST:
            self.layout.label(text=words.iface("… and {count} more", count=len(views) - _MOST), translate=False)
        if any(view.state in ("done", "failed", "cancelled") for view in views):
            self.layout.operator(AVATAR_SDK_OT_jobs_clear.bl_idname, icon="TRASH")


def _draw_job(box: bpy.types.UILayout, context: bpy.types.Context, view: Shown) -> None:
    row = box.row()
    row.label(text=view.title, icon=_ICONS.get(view.state, "SORTTIME"), translate=False)
    buttons = row.row(align=True)
    for action, icon in _buttons(view):
        button = buttons.operator(AVATAR_SDK_OT_job.bl_idname, text="", icon=icon)
        button.job, button.action = view.id, action
    if view.is_active and view.progress is not None:
        box.progress(factor=view.progress, text=view.words, translate=False)
    elif reason := jobs.waits_for(view.id):
        paragraph(box, context, words.iface("Ready; waits for {reason}", reason=reason))
    elif view.failure is None:
        paragraph(box, context, view.words)
    if view.left or view.detail:
        paragraph(box, context, ", ".join(filter(None, [view.left, view.detail])))
    if view.failure is not None:
        paragraph(box, context, view.failure.message)
        if view.failure.error == MaybeMade.__name__:
            _offer_to_create_again(box.row(align=True), view)
        box.operator(AVATAR_SDK_OT_job_details.bl_idname, icon="COPYDOWN").job = view.id
    if view.state == READY:
        box.operator(AVATAR_SDK_OT_job_import.bl_idname, icon="IMPORT").job = view.id


def _offer_to_create_again(row: bpy.types.UILayout, view: Shown) -> None:
    """The two ways out of not knowing whether the service has begun it."""
    for action, icon in (("LOOK", "VIEWZOOM"), ("AGAIN", "ADD")):
        text = words.iface(LABELS[action])
        button = row.operator(AVATAR_SDK_OT_job.bl_idname, text=text, icon=icon, translate=False)
        button.job, button.action = view.id, action


def _buttons(view: Shown) -> list[tuple[str, str]]:
    if view.is_active:
        return [("PAUSE", "PAUSE"), ("CANCEL", "X")]
    if view.state == ELSEWHERE:
        return [("GO_ON", "PLAY")]  # that other Blender may have ended since
    if view.failure is not None and view.failure.error == MaybeMade.__name__:
        return [("REMOVE", "X")]
    if view.state == "failed":
        return [("RETRY", "FILE_REFRESH"), ("REMOVE", "X")]
    if view.state in (INTERRUPTED, "paused"):
        return [("GO_ON", "PLAY"), ("CANCEL", "X")]
    return [("REMOVE", "X")]


CLASSES = (VIEW3D_PT_avatar_sdk_jobs,)
