# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options ask for, done to a model that was just read: fewer parts and shape keys, scale, quads."""

from __future__ import annotations

import math
from collections.abc import Iterable

import bmesh
import bpy
import numpy as np
from mathutils import Matrix

from avatarsdk_core.avatar.parts import Part
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of

from .read import ReadModel

_NORMALS = "avatar_sdk_normals"
FLAT, SQUARE = math.radians(40), math.radians(60)  # how far a quad may bend and be skewed


def drop_parts(read: ReadModel, keys: Iterable[int]) -> None:
    """Removes meshes that aren't wanted."""
    if gone := [read.objects.pop(key) for key in list(keys)]:
        bpy.data.batch_remove(gone)


def drop_shapes(obj: bpy.types.Object, part: Part, groups: frozenset[ShapeGroup]) -> list[str]:
    """Removes the shape keys of groups that aren't wanted. Returns their names.

    A generated haircut is a shape of the head and no expression: it belongs to the hair and stays.
    """
    wanted = groups | {ShapeGroup.HAIRCUT}
    names = [name for name in part.targets if group_of(name) not in wanted]
    keys = obj.data.shape_keys
    if keys is None or not names:
        return []
    if len(names) == len(keys.key_blocks) - 1:
        obj.shape_key_clear()
        return names
    for name in names:
        if key := keys.key_blocks.get(name):
            obj.shape_key_remove(key)
    return names


def scale_model(read: ReadModel, factor: float) -> None:
    """Makes it larger or smaller, in its data: no object gets a scale, which rigs and simulations stumble over."""
    if factor == 1.0:
        return
    larger = Matrix.Scale(factor, 4)
    for data in {obj.data for obj in read.objects.values()}:
        data.transform(larger, shape_keys=True)
    if read.armature:
        read.armature.data.transform(larger)
    for obj in [*read.objects.values(), *([read.armature] if read.armature else [])]:
        obj.location *= factor


def join_triangles(mesh: bpy.types.Mesh) -> int:
    """Joins pairs of triangles to quads where their UVs meet too; vertices stay. Returns how many faces went.

    Seams of the UVs, bends and normals stay as they are.
    """
    before = len(mesh.polygons)
    _hold_normals(mesh)
    shape = bmesh.new()
    try:
        shape.from_mesh(mesh)
        bmesh.ops.join_triangles(
            shape, faces=shape.faces[:], cmp_uvs=True, angle_face_threshold=FLAT, angle_shape_threshold=SQUARE
        )
        shape.to_mesh(mesh)
    finally:
        shape.free()
    _put_normals_back(mesh)
    return before - len(mesh.polygons)


def _hold_normals(mesh: bpy.types.Mesh) -> None:
    """Notes custom normals: they are stored relative to the faces around a corner, and those change."""
    if mesh.has_custom_normals:
        normals = np.empty(len(mesh.loops) * 3, np.float32)
        mesh.corner_normals.foreach_get("vector", normals)
        mesh.attributes.new(_NORMALS, "FLOAT_VECTOR", "CORNER").data.foreach_set("vector", normals)


def _put_normals_back(mesh: bpy.types.Mesh) -> None:
    held = mesh.attributes.get(_NORMALS)
    if held is None:
        return
    normals = np.empty(len(mesh.loops) * 3, np.float32)
    held.data.foreach_get("vector", normals)
    mesh.attributes.remove(held)
    mesh.normals_split_custom_set(normals.reshape(-1, 3).tolist())
