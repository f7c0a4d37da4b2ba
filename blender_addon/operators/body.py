# SPDX-License-Identifier: GPL-3.0-or-later
"""The body's shape back to what was computed, and its height."""

from __future__ import annotations

import bpy

from .. import body, words
from ..selection import selected_avatars
from .wardrobe import OfEditableAvatar


class OBJECT_OT_avatar_sdk_reset_body(OfEditableAvatar, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Set the body shapes of the selected avatars back to zero"""

    bl_idname = "object.avatar_sdk_reset_body"
    bl_label = "Reset Body"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    def execute(self, context: bpy.types.Context) -> set[str]:
        count = sum(body.reset(avatar) for avatar in selected_avatars(context))
        self.report({"INFO"}, words.report("{count} shapes reset", count=count))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_measure(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Measure the height from the soles to the crown, without hair and shoes, whatever the pose"""

    bl_idname = "object.avatar_sdk_measure"
    bl_label = "Measure Height"
    bl_options = {"REGISTER"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            height = body.measure_height(context.object)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Height: {metres:.3f} m", metres=height))
        return {"FINISHED"}


CLASSES = (OBJECT_OT_avatar_sdk_reset_body, OBJECT_OT_avatar_sdk_measure)
