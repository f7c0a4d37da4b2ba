"""FBX of every pipeline that has it, written by a Blender in a process apart: this Python's bpy, or a program."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.errors import BlenderError
from avatarsdk_core.sandbox.formats import fbx
from avatarsdk_core.sandbox.formats.fbx import fbx_available
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ExportJob
from tests.sandbox.legacy_avatars import SMALL, LegacyAvatars
from tests.sandbox.service_api import Api

needs_blender = pytest.mark.skipif(not fbx_available(), reason="no Blender to write FBX with: neither bpy nor blender")
MAGIC = b"Kaydara FBX Binary"
SMALLEST = {"texture_size": SMALL, "lod": 7}


def exported(
    legacy: LegacyAvatars, name: str, subtype: str, parameters: dict[str, Any], into: Path
) -> dict[str, bytes]:
    """The entries of the avatar's archive."""
    avatar = legacy(name, subtype, {})
    pipeline(name).check_export(subtype, parameters)
    pipeline(name).export(ExportJob(subtype, {}, parameters, avatar.folder, into / "zips", into / "shelf"))
    with zipfile.ZipFile(into / "zips" / "avatar.zip") as archive:
        return {entry.removeprefix("avatar/"): archive.read(entry) for entry in archive.namelist()}


def images_in(model: bytes) -> int:
    """How many JPEG and PNG files an FBX holds."""
    return len(re.findall(rb"\xff\xd8\xff[\xe0\xdb]|\x89PNG\r\n\x1a\n", model))


@needs_blender
def test_a_body_has_skeleton_and_shapes_and_what_fbx_cannot_show_lies_beside(
    legacy: LegacyAvatars, tmp_path: Path
) -> None:
    wanted = {"format": "fbx", "embed_textures": True, "additional_textures": ["normal_map", "roughness_map"]}
    wanted |= {"blendshapes": {"list": ["visemes_15"]}, **SMALLEST}
    found = exported(legacy, "body_0.3", "female", wanted, tmp_path)
    model = found["model.fbx"]
    assert model.startswith(MAGIC)
    assert b"LeftForeArm" in model
    assert b"oh\x00\x01SubDeformer" in model
    assert images_in(model) >= 2, "colours and normals are inside"
    assert {name for name in found if name.endswith((".png", ".jpg"))} == {"roughness_map.png"}


@needs_blender
@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_masks_and_roughness_of_an_embedding_fbx_lie_beside_it(
    legacy: LegacyAvatars, tmp_path: Path, ending: str
) -> None:
    person, types = pipeline("metaperson_2.0"), ["Color", "Roughness", "BodyVisibilityMask"]
    outfit = person.available("female")["outfits_shoes"][0]
    wanted: dict[str, Any] = {"format": "fbx", "lod": "LOD2", "split_vertices": True}
    wanted |= {"textures": {"list": types, "profile": f"1K.{ending}", "embed": True}}
    wanted |= {"avatar": {"list": ["AvatarTeethLower"]}, "outfits_shoes": {"list": [outfit]}}
    found = exported(legacy, "metaperson_2.0", "female", wanted, tmp_path)
    assert found["model.fbx"].startswith(MAGIC)
    beside = sorted(name for name in found if name.endswith((".png", f".{ending}")))
    assert any("BodyVisibilityMask" in name for name in beside)
    assert any("Roughness" in name for name in beside)
    assert not any(found[name] in found["model.fbx"] for name in beside)
    if ending == "jpg":
        assert images_in(found["model.fbx"]) >= 2, "the colours of both are inside"
        assert not any("_Color_" in name for name in beside)


@needs_blender
@pytest.mark.parametrize(("name", "subtype"), [("head_2.0", "bust/mobile"), ("head_1.2", "base/legacy")])
def test_heads_refer_to_textures_beside_by_name(legacy: LegacyAvatars, tmp_path: Path, name: str, subtype: str) -> None:
    found = exported(legacy, name, subtype, {"format": "fbx", **SMALLEST}, tmp_path)
    assert found["model.fbx"].startswith(MAGIC)
    assert b"model.jpg" in found["model.fbx"]
    assert images_in(found["model.fbx"]) == 0
    assert "model.jpg" in found


def test_without_a_blender_the_service_answers_400_that_says_so(
    developer: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(program: str | None) -> None:
        raise BlenderError("No Blender here")

    monkeypatch.setattr(fbx, "find_blender", none)
    monkeypatch.setenv("PATH", "")
    for name, given in (("metaperson_2.0", '{"format": "fbx"}'), ("head_2.0", '{"format": "fbx"}')):
        answer = developer.create(pipeline=name, export_parameters=given)
        assert answer.status_code == 400
        assert re.search("fbx (needs a|is written by) Blender.*glb", answer.text)
