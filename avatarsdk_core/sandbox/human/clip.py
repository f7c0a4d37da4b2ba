"""Cutting a mesh along a smooth line, as a map that holds for every shape of it: new vertices lie on cut edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.geometry import unique_pairs
from avatarsdk_core.sandbox.human.model import Mesh

_Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Clip:
    """What stays: `inner` (V',) vertices, then one on each cut edge: `ends` (N, 2) and the (N,) share of the second."""

    inner: _Ints
    ends: _Ints
    share: NDArray[np.float32]
    triangles: NDArray[np.uint32]

    def of(self, mesh: Mesh) -> Mesh:
        """What stays of that mesh."""
        normals = self._mixed(mesh.normals)
        length = np.linalg.norm(normals, axis=1, keepdims=True)
        nearer = np.where(self.share > 0.5, self.ends[:, 1], self.ends[:, 0])
        return Mesh(
            positions=self._mixed(mesh.positions),
            normals=np.asarray(normals / np.maximum(length, 1e-6), dtype=np.float32),
            uvs=self._mixed(mesh.uvs),
            triangles=self.triangles,
            joints=np.concatenate([mesh.joints[self.inner], mesh.joints[nearer]]),
            weights=np.concatenate([mesh.weights[self.inner], mesh.weights[nearer]]),
            targets={name: self._mixed(deltas) for name, deltas in mesh.targets.items()},
        )

    def _mixed(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        first, second = values[self.ends[:, 0]], values[self.ends[:, 1]]
        return np.concatenate([values[self.inner], first + (second - first) * self.share[:, None]])


def clip(mesh: Mesh, field: NDArray[np.floating]) -> Clip:
    """The part of the mesh where `field` (V,), linear in between, is positive."""
    corners = mesh.triangles.astype(np.int64)
    value = np.where(field == 0, 1e-9, field)  # no vertex exactly on the line
    inside = value[corners] > 0
    # Turn each triangle so that the odd one out comes first.
    number = inside.sum(axis=1)
    first = np.where(number == 1, inside.argmax(axis=1), np.where(number == 2, inside.argmin(axis=1), 0))
    a, b, c = np.take_along_axis(corners, (first[:, None] + np.arange(3)) % 3, axis=1).T
    one, two = number == 1, number == 2
    cut = np.concatenate([np.stack([a, b], 1)[one | two], np.stack([a, c], 1)[one | two]])
    swapped = value[cut[:, 0]] < 0  # always from the inside out, so that both sides of a seam are cut alike
    cut[swapped] = cut[swapped][:, ::-1]
    ends, of_side, _ = unique_pairs(cut)
    made = len(mesh.positions) + of_side.ravel()
    ab, ac = np.full(len(corners), -1), np.full(len(corners), -1)
    half = len(made) // 2
    ab[one | two], ac[one | two] = made[:half], made[half:]
    triangles = np.concatenate(
        [
            corners[number == 3],
            np.stack([a, ab, ac], 1)[one],
            np.stack([ab, b, c], 1)[two],
            np.stack([ab, c, ac], 1)[two],
        ]
    )
    used, compact = np.unique(triangles, return_inverse=True)
    inner = used[used < len(mesh.positions)]
    kept = ends[used[len(inner) :] - len(mesh.positions)]
    share = value[kept[:, 0]] / (value[kept[:, 0]] - value[kept[:, 1]])
    return Clip(inner, kept, share.astype(np.float32), compact.reshape(-1, 3).astype(np.uint32))
