# SPDX-License-Identifier: GPL-3.0-or-later
"""Lights and a camera for an avatar."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Euler, Matrix, Vector

from blender_addon import light_rig, marks
from blender_addon.importing import ImportedAvatar, import_avatar


def seen(camera: bpy.types.Object, point: Vector) -> Vector:
    """Where a point is in the picture: 0…1 from the left and from below, and how far off."""
    bpy.context.view_layer.update()
    return world_to_camera_view(bpy.context.scene, camera, point)


def is_seen(camera: bpy.types.Object, point: Vector) -> bool:
    place = seen(camera, point)
    return 0 < place.x < 1 and 0 < place.y < 1 and place.z > 0


def bone(imported: ImportedAvatar, name: str) -> Vector:
    return imported.armature.matrix_world @ imported.armature.pose.bones[name].head


def test_the_camera_looks_at_the_face_wherever_the_avatar_stands_and_looks(composite: Path) -> None:
    imported = import_avatar(composite)
    imported.armature.matrix_world = Matrix.LocRotScale((4.0, -2.0, 1.0), Euler((0.0, 0.0, 2.0)), (2.0, 2.0, 2.0))
    before = set(bpy.data.objects)
    rig = light_rig.add(imported.avatar)
    assert set(bpy.data.objects) - before == set(rig.objects)
    assert sorted(obj.type for obj in rig.objects) == ["CAMERA", "LIGHT", "LIGHT", "LIGHT"]
    camera = bpy.context.scene.camera
    assert camera in set(rig.objects)
    assert is_seen(camera, bone(imported, "Head"))
    assert not is_seen(camera, bone(imported, "LeftHand"))
    assert not is_seen(camera, bone(imported, "Hips"))
    face = imported.armature.matrix_world.to_quaternion() @ Vector((0.0, -1.0, 0.0))
    assert (camera.matrix_world.translation - bone(imported, "Head")).normalized().dot(face) > 0.9, "from the front"
    for light in (obj for obj in rig.objects if obj.type == "LIGHT"):
        to_head = (bone(imported, "Head") - light.matrix_world.translation).normalized()
        assert (light.matrix_world.to_quaternion() @ Vector((0.0, 0.0, -1.0))).dot(to_head) > 0.9


def test_a_figure_is_whole_in_its_picture_and_the_scenes_camera_stays(composite: Path) -> None:
    own = bpy.data.objects.new("Mine", bpy.data.cameras.new("Mine"))
    bpy.context.scene.collection.objects.link(own)
    bpy.context.scene.camera = own
    imported = import_avatar(composite)
    rig = light_rig.add(imported.avatar, "figure")
    assert bpy.context.scene.camera == own
    camera = next(obj for obj in rig.objects if obj.type == "CAMERA")
    for name in ("Head", "LeftHand", "RightHand", "LeftFoot", "RightFoot"):
        assert is_seen(camera, bone(imported, name)), name


def test_a_head_alone_has_its_portrait(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    light_rig.add(imported.avatar)
    assert is_seen(bpy.context.scene.camera, bone(imported, "Head"))


def test_what_shows_nothing_gets_no_light(composite: Path) -> None:
    imported = import_avatar(composite)
    for part in marks.parts_of(imported.avatar):
        part.driver_remove("hide_render")
        part.hide_render = True
    with pytest.raises(ValueError, match="shows nothing"):
        light_rig.add(imported.avatar)
    assert not bpy.data.lights
