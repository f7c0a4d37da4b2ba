# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Blender's own menus lead to us: File › Import, File › Export, and Add › Avatar."""

from __future__ import annotations

import bpy

from . import words
from .operators import prepare_export
from .operators.import_export import IMPORT_SCENE_OT_avatar_sdk, menu_entry
from .operators.light_rig import OBJECT_OT_avatar_sdk_light_rig
from .operators.sample import OBJECT_OT_avatar_sdk_sample


class VIEW3D_MT_avatar_sdk_add(bpy.types.Menu):  # noqa: N801  (Blender's naming)
    """Avatars to add."""

    bl_label = "Avatar"
    bl_translation_context = words.CONTEXT

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.operator_context = "INVOKE_REGION_WIN"
        self.layout.operator(OBJECT_OT_avatar_sdk_sample.bl_idname, text="Sample Avatar", icon="OUTLINER_OB_ARMATURE")
        self.layout.operator(IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="Import Avatar…", icon="IMPORT")
        self.layout.operator(OBJECT_OT_avatar_sdk_light_rig.bl_idname, icon="LIGHT_AREA")


CLASSES = (VIEW3D_MT_avatar_sdk_add,)


def add_entry(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """The line in Add."""
    self.layout.menu(VIEW3D_MT_avatar_sdk_add.__name__, icon="USER")


def register() -> None:
    """Adds our lines."""
    bpy.types.TOPBAR_MT_file_import.append(menu_entry)
    bpy.types.TOPBAR_MT_file_export.append(prepare_export.menu_entry)
    bpy.types.VIEW3D_MT_add.append(add_entry)


def unregister() -> None:
    """Takes them out."""
    bpy.types.VIEW3D_MT_add.remove(add_entry)
    bpy.types.TOPBAR_MT_file_export.remove(prepare_export.menu_entry)
    bpy.types.TOPBAR_MT_file_import.remove(menu_entry)
