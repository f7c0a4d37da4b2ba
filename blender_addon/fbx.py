# SPDX-License-Identifier: GPL-3.0-or-later
"""A glTF becomes an FBX as the service's: metres, Y up, the same names, one armature, shape keys, images by name."""

from __future__ import annotations

from pathlib import Path

import bpy

from avatarsdk_core.errors import BlenderError

from .compat import import_gltf
from .importing.adapt import join_triangles


def convert(model: Path, target: Path, *, embed: bool, quads: bool) -> None:
    """Write `target` from a glTF with its images beside it. `embed`: images go into it, else only their names.

    `quads`: pairs of triangles become quads.

    Raises:
        BlenderError: the glTF can't be read, or nothing came out.
    """
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    try:
        import_gltf(model)
        if quads:
            for mesh in bpy.data.meshes:
                join_triangles(mesh)
        bpy.ops.export_scene.fbx(
            filepath=str(target),
            object_types={"ARMATURE", "MESH", "EMPTY"},
            apply_scale_options="FBX_SCALE_UNITS",  # metres, with the unit said, as in real exports
            add_leaf_bones=False,
            bake_anim=False,
            path_mode="COPY" if embed else "STRIP",
            embed_textures=embed,
        )
    except RuntimeError as error:
        raise BlenderError(f"Blender can't write {target.name}: {str(error).strip()}") from None
    if not target.is_file():
        raise BlenderError(f"Blender wrote no {target.name}")
