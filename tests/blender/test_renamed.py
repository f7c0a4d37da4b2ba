# SPDX-License-Identifier: GPL-3.0-or-later
"""Names are for people: everything goes on working when all of them are changed, before the import or after it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import bpy
import pytest

from blender_addon import applied_masks, lods, marks, upkeep, wardrobe
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.scene import contents, evaluated_faces, fed_by, mask_node, node_types

KINDS = ("objects", "meshes", "armatures", "materials", "images", "collections", "node_groups", "shape_keys")
NAMES = {
    "Cyrillic": "Аватар дизайнера Ёжик",
    "CJK": "虚拟形象 アバター 아바타",
    "Arabic": "صورة رمزية ثلاثية الأبعاد",
    "emoji": "👩🏽‍🦱👗✨",
    "63 bytes": "é" * 31 + "x",
    "quotes": "a\"b'c]d[\\e",
}


def rename_everything(name: str) -> None:
    for kind in KINDS:
        for block in getattr(bpy.data, kind):
            if block.library is None and not (kind == "images" and block.type != "IMAGE"):
                block.name = name
    for tree in (material.node_tree for material in bpy.data.materials if material.node_tree):
        for node in tree.nodes:
            node.name = node.label = name
    for obj in bpy.data.objects:
        for modifier in obj.modifiers:
            modifier.name = name
    bpy.context.view_layer.update()


def works(avatar: str) -> None:
    (garment,) = marks.worn(avatar)
    (head,) = (obj for obj in marks.parts_of(avatar, "head") if obj[marks.LOD] == "LOD2")
    (skin,) = (obj for obj in marks.parts_of(avatar, "body") if obj[marks.LOD] == "LOD2")
    for shown in (False, True):
        wardrobe.show(garment, shown)
        bpy.context.view_layer.update()
        assert garment.hide_render is not shown
        assert fed_by(skin, mask_node(skin).inputs["Shown"]) == float(shown)
        assert (evaluated_faces(skin) == len(skin.data.polygons)) is not shown
    if head.data.shape_keys:
        head.data.shape_keys.key_blocks["eyeBlinkLeft"].value = 0.5
        bpy.context.view_layer.update()
        (lashes,) = marks.parts_of(avatar, "eyelashes")
        assert lashes.data.shape_keys.key_blocks["eyeBlinkLeft"].value == pytest.approx(0.5)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_renamed_after_the_import(composite: Path, name: str) -> None:
    avatar = import_avatar(composite).avatar
    rename_everything(name)
    works(avatar)
    upkeep.connect(avatar)
    works(avatar)
    made = applied_masks.copy_without_hidden_faces(avatar)
    assert sorted(made.removed.values()) == [56, 2680]


def test_renamed_avatars_get_levels_and_outfits(samples: Path) -> None:
    real = samples / "metaperson2"
    avatar = import_avatar(real / "template_lod2_female").avatar
    rename_everything("x")
    onto = ImportOptions(onto=avatar)
    outfit = import_avatar(real / "outfit_ARPI_lod2_female", onto)
    assert outfit.parts[0].parent == marks.armature_of(avatar)
    works(avatar)
    rename_everything("y")
    import_avatar(real / "template_lod1_female", onto)
    rename_everything("z")
    assert lods.levels_in(avatar) == (1, 2)
    for level in (1, 2):
        lods.show_level(avatar, viewport=level)
        bpy.context.view_layer.update()
        for role in ("head", "body"):
            seen = [obj for obj in marks.parts_of(avatar, role) if not obj.hide_viewport]
            assert [obj[marks.LOD] for obj in seen] == [f"LOD{level}"]
    assert len(bpy.data.armatures) == 1


def test_names_of_any_script_survive_saving(composite: Path, tmp_path: Path) -> None:
    avatar = import_avatar(composite, ImportOptions(name=NAMES["CJK"])).avatar
    collection = marks.collection_of(avatar)
    assert collection is not None
    assert collection.name == NAMES["CJK"]
    file = tmp_path / "аватар.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    bpy.ops.wm.open_mainfile(filepath=str(file))
    works(avatar)


@pytest.mark.parametrize("name", [*NAMES.values(), "ж" * 200], ids=[*NAMES, "200 letters"])
def test_an_avatar_of_any_name(samples: Path, name: str) -> None:
    imported = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female", ImportOptions(name=name))
    assert imported.collection.name
    assert name.startswith(imported.collection.name)
    assert all(child.name for child in imported.collection.children)


def test_an_export_whose_names_say_nothing(composite: Path, tmp_path: Path) -> None:
    """Nodes, materials, meshes, textures and the file have other names: skin, shapes, masks' own look remain.

    The head is known by its expressions and the garment by the skeleton that it hangs on; teeth and eyes are told by
    their names alone, and stay what they are: meshes of the avatar, with their textures.
    """
    export = shutil.copytree(composite, tmp_path / "x")
    root = json.loads((export / "model.gltf").read_text())
    for kind in ("nodes", "materials", "meshes"):
        joints = {index for skin in root["skins"] for index in skin["joints"]}
        for index, item in enumerate(root[kind]):
            if kind != "nodes" or index not in joints:
                item["name"] = f"thing{index}"
    for index, image in enumerate(root["images"]):
        new = f"picture{index}{Path(image['uri']).suffix}"
        (export / image["uri"]).rename(export / new)
        image["uri"] = image["name"] = new
    (export / "model.gltf").write_text(json.dumps(root))
    (export / "model.gltf").rename(export / "something.gltf")
    imported = import_avatar(export)
    assert len(imported.parts) == 10
    assert len(contents()["armatures"]) == 1
    assert all(part.parent == imported.armature for part in imported.parts)
    (head,) = marks.parts_of(imported.avatar, "head")
    assert head.data.shape_keys is not None
    with_texture = [part.name for part in imported.parts if "TEX_IMAGE" in node_types(part.active_material.node_tree)]
    assert len(with_texture) >= 6
