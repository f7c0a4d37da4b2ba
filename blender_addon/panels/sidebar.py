# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar: import, and what the active avatar wears."""

from __future__ import annotations

import bpy

from .. import hair, marks
from ..operators.hair_bounces import SCENE_OT_avatar_sdk_hair_bounces
from ..operators.import_export import IMPORT_SCENE_OT_avatar_sdk
from .places import CATEGORY


class VIEW3D_PT_avatar_sdk(bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Import, and the active avatar."""

    bl_label = "Avatar SDK"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.operator(IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="Import Export…", icon="IMPORT")
        avatar = marks.avatar_id(context.object)
        collection = marks.collection_of(avatar)
        if collection is None:
            self.layout.label(text="Select a part of an avatar", icon="INFO")
            return
        self.layout.label(text=collection.name, icon="OUTLINER_OB_ARMATURE")
        if marks.REPORT in collection:
            self.layout.popover("VIEW3D_PT_avatar_sdk_report", text="Import Report", icon="TEXT")
        if hair.lacking_bounces(context.scene, avatar):
            self.layout.operator(SCENE_OT_avatar_sdk_hair_bounces.bl_idname, icon="ERROR")


class VIEW3D_PT_avatar_sdk_wardrobe(bpy.types.Panel):  # noqa: N801
    """One switch for each garment, haircut and accessory; it shows the thing and hides the skin below."""

    bl_label = "Wardrobe"
    bl_parent_id = "VIEW3D_PT_avatar_sdk"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(marks.avatar_id(context.object))

    def draw(self, context: bpy.types.Context) -> None:
        items = marks.worn(marks.avatar_id(context.object))
        if not items:
            self.layout.label(text="This avatar wears nothing")
        column = self.layout.column(align=True)
        for item in items:
            kind = str(item.get(marks.CATEGORY, "")).replace("outfits_", "").replace("_", " ").capitalize()
            column.prop(item, f'["{marks.SHOWN}"]', text=f"{item.name} ({kind})" if kind else item.name)


CLASSES = (VIEW3D_PT_avatar_sdk, VIEW3D_PT_avatar_sdk_wardrobe)
