# SPDX-License-Identifier: GPL-3.0-or-later
"""A file full of other people's objects: no panel fails on any of them, and every operator says what it wants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

import blender_addon
from avatarsdk_core.worker.places import Home
from blender_addon import marks
from blender_addon.registration import ROOMS
from tests.blender.drawing import draw

NAMES = ("AvatarHead", "AvatarBody", "Hips", "Cube", "Ünïcode ☃", "x" * 60, "100%{}", "..\\..", "glasses")
BONES = ("Hips", "mixamorig:Head", "bone.L", "☃")


@pytest.fixture
def addon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("blender_addon.jobs.board.home", lambda: Home(tmp_path / "home"))
    for name in ("AVATARS", "CACHE", "SANDBOXES"):
        monkeypatch.setenv(f"AVATARSDK_{name}", str(tmp_path / name))
    blender_addon.register()
    yield
    blender_addon.unregister()


def library(file: Path) -> None:
    """A mesh and a rig of somebody else's, to be linked."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    kept = bpy.data.collections.new("Theirs")
    for name, data in (("Their Mesh", bpy.data.meshes.new("m")), ("Their Rig", bpy.data.armatures.new("a"))):
        kept.objects.link(bpy.data.objects.new(name, data))
    bpy.data.libraries.write(str(file), {kept})


def strangers(file: Path) -> None:
    """Meshes with keys and drivers, rigs, other kinds, linked and instanced things, and marks that mean nothing."""
    library(file)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene, chance = bpy.context.scene, random.Random(1)
    with bpy.data.libraries.load(str(file), link=True) as (_, wanted):
        wanted.collections = ["Theirs"]
    scene.collection.children.link(wanted.collections[0])
    data = bpy.data
    other = (
        data.lights.new("l", "AREA"),
        data.cameras.new("c"),
        data.curves.new("t", "FONT"),
        data.lattices.new("l"),
        None,
    )
    for each in other:
        scene.collection.objects.link(data.objects.new("Other", each))
    for name in NAMES * 5:
        mesh = data.meshes.new(name)
        mesh.from_pydata([[chance.random() for _ in "xyz"] for _ in range(9)], [], [(0, 1, 2), (3, 4, 5), (6, 7, 8)])
        mesh.materials.append(data.materials.new(name))
        obj = data.objects.new(name, mesh)
        scene.collection.objects.link(obj)
        for key in ("Basis", "jawOpen", "mouthSmileLeft"):
            obj.shape_key_add(name=key)
        obj.modifiers.new("Armature", "ARMATURE")
        driver = mesh.shape_keys.key_blocks["jawOpen"].driver_add("value").driver
        driver.variables.new().targets[0].id = obj
    rig = data.objects.new("rig", data.armatures.new("rig"))
    scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in BONES:
        rig.data.edit_bones.new(bone).tail = (0.0, 0.0, 1.0)
    bpy.ops.object.mode_set(mode="OBJECT")
    data.objects["Hips"][marks.AVATAR] = 7
    data.objects["glasses"][marks.AVATAR] = "nobody"
    data.objects["glasses"][marks.PART] = 3.5


def actives() -> list[bpy.types.Object | None]:
    """One of each name and kind."""
    return [*{(obj.name.partition(".")[0], obj.type): obj for obj in bpy.context.view_layer.objects}.values(), None]


def test_every_panel_is_drawn_whatever_is_active(addon: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strangers(tmp_path / "theirs.blend")
    panels = [cls for room in ROOMS for cls in getattr(room, "CLASSES", ()) if issubclass(cls, bpy.types.Panel)]
    for obj in actives():
        bpy.context.view_layer.objects.active = obj
        texts = [
            text for cls in panels if (drawn := draw(cls, monkeypatch, obj=obj)) is not None for text in drawn.texts
        ]
        assert "Import Avatar…" in texts
        if not marks.avatar_id(obj):
            assert any(text.startswith("No avatar is selected") for text in texts), obj


def test_every_operator_says_what_it_wants(addon: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strangers(tmp_path / "theirs.blend")
    monkeypatch.setattr(bpy.context.preferences.system, "use_online_access", False)
    opened = ("avatar_sdk.gallery_open", "object.avatar_sdk_sample_add")  # another program; and what wants nothing
    calls = [
        (cls.bl_idname, getattr(getattr(bpy.ops, cls.bl_idname.split(".")[0]), cls.bl_idname.split(".")[1]))
        for room in ROOMS
        for cls in getattr(room, "CLASSES", ())
        if issubclass(cls, bpy.types.Operator) and cls.bl_idname not in opened
    ]
    said: dict[str, list[str]] = {}
    for active in ("Cube", "rig", "Their Mesh", "Hips", "glasses", None):
        for name, call in calls:
            bpy.context.view_layer.objects.active = bpy.data.objects[active] if active else None
            if call.poll():
                try:
                    call("EXEC_DEFAULT")
                except RuntimeError as error:
                    said.setdefault(name, []).append(str(error))
    assert not [error for errors in said.values() for error in errors if "Traceback" in error]
    assert said["import_scene.avatar_sdk"] == ["Error: Choose an export: its folder, a .zip or a model file\n"] * 6
