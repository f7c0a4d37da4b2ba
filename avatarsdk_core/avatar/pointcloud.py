"""Putting a point cloud on a mesh of the same topology: where it belongs, and its normals.

Source: real metaperson_2.0 files. A cloud has its template's vertex order, but may stand a few millimetres lower; at
the neck's rim the two are the same but for that.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Share of the head's vertices, from below, that are the neck's rim and what is next to it.
_RIM = 0.01


def offset_at_neck(
    template: npt.NDArray[np.float32], cloud: npt.NDArray[np.float32], up: int
) -> npt.NDArray[np.float32]:
    """What to add to the points of a head's cloud (V, 3) so that its neck meets the template's; `up`: upright axis."""
    count = max(1, int(len(template) * _RIM))
    lowest = np.argsort(template[:, up], kind="stable")[:count]
    offset: npt.NDArray[np.float32] = np.median(template[lowest] - cloud[lowest], axis=0).astype(np.float32)
    return offset


def smooth_normals(points: npt.NDArray[np.float32], faces: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Normals (V, 3) of triangles (F, 3), smooth across the seams where texture coordinates split a vertex in two."""
    _, same = np.unique(points.round(6), axis=0, return_inverse=True)
    same = same.reshape(-1)  # numpy 2.0 keeps the axis
    corners = points[faces].astype(np.float64)
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])  # as long as twice its area
    summed = np.zeros((same.max() + 1, 3))
    for corner in range(3):
        np.add.at(summed, same[faces[:, corner]], flat)
    lengths = np.linalg.norm(summed, axis=1, keepdims=True)
    normals: npt.NDArray[np.float32] = (summed / np.where(lengths > 0, lengths, 1.0))[same].astype(np.float32)
    return normals
