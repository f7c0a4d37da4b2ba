"""Masks: 255 visible, 0 hidden, half is the threshold; hiding whole faces must never open a hole."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.avatar.masks import hidden_faces, looks_like_mask, mask_values, removable_vertices, visible_at

# Left half hidden, right half visible; rows from the bottom up.
MASK = np.concatenate([np.zeros((8, 4), np.float32), np.ones((8, 4), np.float32)], axis=1)


@pytest.mark.parametrize(("u", "visible"), [(0.0, False), (0.49, False), (0.51, True), (0.99, True), (1.2, False)])
def test_a_point_sees_the_texel_it_lies_in_and_the_mask_repeats(u: float, visible: bool) -> None:
    assert visible_at(MASK, np.array([[u, 0.5]], np.float32)).tolist() == [visible]


def test_rows_count_from_the_bottom() -> None:
    mask = np.zeros((4, 4), np.float32)
    mask[0] = 1.0
    assert visible_at(mask, np.array([[0.5, 0.1], [0.5, 0.9]], np.float32)).tolist() == [True, False]


def test_a_face_across_the_edge_is_hidden_by_its_centre_but_not_conservatively() -> None:
    faces = np.array(
        [
            [[0.1, 0.1], [0.3, 0.1], [0.2, 0.3]],  # well inside
            [[0.1, 0.1], [0.6, 0.1], [0.2, 0.3]],  # across
            [[0.7, 0.1], [0.9, 0.1], [0.8, 0.3]],  # outside
        ],
        np.float32,
    )
    assert hidden_faces(MASK, faces).tolist() == [True, True, False]
    assert hidden_faces(MASK, faces, conservative=True).tolist() == [True, False, False]


def test_a_vertex_goes_only_when_all_faces_around_it_are_hidden() -> None:
    faces = np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    hidden = np.array([True, True, False])
    assert removable_vertices(hidden, faces, 6).tolist() == [True, True, False, False, False, False]


def test_a_jpeg_speaks_through_red_and_a_png_through_its_alpha() -> None:
    opaque = np.dstack([MASK, MASK, MASK, np.ones_like(MASK)])
    assert (mask_values(opaque) == MASK).all()
    white = np.ones_like(MASK)
    assert (mask_values(np.dstack([white, white, white, MASK])) == MASK).all()
    assert (mask_values(MASK[..., None]) == MASK).all()


def test_what_looks_like_a_mask_and_what_does_not() -> None:
    grey = np.dstack([MASK, MASK, MASK])
    assert looks_like_mask(grey)
    assert looks_like_mask(np.dstack([grey, np.ones_like(MASK)]))
    assert not looks_like_mask(np.dstack([grey, np.full_like(MASK, 0.4)]))  # smoothness in the alpha
    assert not looks_like_mask(np.zeros_like(grey))  # a metalness map of cloth
    assert not looks_like_mask(np.dstack([MASK, 1 - MASK, MASK]))  # colours
    assert not looks_like_mask(np.full_like(grey, 0.5))
