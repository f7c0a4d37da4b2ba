"""How open to light each vertex lies: the share of its sky that the human's own surface leaves free.

Surface elements stand for the triangles (each n-th, enlarged n times); an element hides of the sky what a disc of its
area would, for light that falls evenly from all sides.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .arrays import Floats
from .body import Body

_ELEMENTS = {"AvatarHead": 2, "AvatarBody": 8, "AvatarLeftEyeball": 16, "AvatarRightEyeball": 16}
_RECEIVERS_AT_ONCE = 1024
_REACH = 0.10  # metres; what is farther away shades the room, not the crease


@lru_cache(maxsize=16)
def openness(body: Body, part: str) -> Floats:
    """(V,) 1 where a vertex of the part sees its whole hemisphere, towards 0 deep in a crease."""
    mesh = body.parts[part]
    centres, normals, areas = _elements(body)
    low, high = mesh.positions.min(axis=0) - _REACH, mesh.positions.max(axis=0) + _REACH
    near = ((centres >= low) & (centres <= high)).all(axis=1)
    centres, normals, areas = centres[near], normals[near], areas[near]
    offset = (centres * normals).sum(axis=1)
    result = np.empty(len(mesh.positions), dtype=np.float32)
    for start in range(0, len(result), _RECEIVERS_AT_ONCE):
        part_of = slice(start, start + _RECEIVERS_AT_ONCE)
        p, n = mesh.positions[part_of] + 1e-3 * mesh.normals[part_of], mesh.normals[part_of]
        squared = np.maximum((p * p).sum(axis=1)[:, None] + (centres * centres).sum(axis=1) - 2 * p @ centres.T, 1e-7)
        towards = np.maximum(n @ centres.T - (p * n).sum(axis=1)[:, None], 0)
        facing = np.abs(p @ normals.T - offset)
        fade = np.maximum(1 - squared / _REACH**2, 0)
        hidden = areas * towards * facing * fade / (squared * (np.pi * squared + areas))
        result[part_of] = np.exp(-hidden.sum(axis=1))
    return result


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
