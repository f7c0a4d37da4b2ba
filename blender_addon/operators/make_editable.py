# SPDX-License-Identifier: GPL-3.0-or-later
"""A linked avatar becomes editable here."""

from __future__ import annotations

import bpy

from .. import words
from ..overrides import linked_collection, make_editable


class OBJECT_OT_avatar_sdk_make_editable(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Override the linked avatar, so that its pose, face, clothes and LODs can be changed in this file"""

    bl_idname = "object.avatar_sdk_make_editable"
    bl_label = "Make Avatar Editable Here"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        if linked_collection(context.object) is None:
            cls.poll_message_set(words.tip("Select an avatar that is linked from another file"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            collection = make_editable(context.object)
        except (ValueError, RuntimeError) as error:
            self.report({"ERROR"}, str(error).strip())
            return {"CANCELLED"}
        root = next((obj for obj in collection.all_objects if obj.type == "ARMATURE"), None)
        if root is not None:
            root.select_set(True)
            context.view_layer.objects.active = root
        told = words.report("{name} can be changed here; what isn't changed follows its own file", name=collection.name)
        self.report({"INFO"}, told)
        return {"FINISHED"}


CLASSES = (OBJECT_OT_avatar_sdk_make_editable,)
