"""Visibility masks: which skin a garment hides, found by rays from the skin to the cloth.

Skin is hidden where cloth stands over it in every direction near the normal and no opening is near; so skin that can be
seen through a collar, a sleeve or a hem stays, and skin that could poke through when the avatar moves goes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .model import Mesh
from .raster import bleed, interpolate, rasterise
from .rays import Floats, TriangleGrid

VISIBLE, HIDDEN = 255, 0
TILTS = (35.0, 65.0)  # degrees from the normal
REACH = 0.14  # metres; trousers and shirts hang this far off a hollow at most
CLOSE = 0.03  # cloth so near hides whichever side it shows: the folds of a collar
RIM_MARGIN = 0.008


def covered(skin: Mesh, cloth: Mesh, rim: Floats, *, reach: float = REACH) -> NDArray[np.bool_]:
    """(V,) which vertices of `skin` the `cloth` hides.

    Args:
        rim: (N, 3) points along the cloth's openings; skin nearer than RIM_MARGIN stays visible.
        reach: metres beyond which cloth isn't looked for.
    """
    points, normals = skin.positions.astype(np.float64), skin.normals.astype(np.float64)
    positions = cloth.positions.astype(np.float64)
    low, high = positions.min(axis=0) - 0.01, positions.max(axis=0) + 0.01
    near = np.flatnonzero(((points > low) & (points < high)).all(axis=1))
    result = np.zeros(len(points), dtype=bool)
    grid = TriangleGrid(positions, cloth.triangles.astype(np.int64))
    # Starting a little inside, a ray finds cloth that lies on the skin.
    starts = points[near] - 0.004 * normals[near]
    under = np.ones(len(near), dtype=bool)
    for direction in _directions(normals[near]):
        asked = np.flatnonzero(under)
        hits = grid.hits(starts[asked], direction[asked], reach)
        under[:] = False
        under[asked[hits.ray[hits.leaving | (hits.distance < CLOSE)]]] = True
    near = near[under]
    result[near[_gap(points[near], rim) > RIM_MARGIN]] = True
    return result


def visibility_mask(skin: Mesh, hidden: NDArray[np.bool_], size: int) -> NDArray[np.uint8]:
    """(size, size) in the skin's UVs: HIDDEN where the cloth hides, VISIBLE elsewhere, nothing between."""
    raster = rasterise(skin.uvs, skin.triangles, (size, size))
    share = interpolate(raster, skin.triangles, hidden[:, None].astype(np.float32))[..., 0]
    mask = np.where(share > 0.5, HIDDEN, VISIBLE).astype(np.uint8)
    # Beyond the islands' edges too, so that filtering brings no visible fringe along a seam.
    spread: NDArray[np.uint8] = bleed(mask, raster.covered, max(2, size // 128)).astype(np.uint8)
    return spread


def _directions(normals: Floats) -> list[Floats]:
    """The normals, and directions around each: a grazing look into an opening must meet cloth too."""
    helper = np.where(np.abs(normals[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    first = np.cross(normals, helper)
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-12)
    second = np.cross(normals, first)
    around = [first, -first, second, -second]
    tilted = [np.cos(t) * normals + np.sin(t) * aside for t in np.radians(TILTS) for aside in around]
    return [normals, *tilted]


def _gap(points: Floats, rim: Floats) -> Floats:
    """Distance from each point to the nearest point of the rim."""
    result = np.full(len(points), np.inf)
    for start in range(0, len(points), 1024):
        apart = np.linalg.norm(points[start : start + 1024, None] - rim, axis=2)
        result[start : start + 1024] = apart.min(axis=1, initial=np.inf)
    return result
