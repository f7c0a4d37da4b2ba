# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged files, by chance and always the same: an import with warnings or one clear line, and the scene as before.

A sample of what thousands of random cuts and flipped bytes found, small enough for every run.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from avatarsdk_core.errors import AvatarSDKError
from blender_addon.importing import ImportOptions, import_avatar
from blender_addon.importing.shapes import rest_points
from tests.blender.scene import contents

SOURCES = {
    "glb": ("metaperson2/outfit_ARPI_lod2_female", "outfit_ARPI_LOD2.glb"),
    "gltf": ("SYNTHETIC/composite_female_lod2_ARPI_gltf", "model.gltf"),
    "bin": ("SYNTHETIC/composite_female_lod2_ARPI_gltf", "model.bin"),
    "fbx": ("metaperson2/fbx_body_lod2_female", "model.fbx"),
    "legacy fbx": ("legacy_animated_face", "model.fbx"),
    "ply": ("metaperson2/pointcloud_lod1_female", "AvatarHead.ply"),
    "blendshape": ("metaperson2/pointcloud_lod1_female", "blendshapes/AvatarHead/mobile_51/jawOpen.bin"),
    "jpeg": ("metaperson2/outfit_ARPI_lod2_female", "ARPI_Color_1K.jpg"),
    "zip": ("SYNTHETIC/export_shaped/outfit_discrete", "ARPI.zip"),
}
WAYS = ("truncate", "flip", "header", "zero")


def damage(content: bytearray, way: str, chance: random.Random) -> bytearray:
    if way == "truncate":
        return content[: chance.randrange(len(content))]
    if way == "zero":
        start = chance.randrange(len(content))
        end = min(len(content), start + 5000)
        content[start:end] = bytes(end - start)
        return content
    end = len(content) if way == "flip" else min(len(content), 2000)
    for _ in range(20):
        content[chance.randrange(end)] = chance.randrange(256)
    return content


def imports_or_tells(export: Path, options: ImportOptions | None = None) -> None:
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Mine", bpy.data.meshes.new("Mine")))
    before = contents()
    told = ""
    try:
        imported = import_avatar(export, options)
    except AvatarSDKError as error:
        told = str(error)
    if told:
        assert contents() == before
        assert "\n" not in told
        assert len(told) < 600
    else:
        assert imported.parts
        assert all(np.isfinite(rest_points(part)).all() for part in imported.parts)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", SOURCES)
def test_a_damaged_file_is_imported_with_warnings_or_told(samples: Path, tmp_path: Path, kind: str, way: str) -> None:
    folder, name = SOURCES[kind]
    export = shutil.copytree(samples / folder, tmp_path / "export")
    chance = random.Random(f"{kind} {way}")
    (export / name).write_bytes(damage(bytearray((export / name).read_bytes()), way, chance))
    template = samples / "metaperson2" / "template_lod1_female" if "pointcloud" in folder else ""
    imports_or_tells(export, ImportOptions(template=template))


@pytest.mark.parametrize("seed", range(12))
def test_a_gltf_that_says_nonsense_is_imported_with_warnings_or_told(samples: Path, tmp_path: Path, seed: int) -> None:
    """Values of its JSON are replaced by others of any type, or go."""
    export = shutil.copytree(samples / SOURCES["gltf"][0], tmp_path / "export")
    root = json.loads((export / "model.gltf").read_text())
    chance = random.Random(seed)
    for _ in range(1 + seed % 3):
        spoil(root, chance)
    (export / "model.gltf").write_text(json.dumps(root))
    imports_or_tells(export)


def spoil(root: Any, chance: random.Random) -> None:
    node = root
    while True:
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        child = node[key]
        if not isinstance(child, dict | list) or not child or chance.random() < 0.1:
            break
        node = child
    if chance.random() < 0.15:
        del node[key]
    else:
        node[key] = chance.choice([-1, 10**9, None, "x", [], {}, 1.5, True, 0, "../x", [0, 0], {"a": 1}, 2**40])
