# SPDX-License-Identifier: GPL-3.0-or-later
"""Add › Avatar › Sample Avatar: the first minute needs neither an account nor a network."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy_extras.object_utils import AddObjectHelper, add_object_align_init

from avatarsdk_core.errors import AvatarSDKError

from .. import preferences, words
from ..importing import ImportOptions, import_avatar

FILE = Path(__file__).resolve().parent.parent / "sample" / "sample_avatar.zip"


class OBJECT_OT_avatar_sdk_sample(bpy.types.Operator, AddObjectHelper):  # noqa: N801  (Blender's naming)
    """Add the sample avatar that comes with the Avatar SDK: rigged, dressed, with 51 face shapes"""

    bl_idname = "object.avatar_sdk_sample_add"
    bl_label = "Add Sample Avatar"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            added = import_avatar(FILE, ImportOptions(name="Sample Avatar", quality=preferences.quality()))
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        root = added.armature or added.parts[0]
        root.matrix_world = add_object_align_init(context, operator=self) @ root.matrix_world  # the 3D cursor's place
        for obj in context.selected_objects:
            obj.select_set(False)
        root.select_set(True)
        context.view_layer.objects.active = root
        for warning in (*added.warnings, *added.notes):
            self.report({"WARNING"}, warning)
        return {"FINISHED"}


CLASSES = (OBJECT_OT_avatar_sdk_sample,)
