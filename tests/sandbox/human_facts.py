"""Questions that the tests ask of the sandbox's human, answered by plain geometry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Mesh

Points = NDArray[np.float64]


def rim(mesh: Mesh) -> NDArray[np.int64]:
    """Vertices on open edges of the surface, UV seams not counted: one vertex per place."""
    _, first, place_of = np.unique(mesh.positions, axis=0, return_index=True, return_inverse=True)
    triangles = place_of.ravel()[mesh.triangles]
    sides = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    edges, uses = np.unique(sides, axis=0, return_counts=True)
    return first[np.unique(edges[uses == 1])]


def hit(origins: Points, direction: Points, corners: Points) -> NDArray[np.bool_]:
    """(N,) whether a ray from each origin hits any of the triangles `corners` (T, 3, 3), from either side."""
    a, b, c = corners.transpose(1, 0, 2)
    ab, ac = b - a, c - a
    normal_part = np.cross(direction, ac)
    scale = (ab * normal_part).sum(axis=1)
    away = origins[:, None] - a
    u = (away * normal_part).sum(axis=-1) / scale
    across = np.cross(away, ab)
    v = (across @ direction) / scale
    distance = (across * ac).sum(axis=-1) / scale
    return np.asarray(((u >= 0) & (v >= 0) & (u + v <= 1) & (distance > 1e-6)).any(axis=1))


def winding(points: Points, corners: Points) -> Points:
    """(N,) how often the surface `corners` (T, 3, 3) winds around each point: about 1 inside, 0 outside.

    Sum of the triangles' solid angles (Van Oosterom and Strackee 1983); small holes hardly change it.
    """
    totals = np.empty(len(points))
    for index, point in enumerate(points):
        a, b, c = (corners - point).transpose(1, 0, 2)
        la, lb, lc = (np.linalg.norm(side, axis=1) for side in (a, b, c))
        triple = (a * np.cross(b, c)).sum(axis=1)
        below = la * lb * lc + (a * b).sum(axis=1) * lc + (b * c).sum(axis=1) * la + (c * a).sum(axis=1) * lb
        totals[index] = np.arctan2(triple, below).sum() / (2 * np.pi)
    return totals


def corners(mesh: Mesh, positions: Points | None = None) -> Points:
    """(T, 3, 3) corner positions, at rest or at `positions`."""
    places = mesh.positions.astype(np.float64) if positions is None else positions
    return np.asarray(places[mesh.triangles])
