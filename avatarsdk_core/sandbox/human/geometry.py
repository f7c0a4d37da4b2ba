"""Small facts about polygon meshes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TINY_AREA = 1e-12  # square metres


def triangulate(quads: NDArray[np.int64], vertices: NDArray[np.float64]) -> NDArray[np.int64]:
    """(T, 3) triangles of (F, 4) quads, each split along its shorter diagonal; those without area are left out."""
    corners = vertices[quads]
    first = np.linalg.norm(corners[:, 0] - corners[:, 2], axis=1)
    second = np.linalg.norm(corners[:, 1] - corners[:, 3], axis=1)
    order = np.where((first <= second)[:, None], [0, 1, 2, 0, 2, 3], [0, 1, 3, 1, 2, 3])
    triangles = np.take_along_axis(quads, order, axis=1).reshape(-1, 3)
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    return np.asarray(triangles[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 2 * TINY_AREA])


def vertex_normals(vertices: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """(V, 3) unit normals, each triangle weighted by its angle at the vertex; unused vertices get +Z."""
    normals = np.zeros_like(vertices)
    corners = vertices[triangles]
    face_normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    face_normals /= np.maximum(np.linalg.norm(face_normals, axis=1, keepdims=True), 1e-30)
    for corner in range(3):
        ahead = corners[:, (corner + 1) % 3] - corners[:, corner]
        behind = corners[:, (corner + 2) % 3] - corners[:, corner]
        length = np.linalg.norm(ahead, axis=1) * np.linalg.norm(behind, axis=1)
        angle = np.arccos(np.clip((ahead * behind).sum(axis=1) / np.maximum(length, 1e-30), -1, 1))
        np.add.at(normals, triangles[:, corner], face_normals * angle[:, None])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.where(length > 0, normals / np.maximum(length, 1e-30), [0.0, 0.0, 1.0])


def mesh_edges(quads: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The edges (E, 2) of (F, 4) quads, lower vertex first, and how many quads use each (E,)."""
    sides = np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    edges, _, uses = unique_pairs(sides)
    return edges, uses


def unique_pairs(
    pairs: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The different rows of (N, 2) indices in their order, which of them each row is (N,), and how often each occurs.

    The same as `np.unique(axis=0)`, in a fraction of its time: a pair is sorted as one number.
    """
    width = int(pairs[:, 1].max(initial=0)) + 1
    keys, place, uses = np.unique(pairs[:, 0] * width + pairs[:, 1], return_inverse=True, return_counts=True)
    return np.stack(np.divmod(keys, width), axis=1), place.ravel(), uses
