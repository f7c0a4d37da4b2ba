# SPDX-License-Identifier: GPL-3.0-or-later
"""To and from the Asset Browser."""

from __future__ import annotations

import bpy

from ..operators.assets import (
    OBJECT_OT_avatar_sdk_mark_asset,
    OBJECT_OT_avatar_sdk_unmark_asset,
    OBJECT_OT_avatar_sdk_wear_dropped,
)
from .of_avatar import OfAvatar


class VIEW3D_PT_avatar_sdk_assets(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """The avatar and its wardrobe in Blender's Asset Browser."""

    bl_label = "Assets"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 70

    def draw(self, _context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        column.operator(OBJECT_OT_avatar_sdk_mark_asset.bl_idname, text="Mark as Asset…", icon="ASSET_MANAGER")
        column.operator(OBJECT_OT_avatar_sdk_unmark_asset.bl_idname, icon="X")
        self.layout.operator(OBJECT_OT_avatar_sdk_wear_dropped.bl_idname, icon="MATCLOTH")


CLASSES = (VIEW3D_PT_avatar_sdk_assets,)
