"""The package's ways down to coarser levels: of the human that the package has, and found anew the same."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.decimate import collapses
from avatarsdk_core.sandbox.pipelines.legacy.topology import WAYS, pattern, way_down, way_name
from avatarsdk_core.sandbox.pipelines.legacy.ways import fingerprint, stored_way


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


def test_a_way_of_another_mesh_is_not_taken() -> None:
    assert stored_way("head", "0" * 64) is None
