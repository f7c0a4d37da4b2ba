# SPDX-License-Identifier: GPL-3.0-or-later
"""One avatar as glb, gltf and fbx is one avatar in the scene: the same places, names, bones, keys, materials, pose."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from avatarsdk_core.sandbox.formats.fbx import fbx_available
from blender_addon import marks
from blender_addon.importing import ImportedAvatar, import_avatar
from tests.blender.describe import describe
from tests.blender.golden_exports import SANDBOX
from tests.blender.sandbox_exports import SandboxExports
from tests.blender.scene import evaluated_points

FORMATS = ("glb LOD2", "gltf", "fbx")


@pytest.fixture
def avatars(sandbox_exports: SandboxExports) -> dict[str, ImportedAvatar]:
    if not fbx_available():
        pytest.skip("no Blender that writes FBX")
    return {
        name: import_avatar(sandbox_exports(pipeline, subtype, computation, **parameters))
        for name in FORMATS
        for pipeline, subtype, computation, parameters in [SANDBOX[f"metaperson {name}"]]
    }


def by_kind(imported: ImportedAvatar) -> dict[str, bpy.types.Object]:
    """The parts by what they are: a glb without names of images calls an outfit `outfit`."""
    told = (marks.ROLE, marks.CATEGORY, marks.SIDE)
    found = {}
    for part in imported.parts:
        name = part.name.split(".")[0] if not part[marks.CATEGORY] else ""
        found[" ".join([name, *(str(part[key]) for key in told)])] = part
    return found


def test_formats_make_one_avatar(avatars: dict[str, ImportedAvatar]) -> None:
    first, *others = (by_kind(imported) for imported in avatars.values())
    assert len(first) == 12
    for other in others:
        assert set(other) == set(first)
        for kind, part in first.items():
            _alike(part, other[kind], kind)


def _alike(part: bpy.types.Object, other: bpy.types.Object, kind: str) -> None:
    for obj in (part, other):
        assert obj.matrix_world == Matrix(), kind
    points, other_points = evaluated_points(part), evaluated_points(other)
    for corner in ("min", "max"):
        np.testing.assert_allclose(
            getattr(points, corner)(0), getattr(other_points, corner)(0), atol=1e-4, err_msg=kind
        )
    assert len(part.data.polygons) == len(other.data.polygons)
    assert _keys(part) == _keys(other), kind
    for name in ("jawOpen", "eyeBlinkLeft"):
        if name in _keys(part):
            np.testing.assert_allclose(_reach(part, name), _reach(other, name), atol=1e-4, err_msg=f"{kind} {name}")


def _keys(part: bpy.types.Object) -> dict[str, tuple[float, float, float]]:
    """Name → value and range."""
    keys = part.data.shape_keys
    blocks = list(keys.key_blocks)[1:] if keys else []
    return {key.name: (key.value, key.slider_min, key.slider_max) for key in blocks}


def _reach(part: bpy.types.Object, name: str) -> np.ndarray:
    """How far a shape key moves the part at most, along each axis."""
    blocks = part.data.shape_keys.key_blocks
    points = [np.array([point.co[:] for point in blocks[key].points]) for key in (blocks[0].name, name)]
    apart: np.ndarray = points[1] - points[0]
    return np.array([apart.min(axis=0), apart.max(axis=0)])


def test_formats_make_one_skeleton_at_rest(avatars: dict[str, ImportedAvatar]) -> None:
    rests = []
    for imported in avatars.values():
        armature = imported.armature
        assert armature is not None
        assert armature.matrix_world == Matrix()
        for bone in armature.pose.bones:
            np.testing.assert_allclose(np.array(bone.matrix), np.array(bone.bone.matrix_local), atol=1e-4)
        rests.append({bone.name: tuple(bone.head_local) for bone in armature.data.bones})
    for rest in rests[1:]:
        assert set(rest) == set(rests[0])
        for name, head in rests[0].items():
            np.testing.assert_allclose(rest[name], head, atol=1e-4, err_msg=name)


def test_formats_make_materials_of_one_kind_with_one_colour_map(avatars: dict[str, ImportedAvatar]) -> None:
    first, *others = (_materials(imported) for imported in avatars.values())
    for other in others:
        assert other == first
    assert ("Cornea", "BLENDED", False) in first.values()


def _materials(imported: ImportedAvatar) -> dict[str, tuple[Any, ...]]:
    """Kind, method, and whether it has a colour map: a glb has no names of images."""
    told = describe(imported)["parts"]
    return {
        kind: (material["kind"], material["method"], "Color" in material["images"])
        for kind, part in by_kind(imported).items()
        for material in [told[part.name]["material"]]
    }
