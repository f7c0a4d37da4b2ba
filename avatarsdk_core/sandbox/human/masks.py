"""Visibility masks: which skin a garment hides, found by rays from the skin to the cloth.

Skin is hidden where cloth stands over it in every direction near the normal and no opening is near; so skin that can be
seen through a collar, a sleeve or a hem stays, and skin that could poke through when the avatar moves goes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .model import Mesh
from .raster import bleed, interpolate, rasterise
from .rays import Floats, Hits, Ints, TriangleGrid

VISIBLE, HIDDEN = 255, 0
TILTS = (35.0, 65.0)  # degrees from the normal
GRAZING, DEEP = 50.0, 0.07  # nobody looks in at a steeper angle than this farther than that from an opening
REACH = 0.25  # metres; a shirt hangs 6 cm off a hollow, seen at a grazing angle
CLOSE = 0.03  # cloth so near hides whichever side it shows: the folds of a collar
RIM_MARGIN = 0.008
ISLAND_GAP = 0.020
POKE = 0.015  # how far skin may stand out of the cloth and still be found under it


def covered(skin: Mesh, cloth: Mesh, rim: Floats, *, reach: float = REACH) -> NDArray[np.bool_]:
    """(V,) which vertices of `skin` the `cloth` hides.

    Args:
        rim: (N, 3) points along the cloth's openings; skin nearer than RIM_MARGIN stays visible.
        reach: metres beyond which cloth isn't looked for.
    """
    points, normals = skin.positions.astype(np.float64), skin.normals.astype(np.float64)
    positions = cloth.positions.astype(np.float64)
    low, high = positions.min(axis=0) - 0.01, positions.max(axis=0) + 0.01
    result = np.zeros(len(points), dtype=bool)
    near = np.flatnonzero(((points > low) & (points < high)).all(axis=1))
    gap = _gap(points[near], rim)
    near, gap = near[gap > RIM_MARGIN], gap[gap > RIM_MARGIN]
    grid = TriangleGrid(positions, cloth.triangles.astype(np.int64))
    height = _height_under(grid, points[near], normals[near], reach)
    clothed = height < np.inf
    near, gap, height = near[clothed], gap[clothed], height[clothed]
    # Skin that pokes through is looked at from under the cloth, where it would lie if it didn't.
    start = points[near] + normals[near] * np.minimum(height - 0.003, -0.001)[:, None]
    under = np.ones(len(near), dtype=bool)
    for tilt, direction in _tilted(normals[near]):
        looked_at = (tilt < GRAZING) | (gap < DEEP)
        asked = np.flatnonzero(under & looked_at)
        hits = grid.hits(start[asked], direction[asked], reach)
        under[asked] = False
        under[asked[hits.ray[_hides(hits)]]] = True
    result[near[under]] = True
    result[_islands(points, skin.triangles.astype(np.int64), near[~under], rim)] = True
    return result


def _islands(points: Floats, triangles: Ints, open_: Ints, rim: Floats) -> Ints:
    """Those of the vertices `open_` that hang together without coming near an opening.

    In creases of the body rays run along the skin and miss the cloth; nobody looks in there all the same.
    """
    _, weld = np.unique(np.rint(points * 1e5), axis=0, return_inverse=True)
    weld = weld.ravel()
    free = np.zeros(int(weld.max()) + 1, dtype=bool)
    free[weld[open_]] = True
    sides = np.concatenate([weld[triangles[:, [k, (k + 1) % 3]]] for k in range(3)])
    sides = sides[free[sides].all(axis=1)]
    label = np.arange(len(free))
    while True:
        least = label.copy()
        np.minimum.at(least, sides[:, 0], label[sides[:, 1]])
        np.minimum.at(least, sides[:, 1], label[sides[:, 0]])
        least = least[least]
        if (least == label).all():
            break
        label = least
    gap = np.full(len(free), np.inf)
    np.minimum.at(gap, label[weld[open_]], _gap(points[open_], rim))
    return np.asarray(open_[gap[label[weld[open_]]] > ISLAND_GAP])


def _height_under(cloth: TriangleGrid, points: Floats, normals: Floats, reach: float) -> Floats:
    """How high over the skin cloth lies, negative where skin pokes through, inf where there is none."""
    hits = cloth.hits(points - POKE * normals, normals, reach + POKE)
    height = np.full(len(points), np.inf)
    hiding = _hides(hits)
    np.minimum.at(height, hits.ray[hiding], hits.distance[hiding] - POKE)
    return height


def _hides(hits: Hits) -> NDArray[np.bool_]:
    return np.asarray(hits.leaving | (hits.distance < CLOSE))


def visibility_mask(skin: Mesh, hidden: NDArray[np.bool_], size: int) -> NDArray[np.uint8]:
    """(size, size) in the skin's UVs: HIDDEN where the cloth hides, VISIBLE elsewhere, nothing between."""
    raster = rasterise(skin.uvs, skin.triangles, (size, size))
    share = interpolate(raster, skin.triangles, hidden[:, None].astype(np.float32))[..., 0]
    mask = np.where(share > 0.5, HIDDEN, VISIBLE).astype(np.uint8)
    # Beyond the islands' edges too, so that filtering brings no visible fringe along a seam.
    spread: NDArray[np.uint8] = bleed(mask, raster.covered, max(2, size // 128)).astype(np.uint8)
    return spread


def _tilted(normals: Floats) -> list[tuple[float, Floats]]:
    """Directions around the normals: even a grazing look into an opening must meet cloth."""
    helper = np.where(np.abs(normals[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    first = np.cross(normals, helper)
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-12)
    second = np.cross(normals, first)
    around = [first, -first, second, -second]
    sines = [(tilt, np.cos(np.radians(tilt)), np.sin(np.radians(tilt))) for tilt in TILTS]
    return [(tilt, cosine * normals + sine * aside) for tilt, cosine, sine in sines for aside in around]


def _gap(points: Floats, rim: Floats) -> Floats:
    """Distance from each point to the nearest point of the rim."""
    result = np.full(len(points), np.inf)
    for start in range(0, len(points), 1024):
        apart = np.linalg.norm(points[start : start + 1024, None] - rim, axis=2)
        result[start : start + 1024] = apart.min(axis=1, initial=np.inf)
    return result
