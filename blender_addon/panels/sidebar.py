# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar: import, and what the active avatar wears."""

from __future__ import annotations

import bpy

from .. import hair, lods, marks
from ..operators.apply_masks import OBJECT_OT_avatar_sdk_apply_masks
from ..operators.hair_bounces import SCENE_OT_avatar_sdk_hair_bounces
from ..operators.import_export import IMPORT_SCENE_OT_avatar_sdk
from ..operators.make_editable import OBJECT_OT_avatar_sdk_make_editable
from ..overrides import is_linked, linked_collection
from .places import CATEGORY


class VIEW3D_PT_avatar_sdk(bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Import, and the active avatar."""

    bl_label = "Avatar SDK"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.operator(IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="Import Export…", icon="IMPORT")
        active = context.object
        if linked_collection(active) is not None:
            _draw_linked(self.layout, linked_collection(active))
            return
        avatar = marks.avatar_id(active)
        collection = marks.collection_of(active) if avatar else None
        if collection is None:
            self.layout.label(text="Select a part of an avatar", icon="INFO")
            return
        armature = marks.armature_of(active)
        self.layout.label(text=(armature or collection).name, icon="OUTLINER_OB_ARMATURE")
        if marks.REPORT in collection:
            self.layout.popover("VIEW3D_PT_avatar_sdk_report", text="Import Report", icon="TEXT")
        if hair.lacking_bounces(context.scene, avatar):
            self.layout.operator(SCENE_OT_avatar_sdk_hair_bounces.bl_idname, icon="ERROR")
        if lods.levels_in(active):
            _draw_levels(self.layout, lods.holder_of(active))
        self.layout.operator(OBJECT_OT_avatar_sdk_apply_masks.bl_idname, icon="EXPORT")


def _draw_linked(layout: bpy.types.UILayout, collection: bpy.types.Collection) -> None:
    """What a linked avatar can't do here, and the way out."""
    layout.label(text=collection.name, icon="LINKED")
    column = layout.column(align=True)
    column.label(text="Linked: clothes, face, LOD and pose")
    column.label(text="can't be changed in this file.")
    layout.operator(OBJECT_OT_avatar_sdk_make_editable.bl_idname, icon="LIBRARY_DATA_OVERRIDE")


def _draw_levels(layout: bpy.types.UILayout, holder: bpy.types.Object) -> None:
    row = layout.row(align=True)
    row.prop(holder, f'["{marks.VIEWPORT_LOD}"]', text="LOD", icon="RESTRICT_VIEW_OFF")
    row.prop(holder, f'["{marks.RENDER_LOD}"]', text="Render", icon="RESTRICT_RENDER_OFF")


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
        items = marks.worn(context.object)
        if not items:
            self.layout.label(text="This avatar wears nothing")
        column = self.layout.column(align=True)
        column.enabled = not is_linked(context.object)
        for item in items:
            kind = str(item.get(marks.CATEGORY, "")).replace("outfits_", "").replace("_", " ").capitalize()
            column.prop(item, f'["{marks.SHOWN}"]', text=f"{item.name} ({kind})" if kind else item.name)


CLASSES = (VIEW3D_PT_avatar_sdk, VIEW3D_PT_avatar_sdk_wardrobe)
