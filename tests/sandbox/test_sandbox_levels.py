"""The package's coarser levels and ways down to them: of the human that it has, and found anew the same."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.decimate import Collapses, Level, collapses
from avatarsdk_core.sandbox.human.detail import LOD2_VERTICES, found_level, level_name
from avatarsdk_core.sandbox.human.garments import GARMENTS, build_garment
from avatarsdk_core.sandbox.human.model import Mesh, Subtype
from avatarsdk_core.sandbox.human.outfits import OUTFITS
from avatarsdk_core.sandbox.human.stored_maps import LEVELS, WORN, fingerprint
from avatarsdk_core.sandbox.human.stored_maps import WAYS as STORED
from avatarsdk_core.sandbox.human.worn_levels import LOWPOLY_SHARE, worn_level
from avatarsdk_core.sandbox.pipelines.legacy.topology import WAYS, pattern, way_down, way_name


@pytest.mark.parametrize(("kind", "curved"), list(WAYS))
def test_the_package_holds_the_way_of_the_human_it_has(kind: str, curved: bool) -> None:
    """After the human's topology has changed: run scripts/build_sandbox_levels.py."""
    _, _, mesh = pattern(kind, curved)
    way = STORED.read(Collapses, way_name(kind, curved), mesh)
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
    level = LEVELS.read(Level, level_name(subtype, part), mesh)
    assert level is not None
    assert len(level.kept) <= 1.01 * LOD2_VERTICES[part] + 1
    assert level.triangles.max() == len(level.kept) - 1
    assert level.kept.max() < len(mesh.positions)


@pytest.mark.parametrize("part", ["AvatarHead", "AvatarTeethLower"])
def test_lod2_found_anew_is_the_same(part: str) -> None:
    found, stored = (
        found_level("female", part),
        LEVELS.read(Level, level_name("female", part), build_body("female").parts[part]),
    )
    assert stored is not None
    np.testing.assert_array_equal(found.kept, stored.kept)
    np.testing.assert_array_equal(found.triangles, stored.triangles)


def test_a_level_of_another_mesh_is_not_taken() -> None:
    assert LEVELS.read(Level, level_name("female", "AvatarHead"), build_body("female").parts["AvatarBody"]) is None


def test_a_way_of_another_mesh_is_not_taken() -> None:
    assert STORED.read(Collapses, "head", build_body("female").parts["AvatarBody"]) is None


def stored_worn(mesh: Mesh) -> Collapses | None:
    return WORN.read(Collapses, fingerprint(mesh)[:16], mesh)


@pytest.mark.parametrize("subtype", ["female", "male"])
@pytest.mark.parametrize("identity", [name for name in GARMENTS if name not in OUTFITS])
def test_the_package_holds_the_way_of_every_garment(subtype: Subtype, identity: str) -> None:
    """After garments have changed: run scripts/build_sandbox_levels.py."""
    mesh = build_garment(build_body(subtype), identity).mesh
    way = stored_worn(mesh)
    assert way is not None
    assert len(way.level(mesh.triangles, 0).kept) <= 1.02 * LOWPOLY_SHARE * len(mesh.positions) + 3


def test_a_garments_way_found_anew_is_the_same() -> None:
    mesh = build_garment(build_body("male"), list(GARMENTS)[-1]).mesh  # all glasses share a way
    found, stored = collapses(mesh, round(LOWPOLY_SHARE * len(mesh.positions))), stored_worn(mesh)
    assert stored is not None
    np.testing.assert_array_equal(found.old, stored.old)
    np.testing.assert_array_equal(found.new, stored.new)


def test_an_outfits_level_is_that_of_its_garments() -> None:
    body, identity = build_body("female"), "ARPI"
    mesh, level = build_garment(body, identity).mesh, worn_level(body, identity)
    coarse = level.of(mesh)
    whole = [worn_level(body, name).of(build_garment(body, name).mesh) for name in OUTFITS[identity]]
    np.testing.assert_array_equal(coarse.positions, np.concatenate([garment.positions for garment in whole]))
    assert len(coarse.triangles) == sum(len(garment.triangles) for garment in whole)
    assert coarse.triangles.max() == len(coarse.positions) - 1
