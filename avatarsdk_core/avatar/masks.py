"""Which faces of the skin a visibility mask hides. 255 is visible, 0 hidden; the threshold is half.

The exact mask is the image itself, in the material, sampled with the body's own UVs. What is here serves what can't
sample an image: the viewport's Solid view, and counting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.5

# Barycentric samples of a triangle beside its centre: its corners and the middles of its sides.
_BORDER = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]], np.float32)


def visible_at(mask: NDArray[np.float32], uvs: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether the mask shows the skin at UV positions.

    Args:
        mask: (H, W) in 0..1, rows from the bottom up (v upwards, as Blender holds images).
        uvs: (…, 2) with v upwards; outside 0..1 the mask repeats, as the texture does.

    Returns:
        (…) booleans.
    """
    height, width = mask.shape
    x = np.floor(uvs[..., 0] * width).astype(np.int64) % width
    y = np.floor(uvs[..., 1] * height).astype(np.int64) % height
    return np.asarray(mask[y, x] > THRESHOLD)


def hidden_faces(
    mask: NDArray[np.float32], corner_uvs: NDArray[np.float32], *, conservative: bool = False
) -> NDArray[np.bool_]:
    """Which triangles the mask hides: (F,) booleans from corner UVs (F, 3, 2).

    A face is hidden when its centre is; with `conservative` only when all its samples are, so that hiding whole
    faces never opens a hole beside the garment.
    """
    hidden = ~visible_at(mask, corner_uvs.mean(axis=1))
    if conservative:  # the other samples are asked of those alone that can still count
        candidates = np.flatnonzero(hidden)
        samples = np.einsum("sk,fkc->fsc", _BORDER, corner_uvs[candidates])
        hidden[candidates] = ~visible_at(mask, samples).any(axis=1)
    return hidden


def removable_vertices(hidden: NDArray[np.bool_], faces: NDArray[np.integer], vertex_count: int) -> NDArray[np.bool_]:
    """Vertices that may be hidden with all faces around them: (V,) booleans, from (F,) hidden and (F, 3) indices.

    Hiding a vertex hides every face that touches it, so one visible neighbour keeps it.
    """
    shown = np.zeros(vertex_count, bool)
    shown[faces[~hidden].ravel()] = True
    touched = np.zeros(vertex_count, bool)
    touched[faces.ravel()] = True
    return np.asarray(touched & ~shown)


def speaks_through_alpha(pixels: NDArray[np.float32]) -> bool:
    """Whether a mask's pixels (H, W, C) carry it in a real alpha channel (a PNG of body_0.3) and not in red."""
    return pixels.shape[2] == 4 and float(np.min(pixels[..., 3])) < THRESHOLD


def looks_like_mask(pixels: NDArray[np.float32]) -> bool:
    """Whether an image (H, W, C) of unknown meaning is a visibility mask: opaque, grey, hard-edged, not all black."""
    if pixels.shape[2] == 4 and float(np.min(pixels[..., 3])) < 1.0:
        return False
    red = pixels[..., 0]
    grey = pixels.shape[2] < 3 or float(np.abs(pixels[..., 1:3] - red[..., None]).mean()) < 0.02
    decided = float(((red < 0.1) | (red > 0.9)).mean())
    return grey and decided > 0.98 and float(red.mean()) > 0.02


def mask_values(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mask (H, W) of an image's pixels (H, W, C): a view of them."""
    return pixels[..., 3 if speaks_through_alpha(pixels) else 0]
