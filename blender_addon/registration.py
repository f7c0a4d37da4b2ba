# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender is told about, in order; taken back in the opposite order."""

from __future__ import annotations

import bpy

from .operators.hair_bounces import SCENE_OT_avatar_sdk_hair_bounces
from .operators.import_export import IMPORT_SCENE_OT_avatar_sdk, menu_entry
from .panels.sidebar import VIEW3D_PT_avatar_sdk, VIEW3D_PT_avatar_sdk_wardrobe

CLASSES = (
    IMPORT_SCENE_OT_avatar_sdk,
    SCENE_OT_avatar_sdk_hair_bounces,
    VIEW3D_PT_avatar_sdk,
    VIEW3D_PT_avatar_sdk_wardrobe,
)


def register() -> None:
    """Registers classes and the menu entry."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.TOPBAR_MT_file_import.append(menu_entry)


def unregister() -> None:
    """Takes everything back."""
    bpy.types.TOPBAR_MT_file_import.remove(menu_entry)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
