# SPDX-License-Identifier: GPL-3.0-or-later
"""Portraits with expressions on: of the avatar itself, and nothing of the file is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.avatar.expressions import Expression, shipped
from blender_addon import expression_pictures, face_values, registration
from blender_addon.importing import import_avatar

SIZE = 48


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


def everything() -> dict[str, list[str]]:
    kinds = ("objects", "meshes", "shape_keys", "scenes", "images", "materials", "lights", "cameras", "worlds")
    return {kind: sorted(block.name for block in getattr(bpy.data, kind)) for kind in kinds}


def test_portraits_show_each_expression_and_leave_no_trace(samples: Path, tmp_path: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    head = face_values.head_of(imported.armature)
    assert head is not None
    imported.armature.rotation_euler = (0.3, 0.2, 2.0)  # where it stands doesn't show
    imported.armature.location = (3.0, 1.0, 0.5)
    face_values.set_values(head, {"jawOpen": 0.5})
    bpy.context.view_layer.update()
    before, scene = everything(), bpy.context.scene.name
    chosen = {name: shipped()[name] for name in ("neutral", "laugh", "surprised")}
    wanted = chosen | {"again": shipped()["neutral"], "unknown": Expression("Unknown", {"noSuchShape": 1.0})}
    files = expression_pictures.render(imported.armature, wanted, tmp_path / "new" / "pictures", size=SIZE, samples=32)
    assert everything() == before
    assert bpy.context.scene.name == scene
    assert face_values.values_of(head)["jawOpen"].value == 0.5
    pixels = {}
    for name, file in files.items():
        with Image.open(file) as picture:
            assert picture.size == (SIZE, SIZE)
            pixels[name] = np.asarray(picture.convert("RGB").reduce(4), float)  # less noise
    shades = pixels["neutral"].std(axis=(0, 1)).mean()
    assert shades > 20, "a face is seen"
    noise = max(np.abs(pixels["neutral"] - pixels[same]).max() for same in ("again", "unknown"))
    for name in chosen:
        if name != "neutral":
            assert np.abs(pixels["neutral"] - pixels[name]).max() > 3 * noise, name


def test_an_avatar_without_shapes_has_no_portraits(samples: Path, tmp_path: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female")
    with pytest.raises(face_values.FaceError, match="no shape keys"):
        expression_pictures.render(imported.avatar, {"neutral": shipped()["neutral"]}, tmp_path, size=SIZE, samples=1)
    assert not list(tmp_path.iterdir())
