# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: one clear error that names the value, and nothing left in the file."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import bpy
import pytest

from avatarsdk_core.errors import AvatarSDKError, BundleError
from blender_addon import face, marks
from blender_addon.importing import ImportOptions, import_avatar
from blender_addon.materials import visibility
from tests.blender.scene import contents


def refused(path: Path, *words: str) -> None:
    before = contents()
    with pytest.raises(AvatarSDKError) as raised:
        import_avatar(path)
    message = str(raised.value)
    assert "\n" not in message
    assert path.name in message
    for word in words:
        assert word in message
    assert contents() == before


def test_missing(tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", "no such")


def test_folder_without_a_model(tmp_path: Path) -> None:
    (tmp_path / "texture.jpg").write_bytes(b"x")
    refused(tmp_path, "no model", "glb")


def test_glb_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "model.glb").write_bytes(b"<html>not found</html>" * 10)
    refused(tmp_path / "model.glb", "not a GLB")


def test_empty_glb(tmp_path: Path) -> None:
    (tmp_path / "model.glb").touch()
    refused(tmp_path / "model.glb", "empty")


def test_format_that_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "model.stl").write_bytes(b"solid")
    refused(tmp_path, "no model", "glb")
    refused(tmp_path / "model.stl", "not a model", "glb")


TRIANGLE = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "OBJ"),
        (b"<html></html>", "no mesh"),
        (b"v 0 0 0\n", "no mesh"),
        (TRIANGLE.replace(b"f 1 2 3", b"f 1 2 9"), "no mesh"),
    ],
)
def test_obj_that_is_none(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "model.obj").write_bytes(content)
    refused(tmp_path / "model.obj", word)


@pytest.mark.parametrize("content", [b"", b"Kaydara FBX Binary", b"; FBX 7.3.0 project file\n", b"<html></html>" * 99])
def test_fbx_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.fbx").write_bytes(content)
    refused(tmp_path / "model.fbx", "FBX", "glb")


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7, 0.99])
def test_truncated_fbx(samples: Path, tmp_path: Path, share: float) -> None:
    content = (samples / "metaperson2" / "fbx_body_lod2_female" / "model.fbx").read_bytes()
    (tmp_path / "half.fbx").write_bytes(content[: int(len(content) * share)])
    refused(tmp_path / "half.fbx", "FBX")


