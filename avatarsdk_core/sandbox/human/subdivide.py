"""Catmull–Clark subdivision of small quad meshes, attributes included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]


def subdivision(faces: NDArray[np.int64], count: int, *, smooth: bool) -> tuple[NDArray[np.int64], Weights]:
    """One step: quads (F, 4) over `count` vertices become (4F, 4) quads.

    The new vertices are linear in the old ones, so that positions, morph deltas and weights go the same way:
    new = matrix @ old. Vertices are in the order old, edges, faces; corner k of face f gives quad 4f + k.

    Args:
        smooth: Catmull–Clark's rule, with its crease rule at open edges; without, points stay and middles are means.

    Returns:
        Quads, and a dense matrix (count + E + F, count): for meshes of some hundred vertices.
    """
    sides = np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1)  # (F, 4, 2)
    edges, edge_of_side, uses = np.unique(
        np.sort(sides.reshape(-1, 2), axis=1), axis=0, return_inverse=True, return_counts=True
    )
    edge_of_side = edge_of_side.reshape(faces.shape)
    eye = np.eye(count)
    face_points = eye[faces].mean(axis=1)
    middles = eye[edges].mean(axis=1)
    old, edge_points = (eye, middles)
    if smooth:
        old, edge_points = _smooth(faces, edges, edge_of_side, uses, face_points, middles, eye)
    edge_index = count + edge_of_side
    face_index = np.repeat(count + len(edges) + np.arange(len(faces))[:, None], 4, axis=1)
    quads = np.stack([faces, edge_index, face_index, np.roll(edge_index, 1, axis=1)], axis=-1).reshape(-1, 4)
    return quads, np.concatenate([old, edge_points, face_points])


def _smooth(
    faces: NDArray[np.int64],
    edges: NDArray[np.int64],
    edge_of_side: NDArray[np.int64],
    uses: NDArray[np.int64],
    face_points: Weights,
    middles: Weights,
    eye: Weights,
) -> tuple[Weights, Weights]:
    around = np.zeros_like(middles)
    np.add.at(around, edge_of_side.ravel(), np.repeat(face_points, 4, axis=0))
    open_edges = uses != 2
    edge_points = np.where(open_edges[:, None], middles, (2 * middles + around) / 4)

    count = len(eye)
    valence = np.bincount(edges.ravel(), minlength=count)[:, None]
    face_count = np.bincount(faces.ravel(), minlength=count)[:, None]
    face_mean, middle_mean, rim_mean = np.zeros_like(eye), np.zeros_like(eye), np.zeros_like(eye)
    np.add.at(face_mean, faces.ravel(), np.repeat(face_points, 4, axis=0))
    np.add.at(middle_mean, edges.ravel(), np.repeat(middles, 2, axis=0))
    np.add.at(rim_mean, edges[open_edges].ravel(), np.repeat(middles[open_edges], 2, axis=0))
    safe = np.maximum(valence, 1)
    inner = (face_mean / np.maximum(face_count, 1) + 2 * middle_mean / safe + (valence - 3) * eye) / safe
    rim_valence = np.bincount(edges[open_edges].ravel(), minlength=count)[:, None]
    old = np.where(rim_valence == 2, (rim_mean / 2 + eye) / 2, np.where(rim_valence > 0, eye, inner))
    return np.where(valence > 0, old, eye), edge_points
