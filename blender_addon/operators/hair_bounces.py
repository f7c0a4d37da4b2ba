# SPDX-License-Identifier: GPL-3.0-or-later
"""One click for what hair needs of the scene; nothing changes it unasked."""

from __future__ import annotations

import bpy

from .. import hair


class SCENE_OT_avatar_sdk_hair_bounces(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Let Cycles pass as many transparent layers as hair cards have"""

    bl_idname = "scene.avatar_sdk_hair_bounces"
    bl_label = "Render Hair in All Its Layers"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return getattr(context.scene, "cycles", None) is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        cycles = context.scene.cycles
        cycles.transparent_max_bounces = max(cycles.transparent_max_bounces, hair.BOUNCES)
        return {"FINISHED"}


CLASSES = (SCENE_OT_avatar_sdk_hair_bounces,)
