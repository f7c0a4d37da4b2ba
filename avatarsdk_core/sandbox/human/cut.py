"""Cutting a part out of the posed source: subdivision, UV splits, triangles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human import atlas
from avatarsdk_core.sandbox.human.geometry import triangulate, unique_pairs, vertex_normals
from avatarsdk_core.sandbox.human.model import Mesh
from avatarsdk_core.sandbox.human.shape import METRES
from avatarsdk_core.sandbox.human.source import Source
from avatarsdk_core.sandbox.human.subdivide import subdivision
from avatarsdk_core.sandbox.human.weights import strongest_weights

_Linear = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Posed:
    """The whole source in T-pose: (19158, …) arrays, metres. `units`: ARKit unit -> deltas."""

    vertices: NDArray[np.float64]
    normals: NDArray[np.float64]
    weights: NDArray[np.float64]
    units: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Piece:
    """A part with, per vertex, where it came from (-1: made by subdivision) and how much it belongs to each region.

    `follow`: from points or deltas of the whole source (19158, C) to those of the part's vertices (V, C).
    """

    mesh: Mesh
    origin: NDArray[np.int64]
    regions: Mapping[str, NDArray[np.float32]]
    follow: _Linear


def cut(
    source: Source,
    posed: Posed,
    faces: NDArray[np.int64],
    placements: tuple[atlas.Placement, ...],
    units: Iterable[str] = (),
    subdivide: bool = False,
) -> Piece:
    """The part made of the source's `faces`, its UVs placed into a texture of its own.

    Args:
        units: the ARKit units that it follows.
        subdivide: one Catmull–Clark step, for coarse helpers.
    """
    used, quads = _compact(source.faces[faces])
    uv_used, uv_quads = _compact(source.face_uvs[faces])
    refine: _Linear = _as_they_are
    uv_refine: _Linear = _as_they_are
    if subdivide:
        quads, matrix = subdivision(quads, len(used), smooth=True)
        uv_quads, uv_matrix = subdivision(uv_quads, len(uv_used), smooth=False)
        refine, uv_refine = partial(np.matmul, matrix), partial(np.matmul, uv_matrix)
    vertices = refine(posed.vertices[used])
    normals = posed.normals[used]
    if subdivide:
        normals = vertex_normals(vertices, triangulate(quads, vertices))
    uvs = uv_refine(atlas.place(source.uvs[uv_used], placements))
    origin = np.full(len(vertices), -1)
    origin[: len(used)] = used

    corners, split_quads, _ = unique_pairs(np.stack([quads.ravel(), uv_quads.ravel()], axis=1))
    vertex, uv = corners.T
    joints, weights = strongest_weights(refine(posed.weights[used]))
    # Split by the diagonals of the source: every shape of the body has the same triangles.
    neutral = refine(source.vertices[used].astype(np.float64) * METRES)
    triangles = triangulate(split_quads.reshape(quads.shape), neutral[vertex])
    mesh = Mesh(
        positions=vertices[vertex].astype(np.float32),
        normals=normals[vertex].astype(np.float32),
        uvs=uvs[uv].astype(np.float32),
        triangles=triangles.astype(np.uint32),
        joints=joints[vertex],
        weights=weights[vertex],
        targets={name: refine(posed.units[name][used])[vertex].astype(np.float32) for name in units},
    )
    regions = {
        name: uv_refine(shares[uv_used] / 255.0)[uv].astype(np.float32) for name, shares in source.regions.items()
    }

    def follow(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(refine(values[used])[vertex])

    return Piece(mesh, origin[vertex], regions, follow)


def _as_they_are(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values


def _compact(quads: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    used, local = np.unique(quads, return_inverse=True)
    return used, local.reshape(quads.shape)
