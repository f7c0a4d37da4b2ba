# SPDX-License-Identifier: GPL-3.0-or-later
"""Add › Avatar › Portrait Light Rig."""

from __future__ import annotations

import bpy

from .. import marks, words

_FRAMINGS = (
    ("portrait", "Portrait", "Head and neck"),
    ("figure", "Full Figure", "From head to toe"),
)


class OBJECT_OT_avatar_sdk_light_rig(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Add three soft lights and a camera in front of the active avatar, in a collection of their own"""

    bl_idname = "object.avatar_sdk_light_rig"
    bl_label = "Portrait Light Rig"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    framing: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Framing", description="What the camera shows", items=_FRAMINGS, translation_context=words.CONTEXT
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        if not marks.avatar_id(context.object):
            cls.poll_message_set(words.tip("Select an avatar first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from .. import light_rig

        try:
            light_rig.add(context.object, self.framing)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


CLASSES = (OBJECT_OT_avatar_sdk_light_rig,)
