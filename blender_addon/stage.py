# SPDX-License-Identifier: GPL-3.0-or-later
"""A small photo studio for a picture of an avatar: backdrop, three soft lights, cameras that find the person."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Vector

from . import compat, marks

BACKDROP_COLOR = (0.62, 0.66, 0.70, 1.0)
_PERSON_HEIGHT = 1.7  # metres that the light strengths below are meant for


def person_bounds(avatar: str, *roles: str) -> tuple[Vector, Vector] | None:
    """Lowest and highest corner, in world space, of the avatar's shown parts (of the given roles); None without any."""
    graph = bpy.context.evaluated_depsgraph_get()
    corners = [
        obj.evaluated_get(graph).matrix_world @ Vector(corner)
        for obj in marks.parts_of(avatar, *roles)
        if not obj.hide_render
        for corner in obj.evaluated_get(graph).bound_box
    ]
    if not corners:
        return None
    points = np.array([tuple(corner) for corner in corners])
    return Vector(points.min(axis=0)), Vector(points.max(axis=0))


def build_stage(avatar: str, scene: bpy.types.Scene) -> bpy.types.Collection:
    """Backdrop, lights and world around the avatar, in a collection "Stage" of the scene."""
    low, high = person_bounds(avatar) or (Vector((-1, -1, 0)), Vector((1, 1, 2)))
    centre = (low + high) / 2
    size = max((high - low).z, 0.3)
    stage = bpy.data.collections.new("Stage")
    scene.collection.children.link(stage)
    _backdrop(stage, Vector((centre.x, centre.y, low.z)), size)
    scale = (size / _PERSON_HEIGHT) ** 2
    for name, direction, watts, width in (
        ("Key", (-1.0, -1.6, 1.3), 105.0, 0.9),
        ("Fill", (1.6, -1.2, 0.7), 30.0, 1.6),
        ("Rim", (0.9, 1.0, 1.5), 110.0, 0.7),
    ):
        position = Vector((centre.x, centre.y, low.z + size * 0.75)) + Vector(direction) * size
        add_light(stage, name, position, centre.lerp(high, 0.5), watts * scale, width * size)
    _world(scene)
    stage.hide_viewport = True  # seen by renders; who works in the viewport wants the avatar alone
    return stage


def add_camera(
    stage: bpy.types.Collection,
    name: str,
    low: Vector,
    high: Vector,
    *,
    lens: float,
    turn: float,
    aspect: float,
    eye_height: float | None = None,
) -> bpy.types.Object:
    """A camera in front of a box, far enough to hold it whole.

    Args:
        low, high: the box, world space.
        lens: focal length, millimetres on a 36 mm sensor.
        turn: degrees around the upright axis, positive to the person's right.
        aspect: width ÷ height of the picture.
        eye_height: where the camera stands, world Z; the middle of the box when not given.
    """
    data = bpy.data.cameras.new(name)
    data.lens, data.sensor_width, data.sensor_fit, data.clip_start = lens, 36.0, "HORIZONTAL", 0.01
    camera = bpy.data.objects.new(name, data)
    stage.objects.link(camera)
    centre = (low + high) / 2
    width, height = (high - low).x, (high - low).z
    half = math.tan(data.angle / 2)
    distance = max(width / 2 / half, height / 2 / (half / aspect)) + (high - low).y / 2
    direction = Vector((-math.sin(math.radians(turn)), -math.cos(math.radians(turn)), 0.0))
    camera.location = centre + direction * distance
    if eye_height is not None:
        camera.location.z = eye_height
    camera.rotation_euler = (centre - camera.location).to_track_quat("-Z", "Y").to_euler()
    return camera


def add_light(
    stage: bpy.types.Collection, name: str, position: Vector, target: Vector, watts: float, width: float
) -> bpy.types.Object:
    """A square area light, turned to its target."""
    data = bpy.data.lights.new(name, "AREA")
    data.energy, data.size = watts, width
    light = bpy.data.objects.new(name, data)
    light.location = position
    light.rotation_euler = (target - position).to_track_quat("-Z", "Y").to_euler()
    stage.objects.link(light)
    return light


def _backdrop(stage: bpy.types.Collection, floor: Vector, size: float) -> None:
    """Floor and wall in one sheet with a round corner, so that no horizon shows."""
    bend = [(math.sin(a) * size, size - math.cos(a) * size) for a in np.linspace(0, math.pi / 2, 12)]
    profile = [(-6 * size, 0.0), *((1.5 * size + y, z) for y, z in bend), (2.5 * size, 6 * size)]
    vertices = [(floor.x + x, floor.y + y, floor.z + z) for y, z in profile for x in (-8 * size, 8 * size)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    mesh = bpy.data.meshes.new("Backdrop")
    mesh.from_pydata(vertices, [], faces)
    mesh.shade_smooth()
    material = bpy.data.materials.new("Backdrop")
    compat.use_nodes(material)
    material.diffuse_color = BACKDROP_COLOR
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = BACKDROP_COLOR
    shader.inputs["Roughness"].default_value = 0.9
    mesh.materials.append(material)
    stage.objects.link(bpy.data.objects.new("Backdrop", mesh))


def _world(scene: bpy.types.Scene) -> None:
    if scene.world is None:
        scene.world = bpy.data.worlds.new("Stage")
    background = next(node for node in compat.world_nodes(scene.world).nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.75, 0.8, 0.9, 1.0)
    background.inputs["Strength"].default_value = 0.35
