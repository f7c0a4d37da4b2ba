"""What exports do to meshes, on meshes small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.model import Mesh, Skeleton
from avatarsdk_core.sandbox.pipelines.metaperson.mesh_edits import (
    baked,
    lowest,
    raised,
    raised_skeleton,
    without_hidden,
)


@pytest.fixture
def strip() -> Mesh:
    """Four unit squares in a row, two triangles each, over the whole width of the texture."""
    columns = np.arange(5, dtype=np.float32)
    positions = np.array([[x, y, 0] for x in columns for y in (0, 1)], dtype=np.float32)
    squares = [[2 * i, 2 * i + 2, 2 * i + 1, 2 * i + 1, 2 * i + 2, 2 * i + 3] for i in range(4)]
    count = len(positions)
    return Mesh(
        positions=positions,
        normals=np.tile(np.float32([0, 0, 1]), (count, 1)),
        uvs=(positions[:, :2] * np.float32([0.2499, 0.99])).astype(np.float32),
        triangles=np.array(squares, dtype=np.uint32).reshape(-1, 3),
        joints=np.arange(count * 4, dtype=np.uint16).reshape(count, 4),
        weights=np.tile(np.float32([1, 0, 0, 0]), (count, 1)),
        targets={"up": np.tile(np.float32([0, 1, 0]), (count, 1)), "right": positions * 2},
    )


def mask(*visible: bool) -> np.ndarray:
    return np.repeat(np.repeat(np.float32([visible]), 16, axis=1), 64, axis=0)


def test_hidden_triangles_go_with_the_vertices_that_only_they_used(strip: Mesh) -> None:
    cut = without_hidden(strip, [mask(False, True, True, True)])
    assert len(cut.triangles) == 6
    assert len(cut.positions) == 8
    assert cut.positions[:, 0].min() == 1
    for name in ("normals", "uvs", "joints", "weights"):
        assert len(getattr(cut, name)) == 8
    kept = strip.positions[:, 0] >= 1
    np.testing.assert_array_equal(cut.targets["right"], strip.targets["right"][kept])
    np.testing.assert_array_equal(cut.joints, strip.joints[kept])
    before = strip.positions[strip.triangles][2:]
    np.testing.assert_array_equal(cut.positions[cut.triangles], before)


def test_several_masks_hide_together(strip: Mesh) -> None:
    cut = without_hidden(strip, [mask(False, True, True, True), mask(True, False, True, True)])
    assert len(cut.triangles) == 4


def test_what_is_hidden_only_in_part_stays(strip: Mesh) -> None:
    half = mask(True, True, True, True)
    half[:, :8] = 0
    assert without_hidden(strip, [half]) is strip


def test_no_mask_no_change(strip: Mesh) -> None:
    assert without_hidden(strip, []) is strip


def test_weights_are_baked_and_normals_turn_with_the_surface(strip: Mesh) -> None:
    up = baked(strip, strip.targets, {"up": 0.5, "unknown": 1})
    np.testing.assert_allclose(up.positions - strip.positions, np.tile([0, 0.5, 0], (10, 1)))
    np.testing.assert_allclose(up.normals, strip.normals)
    slope = {"lean": strip.positions[:, [2, 2, 0]]}  # z = x: the strip leans by 45°
    leaning = baked(strip, slope, {"lean": 1.0})
    np.testing.assert_allclose(leaning.normals, np.tile(np.float32([-(0.5**0.5), 0, 0.5**0.5]), (10, 1)), atol=1e-6)
    assert baked(strip, slope, {"lean": 0.0}) is strip


def test_raising_puts_the_lowest_vertex_where_it_should_be(strip: Mesh) -> None:
    sunk = raised(strip, -0.25)
    assert lowest([strip, sunk]) == pytest.approx(-0.25)
    assert lowest([raised(mesh, 0.25) for mesh in (sunk,)]) == pytest.approx(0)
    rest = np.tile(np.eye(4), (2, 1, 1))
    skeleton = raised_skeleton(Skeleton(("Hips", "Spine"), (-1, 0), rest), 0.25)
    np.testing.assert_allclose(skeleton.rest[:, 1, 3], 0.25)
