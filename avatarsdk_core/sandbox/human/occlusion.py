"""How open to light each vertex lies: the share of its sky that the human's own surface leaves free.

Surface elements stand for the triangles (each n-th, enlarged n times); an element hides of the sky what a disc of its
area would, for light that falls evenly from all sides.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats, floats
from .body import Body

_ELEMENTS = {"AvatarHead": 2, "AvatarBody": 8, "AvatarLeftEyeball": 16, "AvatarRightEyeball": 16}
_CUBE = 0.05  # metres
_REACH = 0.10  # metres; what is farther away shades the room, not the crease


@lru_cache(maxsize=16)
def openness(body: Body, part: str) -> Floats:
    """(V,) 1 where a vertex of the part sees its whole hemisphere, towards 0 deep in a crease."""
    mesh = body.parts[part]
    elements = _elements(body)
    result = np.empty(len(mesh.positions), dtype=np.float32)
    for receivers in _neighbours(mesh.positions):
        result[receivers] = _openness(mesh.positions[receivers], mesh.normals[receivers], *elements)
    return result


def _neighbours(points: Floats) -> list[NDArray[np.int64]]:
    """Indices of the points in each cube of space: those of one cube have the same elements within reach."""
    _, cube = np.unique(np.floor(points / _CUBE).astype(np.int32), axis=0, return_inverse=True)
    order = np.argsort(cube.ravel(), kind="stable")
    return np.split(order, np.flatnonzero(np.diff(cube.ravel()[order])) + 1)


def _openness(points: Floats, normals: Floats, centres: Floats, directions: Floats, areas: Floats) -> Floats:
    low, high = points.min(axis=0) - _REACH, points.max(axis=0) + _REACH
    near = ((centres >= low) & (centres <= high)).all(axis=1)
    centres, directions, areas = centres[near], directions[near], areas[near]
    p, n = points + 1e-3 * normals, normals
    squared = np.maximum((p * p).sum(axis=1)[:, None] + (centres * centres).sum(axis=1) - 2 * p @ centres.T, 1e-7)
    towards = np.maximum(n @ centres.T - (p * n).sum(axis=1)[:, None], 0)
    facing = np.abs(p @ directions.T - (centres * directions).sum(axis=1))
    fade = np.maximum(1 - squared / _REACH**2, 0)
    hidden = areas * towards * facing * fade / (squared * (np.pi * squared + areas))
    return floats(np.exp(-hidden.sum(axis=1)))


@lru_cache(maxsize=4)
def _elements(body: Body) -> tuple[Floats, Floats, Floats]:
    centres, normals, areas = [], [], []
    for part, step in _ELEMENTS.items():
        mesh = body.parts[part]
        corners = mesh.positions[mesh.triangles[::step]]
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        length = np.linalg.norm(cross, axis=1)
        centres.append(corners.mean(axis=1))
        normals.append(cross / np.maximum(length, 1e-12)[:, None])
        areas.append(length / 2 * step)
    return np.concatenate(centres), np.concatenate(normals), np.concatenate(areas).astype(np.float32)
