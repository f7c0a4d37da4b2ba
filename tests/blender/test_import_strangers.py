# SPDX-License-Identifier: GPL-3.0-or-later
"""glTF as strangers write it: paths of another machine, formats that Blender can't read, every category of things."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import bpy
import pytest

from avatarsdk_core.errors import BundleError
from blender_addon import marks
from blender_addon.importing import import_avatar
from blender_addon.materials.groups.library import kind_of
from blender_addon.materials.surfaces import surface_node
from tests.blender.scene import contents, image_names

Root = dict[str, Any]


@pytest.fixture
def changed(composite: Path, tmp_path: Path) -> Callable[[Callable[[Path, Root], None]], Path]:
    """A copy of the clothed export after a change of its JSON."""

    def change(how: Callable[[Path, Root], None]) -> Path:
        folder = shutil.copytree(composite, tmp_path / "export")
        root = json.loads((folder / "model.gltf").read_text())
        how(folder, root)
        text = json.dumps(root, indent=1, ensure_ascii=False).replace("\n", "\r\n")
        (folder / "model.gltf").write_bytes(text.encode("utf-8-sig"))
        return folder

    return change


def in_a_folder(folder: Path, root: Root) -> None:
    (folder / "pictures of mine").mkdir()
    for image in root["images"]:
        shutil.move(folder / image["uri"], folder / "pictures of mine")
        image["uri"] = f"pictures of mine\\{image['uri']}"


def escaped(folder: Path, root: Root) -> None:
    for image in root["images"]:
        name = f"ж ü {image['uri']}"
        (folder / image["uri"]).rename(folder / name)
        image["uri"] = quote(name)


def of_windows(folder: Path, root: Root) -> None:
    for image in root["images"]:
        image["uri"] = f"C:\\Users\\somebody\\{image['uri']}"


def of_linux(folder: Path, root: Root) -> None:
    for image in root["images"]:
        image["uri"] = f"file:///home/somebody/{image['uri']}"


@pytest.mark.parametrize("how", [in_a_folder, escaped, of_windows, of_linux])
def test_textures_are_found_however_their_path_is_written(
    changed: Callable[..., Path], how: Callable[[Path, Root], None]
) -> None:
    imported = import_avatar(changed(how))
    assert imported.warnings == ()
    assert sum(bool(image_names(part.active_material)) for part in imported.parts) == 8


def test_textures_that_blender_cannot_read_are_named(changed: Callable[..., Path]) -> None:
    def compressed(folder: Path, root: Root) -> None:
        for image in root["images"]:
            (folder / image["uri"]).rename(folder / f"{image['uri']}.ktx2")
            image["uri"] += ".ktx2"
        for texture in root["textures"]:
            texture["extensions"] = {"KHR_texture_basisu": {"source": texture.pop("source")}}

    (warning,) = import_avatar(changed(compressed)).warnings
    assert warning.startswith("Textures as KTX2, which Blender can't read, left out: ")
    assert "AvatarHeadFemale_Color_1K.jpg.ktx2" in warning


def test_what_blender_does_not_know_but_the_file_requires_is_named(changed: Callable[..., Path]) -> None:
    def demanding(folder: Path, root: Root) -> None:
        root["extensionsRequired"] = root["extensionsUsed"] = ["KHR_something_new"]

    before = contents()
    with pytest.raises(BundleError, match=r"requires KHR_something_new; export the avatar without") as raised:
        import_avatar(changed(demanding))
    assert "\n" not in str(raised.value)
    assert contents() == before


def test_an_animated_glb_is_the_avatar_at_rest(samples: Path, tmp_path: Path) -> None:
    """Nodes that are skinned and animated are two objects to Blender's importer."""
    first = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    names = {part.name for part in first.parts}
    (head,) = marks.parts_of(first.avatar, "head")
    key = head.data.shape_keys.key_blocks["jawOpen"]
    for frame, value in ((1, 0.0), (10, 1.0)):
        key.value = value
        key.keyframe_insert("value", frame=frame)
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "animated.glb"), export_format="GLB")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    again = import_avatar(tmp_path / "animated.glb")
    assert {part.name for part in again.parts} == names
    assert again.warnings[-1].startswith("Animations left out: ")
    assert not bpy.data.actions


def test_a_vrm_is_read_as_the_glb_that_it_is(samples: Path, tmp_path: Path) -> None:
    shutil.copy(samples / "metaperson2" / "head_only_lod2_female" / "model.glb", tmp_path / "girl.vrm")
    assert len(import_avatar(tmp_path / "girl.vrm").parts) == 8


def test_zips_in_a_zip_are_told(samples: Path, tmp_path: Path) -> None:
    inner = samples / "SYNTHETIC" / "export_shaped" / "head_glb" / "avatar.zip"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(inner, "head/avatar.zip")
    with pytest.raises(BundleError, match=r"all\.zip: holds zips and no model itself \(avatar\.zip\); unpack it"):
        import_avatar(tmp_path / "all.zip")


@pytest.mark.parametrize(
    ("node", "role", "category", "kind"),
    [
        ("beard", "hair", "beards", "Hair"),
        ("haircut", "hair", "haircuts", "Hair"),
        ("hat", "garment", "hats", "Cloth"),
        ("glasses", "glasses", "glasses", "Glasses"),
        ("earring", "accessory", "earrings", "Jewellery"),
        ("necklace", "accessory", "necklaces", "Jewellery"),
        ("props", "accessory", "props", "Plain"),
        ("outfit_shoes", "garment", "outfits_shoes", "Cloth"),
    ],
)
def test_each_category_is_the_right_part_of_the_right_material(
    changed: Callable[..., Path], node: str, role: str, category: str, kind: str
) -> None:
    """The names that a combined export gives its things; without masks, which only clothes have."""

    def as_that(folder: Path, root: Root) -> None:
        (worn,) = (entry for entry in root["nodes"] if entry.get("name") == "outfit" and "mesh" in entry)
        worn["name"] = node
        for material in root["materials"]:
            if material["name"] == "outfit":
                material["name"] = node
        for image in [entry for entry in root["images"] if "ARPI" in entry["uri"]]:
            image["uri"] = f"gone/{image['uri']}"
        for image in folder.glob("ARPI*"):
            image.unlink()

    imported = import_avatar(changed(as_that))
    (part,) = (found for found in imported.parts if found.name == node)
    assert (part[marks.ROLE], part[marks.CATEGORY]) == (role, category)
    assert kind_of(surface_node(part.active_material).node_tree) == kind
