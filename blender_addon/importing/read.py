# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a model with Blender's own glTF importer: geometry, armature, shape keys. Nothing else comes with it."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import bpy

from avatarsdk_core.avatar.bundle import Model
from avatarsdk_core.avatar.geometry import geometry_glb, node_token
from avatarsdk_core.errors import BundleError

from .. import compat


@dataclass(frozen=True)
class ReadModel:
    """What the importer made of a model: its armature (None for an unrigged one) and an object for each mesh node."""

    armature: bpy.types.Object | None
    objects: dict[int, bpy.types.Object]


def read_model(model: Model) -> ReadModel:
    """Imports a model's geometry into the scene's master collection.

    Raises BundleError, naming the file, when Blender's importer can't read it; the caller rolls the scene back.
    """
    prefix = f"avatar-sdk-{uuid.uuid4().hex[:12]}"
    before = {obj.session_uid for obj in bpy.data.objects}
    with tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        file = Path(folder) / "geometry.glb"
        file.write_bytes(geometry_glb(model.gltf, prefix))
        _import(file, model.path)
    made = [obj for obj in bpy.data.objects if obj.session_uid not in before]
    by_name = {obj.name: obj for obj in made}
    objects = {}
    for part in model.parts:
        obj = by_name.get(node_token(prefix, part.node))
        if obj is None or obj.type != "MESH":
            raise BundleError(f"{model.path}: Blender's importer made no mesh of node {part.name!r}; export it again.")
        objects[part.node] = obj
    bpy.context.view_layer.update()  # world matrices of new objects are unknown before
    armature = _armature(list(objects.values()), made)
    kept = {obj.session_uid for obj in objects.values()} | ({armature.session_uid} if armature else set())
    _flatten(list(objects.values()), armature)
    bpy.data.batch_remove([obj for obj in made if obj.session_uid not in kept])
    return ReadModel(armature, objects)


def _import(file: Path, original: Path) -> None:
    try:
        result = bpy.ops.import_scene.gltf(
            filepath=str(file), disable_bone_shape=True, import_shading="NORMALS", **compat.gltf_import_options()
        )
    except RuntimeError as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), "no reason given")
        raise BundleError(f"{original}: Blender's glTF importer can't read it ({reason.strip()}).") from error
    if result != {"FINISHED"}:
        raise BundleError(f"{original}: Blender's glTF importer can't read it.")


def _armature(meshes: list[bpy.types.Object], made: list[bpy.types.Object]) -> bpy.types.Object | None:
    for obj in meshes:
        for modifier in obj.modifiers:
            if modifier.type == "ARMATURE" and modifier.object:
                return modifier.object
    return next((obj for obj in made if obj.type == "ARMATURE"), None)


def _flatten(meshes: list[bpy.types.Object], armature: bpy.types.Object | None) -> None:
    """Hangs each mesh right under the armature, where it stands: what lay between goes away."""
    for obj in meshes:
        world = obj.matrix_world.copy()
        obj.parent = armature
        if armature:
            obj.matrix_parent_inverse.identity()
            obj.matrix_basis = armature.matrix_world.inverted() @ world
        else:
            obj.matrix_world = world
    if armature:
        world = armature.matrix_world.copy()
        armature.parent = None
        armature.matrix_world = world
