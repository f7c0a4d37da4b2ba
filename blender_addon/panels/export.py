# SPDX-License-Identifier: GPL-3.0-or-later
"""The active avatar for other programs."""

from __future__ import annotations

import bpy

from ..operators.prepare_export import EXPORT_SCENE_OT_avatar_sdk, OBJECT_OT_avatar_sdk_prepare_export
from .of_avatar import OfAvatar


class VIEW3D_PT_avatar_sdk_export(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """A copy of the avatar, or a file, for other programs."""

    bl_label = "Export"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 80

    def draw(self, _context: bpy.types.Context) -> None:
        column = self.layout.column()
        column.operator_context = "INVOKE_DEFAULT"
        column.operator(EXPORT_SCENE_OT_avatar_sdk.bl_idname, text="Export…", icon="EXPORT")
        column.operator(OBJECT_OT_avatar_sdk_prepare_export.bl_idname, icon="DUPLICATE")


CLASSES = (VIEW3D_PT_avatar_sdk_export,)
