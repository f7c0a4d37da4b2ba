# SPDX-License-Identifier: GPL-3.0-or-later
"""Drag & drop into the 3D View: one handler a format, each beside Blender's own where it has one.

Blender asks in a menu which importer to use where two take the same ending. Dropping a zip is Blender's own way to
install extensions, so zips come by File › Import.
"""

from __future__ import annotations

import bpy

from . import preferences
from .operators.import_export import IMPORT_SCENE_OT_avatar_sdk


class _Drop:
    """What all of them share."""

    bl_label = "Avatar SDK"
    bl_import_operator = IMPORT_SCENE_OT_avatar_sdk.bl_idname

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        area = context.area
        return area is not None and area.type == "VIEW_3D" and context.mode == "OBJECT" and preferences.offers_drop()


class AVATAR_SDK_FH_gltf(_Drop, bpy.types.FileHandler):  # noqa: N801  (Blender's naming)
    """An avatar as glTF."""

    bl_idname = "AVATAR_SDK_FH_gltf"
    bl_file_extensions = ".glb;.gltf"


class AVATAR_SDK_FH_fbx(_Drop, bpy.types.FileHandler):  # noqa: N801
    """An avatar as FBX."""

    bl_idname = "AVATAR_SDK_FH_fbx"
    bl_file_extensions = ".fbx"


class AVATAR_SDK_FH_obj(_Drop, bpy.types.FileHandler):  # noqa: N801
    """An avatar as OBJ."""

    bl_idname = "AVATAR_SDK_FH_obj"
    bl_file_extensions = ".obj"


class AVATAR_SDK_FH_ply(_Drop, bpy.types.FileHandler):  # noqa: N801
    """An avatar as PLY."""

    bl_idname = "AVATAR_SDK_FH_ply"
    bl_file_extensions = ".ply"


CLASSES = (AVATAR_SDK_FH_gltf, AVATAR_SDK_FH_fbx, AVATAR_SDK_FH_obj, AVATAR_SDK_FH_ply)
