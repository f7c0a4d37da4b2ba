# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar from an FBX is the avatar that a glTF gives: the same places, bones, names, keys and materials."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon import marks
from blender_addon.importing import ImportedAvatar, import_avatar
from tests.blender.scene import contents, evaluated_points, image_names, shape_key_names, transparent_without_texture

PARTS = {"AvatarBody": "body", "AvatarHead": "head", "AvatarLeftCornea": "cornea", "AvatarRightCornea": "cornea"}
# Fingers, toes, neck and eyes are another person's in the two files: the template's are not the FBX's.
TRUNK = ("Hips", "Spine", "Spine1", "Spine2", "LeftArm", "LeftForeArm", "LeftHand", "LeftUpLeg", "LeftLeg", "LeftFoot")


@pytest.fixture
def fbx(samples: Path) -> Path:
    return samples / "metaperson2" / "fbx_body_lod2_female"


def part(imported: ImportedAvatar, name: str) -> bpy.types.Object:
    return next(obj for obj in imported.parts if obj.name.split(".")[0] == name)


def bones(imported: ImportedAvatar) -> dict[str, np.ndarray]:
    """Name → world matrix (4, 4) of each bone at rest."""
    armature = imported.armature
    assert armature is not None
    return {bone.name: np.array(armature.matrix_world @ bone.matrix_local) for bone in armature.data.bones}


