# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy for export: what is shown, without the skin below."""

from __future__ import annotations

import bpy

from .. import marks, words


class OBJECT_OT_avatar_sdk_apply_masks(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Copy what the avatar shows, and delete the skin that its clothes hide in the copy; the avatar stays as it is"""

    bl_idname = "object.avatar_sdk_apply_masks"
    bl_label = "Copy for Export"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        return bool(marks.avatar_id(context.object))

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..applied_masks import copy_without_hidden_faces

        try:
            made = copy_without_hidden_faces(context.object)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for obj in context.selected_objects:
            obj.select_set(False)
        for obj in (*made.parts, *([made.armature] if made.armature else [])):
            obj.select_set(True)
        context.view_layer.objects.active = made.armature or made.parts[0]
        told = words.report(
            "{name}: {count} parts, {faces:,} faces deleted",
            name=made.collection.name,
            count=len(made.parts),
            faces=sum(made.removed.values()),
        )
        self.report({"INFO"}, told)
        return {"FINISHED"}


CLASSES = (OBJECT_OT_avatar_sdk_apply_masks,)
