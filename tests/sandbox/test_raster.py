"""The UV rasteriser: coverage, interpolation, clipping and bleeding."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human import raster


def _grid(cells: int) -> tuple[np.ndarray, np.ndarray]:
    """A square of cells × cells quads over the inner part of the UV square, every second one wound the other way."""
    steps = np.linspace(0.05, 0.95, cells + 1)
    uvs = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel()
    lower = np.stack([corner, corner + 1, corner + cells + 1], axis=1)
    upper = np.stack([corner + 1, corner + cells + 1, corner + cells + 2], axis=1)
    return uvs.astype(np.float32), np.concatenate([lower, upper])


def test_interpolated_uvs_are_the_pixel_centres() -> None:
    uvs, triangles = _grid(9)
    result = raster.rasterise(uvs, triangles, (160, 120))
    at = raster.interpolate(result, triangles, uvs)
    x, y = np.meshgrid((np.arange(160) + 0.5) / 160, (np.arange(120) + 0.5) / 120)
    inside = (x > 0.05) & (x < 0.95) & (y > 0.05) & (y < 0.95)
    assert np.array_equal(result.covered, inside)
    np.testing.assert_allclose(at[inside], np.stack([x, y], axis=-1)[inside], atol=1e-5)
    assert not at[~inside].any()


def test_every_pixel_lies_in_the_triangle_that_owns_it() -> None:
    random = np.random.default_rng(5)
    uvs, triangles = random.random((300, 2)), random.integers(0, 300, (150, 3))
    result = raster.rasterise(uvs, triangles, (97, 64))
    np.testing.assert_allclose(result.barycentric.sum(axis=-1)[result.covered], 1, atol=1e-5)
    rows, columns = np.nonzero(result.covered)
    found = np.einsum("nc,ncd->nd", result.barycentric[result.covered], uvs[triangles[result.face[result.covered]]])
    np.testing.assert_allclose(found, np.stack([(columns + 0.5) / 97, (rows + 0.5) / 64], axis=1), atol=1e-5)


def test_every_triangle_larger_than_a_pixel_gets_its_share_of_pixels() -> None:
    uvs, triangles = _grid(20)
    owned = np.bincount(raster.rasterise(uvs, triangles, (512, 512)).face.ravel() + 1, minlength=len(triangles) + 1)[1:]
    expected = (0.9 * 512 / 20) ** 2 / 2
    assert np.all(np.abs(owned - expected) < 0.1 * expected)


def test_what_lies_outside_the_unit_square_is_clipped() -> None:
    uvs = np.array([[-4, -4], [6, -4], [1, 9]], dtype=np.float32)
    result = raster.rasterise(uvs, np.array([[0, 1, 2]]), (16, 8))
    assert result.covered.all()


@pytest.mark.parametrize("triangles", [np.zeros((0, 3), int), np.array([[0, 0, 1], [0, 1, 1]])])
def test_triangles_without_area_own_nothing(triangles: np.ndarray) -> None:
    result = raster.rasterise(np.array([[0.1, 0.1], [0.9, 0.9]]), triangles, (32, 32))
    assert not result.covered.any()


def test_bleeding_carries_colours_outwards_and_no_further_than_told() -> None:
    image = np.zeros((9, 11, 3), dtype=np.uint8)
    covered = np.zeros((9, 11), dtype=bool)
    covered[4, 5] = True
    image[4, 5] = (10, 20, 30)
    result = raster.bleed(image, covered, 2)
    near = np.zeros_like(covered)
    near[2:7, 3:8] = True
    assert np.array_equal((result == (10, 20, 30)).all(axis=-1), near)
    assert not result[~near].any()
    assert not image[0].any()


def test_bleeding_stops_at_the_border_and_leaves_covered_pixels_alone() -> None:
    image = np.arange(16, dtype=np.float32).reshape(4, 4)
    covered = np.eye(4, dtype=bool)
    result = raster.bleed(image, covered, 9)
    assert np.array_equal(result[covered], image[covered])
    assert set(np.unique(result)) == {0.0, 5.0, 10.0, 15.0}