def farthest(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Distance (N,) of each point to the nearest of the others."""
    return np.concatenate(
        [np.linalg.norm(some[:, None] - others[None], axis=2).min(axis=1) for some in np.array_split(points, 20)]
    )


def test_an_fbx_is_the_avatar_that_the_template_of_its_lod_is(samples: Path, fbx: Path) -> None:
    imported, template = import_avatar(fbx), import_avatar(samples / "metaperson2" / "template_lod2_female")
    head, other = (evaluated_points(part(avatar, "AvatarHead")) for avatar in (imported, template))
    lift = np.array([0.0, 0.0, other[:, 2].min() - head[:, 2].min()])  # the FBX is grounded, templates stand higher
    assert 0 < lift[2] < 0.003
    assert farthest(head + lift, other).max() < 1e-5
    assert farthest(other, head + lift).max() < 1e-5
    body, other = (evaluated_points(part(avatar, "AvatarBody")) for avatar in (imported, template))
    apart = farthest(body + lift, other)
    assert np.median(apart) < 1e-5
    assert (apart < 1e-4).mean() > 0.8  # all but hands and feet
    assert apart.max() < 0.01


def test_its_bones_stand_and_point_as_the_templates_do(samples: Path, fbx: Path) -> None:
    found = bones(import_avatar(fbx))
    expected = bones(import_avatar(samples / "metaperson2" / "template_lod2_female"))
    assert set(found) == set(expected)
    assert len(found) == 73
    for name in TRUNK:
        assert np.abs(found[name][:3, 3] - expected[name][:3, 3]).max() < 0.0025, name  # 1.9 mm of it is the lift
        if name not in ("LeftHand", "LeftFoot"):  # they point to what differs
            np.testing.assert_allclose(found[name][:3, :3], expected[name][:3, :3], atol=0.01, err_msg=name)


def test_no_transform_is_left_on_its_objects_and_it_is_at_rest(fbx: Path) -> None:
    imported = import_avatar(fbx)
    assert imported.armature is not None
    for obj in (imported.armature, *imported.parts):
        assert obj.matrix_world == Matrix(), obj.name
    for bone in imported.armature.pose.bones:
        assert bone.matrix_basis == Matrix(), bone.name
    for obj in imported.parts:
        rest = np.array([vertex.co[:] for vertex in obj.data.vertices])
        np.testing.assert_allclose(evaluated_points(obj), rest, atol=1e-5)


def test_its_parts_and_shape_keys_have_their_names(fbx: Path) -> None:
    imported = import_avatar(fbx)
    assert {obj.name: obj[marks.ROLE] for obj in imported.parts} == PARTS
    assert {obj[marks.LOD] for obj in imported.parts} == {"LOD2"}
    assert {obj.name: obj[marks.SIDE] for obj in imported.parts if obj[marks.SIDE]} == {
        "AvatarLeftCornea": "left",
        "AvatarRightCornea": "right",
    }
    names = shape_key_names(part(imported, "AvatarHead"))
    assert len(names) == 66
    assert {"jawOpen", "sil"} <= set(names)
    assert [layer.name for layer in part(imported, "AvatarHead").data.uv_layers] == ["UVMap"]
    keys = part(imported, "AvatarHead").data.shape_keys.key_blocks
    assert {key.value for key in keys} == {0.0}


def test_its_shape_keys_move_as_the_gltf_heads_do(samples: Path, fbx: Path) -> None:
    """The head-only GLB is of the same LOD: jawOpen moves the chin down by nearly as much."""
    moved = []
    for export in (fbx, samples / "metaperson2" / "head_only_lod2_female"):
        keys = part(import_avatar(export), "AvatarHead").data.shape_keys.key_blocks
        points = [np.array([point.co[:] for point in keys[name].points]) for name in ("Basis", "jawOpen")]
        deltas = points[1] - points[0]
        moved.append(deltas[np.linalg.norm(deltas, axis=1).argmax()])
    np.testing.assert_allclose(moved[0], moved[1], atol=0.004)
    assert moved[0][2] < -0.01


def test_each_vertex_hangs_on_bones_by_weights_that_sum_to_one(fbx: Path) -> None:
    imported = import_avatar(fbx)
    assert imported.armature is not None
    names = {bone.name for bone in imported.armature.data.bones}
    for obj in imported.parts:
        assert {group.name for group in obj.vertex_groups} <= names
        sums = [sum(group.weight for group in vertex.groups) for vertex in obj.data.vertices]
        np.testing.assert_allclose(sums, 1.0, atol=1e-3)


def test_nothing_of_the_importer_is_left(fbx: Path) -> None:
    bpy.context.scene.render.fps = 31
    imported = import_avatar(fbx)
    found = contents()
    assert all(name.startswith("Avatar SDK ") for name in found.pop("node_groups"))
    assert found == {
        "objects": sorted([*PARTS, imported.collection.name]),
        "meshes": sorted(PARTS),
        "armatures": [imported.collection.name],
        "materials": sorted(PARTS),
        "images": [],
        "collections": [imported.collection.name, f"{imported.collection.name} Body"],
        "actions": [],
        "shape_keys": found["shape_keys"],
    }
    assert len(contents()["shape_keys"]) == 1
    assert bpy.context.scene.render.fps == 31


def test_corneas_are_clear_and_no_skin_is_metal(fbx: Path) -> None:
    imported = import_avatar(fbx)
    for name in ("AvatarLeftCornea", "AvatarRightCornea"):
        assert transparent_without_texture(part(imported, name).active_material)
    for name in ("AvatarHead", "AvatarBody"):
        nodes = part(imported, name).active_material.node_tree.nodes
        shader = next(node for node in nodes if node.type == "GROUP" and "Surface" in node.outputs)
        assert shader.inputs["Metallic"].default_value == 0
        assert max(shader.inputs["Color"].default_value[:3]) > 0.3


@pytest.mark.parametrize("folder", [".", "Textures"], ids=["beside", "in a folder"])
def test_textures_are_found_by_their_names(samples: Path, fbx: Path, tmp_path: Path, folder: str) -> None:
    export = shutil.copytree(fbx, tmp_path / "export")
    (export / folder).mkdir(exist_ok=True)
    textures = samples / "metaperson2" / "template_lod2_female" / "Textures"
    for image in ("AvatarBodyFemale_Color_1K.jpg", "AvatarBodyFemale_UnityMetallicSmoothness_1K.png"):
        shutil.copy(textures / image, export / folder)
    for kind, source in (("Color", "Head"), ("Roughness", "Head"), ("Metallic", "Body")):  # FBX brings separate maps
        map_of = f"Avatar{source}Female_{'Color' if kind == 'Color' else 'Normal2'}_1K.jpg"
        shutil.copy(textures / map_of, export / folder / f"AvatarHeadFemale_{kind}_1K.jpg")
    imported = import_avatar(export)
    assert image_names(part(imported, "AvatarHead").active_material) == {
        f"AvatarHeadFemale_{kind}_1K.jpg" for kind in ("Color", "Roughness", "Metallic")
    }
    head = part(imported, "AvatarHead").active_material.node_tree
    shader = next(node for node in head.nodes if node.type == "GROUP" and "Surface" in node.outputs)
    assert "_Roughness_" in shader.inputs["Roughness"].links[0].from_node.image.name
    assert "_Metallic_" in shader.inputs["Metallic"].links[0].from_node.image.name
    assert image_names(part(imported, "AvatarBody").active_material) == {
        "AvatarBodyFemale_Color_1K.jpg",
        "AvatarBodyFemale_UnityMetallicSmoothness_1K.png",
    }


def test_an_animated_face_is_a_head_with_its_old_expressions_and_texture(samples: Path) -> None:
    imported = import_avatar(samples / "legacy_animated_face")
    (head,) = imported.parts
    assert imported.armature is None
    assert head[marks.ROLE] == "head"
    assert len(shape_key_names(head)) == 45
    assert image_names(head.active_material) == {"model.jpg"}
    (image,) = bpy.data.images
    assert image.packed_file is not None
    points = evaluated_points(head)
    low, high = points.min(axis=0), points.max(axis=0)
    assert 0.2 < high[2] - low[2] < 0.35  # upright, metres
    nose = points[np.abs(points[:, 0]) < 0.01]
    assert abs(low[1]) < abs(nose[:, 1].min()) + 0.001  # the nose is what stands out to −Y
    jaw = head.data.shape_keys.key_blocks["JawOpen"]
    jaw.value = 1.0
    assert evaluated_points(head)[:, 2].min() < low[2] + 0.001


def test_an_animated_face_without_its_texture_is_no_error(samples: Path, tmp_path: Path) -> None:
    shutil.copy(samples / "legacy_animated_face" / "model.fbx", tmp_path)
    import_avatar(tmp_path)
    assert contents()["images"] == []


@pytest.mark.parametrize("archive", ["body_fbx/avatar.zip", "body_fbx_flat/model.zip", "body_fbx", "body_fbx_flat"])
def test_zips_nested_and_flat(samples: Path, archive: str) -> None:
    imported = import_avatar(samples / "SYNTHETIC" / "export_shaped" / archive)
    assert {obj.name for obj in imported.parts} == set(PARTS)


def test_of_one_model_in_two_formats_the_gltf_is_read(samples: Path, fbx: Path, tmp_path: Path) -> None:
    shutil.copy(fbx / "model.fbx", tmp_path)
    shutil.copy(samples / "metaperson2" / "head_only_lod2_female" / "model.glb", tmp_path)
    assert len(import_avatar(tmp_path).parts) == 8


def test_a_second_avatar_keeps_its_names_and_bones_to_itself(fbx: Path) -> None:
    first, second = import_avatar(fbx), import_avatar(fbx)
    assert set(bones(first)) == set(bones(second))
    assert {obj[marks.ROLE] for obj in second.parts} == set(PARTS.values())
    assert {obj.parent for obj in second.parts} == {second.armature}
    shared = {obj.active_material for obj in first.parts} & {obj.active_material for obj in second.parts}
    assert {obj[marks.ROLE] for obj in second.parts if obj.active_material in shared} == {"cornea"}, "skin isn't shared"


def test_units_axes_and_namespaces_of_another_program_go_into_the_data(tmp_path: Path) -> None:
    """Blender's own exporter writes centimetres, its axes as rotations, and here a pose and Mixamo's namespace."""
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bone = data.edit_bones.new("mixamorig:Hips")
    bone.head, bone.tail = (0.1, 0.0, 1.0), (0.1, 0.0, 1.2)
    bpy.ops.object.mode_set(mode="OBJECT")
    mesh = bpy.data.meshes.new("AvatarBody")
    places = [(0.0, 0.0, 0.0), (0.5, 0.0, 0.0), (0.0, -0.25, 1.5)]
    mesh.from_pydata(places, [], [(0, 1, 2)])
    body = bpy.data.objects.new("AvatarBody", mesh)
    bpy.context.scene.collection.objects.link(body)
    body.parent = rig
    body.vertex_groups.new(name="mixamorig:Hips").add([0, 1, 2], 1.0, "REPLACE")
    body.modifiers.new("Armature", "ARMATURE").object = rig
    bpy.ops.export_scene.fbx(filepath=str(tmp_path / "model.fbx"), add_leaf_bones=False, bake_anim=False)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)

    imported = import_avatar(tmp_path)
    (found,) = imported.parts
    assert found.matrix_world == Matrix()
    np.testing.assert_allclose(evaluated_points(found), places, atol=1e-5)
    (matrix,) = bones(imported).values()
    assert set(bones(imported)) == {"Hips"}
    np.testing.assert_allclose(matrix[:3, 3], (0.1, 0.0, 1.0), atol=1e-5)
    assert imported.armature is not None
    imported.armature.pose.bones["Hips"].location = (0.0, 1.0, 0.0)
    bpy.context.view_layer.update()
    assert np.abs(evaluated_points(found) - places).max() > 0.9  # it still follows the renamed bone
