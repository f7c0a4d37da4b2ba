"""Levels of detail: what a coarser mesh keeps of the one it was made of."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.decimate import Level, decimate, whole
from avatarsdk_core.sandbox.human.geometry import mesh_edges
from avatarsdk_core.sandbox.human.model import Mesh

COUNTS = (2800, 1400)


@pytest.fixture(scope="module")
def head() -> Mesh:
    return build_body("female").parts["AvatarHead"]


@pytest.fixture(scope="module")
def levels(head: Mesh) -> list[Level]:
    return decimate(head, COUNTS)


def _places(mesh: Mesh) -> np.ndarray:
    """Triangles over places instead of vertices, so that seams of the UVs are closed."""
    _, place = np.unique(mesh.positions, axis=0, return_inverse=True)
    return place.reshape(-1)[mesh.triangles].astype(np.int64)


def test_levels_have_the_counts_asked_for(levels: list[Level]) -> None:
    assert [len(level.kept) for level in levels] == list(COUNTS)
    assert len(levels[0].triangles) > len(levels[1].triangles) > 2000


def test_every_attribute_of_a_kept_vertex_is_exactly_what_it_was(head: Mesh, levels: list[Level]) -> None:
    coarse = levels[1].of(head)
    for name in ("positions", "normals", "uvs", "joints", "weights"):
        assert np.array_equal(getattr(coarse, name), getattr(head, name)[levels[1].kept])
    assert list(coarse.targets) == list(head.targets)
    assert np.array_equal(coarse.targets["jawOpen"], head.targets["jawOpen"][levels[1].kept])


def test_levels_are_nested_and_made_the_same_each_time(head: Mesh, levels: list[Level]) -> None:
    assert set(levels[1].kept) < set(levels[0].kept)
    again = decimate(head, COUNTS)
    assert all(
        np.array_equal(a.kept, b.kept) and np.array_equal(a.triangles, b.triangles)
        for a, b in zip(levels, again, strict=True)
    )


def test_no_edge_is_torn_open_and_none_has_three_faces(head: Mesh, levels: list[Level]) -> None:
    """Open edges: the neck's rim, which may only get shorter, is all that the head has."""
    open_before = (mesh_edges(_places(head))[1] == 1).sum()
    _, uses = mesh_edges(_places(levels[1].of(head)))
    assert uses.max() == 2
    assert 3 <= (uses == 1).sum() <= open_before


def test_the_surface_stays_where_it_was(head: Mesh, levels: list[Level]) -> None:
    """With a third of the vertices, the middles of 19 of 20 triangles lie within 6 mm of a fine triangle's."""
    coarse = levels[1].of(head)
    centres = coarse.positions[coarse.triangles].mean(axis=1)
    fine = head.positions[head.triangles].mean(axis=1)
    nearest = np.array([np.linalg.norm(fine - centre, axis=1).min() for centre in centres])
    assert np.quantile(nearest, 0.95) < 0.006


def test_no_triangle_turns_over_in_the_texture(head: Mesh, levels: list[Level]) -> None:
    def areas(mesh: Mesh) -> np.ndarray:
        corners = mesh.uvs[mesh.triangles].astype(np.float64)
        one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]

    assert (areas(levels[1].of(head)) > 1e-9).sum() <= (areas(head) > 1e-9).sum()


def test_vertices_to_keep_are_kept(head: Mesh) -> None:
    keep = head.positions[:, 1] < head.positions[:, 1].min() + 0.01
    (level,) = decimate(head, [1000], keep)
    assert set(np.flatnonzero(keep)) <= set(level.kept)


def test_a_mesh_that_can_go_no_lower_ends_above_the_count_asked_for(head: Mesh) -> None:
    (level,) = decimate(head, [1], np.ones(len(head.positions), dtype=bool))
    assert len(level.kept) == len(whole(head).kept)
