# SPDX-License-Identifier: GPL-3.0-or-later
"""A garment or haircut that was dragged from the Asset Browser onto an avatar is worn by it.

Blender's own drop adds the object and tells nobody: that there are more objects than before is seen where deletions are
seen too, and what to do about it is done a moment later, as an undo step of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
from mathutils import Vector

from . import later, marks

ASSET_OF = "avatar_sdk_asset_of"  # on an asset's object: id of the part that it was copied from


def dropped(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """Assets of ours that lie in a scene and that no avatar wears."""
    return [obj for obj in scene.objects if ASSET_OF in obj and not marks.avatar_id(obj)]


def wear(obj: bpy.types.Object, scene: bpy.types.Scene) -> bpy.types.Object:
    """Lets the avatar on which an object was dropped put it on; the object itself goes.

    Raises ValueError where no avatar of this file is in the scene, or it can't wear this.
    """
    avatar = avatar_at(obj.matrix_world.translation, scene)
    if avatar is None:
        raise ValueError(f"{obj.name}: there is no avatar of this file in the scene to put it on")
    worn = put_on(avatar, obj)
    if obj.asset_data is None:
        mesh = obj.data
        bpy.data.objects.remove(obj)
        if mesh.users == 0:
            bpy.data.meshes.remove(mesh)
    else:
        for holder in list(obj.users_collection):
            holder.objects.unlink(obj)
    return worn


def put_on(avatar: marks.Avatar, garment: bpy.types.Object) -> bpy.types.Object:
    """Dresses an avatar with an asset, under the asset's own name. Raises ValueError as `dressing.dress`."""
    from . import dressing

    worn = dressing.dress(avatar, garment)
    if ASSET_OF in worn:
        del worn[ASSET_OF]
        worn.name = str(worn.get(marks.IDENTITY) or worn.name)
    return worn


def avatar_at(place: Vector, scene: bpy.types.Scene) -> bpy.types.Object | None:
    """A part of the avatar whose box is nearest to a place (world space), of those that may be changed; None: none."""
    best: tuple[float, bpy.types.Object] | None = None
    for obj in scene.objects:
        if not obj.get(marks.PART) or not marks.avatar_id(obj) or obj.library or obj.hide_viewport:
            continue
        corners = [obj.matrix_world @ Vector(corner) for corner in obj.bound_box]
        far = Vector(
            max(min(axis) - at, 0.0, at - max(axis)) for axis, at in zip(zip(*corners, strict=True), place, strict=True)
        ).length
        if best is None or far < best[0]:
            best = far, obj
    return best[1] if best else None


@contextmanager
def brought(asset: bpy.types.AssetRepresentation) -> Iterator[bpy.types.Object]:
    """The object that an asset stands for, appended from its file if need be; what was appended goes again.

    Raises ValueError where it is nothing to wear, OSError where its file can't be read.
    """
    if asset.local_id is not None:
        yield asset.local_id
        return
    before = {found.session_uid for found in bpy.data.objects}
    with bpy.data.libraries.load(asset.full_library_path, link=False) as (_, wanted):
        wanted.objects = [asset.name]
    new = [found for found in bpy.data.objects if found.session_uid not in before]
    try:
        if not wanted.objects or wanted.objects[0] is None:
            raise ValueError(f"{asset.name} isn't in {asset.full_library_path} any more")
        yield wanted.objects[0]
    finally:
        meshes = [found.data for found in new if found.type == "MESH"]
        bpy.data.batch_remove(new)
        bpy.data.batch_remove([mesh for mesh in dict.fromkeys(meshes) if mesh.users == 0])


def look_soon() -> None:
    """More objects have come: a moment later, those that were dropped are worn. Called from a handler."""
    if not bpy.app.background:
        later.soon("asset drops", _wear_dropped())


def _wear_dropped() -> Iterator[float]:
    yield 0.2  # the drop moves what it has added, and makes its undo step first
    manager = bpy.context.window_manager
    window = next(iter(manager.windows), None)
    if window is None or not dropped(window.scene) or not _was_a_drop(manager):
        return
    area = next((found for found in window.screen.areas if found.type == "VIEW_3D"), None)
    if area is None:
        return
    region = next(found for found in area.regions if found.type == "WINDOW")
    with bpy.context.temp_override(window=window, area=area, region=region):
        if bpy.ops.object.avatar_sdk_wear_dropped.poll():
            bpy.ops.object.avatar_sdk_wear_dropped("EXEC_DEFAULT", True)


def _was_a_drop(manager: bpy.types.WindowManager) -> bool:
    """Whether the last thing that was done is a drop: redoing one, or loading a file, dresses nobody."""
    last = manager.operators[-1].bl_idname if len(manager.operators) else ""
    return last in {"OBJECT_OT_transform_to_mouse", "OBJECT_OT_add_named"}
