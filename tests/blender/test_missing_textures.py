# SPDX-License-Identifier: GPL-3.0-or-later
"""Textures that a model names and that lie nowhere are told in one line, whatever the format; nothing turns pink."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import pytest

from avatarsdk_core.sandbox.formats.fbx import fbx_available
from blender_addon import marks
from blender_addon.importing import ImportedAvatar, import_avatar
from tests.blender.golden_exports import SANDBOX
from tests.blender.sandbox_exports import SandboxExports
from tests.blender.scene import image_names

# Golden export -> texture to take away: the head's.
LOST = {
    "metaperson obj": "AvatarHeadFemale_Color_1K.jpg",
    "head 2.0 obj": "model.jpg",
    "metaperson fbx": "AvatarHeadFemale_Color_1K.jpg",
    "head 2.0 ply": "model.jpg",
    "metaperson gltf head LOD1": "AvatarHeadFemale_Color_1K.jpg",
}


def the_head(imported: ImportedAvatar) -> bpy.types.Object:
    (head,) = (part for part in imported.parts if part[marks.ROLE] == "head")
    return head


def without(sandbox_exports: SandboxExports, name: str, texture: str, folder: Path) -> Path:
    pipeline, subtype, computation, parameters = SANDBOX[name]
    if parameters["format"] == "fbx" and not fbx_available():
        pytest.skip("no Blender that writes FBX")
    if "textures" in parameters:
        parameters = {**parameters, "textures": {**parameters["textures"], "embed": False}}
    export = shutil.copytree(sandbox_exports(pipeline, subtype, computation, **parameters), folder / "export")
    (export / "avatar" / texture).unlink()
    return export


def nothing_is_pink(imported: ImportedAvatar) -> None:
    for image in bpy.data.images:
        assert image.packed_file is not None, f"{image.name} has no pixels"
    for part in imported.parts:
        for slot in part.material_slots:
            nodes = slot.material.node_tree.nodes
            assert all(node.image is not None for node in nodes if node.type == "TEX_IMAGE")


@pytest.mark.parametrize("name", LOST)
def test_a_texture_that_is_not_there_is_named_and_nothing_turns_pink(
    sandbox_exports: SandboxExports, tmp_path: Path, name: str
) -> None:
    texture = LOST[name]
    imported = import_avatar(without(sandbox_exports, name, texture, tmp_path))
    assert imported.warnings == (f"Missing textures, left out: {texture}; put them beside the model.",)
    assert texture not in image_names(the_head(imported).active_material)
    nothing_is_pink(imported)


def test_a_texture_in_a_folder_beside_is_not_missed(sandbox_exports: SandboxExports, tmp_path: Path) -> None:
    pipeline, subtype, computation, parameters = SANDBOX["metaperson obj LOD1"]
    export = shutil.copytree(sandbox_exports(pipeline, subtype, computation, **parameters), tmp_path / "export")
    (export / "avatar" / "Textures").mkdir()
    for image in (export / "avatar").glob("*.jpg"):
        image.rename(image.with_name("Textures") / image.name)
    imported = import_avatar(export)
    assert imported.warnings == ()
    assert "AvatarHeadMale_Color_1K.jpg" in image_names(the_head(imported).active_material)
