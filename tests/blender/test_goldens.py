# SPDX-License-Identifier: GPL-3.0-or-later
"""Every pipeline and format becomes the avatar that was looked at once: its description is the golden one.

AVATARSDK_WRITE_GOLDENS=1 writes tests/blender/goldens anew, from whichever Blender runs; look at `git diff` then.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.sandbox.formats.fbx import fbx_available
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.describe import describe, differences
from tests.blender.sandbox_exports import SandboxExports

GOLDENS = Path(__file__).with_name("goldens")
SMALL = {"width": 256, "height": 128}
FACES = ["AvatarHead", "AvatarTeethLower", "AvatarLeftEyeball", "AvatarLeftCornea", "AvatarEyelashes", "AvatarBody"]
META: dict[str, Any] = {
    "textures": {"list": ["Color", "Normal", "GltfMetallicRoughness"], "profile": "1K.jpg", "embed": True},
    "blendshapes": {"list": ["mobile_51", "visemes_15"]},
    "haircuts": {"list": ["Haircut1"]},
    "glasses": {"list": ["glasses_03"]},
}
OUTFIT = {"list": ["ARPI"], "textures": {"list": ["Color", "BodyVisibilityMask", "HeadVisibilityMask"]}}
FBX_MAPS = {"list": ["Color", "Normal", "Roughness", "Metallic"], "profile": "1K.jpg", "embed": False}
OLD: dict[str, Any] = {"texture_size": SMALL, "blendshapes": {"list": ["mobile_51"]}}
HAIR = {"list": ["long_wavy"], "texture_size": SMALL}
SUIT = {
    "list": ["outfit_0"],
    "texture_size": SMALL,
    "additional_textures": ["normal_map", "roughness_map", "metallic_map", "body_visibility_mask"],
}
HAS_HAIR = {"haircuts": {"base": ["long_wavy"]}}

SANDBOX: dict[str, tuple[str, str, dict[str, Any] | None, dict[str, Any]]] = {
    "metaperson glb LOD1": ("metaperson_2.0", "female", None, {"format": "glb", "outfits": OUTFIT, **META}),
    "metaperson glb LOD2": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "glb", "lod": "LOD2", "outfits": OUTFIT, **META},
    ),
    "metaperson gltf": ("metaperson_2.0", "female", None, {"format": "gltf", "lod": "LOD2", "outfits": OUTFIT, **META}),
    "metaperson fbx": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "fbx", "lod": "LOD2", "outfits": OUTFIT, **META, "textures": FBX_MAPS},
    ),
    "metaperson obj": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "obj", "lod": "LOD2", **META, "blendshapes": {"list": []}},
    ),
    "metaperson ply": ("metaperson_2.0", "female", None, {"format": "ply", "lod": "LOD2", **META}),
    "metaperson male head": (
        "metaperson_2.0",
        "male",
        None,
        {
            "format": "glb",
            "textures": {"list": ["Color"], "profile": "1K.jpg"},
            "avatar": {"list": FACES[:5]},
            "blendshapes": {"list": ["emotions", "face_modifications"]},
        },
    ),
    "body gltf": (
        "body_0.3",
        "female",
        HAS_HAIR,
        {"format": "gltf", "lod": 6, "haircuts": HAIR, "outfits": SUIT, **OLD},
    ),
    "body fbx": ("body_0.3", "male", None, {"format": "fbx", "lod": 6, **OLD}),
    "body ply": ("body_0.3", "mobile", None, {"format": "ply", "lod": 7, **OLD}),
    "head 2.0 gltf": ("head_2.0", "bust/mobile", HAS_HAIR, {"format": "gltf", "lod": 2, "haircuts": HAIR, **OLD}),
    "head 2.0 ply": ("head_2.0", "head/mobile", HAS_HAIR, {"format": "ply", "lod": 6, "haircuts": HAIR, **OLD}),
    "head 2.0 obj": ("head_2.0", "bust/static", None, {"format": "obj", "lod": 0, "texture_size": SMALL}),
    "head 1.2 gltf": ("head_1.2", "base/mobile", None, {"format": "gltf", "lod": 4, **OLD}),
    "head 1.2 ply": ("head_1.2", "base/mobile", None, {"format": "ply", "lod": 6, **OLD}),
    "head 1.2 fbx": ("head_1.2", "base/legacy", None, {"format": "fbx", "lod": 6, "texture_size": SMALL}),
}
REAL = {
    "real head": ("metaperson2/head_only_lod2_female", ""),
    "real template LOD1": ("metaperson2/template_lod1_female", ""),
    "real template LOD2": ("metaperson2/template_lod2_female", ""),
    "real outfit LOD1": ("metaperson2/outfit_ARPI_lod1_female", ""),
    "real outfit LOD2": ("metaperson2/outfit_ARPI_lod2_female", ""),
    "real point cloud": ("metaperson2/pointcloud_lod1_female", "metaperson2/template_lod1_female"),
    "real fbx": ("metaperson2/fbx_body_lod2_female", ""),
    "real animated face": ("legacy_animated_face", ""),
    "real clothed": ("SYNTHETIC/composite_female_lod2_ARPI_gltf", ""),
    "real zips": ("SYNTHETIC/export_shaped/outfit_discrete", ""),
}


def compare(name: str, export: Path, options: ImportOptions | None = None) -> None:
    found = json.loads(json.dumps(describe(import_avatar(export, options))))
    golden = GOLDENS / f"{name.replace(' ', '_')}.json"
    if os.environ.get("AVATARSDK_WRITE_GOLDENS"):
        golden.write_text(_compact(found), "utf-8")
    assert golden.stat().st_size <= 15_000
    unlike = differences(found, json.loads(golden.read_text("utf-8")))
    assert not unlike, "\n".join(unlike[:20])


def _compact(found: dict[str, Any]) -> str:
    """A line for each part: short, and easy to compare."""
    rest = {key: value for key, value in found.items() if key != "parts"}
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in rest.items()]
    parts = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in found["parts"].items()]
    return "{" + ",\n".join([*lines, '"parts": {\n' + ",\n".join(parts) + "\n}"]) + "}\n"


@pytest.mark.parametrize("name", SANDBOX)
def test_the_sandboxs_export_becomes_the_avatar_that_it_was(sandbox_exports: SandboxExports, name: str) -> None:
    pipeline, subtype, computation, parameters = SANDBOX[name]
    if parameters["format"] == "fbx" and not fbx_available():
        pytest.skip("no Blender that writes FBX")
    compare(name, sandbox_exports(pipeline, subtype, computation, **parameters))


def test_an_animated_face_becomes_the_avatar_that_it_was(sandbox_exports: SandboxExports) -> None:
    compare("animated face ply", sandbox_exports.results("animated_face", "base/legacy", lod=7))


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_becomes_the_avatar_that_it_was(samples: Path, name: str) -> None:
    folder, template = REAL[name]
    if not (samples / folder).exists():
        pytest.skip(f"AVATARSDK_SAMPLES has no {folder}")
    compare(name, samples / folder, ImportOptions(template=samples / template if template else ""))


def test_a_golden_notices_what_differs() -> None:
    golden = {"parts": {"Head": {"box": [0.0, 1.0], "hides": {"Body": 100}, "uvs": ["UVMap"]}}}
    assert differences(golden, golden) == []
    near = {"parts": {"Head": {"box": [0.0005, 1.0], "hides": {"Body": 101}, "uvs": ["UVMap"]}}}
    assert differences(near, golden) == []
    off = {"parts": {"Head": {"box": [0.002, 1.0], "hides": {"Body": 110}, "uvs": []}, "Hair": {}}}
    assert len(differences(off, golden)) == 4
    assert len(differences({"parts": {}}, golden)) == 1
