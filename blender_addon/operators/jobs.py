# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does with jobs: pause, resume, cancel, remove, copy details, import what has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from avatarsdk_core.errors import AvatarSDKError
from avatarsdk_core.worker.failures import failure_of

from .. import jobs, words
from ..importing import ImportOptions, import_avatar

if TYPE_CHECKING:
    from ..importing import ImportedAvatar

_ACTIONS = {  # what it does; button; tooltip
    "PAUSE": (
        jobs.pause,
        words.mark("Pause"),
        words.mark("Stop working on this job for now; it goes on where it was when it is resumed"),
    ),
    "GO_ON": (jobs.go_on, words.mark("Resume"), words.mark("Go on where this job was")),
    "RETRY": (jobs.retry, words.mark("Retry"), words.mark("Try again; what was reached so far is kept")),
    "LOOK": (
        jobs.retry,
        words.mark("Look Again"),
        words.mark("Ask the service whether it has made this meanwhile; nothing new is created"),
    ),
    "AGAIN": (
        jobs.ask_again,
        words.mark("Create Again"),
        words.mark("Ask the service once more. If it has begun the first one after all, both are made, and both count"),
    ),
    "CANCEL": (
        jobs.cancel,
        words.mark("Cancel"),
        words.mark("Stop working on this job. What the service computes stays there"),
    ),
    "REMOVE": (jobs.remove, words.mark("Remove"), words.mark("Take this job off the list. Downloaded files stay")),
}


LABELS = {name: label for name, (_, label, _) in _ACTIONS.items()}


class AVATAR_SDK_OT_job(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Pause, resume, cancel or remove a job"""

    bl_idname = "avatar_sdk.job"
    bl_label = "Avatar SDK Job"
    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender reads it as it is)

    job: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    action: bpy.props.EnumProperty(  # type: ignore[valid-type]
        items=[(name, label, words) for name, (_, label, words) in _ACTIONS.items()], options={"HIDDEN", "SKIP_SAVE"}
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return words.tip(_ACTIONS[properties.action][2])

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self.action == "AGAIN":
            _, title, message = _ACTIONS[self.action]
            texts = {"title": words.iface(title), "message": words.tip(message)}
            return context.window_manager.invoke_confirm(self, event, **texts)
        return self.execute(context)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        _ACTIONS[self.action][0](self.job)
        return {"FINISHED"}


class AVATAR_SDK_OT_job_details(bpy.types.Operator):  # noqa: N801
    """Copy what is known of this job and of this system, for a report. It holds no password and no name of yours"""

    bl_idname = "avatar_sdk.job_details"
    bl_label = "Copy Details"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    job: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.clipboard = jobs.details(self.job)
        self.report({"INFO"}, "The details are in the clipboard")
        return {"FINISHED"}


class AVATAR_SDK_OT_job_import(bpy.types.Operator):  # noqa: N801
    """Import the avatar that this job has brought"""

    bl_idname = "avatar_sdk.job_import"
    bl_label = "Import Avatar"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    job: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    place: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Place",
        description="Where the avatar stands",
        items=[
            ("CURSOR", "3D Cursor", "At the 3D cursor"),
            ("ORIGIN", "World Origin", "At the origin of the world"),
        ],
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        job = jobs.job(self.job)
        if job is None or not job.folders:
            self.report({"ERROR"}, "This job has brought nothing yet: wait for it")
            return {"CANCELLED"}
        for folder in job.folders:
            try:
                imported = import_avatar(folder, ImportOptions(name=job.title))
            except AvatarSDKError as error:
                jobs.set_trouble(self.job, failure_of(error))
                self.report({"ERROR"}, str(error))
                return {"CANCELLED"}
            self._put(context, imported)
            for warning in (*imported.warnings, *imported.notes):
                self.report({"WARNING"}, warning)
        jobs.set_imported(self.job)
        self.report(
            {"INFO"}, words.report("{name} has arrived: {count} parts", name=job.title, count=len(imported.parts))
        )
        return {"FINISHED"}

    def _put(self, context: bpy.types.Context, imported: ImportedAvatar) -> None:
        """At its place, selected and active, as Blender's own importers leave what they bring."""
        roots = [imported.armature] if imported.armature else [part for part in imported.parts if part.parent is None]
        if self.place == "CURSOR":
            for root in roots:
                root.location = root.location + context.scene.cursor.location
        for obj in context.selected_objects:
            obj.select_set(False)
        for root in roots:
            root.select_set(True)
        context.view_layer.objects.active = roots[0] if roots else None


class AVATAR_SDK_OT_jobs_clear(bpy.types.Operator):  # noqa: N801
    """Take all jobs that have ended off the list. Downloaded files stay"""

    bl_idname = "avatar_sdk.jobs_clear"
    bl_label = "Clear Ended Jobs"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, _context: bpy.types.Context) -> set[str]:
        for view in jobs.jobs():
            if view.state in ("done", "failed", "cancelled"):
                jobs.remove(view.id)
        return {"FINISHED"}


CLASSES = (AVATAR_SDK_OT_job, AVATAR_SDK_OT_job_details, AVATAR_SDK_OT_job_import, AVATAR_SDK_OT_jobs_clear)
