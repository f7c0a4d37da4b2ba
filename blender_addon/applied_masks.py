# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of an avatar to export, without the skin that its clothes hide: other programs don't know our masks.

What is shown in renders is copied: the LOD that they show, what is worn. Blender's own way (applying a Mask modifier)
refuses meshes with shape keys; here vertices are deleted in the copy, and its shape keys lose the same ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bmesh
import bpy
import numpy as np

from avatarsdk_core.avatar import masks

from . import marks
from .materials.images import pixels_of
from .materials.visibility import masks_in_force, masks_on, remove_mask, triangles

_LOOP = "avatar_sdk_loop"


@dataclass(frozen=True)
class AppliedMasks:
    """The copy: its collection, its armature (None for an unrigged avatar), its parts; faces removed by part's name.

    `originals` are what the parts are copies of, in the same order.
    """

    collection: bpy.types.Collection
    armature: bpy.types.Object | None
    parts: tuple[bpy.types.Object, ...]
    removed: dict[str, int]
    originals: tuple[bpy.types.Object, ...]


def copy_without_hidden_faces(avatar: marks.Avatar) -> AppliedMasks:
    """Copies what an avatar shows, and deletes the faces that masks hide (at their centres). The avatar stays as it is.

    The copy has drivers, shape keys and an armature of its own, and no masks any more.

    Raises ValueError where there is nothing to copy.
    """
    bpy.context.view_layer.update()
    shown = [part for part in marks.parts_of(avatar) if not part.hide_render]
    origin = marks.collection_of(avatar)
    if not shown or origin is None:
        raise ValueError("this avatar shows nothing: put something on, or switch its render LOD")
    collection = bpy.data.collections.new(f"{origin.name} for export")
    _parent(origin).children.link(collection)
    armature = marks.armature_of(avatar)
    copies = _copied([*([armature] if armature else []), *shown], collection)
    name = uuid.uuid4().hex
    for block in (collection, *copies.values()):
        block[marks.AVATAR] = name
    removed = {}
    for part in shown:
        if hiding := masks_in_force(part):
            removed[part.name] = _delete_hidden(copies[part], hiding)
    for part in shown:
        _take_masks_off(copies[part])
    bpy.context.view_layer.update()
    parts = tuple(copies[part] for part in shown)
    return AppliedMasks(collection, copies[armature] if armature else None, parts, removed, tuple(shown))


def _parent(collection: bpy.types.Collection) -> bpy.types.Collection:
    """The collection that holds this one, where something can be put into it; else the scene's."""
    scene = bpy.context.scene.collection
    holders = (found for found in scene.children_recursive if collection in set(found.children) and found.is_editable)
    return next(holders, scene)


def _copied(
    objects: Sequence[bpy.types.Object], collection: bpy.types.Collection
) -> dict[bpy.types.Object, bpy.types.Object]:
    """Copies with data of their own, that refer to each other as the originals do."""
    copies = {}
    for obj in objects:
        copies[obj] = copy = obj.copy()
        copy.data = obj.data.copy()
        collection.objects.link(copy)
    for copy in copies.values():
        copy.parent = copies.get(copy.parent, copy.parent)
        for modifier in copy.modifiers:
            if modifier.type == "ARMATURE":
                modifier.object = copies.get(modifier.object, modifier.object)
        for block in (copy, copy.data, getattr(copy.data, "shape_keys", None)):
            _retarget(block, copies)
        for path in ("hide_viewport", "hide_render"):
            copy.driver_remove(path)
            setattr(copy, path, False)
        for name in (marks.SHOWN, marks.FOLLOWS):
            if name in copy:
                copy.driver_remove(f'["{name}"]')
                del copy[name]
    return copies


def _retarget(block: bpy.types.ID | None, copies: Mapping[bpy.types.Object, bpy.types.Object]) -> None:
    for curve in block.animation_data.drivers if block is not None and block.animation_data else ():
        for variable in curve.driver.variables:
            for target in variable.targets:
                if target.id in copies:
                    target.id = copies[target.id]
                elif target.id is not None and target.id.get(marks.AVATAR):
                    curve.mute = True  # of a part that isn't shown and so wasn't copied: the value that it has stays


def _delete_hidden(obj: bpy.types.Object, images: Sequence[bpy.types.Image]) -> int:
    """Deletes the faces that any of the masks hides, and vertices that no face is left of. Returns how many."""
    mesh = obj.data
    gone = _hidden_polygons(mesh, images)
    normals = np.empty(len(mesh.loops) * 3, np.float32)
    mesh.corner_normals.foreach_get("vector", normals)
    shape = bmesh.new()
    shape.from_mesh(mesh)
    layer = shape.loops.layers.int.new(_LOOP)
    for face in shape.faces:
        for loop in face.loops:
            loop[layer] = loop.index
    shape.faces.ensure_lookup_table()
    bmesh.ops.delete(shape, geom=[shape.faces[index] for index in np.flatnonzero(gone)], context="FACES")
    shape.to_mesh(mesh)
    shape.free()
    kept = np.empty(len(mesh.loops), np.int32)
    mesh.attributes[_LOOP].data.foreach_get("value", kept)
    mesh.attributes.remove(mesh.attributes[_LOOP])
    # Custom normals are stored by the faces around a corner: at the new edges those are others.
    mesh.normals_split_custom_set(normals.reshape(-1, 3)[kept].tolist())
    return int(gone.sum())


def _hidden_polygons(mesh: bpy.types.Mesh, images: Sequence[bpy.types.Image]) -> np.ndarray:
    """(P,) booleans: polygons all of whose triangles are hidden at their centres, by whichever of the masks."""
    _, uvs = triangles(mesh)
    hidden = np.zeros(len(uvs), bool)
    for image in images:
        hidden |= masks.hidden_faces(masks.mask_values(pixels_of(image)), uvs)
    owners = np.empty(len(mesh.loop_triangles), np.int32)
    mesh.loop_triangles.foreach_get("polygon_index", owners)
    seen = np.zeros(len(mesh.polygons), bool)
    seen[owners[~hidden]] = True
    return np.asarray(~seen)


def _take_masks_off(copy: bpy.types.Object) -> None:
    """The copy's skin gets materials of its own, without masks."""
    parts = list(masks_on(copy))
    if not parts:
        return
    for slot in copy.material_slots:
        if slot.material:
            slot.material = slot.material.copy()
    for part in parts:
        remove_mask(copy, part)
