"""Finer levels of a mesh: its longest edges are halved, the new points lie on the curve that the normals tell.

What was there stays as it was. The new points' heights follow Phong tessellation (Boubekeur and Alexa, 2008); their
texture coordinates, weights and morph targets are the means of the edge's ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.decimate import Level, weld, whole
from avatarsdk_core.sandbox.human.geometry import unique_pairs
from avatarsdk_core.sandbox.human.model import Mesh

_Ints = NDArray[np.int64]

ROUNDNESS = np.float32(0.75)  # of the way from the edge's middle to where the normals would have it


@dataclass(frozen=True, eq=False)
class Refinement:
    """A finer level as an index map: new vertices are middles of `ends` (N, 2), and come after the original's."""

    ends: _Ints
    triangles: NDArray[np.uint32]

    def of(self, mesh: Mesh) -> Mesh:
        """That mesh at this level."""
        joints, weights = _mean_weights(mesh, self.ends)
        return Mesh(
            positions=np.concatenate([mesh.positions, _curved(mesh, self.ends)]),
            normals=np.concatenate([mesh.normals, _unit(mesh.normals[self.ends].sum(axis=1))]),
            uvs=np.concatenate([mesh.uvs, mesh.uvs[self.ends].mean(axis=1)]),
            triangles=self.triangles,
            joints=np.concatenate([mesh.joints, joints]),
            weights=np.concatenate([mesh.weights, weights]),
            targets={
                name: np.concatenate([deltas, deltas[self.ends].mean(axis=1)]) for name, deltas in mesh.targets.items()
            },
        )


AnyLevel = Level | Refinement


def refine(mesh: Mesh, count: int) -> AnyLevel:
    """The mesh with its longest edges halved until it has `count` vertices; at most every edge once."""
    corners = mesh.triangles.astype(np.int64)
    sides = np.stack([corners, np.roll(corners, -1, axis=1)], axis=-1)  # (F, 3, 2)
    edges, of_side, _ = unique_pairs(np.sort(sides.reshape(-1, 2), axis=1))
    point = weld(mesh)
    _, seam = np.unique(
        np.sort(point[edges], axis=1), axis=0, return_inverse=True
    )  # the two sides of a seam go together
    seam = seam.ravel()
    length = np.linalg.norm(mesh.positions[edges[:, 0]] - mesh.positions[edges[:, 1]], axis=1)
    longest = np.zeros(seam.max() + 1)
    np.maximum.at(longest, seam, length)
    order = np.argsort(-longest, kind="stable")
    added = np.cumsum(np.bincount(seam)[order])
    split = np.zeros(len(order), dtype=bool)
    split[order[added <= count - len(mesh.positions)]] = True
    halved = np.flatnonzero(split[seam])
    middle = np.full(len(edges), -1)
    middle[halved] = len(mesh.positions) + np.arange(len(halved))
    if not len(halved):
        return whole(mesh)
    return Refinement(edges[halved], _divided(corners, middle[of_side.reshape(-1, 3)]))


def _divided(corners: _Ints, middle: _Ints) -> NDArray[np.uint32]:
    """(F', 3) triangles of (F, 3) `corners` whose side k has the new vertex `middle[:, k]`, or -1."""
    split = middle >= 0
    number = split.sum(axis=1)
    # Turn each triangle so that its pattern begins at side 0: the only split side, or the one after the unsplit one.
    first = np.where(number == 1, split.argmax(axis=1), np.where(number == 2, (split.argmin(axis=1) + 1) % 3, 0))
    turned = (first[:, None] + np.arange(3)) % 3
    a, b, c = np.take_along_axis(corners, turned, axis=1).T
    ab, bc, ca = np.take_along_axis(middle, turned, axis=1).T
    patterns = {
        0: [(a, b, c)],
        1: [(a, ab, c), (ab, b, c)],
        2: [(ab, b, bc), (a, ab, bc), (a, bc, c)],
        3: [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)],
    }
    made = [
        np.stack(triangle, axis=1)[number == sides] for sides, triangles in patterns.items() for triangle in triangles
    ]
    return np.concatenate(made).astype(np.uint32)


def _curved(mesh: Mesh, ends: _Ints) -> NDArray[np.float32]:
    places, normals = mesh.positions[ends], mesh.normals[ends]
    middle = places.mean(axis=1)
    height = ((places - middle[:, None]) * normals).sum(axis=2, keepdims=True)  # of each end's tangent plane
    return np.asarray(middle + ROUNDNESS * (height * normals).mean(axis=1), dtype=np.float32)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(length > 1e-6, vectors / np.maximum(length, 1e-6), (0, 0, 1)), np.float32)


def _mean_weights(mesh: Mesh, ends: _Ints) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """The mean of both ends' weights, of which the four strongest stay."""
    joints = mesh.joints[ends].reshape(len(ends), -1).astype(np.int64)  # (N, 8)
    weights = mesh.weights[ends].reshape(len(ends), -1).astype(np.float64) / 2
    same = (joints[:, :, None] == joints[:, None, :]) & (weights > 0)[:, None, :]
    first = np.argmax(joints[:, :, None] == joints[:, None, :], axis=2) == np.arange(8)
    total = np.where(first, (same * weights[:, None, :]).sum(axis=2), 0)
    strongest = np.argsort(-total, axis=1, kind="stable")[:, :4]
    kept = np.take_along_axis(total, strongest, axis=1)
    named = np.where(kept > 0, np.take_along_axis(joints, strongest, axis=1), 0)
    return named.astype(np.uint16), (kept / kept.sum(axis=1, keepdims=True)).astype(np.float32)
