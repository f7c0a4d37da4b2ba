# SPDX-License-Identifier: GPL-3.0-or-later
"""Real exports become right avatars: numbers that were counted in the files themselves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon import hair, marks
from blender_addon.importing import ImportedAvatar, ImportOptions, import_avatar
from tests.blender.scene import (
    contents,
    evaluated_faces,
    evaluated_points,
    shape_key_names,
    transparent_without_texture,
)

JOINTS = 73
PERSON = {
    "AvatarEyelashes": "eyelashes",
    "AvatarHead": "head",
    "AvatarLeftCornea": "cornea",
    "AvatarLeftEyeball": "eyeball",
    "AvatarRightCornea": "cornea",
    "AvatarRightEyeball": "eyeball",
    "AvatarTeethLower": "teeth",
    "AvatarTeethUpper": "teeth",
}


def by_role(imported: ImportedAvatar, role: str) -> list[bpy.types.Object]:
    return [obj for obj in imported.parts if obj[marks.ROLE] == role]


def test_head_has_its_parts_joints_and_shape_keys(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    assert {obj.name: obj[marks.ROLE] for obj in imported.parts} == PERSON
    assert imported.armature is not None
    assert len(imported.armature.data.bones) == JOINTS
    (head,) = by_role(imported, "head")
    (lashes,) = by_role(imported, "eyelashes")
    lower = bpy.data.objects["AvatarTeethLower"]
    assert [len(shape_key_names(obj)) for obj in (head, lashes, lower)] == [66, 33, 19]
    assert "jawOpen" in shape_key_names(head)
    assert head[marks.LOD] == "LOD2"
    assert imported.warnings == ()


def test_everything_hangs_on_one_armature_in_one_collection(composite: Path) -> None:
    imported = import_avatar(composite)
    body, outfits = (f"{imported.collection.name} {kind}" for kind in ("Body", "Outfits"))
    assert contents()["collections"] == [imported.collection.name, body, outfits]
    assert len(contents()["objects"]) == 10 + 1  # the parts and the armature, no Icosphere, no empty
    for obj in imported.parts:
        assert obj.parent == imported.armature
        assert [modifier.object for modifier in obj.modifiers if modifier.type == "ARMATURE"] == [imported.armature]
        shelf = outfits if obj[marks.ROLE] == "garment" else body
        assert obj.users_collection == (bpy.data.collections[shelf],)


def test_an_avatar_stands_upright_facing_the_viewer(composite: Path) -> None:
    imported = import_avatar(composite)
    points = np.concatenate([evaluated_points(obj) for obj in imported.parts])
    low, high = points.min(axis=0), points.max(axis=0)
    assert abs(low[2]) < 0.02
    assert 1.5 < high[2] < 1.9
    assert imported.armature is not None
    assert imported.armature.data.bones["LeftHand"].head_local.x > 0.5  # its left is at +X
    assert imported.armature.data.bones["LeftToe_End"].head_local.y < 0  # its toes point to −Y, to the viewer


# Faces hidden at their centres, counted with an image library on the real masks and meshes.
@pytest.mark.parametrize(
    ("lod", "body", "head", "total"), [(1, 7497, 192, 12672), (2, 2680, 56, 5604)], ids=["LOD1", "LOD2"]
)
def test_a_real_outfit_hides_the_body_below_it(samples: Path, lod: int, body: int, head: int, total: int) -> None:
    person = import_avatar(samples / "metaperson2" / f"template_lod{lod}_female")
    outfit = import_avatar(samples / "metaperson2" / f"outfit_ARPI_lod{lod}_female", ImportOptions(onto=person.avatar))
    assert outfit.avatar == person.avatar
    assert outfit.hidden_faces["ARPI"] == pytest.approx({"AvatarBody": body, "AvatarHead": head}, rel=0.01)
    skin = bpy.data.objects["AvatarBody"]
    left = evaluated_faces(skin)
    conservative = {1: 7365, 2: 2560}[lod]
    assert total - left == pytest.approx(conservative, rel=0.01)
    assert len(bpy.data.armatures) == 1


def test_an_outfit_stays_in_its_place_when_it_is_bound_to_the_body(samples: Path) -> None:
    alone = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod1_female")
    expected = evaluated_points(alone.parts[0])
    person = import_avatar(samples / "metaperson2" / "template_lod1_female")
    worn = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod1_female", ImportOptions(onto=person.avatar))
    assert worn.parts[0].parent == person.armature
    np.testing.assert_allclose(evaluated_points(worn.parts[0]), expected, atol=1e-4)


def test_a_clothed_export_is_masked_as_it_comes(composite: Path) -> None:
    imported = import_avatar(composite)
    assert imported.hidden_faces == {"ARPI": pytest.approx({"AvatarBody": 2680, "AvatarHead": 56}, rel=0.01)}
    material = bpy.data.objects["AvatarBody"].active_material
    shader = next(node for node in material.node_tree.nodes if node.type == "GROUP" and "Surface" in node.outputs)
    assert shader.inputs["Alpha"].is_linked
    assert material.surface_render_method == "DITHERED"


def test_no_cornea_without_texture_is_opaque(samples: Path, composite: Path) -> None:
    for export in (composite, samples / "metaperson2" / "template_lod1_female"):
        corneas = by_role(import_avatar(export), "cornea")
        assert len(corneas) == 2
        for cornea in corneas:
            assert transparent_without_texture(cornea.active_material)
            assert not cornea.visible_shadow


def test_a_cornea_with_the_photos_iris_stays_opaque(samples: Path, tmp_path: Path) -> None:
    export = shutil.copytree(samples / "metaperson2" / "template_lod2_female", tmp_path / "export")
    for texture in (samples / "metaperson2" / "textures_only" / "opaque_cornea").iterdir():
        shutil.copy(texture, export / "Textures")
    for cornea in by_role(import_avatar(export), "cornea"):
        images = [node.image.name for node in cornea.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
        assert any("Cornea_Color" in name for name in images)
        assert not transparent_without_texture(cornea.active_material)


def test_textures_beside_a_model_are_found_by_their_names(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "template_lod2_female")
    (body,) = by_role(imported, "body")
    images = {node.image.name for node in body.active_material.node_tree.nodes if node.type == "TEX_IMAGE"}
    assert images == {
        "AvatarBodyFemale_Color_1K.jpg",
        "AvatarBodyFemale_Normal2_1K.jpg",
        "AvatarBodyFemale_UnityMetallicSmoothness_1K.png",
    }


def test_colour_maps_are_srgb_and_all_others_data(composite: Path) -> None:
    import_avatar(composite)
    for image in bpy.data.images:
        expected = "sRGB" if "_Color_" in image.name else "Non-Color"
        assert image.colorspace_settings.name == expected, image.name
        assert image.packed_file is not None


def test_teeth_and_lashes_follow_the_head(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    (head,) = by_role(imported, "head")
    lower, lashes = bpy.data.objects["AvatarTeethLower"], by_role(imported, "eyelashes")[0]
    before = evaluated_points(lower)
    for name in ("jawOpen", "eyeBlinkLeft"):
        head.data.shape_keys.key_blocks[name].value = 1.0
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    assert (
        lower.evaluated_get(graph).data.shape_keys is None or evaluated_points(lower)[:, 2].min() < before[:, 2].min()
    )
    assert before[:, 2].min() - evaluated_points(lower)[:, 2].min() > 0.005  # the jaw drops by centimetres
    assert lashes.data.shape_keys.key_blocks["eyeBlinkLeft"].value == pytest.approx(1.0)


def test_nameless_shape_keys_of_early_exports_get_their_names(samples: Path, tmp_path: Path) -> None:
    """Made of a real head by taking its names away: the right names must come back in the right order."""
    whole = samples / "metaperson2" / "head_only_lod2_female" / "model.glb"
    content = whole.read_bytes()
    length = int.from_bytes(content[12:16], "little")
    root = json.loads(content[20 : 20 + length])
    for mesh in root["meshes"]:
        mesh.pop("extras", None)
    text = json.dumps(root, separators=(",", ":")).encode().ljust(length)
    (tmp_path / "nameless.glb").write_bytes(content[:20] + text + content[20 + length :])
    heads = [by_role(import_avatar(file), "head")[0] for file in (whole, tmp_path / "nameless.glb")]
    assert shape_key_names(heads[0]) == shape_key_names(heads[1])


def test_zips_as_the_service_packs_them(samples: Path) -> None:
    shaped = samples / "SYNTHETIC" / "export_shaped"
    head = import_avatar(shaped / "head_glb" / "avatar.zip")
    assert len(head.parts) == len(PERSON)
    outfit = import_avatar(shaped / "outfit_discrete" / "ARPI.zip")
    assert [obj[marks.IDENTITY] for obj in outfit.parts] == ["ARPI"]


def test_a_discrete_outfit_takes_its_static_masks_from_its_folder(samples: Path, tmp_path: Path) -> None:
    shaped = samples / "SYNTHETIC" / "export_shaped"
    shutil.unpack_archive(shaped / "outfit_discrete" / "ARPI.zip", tmp_path / "export")
    for mask in (shaped / "static_files" / "outfits" / "ARPI").iterdir():
        shutil.copy(mask, tmp_path / "export" / "ARPI")
    shutil.copytree(samples / "metaperson2" / "template_lod2_female", tmp_path / "export" / "avatar")
    imported = import_avatar(tmp_path / "export")
    assert imported.hidden_faces["ARPI"] == pytest.approx({"AvatarBody": 2680, "AvatarHead": 56}, rel=0.01)


def test_two_avatars_stay_apart(composite: Path) -> None:
    first, second = import_avatar(composite), import_avatar(composite)
    assert first.avatar != second.avatar
    assert {obj.parent for obj in first.parts} == {first.armature}
    assert {obj.parent for obj in second.parts} == {second.armature}
    heads = marks.parts_of(second.avatar, "head")
    assert heads == by_role(second, "head")


def test_the_models_file_may_have_any_name(composite: Path, tmp_path: Path) -> None:
    export = shutil.copytree(composite, tmp_path / "x")
    (export / "model.gltf").rename(export / "something else.gltf")
    imported = import_avatar(export)
    assert len(imported.parts) == 10
    assert imported.hidden_faces == {"ARPI": pytest.approx({"AvatarBody": 2680, "AvatarHead": 56}, rel=0.01)}


def test_masks_embedded_without_names_are_found(composite: Path, tmp_path: Path) -> None:
    """As one GLB with everything embedded: real files give embedded images no names, and list them by the alphabet."""
    root = json.loads((composite / "model.gltf").read_text())
    content = bytearray((composite / "model.bin").read_bytes())
    order = sorted(range(len(root["images"])), key=lambda index: root["images"][index]["uri"].replace("LOD2_", ""))
    images = []
    for index in order:
        content += bytes(-len(content) % 4)
        data = (composite / root["images"][index]["uri"]).read_bytes()
        root["bufferViews"].append({"buffer": 0, "byteOffset": len(content), "byteLength": len(data)})
        images.append({"bufferView": len(root["bufferViews"]) - 1, "mimeType": "image/jpeg"})
        content += data
    for texture in root["textures"]:
        texture["source"] = order.index(texture["source"])
    root["images"] = images
    root["buffers"] = [{"byteLength": len(content), "uri": "all.bin"}]
    (tmp_path / "all.bin").write_bytes(content)
    (tmp_path / "all.gltf").write_text(json.dumps(root))
    imported = import_avatar(tmp_path / "all.gltf")
    assert imported.hidden_faces == {"outfit": pytest.approx({"AvatarBody": 2680, "AvatarHead": 56}, rel=0.01)}


def test_bones_that_nobody_poses_are_out_of_sight(samples: Path) -> None:
    armature = import_avatar(samples / "metaperson2" / "template_lod2_female").armature
    assert armature is not None
    shown = {collection.name: collection.is_visible for collection in armature.data.collections}
    assert shown == {"Body": True, "Fingers": True, "Eyes": True, "Twist": False, "Ends": False}
    assert all(len(bone.collections) == 1 for bone in armature.data.bones)
    assert len(armature.data.collections["Twist"].bones) == 4


def test_parts_lie_in_collections_of_their_kind(samples: Path, composite: Path) -> None:
    imported = import_avatar(composite)
    shelves = {child.name.removeprefix(imported.collection.name).strip() for child in imported.collection.children}
    assert shelves == {"Body", "Outfits"}
    assert set(imported.collection.all_objects) == {*imported.parts, imported.armature}
    second = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod1_female", ImportOptions(onto=imported.avatar))
    assert second.parts[0].users_collection[0] in set(imported.collection.children)


def test_a_head_only_export_goes_onto_a_body_by_the_head_bone(samples: Path) -> None:
    """Its lowest vertex is at y = 0 in the file; head and template of one LOD share their vertices."""
    body = import_avatar(samples / "metaperson2" / "template_lod2_female")
    (own_head,) = by_role(body, "head")
    expected = evaluated_points(own_head)
    for part in body.parts:
        if part[marks.ROLE] != "body":
            bpy.data.objects.remove(part)
    head = import_avatar(samples / "metaperson2" / "head_only_lod2_female", ImportOptions(onto=body.avatar))
    assert head.avatar == body.avatar
    (put_on,) = by_role(head, "head")
    assert put_on.parent == body.armature
    rim = expected[:, 2] < expected[:, 2].min() + 0.02
    apart = np.linalg.norm(evaluated_points(put_on)[rim] - expected[rim], axis=1)
    assert np.median(apart) < 0.005, "another face, the same neck"


def test_a_head_only_export_stays_by_itself_where_the_avatar_has_a_head(samples: Path) -> None:
    body = import_avatar(samples / "metaperson2" / "template_lod2_female")
    head = import_avatar(samples / "metaperson2" / "head_only_lod2_female", ImportOptions(onto=body.avatar))
    assert head.avatar != body.avatar


def test_hair_that_the_scene_would_render_black_is_told_and_nothing_is_changed(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female")
    assert imported.notes == ()
    imported.parts[0][marks.ROLE] = "hair"
    scene = bpy.context.scene
    assert "32 transparent bounces" in hair.lacking_bounces(scene, imported.avatar)
    assert scene.cycles.transparent_max_bounces < hair.BOUNCES
    scene.cycles.transparent_max_bounces = hair.BOUNCES
    assert hair.lacking_bounces(scene, imported.avatar) == ""
