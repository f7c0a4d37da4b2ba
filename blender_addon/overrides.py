# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar linked from another file becomes editable here, as a library override: what isn't changed stays linked."""

from __future__ import annotations

import bpy

from . import marks


def is_linked(avatar: marks.Avatar) -> bool:
    """Whether an avatar is of another file, so that nothing of it can be changed here."""
    anchor = marks.armature_of(avatar) or next(iter(marks.parts_of(avatar)), None)
    return anchor is not None and anchor.library is not None


def make_editable(obj: bpy.types.Object) -> bpy.types.Collection:
    """Overrides the linked avatar that an object belongs to or is an instance of: keys, switches, pose and all.

    Blender's own override leaves meshes and their shape keys linked, whose values are then lost when the file is saved:
    meshes with shape keys are overridden too.

    Returns:
        the collection of overrides.

    Raises ValueError for an object of no linked avatar.
    """
    linked = linked_collection(obj)
    if linked is None:
        raise ValueError(f"{obj.name} belongs to no avatar that is linked from another file")
    scene, layer = bpy.context.scene, bpy.context.view_layer
    instance = obj if obj.library is None else None
    placed = instance.matrix_world.copy() if instance else None
    collection: bpy.types.Collection | None = linked.override_hierarchy_create(
        scene, layer, reference=instance, do_fully_editable=True
    )
    if collection is None:
        raise ValueError(f"Blender can't override {linked.name}; make it local instead (Object › Relations)")
    for part in list(collection.all_objects):
        if part.type == "MESH" and part.data.library and part.data.shape_keys:
            part.data.override_create(remap_local_usages=True)
    _put_in_place_of(linked, collection, scene)
    if instance is not None and placed is not None:
        _place(collection, instance, placed)
    layer.update()
    return collection


def linked_collection(obj: bpy.types.Object | None) -> bpy.types.Collection | None:
    """The linked collection of the avatar that an object belongs to, or that it (an empty) is an instance of."""
    if obj is None:
        return None
    if obj.instance_type == "COLLECTION" and obj.instance_collection is not None:
        instanced = obj.instance_collection
        if instanced.library and any(marks.avatar_id(part) for part in instanced.all_objects):
            return instanced
        return None
    if obj.library is None or not marks.avatar_id(obj):
        return None
    holders = [found for found in bpy.data.collections if found.library and obj in set(found.all_objects)]
    marked = [found for found in holders if found.get(marks.AVATAR)]
    return next(iter(marked or holders), None)


def _put_in_place_of(linked: bpy.types.Collection, made: bpy.types.Collection, scene: bpy.types.Scene) -> None:
    """The overrides stand where the linked ones stood: not both, one in the other."""
    for holder in [scene.collection, *scene.collection.children_recursive]:
        if holder.library is None and holder.override_library is None and linked in set(holder.children):
            if made not in set(holder.children):
                holder.children.link(made)
            holder.children.unlink(linked)
    if made not in set(scene.collection.children_recursive):
        scene.collection.children.link(made)


def _place(collection: bpy.types.Collection, instance: bpy.types.Object, placed: object) -> None:
    """The avatar stands where its instance stood, which goes."""
    roots = [obj for obj in collection.all_objects if obj.parent is None and obj.override_library]
    for root in roots:
        root.matrix_world = placed @ root.matrix_world  # type: ignore[operator]
    if instance.name in bpy.data.objects:
        bpy.data.objects.remove(instance)