def test_truncated_glb(samples: Path, tmp_path: Path) -> None:
    content = (samples / "metaperson2" / "head_only_lod2_female" / "model.glb").read_bytes()
    (tmp_path / "half.glb").write_bytes(content[: len(content) // 2])
    refused(tmp_path / "half.glb", "truncated")


def test_truncated_zip(samples: Path, tmp_path: Path) -> None:
    content = (samples / "SYNTHETIC" / "export_shaped" / "head_glb" / "avatar.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(content[: len(content) // 2])
    refused(tmp_path / "half.zip")


def test_zip_that_leaves_its_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../x", "boo")
    refused(tmp_path / "evil.zip", "../x")
    assert not (tmp_path.parent / "x").exists()


def test_gltf_without_its_buffer(composite: Path, tmp_path: Path) -> None:
    shutil.copy(composite / "model.gltf", tmp_path)
    refused(tmp_path / "model.gltf", "model.bin", "missing")


def test_gltf_whose_geometry_blender_cannot_read(composite: Path, tmp_path: Path) -> None:
    export = shutil.copytree(composite, tmp_path / "export")
    root = json.loads((export / "model.gltf").read_text())
    root["accessors"][0]["bufferView"] = 9999
    (export / "model.gltf").write_text(json.dumps(root))
    refused(export / "model.gltf")


def test_outfit_for_an_avatar_that_is_not_there(samples: Path) -> None:
    before = contents()
    with pytest.raises(BundleError, match="nobody"):
        import_avatar(samples / "metaperson2" / "outfit_ARPI_lod1_female", ImportOptions(onto="nobody"))
    assert contents() == before


def test_a_failure_half_way_leaves_nothing(composite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cube = bpy.data.objects.new("Mine", bpy.data.meshes.new("Mine"))
    bpy.context.scene.collection.objects.link(cube)
    bpy.context.view_layer.objects.active = cube
    before = contents()

    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(face, "connect_shapes", fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        import_avatar(composite)
    assert contents() == before
    assert bpy.context.view_layer.objects.active == cube


def test_a_texture_that_is_no_image_is_left_out_with_a_word(composite: Path, tmp_path: Path) -> None:
    export = shutil.copytree(composite, tmp_path / "export")
    (export / "ARPI_Color_1K.jpg").write_bytes(b"this is no picture")
    imported = import_avatar(export)
    assert len(imported.parts) == 10
    assert any("ARPI_Color_1K.jpg" in warning for warning in imported.warnings)


def test_a_missing_texture_is_no_error(composite: Path, tmp_path: Path) -> None:
    export = shutil.copytree(composite, tmp_path / "export")
    (export / "AvatarHeadFemale_Color_1K.jpg").unlink()
    imported = import_avatar(export)
    assert len(imported.parts) == 10
    assert imported.warnings == (
        "Missing textures, left out: AvatarHeadFemale_Color_1K.jpg; put them beside the model.",
    )


def test_an_avatar_is_dressed_whole_or_not_at_all(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = import_avatar(samples / "metaperson2" / "template_lod2_female")
    skins = marks.parts_of(person.avatar, "body", "head")

    def state() -> list[object]:
        found: list[object] = [contents()]
        for skin in skins:
            tree = skin.active_material.node_tree
            alpha = next(node for node in tree.nodes if node.type == "GROUP" and "Surface" in node.outputs).inputs[
                "Alpha"
            ]
            drivers = [block.animation_data for block in (skin, tree)]
            found += [
                [modifier.name for modifier in skin.modifiers],
                [group.name for group in skin.vertex_groups],
                sorted(skin.keys()),
                sorted(node.name for node in tree.nodes),
                alpha.is_linked,
                [len(data.drivers) if data else 0 for data in drivers],
            ]
        return found

    before = state()
    real, calls = visibility.add_mask, []

    def fail_at_the_head(*arguments: object) -> int:
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError("in the middle")
        return int(real(*arguments))

    monkeypatch.setattr(visibility, "add_mask", fail_at_the_head)
    outfit, onto = samples / "metaperson2" / "outfit_ARPI_lod2_female", ImportOptions(onto=person.avatar)
    with pytest.raises(RuntimeError, match="in the middle"):
        import_avatar(outfit, onto)
    assert state() == before
    monkeypatch.undo()
    assert import_avatar(outfit, onto).hidden_faces["ARPI"]["AvatarBody"] == pytest.approx(2680, rel=0.01)


def test_a_linked_active_collection_gets_nothing(composite: Path, tmp_path: Path) -> None:
    theirs = bpy.data.collections.new("Theirs")
    bpy.context.scene.collection.children.link(theirs)
    bpy.data.libraries.write(str(tmp_path / "library.blend"), {theirs})
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, into):
        into.collections = ["Theirs"]
    bpy.context.scene.collection.children.link(into.collections[0])
    layer = bpy.context.view_layer
    layer.active_layer_collection = layer.layer_collection.children["Theirs"]
    imported = import_avatar(composite)
    assert imported.collection.name in bpy.context.scene.collection.children


def test_an_excluded_active_collection_gets_nothing(composite: Path) -> None:
    hidden = bpy.data.collections.new("Hidden")
    bpy.context.scene.collection.children.link(hidden)
    layer = bpy.context.view_layer
    layer.active_layer_collection = layer.layer_collection.children["Hidden"]
    layer.active_layer_collection.exclude = True
    imported = import_avatar(composite)
    assert all(obj.name in layer.objects for obj in imported.parts)


def test_a_linked_avatar_is_not_dressed(samples: Path, tmp_path: Path) -> None:
    person = import_avatar(samples / "metaperson2" / "template_lod2_female")
    name, avatar = person.collection.name, person.avatar
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, into):
        into.collections = [name]
    bpy.context.scene.collection.children.link(into.collections[0])
    before = contents()
    with pytest.raises(BundleError, match="linked"):
        import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female", ImportOptions(onto=avatar))
    assert contents() == before


def test_a_strangers_node_group_of_our_name_is_left_alone(composite: Path) -> None:
    theirs = bpy.data.node_groups.new("Avatar SDK Visibility Mask", "GeometryNodeTree")
    imported = import_avatar(composite)
    assert imported.hidden_faces["ARPI"]["AvatarBody"] == pytest.approx(2680, rel=0.01)
    assert len(theirs.nodes) == 0


def test_a_zip_without_a_model_is_named_as_the_user_knows_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.jpg", "x")
    refused(tmp_path / "photos.zip", str(tmp_path / "photos.zip"), "no model")


def test_a_full_temporary_folder_is_told(composite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "geometry.glb")

    before = contents()
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(BundleError, match=r"No space left.*TMPDIR"):
        import_avatar(composite)
    assert contents() == before


def test_a_rigged_thing_without_a_person_is_worn(samples: Path) -> None:
    """The outfit of a zip that holds no masks: nothing but its skeleton tells what it is."""
    imported = import_avatar(samples / "SYNTHETIC" / "export_shaped" / "outfit_discrete" / "ARPI.zip")
    assert [(obj[marks.ROLE], obj[marks.CATEGORY]) for obj in marks.worn(imported.avatar)] == [("garment", "outfits")]
