# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours and surfaces of the selected avatars: back to the export's, keyed, in full or simple quality."""

from __future__ import annotations

import bpy

from .. import look, look_lead, words
from ..selection import selected_avatars
from .wardrobe import OfEditableAvatar


class OBJECT_OT_avatar_sdk_reset_look(OfEditableAvatar, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Give the selected avatars the colours and surfaces back that their exports have"""

    bl_idname = "object.avatar_sdk_reset_look"
    bl_label = "Reset Look"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    def execute(self, context: bpy.types.Context) -> set[str]:
        count = sum(look.reset(avatar) for avatar in selected_avatars(context))
        self.report({"INFO"}, words.report("{count} materials reset", count=count))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_key_look(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Insert keyframes at this frame for every colour and surface that differs from the export's"""

    bl_idname = "object.avatar_sdk_key_look"
    bl_label = "Key Look"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[str]:
        count = sum(look.key(avatar) for avatar in selected_avatars(context))
        self.report({"INFO"}, words.report("{count} keyframes inserted", count=count))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_own_look(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Give the selected avatars materials of their own where other avatars show the same: only those take keyframes"""

    bl_idname = "object.avatar_sdk_own_look"
    bl_label = "Make Materials Its Own"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not super().poll(context):
            return False
        if not any(look_lead.shared_materials(avatar) for avatar in selected_avatars(context)):
            cls.poll_message_set(words.tip("No other avatar shows a material of this one"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        count = sum(look.make_own(avatar) for avatar in selected_avatars(context))
        self.report({"INFO"}, words.report("{count} materials copied", count=count))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_quality(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Draw the selected avatars with or without relief, roughness maps and scattering; simple is quicker to draw"""

    bl_idname = "object.avatar_sdk_quality"
    bl_label = "Material Quality"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    quality: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Quality",
        description="Of the materials",
        items=[
            ("full", "Full", "With relief, roughness maps and scattering, as far as the import brought them"),
            ("simple", "Simple", "Colours only: quick to draw"),
        ],
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        count = sum(look.set_quality(avatar, self.quality) for avatar in selected_avatars(context))
        if not count:
            self.report({"INFO"}, "They have that quality; what an import left out comes with another import")
        return {"FINISHED"}


CLASSES = (
    OBJECT_OT_avatar_sdk_reset_look,
    OBJECT_OT_avatar_sdk_key_look,
    OBJECT_OT_avatar_sdk_own_look,
    OBJECT_OT_avatar_sdk_quality,
)
