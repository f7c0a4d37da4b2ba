"""The package's coarser levels and ways down to them: of the human that it has, and found anew the same."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.decimate import collapses
from avatarsdk_core.sandbox.human.detail import LOD2_VERTICES, found_level, level_name
from avatarsdk_core.sandbox.human.levels import fingerprint, stored_level
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.pipelines.legacy.topology import WAYS, pattern, way_down, way_name
from avatarsdk_core.sandbox.pipelines.legacy.ways import stored_way


@pytest.mark.parametrize(("kind", "curved"), list(WAYS))
def test_the_package_holds_the_way_of_the_human_it_has(kind: str, curved: bool) -> None:
    """After the human's topology has changed: run scripts/build_sandbox_levels.py."""
    _, _, mesh = pattern(kind, curved)
    way = stored_way(way_name(kind, curved), fingerprint(mesh))
    assert way is not None
    assert len(way.level(mesh.triangles, WAYS[kind, curved]).kept) <= WAYS[kind, curved]


def test_found_anew_it_is_the_same() -> None:
    _, _, mesh = pattern("head", False)
    found, stored = collapses(mesh, 6000), way_down("head", False)
    assert np.array_equal(found.old, stored.old[: len(found.old)])
    assert np.array_equal(found.new, stored.new[: len(found.new)])


@pytest.mark.parametrize("subtype", ["female", "male"])
@pytest.mark.parametrize("part", list(LOD2_VERTICES))
def test_the_package_holds_lod2_of_the_human_it_has(subtype: Subtype, part: str) -> None:
    """After the human's topology has changed: run scripts/build_sandbox_levels.py."""
    mesh = build_body(subtype).parts[part]
    level = stored_level(level_name(subtype, part), mesh)
    assert level is not None
    assert len(level.kept) <= 1.01 * LOD2_VERTICES[part] + 1
    assert level.triangles.max() == len(level.kept) - 1
    assert level.kept.max() < len(mesh.positions)


@pytest.mark.parametrize("part", ["AvatarHead", "AvatarTeethLower"])
def test_lod2_found_anew_is_the_same(part: str) -> None:
    found, stored = (
        found_level("female", part),
        stored_level(level_name("female", part), build_body("female").parts[part]),
    )
    assert stored is not None
    np.testing.assert_array_equal(found.kept, stored.kept)
    np.testing.assert_array_equal(found.triangles, stored.triangles)


def test_a_level_of_another_mesh_is_not_taken() -> None:
    assert stored_level(level_name("female", "AvatarHead"), build_body("female").parts["AvatarBody"]) is None


def test_a_way_of_another_mesh_is_not_taken() -> None:
    assert stored_way("head", "0" * 64) is None
