# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar's first panel: import, and which avatar is active; panels of single rooms stand below it."""

from __future__ import annotations

import bpy

from .. import hair, marks, words
from ..draw_cache import while_drawing
from ..operators.hair_bounces import SCENE_OT_avatar_sdk_hair_bounces
from ..operators.import_export import IMPORT_SCENE_OT_avatar_sdk
from ..operators.make_editable import OBJECT_OT_avatar_sdk_make_editable
from ..overrides import linked_collection
from .places import CATEGORY
from .text import paragraph

_NOTHING = words.mark("No avatar is selected. Click a part of one, import one, or try Add › Avatar › Sample Avatar")


class VIEW3D_PT_avatar_sdk(bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Import, and the active avatar."""

    bl_label = "Avatar SDK"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @while_drawing
    def draw(self, context: bpy.types.Context) -> None:
        self.layout.operator(IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="Import Avatar…", icon="IMPORT")
        active = context.object
        linked = linked_collection(active)
        if linked is not None:
            _draw_linked(self.layout, context, linked)
            return
        avatar = marks.avatar_id(active)
        collection = marks.collection_of(active) if avatar else None
        if collection is None:
            paragraph(self.layout, context, _NOTHING, "INFO")
            return
        armature = marks.armature_of(active)
        self.layout.label(text=(armature or collection).name, icon="OUTLINER_OB_ARMATURE", translate=False)
        if hair.lacking_bounces(context.scene, avatar):
            self.layout.operator(SCENE_OT_avatar_sdk_hair_bounces.bl_idname, icon="ERROR")


def _draw_linked(layout: bpy.types.UILayout, context: bpy.types.Context, collection: bpy.types.Collection) -> None:
    """What a linked avatar can't do here, and the way out."""
    layout.label(text=collection.name, icon="LINKED", translate=False)
    paragraph(layout, context, "Linked: clothes, face, LOD and pose can't be changed in this file")
    layout.operator(OBJECT_OT_avatar_sdk_make_editable.bl_idname, icon="LIBRARY_DATA_OVERRIDE")


CLASSES = (VIEW3D_PT_avatar_sdk,)
