# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports as the sandbox makes them: packagings and options that no real file of the samples has."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob
from blender_addon.importing import import_avatar
from blender_addon.materials.surfaces import surface_node
from tests.blender.scene import evaluated_points, fed_by, shape_key_names

META = pipeline("metaperson_2.0")
HEAD = {"list": ["AvatarHead", "AvatarTeethLower"], "textures": {"list": []}}


@pytest.fixture(scope="module")
def avatar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("avatar")
    photo = io.BytesIO()
    Image.new("RGB", (320, 400), (224, 178, 150)).save(photo, "JPEG")
    (folder / "photo.jpg").write_bytes(photo.getvalue())
    META.compute(ComputeJob("female", {}, folder))
    return folder


def export(computed: Path, folder: Path, /, **parameters: Any) -> Path:
    """A folder with a folder for each file of the export, as `download_export` leaves it."""
    zips = folder / "zips"
    zips.mkdir(parents=True)
    wanted = {"format": "glb", **parameters}
    META.check_export("female", wanted)
    for file in META.export(ExportJob("female", {}, wanted, computed, zips, folder / "shelf")):
        with zipfile.ZipFile(zips / f"{file.identity}.zip") as archive:
            archive.extractall(folder / "export")
    return folder / "export"


def part(imported: Any, role: str) -> bpy.types.Object:
    return next(obj for obj in imported.parts if obj["avatar_sdk_role"] == role)


def test_blendshapes_in_a_file_of_their_own_become_shape_keys(avatar: Path, tmp_path: Path) -> None:
    sets = ["mobile_51", "visemes_14"]
    inside = import_avatar(export(avatar, tmp_path / "a", avatar=HEAD, blendshapes={"list": sets, "embed": True}))
    beside = import_avatar(export(avatar, tmp_path / "b", avatar=HEAD, blendshapes={"list": sets, "embed": False}))
    assert beside.warnings == ()
    for role in ("head", "teeth"):
        one, other = part(inside, role), part(beside, role)
        assert set(shape_key_names(one)) == set(shape_key_names(other))
    assert len(shape_key_names(part(beside, "head"))) == 51 + 14
    for imported in (inside, beside):
        part(imported, "head").data.shape_keys.key_blocks["jawOpen"].value = 1
    bpy.context.view_layer.update()
    for role in ("head", "teeth"):
        open_inside, open_beside = (evaluated_points(part(imported, role)) for imported in (inside, beside))
        np.testing.assert_allclose(open_inside, open_beside, atol=1e-5)


@pytest.mark.parametrize("embed", [True, False])
def test_a_generated_haircut_grows_on_the_head_with_its_texture(avatar: Path, tmp_path: Path, embed: bool) -> None:
    color = {"list": ["Color"], "embed": embed}
    folder = export(
        avatar,
        tmp_path,
        textures={"profile": "1K.png", "embed": embed},
        avatar={"list": ["AvatarHead"], "textures": color},
        haircuts={"list": ["HaircutGenerated"], "embed": embed, "textures": color},
    )
    head = part(import_avatar(folder), "head")
    (key,) = head.data.shape_keys.key_blocks[1:]
    node = surface_node(head.active_material)
    hair = node.inputs["Haircut Alpha"].links[0].from_node.image
    assert "haircut" in hair.name.lower()
    assert node.inputs["Color"].links[0].from_node.image != hair
    for value in (1.0, 0.25):
        key.value = value
        bpy.context.view_layer.update()
        assert fed_by(head, node.inputs["Haircut"]) == pytest.approx(value)
