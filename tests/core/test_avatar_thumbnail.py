"""Pictures of garments, from triangles and a texture."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.avatar import recolor
from avatarsdk_core.avatar.thumbnail import Look, thumbnail

SQUARE = np.array([[-1, 0, 0], [1, 0, 0], [1, 0, 2], [-1, 0, 2]], np.float32)
CORNERS = np.array([[0, 1, 2], [0, 2, 3]])
UVS = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)


def plain(*rgba: float) -> Look:
    return Look(np.full((4, 4, 4), rgba, np.float32))


def test_what_is_there_is_coloured_and_the_rest_is_clear() -> None:
    pixels = thumbnail(SQUARE, CORNERS, UVS, plain(1, 0, 0, 1), 64).pixels()
    assert pixels.shape == (64, 64, 4)
    assert pixels[32, 32, 3] == 1
    assert pixels[32, 32, 0] > 0.5
    assert pixels[32, 32, 1:3].max() == 0
    assert pixels[0, 0, 3] == 0
    filled = (pixels[..., 3] > 0.99).mean()
    assert 0.7 < filled < 0.9, "the square is whole: no pixel is missed between samples"


def test_the_nearer_hides_the_farther_and_what_is_transparent_hides_nothing() -> None:
    far = SQUARE + np.array([0, 0.5, 0], np.float32)
    points = np.concatenate([SQUARE, far])
    corners = np.concatenate([CORNERS, CORNERS + 4])
    uvs = np.concatenate([UVS * 0.5, UVS * 0.5 + 0.5])  # the nearer has the lower left of the texture
    texture = np.zeros((8, 8, 4), np.float32)
    texture[:5, :5] = 1, 0, 0, 1
    texture[4:, 4:] = 0, 0, 1, 1
    assert thumbnail(points, corners, uvs, Look(texture), 64).pixels()[32, 32, 0] > 0.5
    texture[:4, :4, 3] = 0.2
    seen = thumbnail(points, corners, uvs, Look(texture), 64).pixels()[30, 30]
    assert seen[2] > 0.5
    assert seen[0] == 0


def test_rows_of_the_texture_go_upwards() -> None:
    texture = np.ones((2, 2, 4), np.float32)
    texture[1, :, :2] = 0  # above: blue
    pixels = thumbnail(SQUARE, CORNERS, UVS, Look(texture), 64).pixels()
    assert pixels[48, 32, 0] == 0
    assert pixels[16, 32, 0] > 0.5


def test_it_is_recoloured_by_the_rule_of_the_material_where_the_mask_says() -> None:
    mask = np.zeros((2, 2), np.float32)
    mask[1] = 1
    made = thumbnail(SQUARE, CORNERS, UVS, Look(np.full((2, 2, 4), (0.4, 0.4, 0.4, 1), np.float32), mask), 64)
    before, after = made.pixels(), made.pixels((0.9, 0.2, 0.1), (0.4, 0.4, 0.4))
    assert after[16, 32] == pytest.approx(before[16, 32])
    light = before[48, 32, 0] / 0.4
    expected = recolor.hair(np.full((1, 3), 0.4, np.float32), (0.9, 0.2, 0.1), (0.4, 0.4, 0.4))[0] * light
    assert after[48, 32, :3] == pytest.approx(expected, abs=0.01)


def test_a_mesh_without_faces_is_an_empty_picture() -> None:
    empty = thumbnail(
        np.zeros((0, 3), np.float32), np.zeros((0, 3), int), np.zeros((0, 3, 2), np.float32), plain(1, 1, 1, 1)
    )
    assert empty.pixels().max() == 0
