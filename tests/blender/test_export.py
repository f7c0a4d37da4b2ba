# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars for other programs: the copy, and files that go out and come back."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from avatarsdk_core.avatar import recolor
from avatarsdk_core.avatar.bone_names import renamed
from avatarsdk_core.errors import AvatarSDKError
from blender_addon import export_copy, export_file, lods, look, marks, wardrobe
from blender_addon.export_copy import ExportOptions
from blender_addon.importing import ImportedAvatar, import_avatar
from blender_addon.materials.images import pixels_of
from blender_addon.materials.recoloring import surface_of
from tests.blender.scene import contents, evaluated_points, image_names, shape_key_names
from tests.blender.test_apply_masks import facts, key_points
from tests.sandbox.gltf_check import validate

TENTH_OF_A_MILLIMETRE = 1e-4


def points_of(objects: list[bpy.types.Object]) -> dict[str, np.ndarray]:
    return {obj.name: evaluated_points(obj) for obj in objects if obj.type == "MESH"}


def farthest(one: np.ndarray, other: np.ndarray) -> float:
    """The largest distance of a point to the nearest of the others: formats split and join vertices."""
    return max(float(np.sqrt(((other - point) ** 2).sum(axis=1).min())) for point in one[:: max(1, len(one) // 200)])


def moved(imported: ImportedAvatar) -> None:
    """Somewhere else, turned, larger and in a pose."""
    imported.armature.matrix_world = Matrix.LocRotScale((3.0, 1.0, 0.2), Euler((0.0, 0.0, 0.7)), (1.2, 1.2, 1.2))
    imported.armature.pose.bones["LeftArm"].rotation_mode = "XYZ"
    imported.armature.pose.bones["LeftArm"].rotation_euler.x = 0.6
    bpy.context.view_layer.update()


def test_the_copy_is_clean_and_the_avatar_stays_as_it_is(composite: Path) -> None:
    imported = import_avatar(composite)
    rest = points_of([part for part in imported.parts if marks.SHOWN in part])
    moved(imported)
    before, posed = facts(imported.avatar), points_of(list(imported.parts))
    made = export_copy.prepare(imported.avatar)
    for obj in made.objects:
        assert obj.matrix_world == Matrix.Identity(4), obj.name
    for copy in made.parts:
        kinds = {node.type for slot in copy.material_slots for node in slot.material.node_tree.nodes}
        assert "BSDF_PRINCIPLED" in kinds
        assert "GROUP" not in kinds
        assert all(shape_key_names(copy)), copy.name
        drivers = (
            copy.data.shape_keys.animation_data.drivers
            if shape_key_names(copy) and copy.data.shape_keys.animation_data
            else []
        )
        targets = {target.id for curve in drivers for one in curve.driver.variables for target in one.targets}
        assert targets <= set(made.parts), "drivers follow the copy's own head"
    outfit = next(
        copy
        for copy, source in made.sources.items()
        if getattr(source, "name", "") == "ARPI" and isinstance(copy, bpy.types.Object)
    )
    assert evaluated_points(outfit) == pytest.approx(rest["ARPI"] * 1.2, abs=TENTH_OF_A_MILLIMETRE)
    assert made.faces_removed == sum(imported.hidden_faces["ARPI"].values())
    assert facts(imported.avatar) == before
    for name, points in points_of(list(imported.parts)).items():
        assert points == pytest.approx(posed[name], abs=1e-6)


def test_a_discarded_copy_leaves_nothing(composite: Path) -> None:
    imported = import_avatar(composite)
    look.set_color(bpy.data.objects["AvatarHead"], (0.1, 0.3, 0.1))
    before = contents()
    export_copy.discard(export_copy.prepare(imported.avatar))
    assert contents() == before


@pytest.mark.parametrize("suffix", [".glb", ".fbx"])
def test_what_goes_out_comes_back(composite: Path, tmp_path: Path, suffix: str) -> None:
    imported = import_avatar(composite)
    shown = [part for part in imported.parts if not part.hide_render]
    names = {part.name for part in shown}
    outfit = evaluated_points(bpy.data.objects["ARPI"])
    head = bpy.data.objects["AvatarHead"]
    jaw = np.abs(key_points(head, "jawOpen") - key_points(head, "Basis")).max()
    images = {part.name: len(image_names(part.active_material)) for part in shown}
    bones = {bone.name for bone in imported.armature.data.bones}
    before, selection = contents(), list(bpy.context.selected_objects)
    file = tmp_path / f"out{suffix}"
    export_file.write(file, [imported.avatar])
    assert contents() == before
    assert list(bpy.context.selected_objects) == selection
    assert [found.name for found in tmp_path.iterdir()] == [file.name], "nothing lies beside it"
    if suffix == ".glb":
        (report,) = validate([file])
        assert [message for message in report["messages"] if message["severity"] == 0] == []
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    again = import_avatar(file)
    assert {part.name for part in again.parts} == names
    assert bones <= {bone.name for bone in again.armature.data.bones}
    assert farthest(evaluated_points(bpy.data.objects["ARPI"]), outfit) < TENTH_OF_A_MILLIMETRE
    head = bpy.data.objects["AvatarHead"]
    assert np.abs(key_points(head, "jawOpen") - key_points(head, "Basis")).max() == pytest.approx(jaw, rel=0.01)
    for part in again.parts:
        if images[part.name]:
            assert image_names(part.active_material), f"{part.name} lost its textures"


@pytest.mark.parametrize("scheme", ["mixamo", "unreal", "vrm"])
def test_bones_get_the_names_asked_for_and_move_the_same_skin(composite: Path, scheme: str) -> None:
    imported = import_avatar(composite)
    wanted = renamed([bone.name for bone in imported.armature.data.bones], export_copy.BoneNames(scheme))
    made = export_copy.prepare(imported.avatar, ExportOptions(bones=scheme))  # type: ignore[arg-type]
    assert made.bones_renamed == len(wanted) > 40
    assert set(wanted.values()) <= {bone.name for bone in made.armature.data.bones}
    for armature, bone in ((imported.armature, "LeftForeArm"), (made.armature, wanted["LeftForeArm"])):
        armature.pose.bones[bone].rotation_mode = "XYZ"
        armature.pose.bones[bone].rotation_euler.x = 0.8
    bpy.context.view_layer.update()
    copy = next(copy for copy, source in made.sources.items() if source == bpy.data.objects["ARPI"])
    assert evaluated_points(copy) == pytest.approx(
        evaluated_points(bpy.data.objects["ARPI"]), abs=TENTH_OF_A_MILLIMETRE
    )


def test_shape_keys_that_are_not_wanted_leave_what_they_show(composite: Path) -> None:
    imported = import_avatar(composite)
    wardrobe.show(bpy.data.objects["ARPI"], shown=False)  # whose mask hides some of the neck
    head = bpy.data.objects["AvatarHead"]
    head.data.shape_keys.key_blocks["jawOpen"].value = 0.5
    bpy.context.view_layer.update()
    shown = evaluated_points(head)
    all_kept = export_copy.prepare(imported.avatar)
    copy = next(copy for copy, source in all_kept.sources.items() if source == head)
    assert set(shape_key_names(copy)) <= set(shape_key_names(head))
    assert "jawOpen" in shape_key_names(copy)
    assert evaluated_points(copy) == pytest.approx(shown, abs=1e-5)
    none = export_copy.prepare(imported.avatar, ExportOptions(shapes="none"))
    copy = next(copy for copy, source in none.sources.items() if source == head)
    assert shape_key_names(copy) == []
    assert evaluated_points(copy) == pytest.approx(shown, abs=1e-5)


def test_recoloured_skin_is_in_the_texture(composite: Path) -> None:
    imported = import_avatar(composite)
    head = bpy.data.objects["AvatarHead"]
    (texture,) = (link.from_node for link in surface_of(head)[0].inputs["Color"].links)
    target = (0.08, 0.2, 0.12)
    look.set_color(head, target)
    made = export_copy.prepare(imported.avatar)
    copy = next(copy for copy, source in made.sources.items() if source == head)
    shader = next(node for node in copy.active_material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    baked = pixels_of(shader.inputs["Base Color"].links[0].from_node.image)
    own = surface_of(head)[0].inputs["Own Colour"].default_value[:3]
    wished = recolor.skin(pixels_of(texture.image)[..., :3], recolor.to_srgb(target), recolor.to_srgb(own))
    assert np.abs(baked[..., :3] - wished).max() < 0.01
    assert np.abs(baked[..., :3] - pixels_of(texture.image)[..., :3]).max() > 0.2


def test_a_level_of_detail_can_be_chosen_and_the_avatars_own_stays(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    with pytest.raises(ValueError, match="LOD2"):
        export_copy.prepare(imported.avatar, ExportOptions(lod=2))
    assert lods.levels_in(imported.avatar) == ()
    assert len(export_copy.prepare(imported.avatar, ExportOptions(lod=1)).parts) == len(imported.parts)


def test_what_is_taken_off_stays_out(composite: Path) -> None:
    imported = import_avatar(composite)
    wardrobe.show(bpy.data.objects["ARPI"], shown=False)
    made = export_copy.prepare(imported.avatar)
    assert bpy.data.objects["ARPI"] not in made.sources.values()
    assert made.faces_removed == 0


def test_several_avatars_go_into_one_file(composite: Path, tmp_path: Path) -> None:
    first, second = import_avatar(composite), import_avatar(composite)
    before = contents()
    made = export_file.write(tmp_path / "two.glb", [first.avatar, second.avatar])
    assert len(made) == 2
    assert contents() == before
    assert not [m for report in validate([tmp_path / "two.glb"]) for m in report["messages"] if m["severity"] == 0]


def test_a_failure_leaves_the_scene_and_the_old_file(
    composite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = import_avatar(composite)
    file = tmp_path / "old.glb"
    file.write_bytes(b"what was there")
    before = contents()
    with pytest.raises(AvatarSDKError, match=r"\.glb or \.fbx"):
        export_file.write(tmp_path / "anna.dae", [imported.avatar])
    with pytest.raises(AvatarSDKError, match="can't be written"):
        export_file.write(tmp_path / "no such folder" / "anna.glb", [imported.avatar])

    def fails(_file: Path, *, animation: bool) -> None:
        raise RuntimeError(f"no room ({animation})")

    monkeypatch.setitem(export_file.FORMATS, ".glb", fails)
    with pytest.raises(AvatarSDKError, match="no room"):
        export_file.write(file, [imported.avatar])
    assert contents() == before
    assert file.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [file]
