# SPDX-License-Identifier: GPL-3.0-or-later
"""Three soft lights and a camera for an avatar, as a portrait photographer would place them.

    from bl_ext.user_default.avatar_sdk import light_rig  # or: from blender_addon import light_rig
    light_rig.add(bpy.context.object, "portrait")

They stand in front of the avatar wherever it stands and looks, as large as it is. Nothing else of the scene changes,
but that its camera becomes this one where it has none.
"""

from __future__ import annotations

from typing import Literal

import bpy
from mathutils import Matrix, Vector

from . import marks, stage

Framing = Literal["portrait", "figure"]
_HEAD = "Head"
_BELOW = 0.6  # of what is above the head bone: room for chin and neck
_MARGIN = 1.15
# name, direction from the middle (x to the person's left, y backwards, z up), watts, width; for a height of 1.7 metres
_LIGHTS = (
    ("Key", (-0.9, -1.3, 0.8), 95.0, 0.9),
    ("Fill", (1.3, -1.2, 0.2), 25.0, 1.6),
    ("Rim", (0.9, 1.1, 0.9), 110.0, 0.7),
)
_MEANT_FOR = 1.7


def add(avatar: marks.Avatar, framing: Framing = "portrait") -> bpy.types.Collection:
    """Adds lights and a camera in a collection of their own, and returns it.

    Raises ValueError where the avatar shows nothing in renders.
    """
    bpy.context.view_layer.update()
    scene = bpy.context.scene
    turned = _turned(avatar)
    bounds = _bounds(avatar, turned.inverted(), framing)
    if bounds is None:
        raise ValueError("this avatar shows nothing: put something on, or switch its render LOD")
    low, high = bounds
    centre, size = (low + high) / 2, max((high - low).z, 1e-3)
    rig = bpy.data.collections.new("Portrait Light Rig" if framing == "portrait" else "Figure Light Rig")
    scene.collection.children.link(rig)
    spread = size * (2.0 if framing == "portrait" else 1.0)
    lights = [
        stage.add_light(
            rig, name, centre + Vector(way) * spread, centre, watts * (spread / _MEANT_FOR) ** 2, width * spread
        )
        for name, way, watts, width in _LIGHTS
    ]
    middle, half = centre, (high - low) / 2 * _MARGIN
    render = scene.render
    aspect = render.resolution_x * render.pixel_aspect_x / (render.resolution_y * render.pixel_aspect_y)
    lens = 85.0 if framing == "portrait" else 50.0
    camera = stage.add_camera(rig, "Camera", middle - half, middle + half, lens=lens, turn=0.0, aspect=aspect)
    camera.data.clip_start = min(camera.data.clip_start, size / 100)
    bpy.context.view_layer.update()
    for obj in (*lights, camera):
        obj.matrix_world = turned @ obj.matrix_world
    if scene.camera is None:
        scene.camera = camera
    return rig


def _turned(avatar: marks.Avatar) -> Matrix:
    """Where the avatar stands and which way it looks, its size left aside."""
    armature = marks.armature_of(avatar)
    if armature is None:
        return Matrix()
    place, rotation, _ = armature.matrix_world.decompose()
    return Matrix.LocRotScale(place, rotation, None)


def _bounds(avatar: marks.Avatar, into: Matrix, framing: Framing) -> tuple[Vector, Vector] | None:
    """Lowest and highest corner of what the picture is to hold, in the avatar's own space."""
    graph = bpy.context.evaluated_depsgraph_get()
    corners = [
        into @ obj.evaluated_get(graph).matrix_world @ Vector(corner)
        for obj in marks.parts_of(avatar)
        if not obj.hide_render and obj.type == "MESH"
        for corner in obj.evaluated_get(graph).bound_box
    ]
    if not corners:
        return None
    low = Vector(min(corner[axis] for corner in corners) for axis in range(3))
    high = Vector(max(corner[axis] for corner in corners) for axis in range(3))
    head = _head(avatar, into)
    if framing == "figure" or head is None or not low.z < head.z < high.z:
        return low, high
    above = high.z - head.z
    bottom = max(low.z, head.z - _BELOW * above)
    half = (high.z - bottom) / 2 * 0.8  # about as wide as heads with hair are
    return Vector((head.x - half, head.y - half, bottom)), Vector((head.x + half, head.y + half, high.z))


def _head(avatar: marks.Avatar, into: Matrix) -> Vector | None:
    """Where the head's bone begins: below the skull."""
    armature = marks.armature_of(avatar)
    if armature is None:
        return None
    bones = [bone for bone in armature.pose.bones if bone.name.endswith(_HEAD)]
    return into @ armature.matrix_world @ bones[0].head if bones else None
