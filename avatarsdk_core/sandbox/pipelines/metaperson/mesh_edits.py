"""What exports do to meshes: cut away skin that clothes hide, set weights for good, put the feet on the floor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.avatar.masks import hidden_faces
from avatarsdk_core.sandbox.human.model import Mesh, Skeleton


def without_hidden(mesh: Mesh, masks: Sequence[NDArray[np.float32]]) -> Mesh:
    """The mesh without the triangles that the visibility masks hide together, and without vertices left unused.

    masks: (H, W) in 0..1, all of one size, row 0 at v = 0. A triangle goes only when it is hidden all over, so that
    no gap opens beside a garment.
    """
    if not masks:
        return mesh
    hidden = hidden_faces(np.min(np.stack(masks), axis=0), mesh.uvs[mesh.triangles], conservative=True)
    return _kept(mesh, ~hidden) if hidden.any() else mesh


def baked(mesh: Mesh, weights: Mapping[str, float]) -> Mesh:
    """The mesh with these morph targets applied for good; they stay available as targets too."""
    positions = mesh.positions.copy()
    for name, weight in weights.items():
        if name in mesh.targets:
            positions += np.float32(weight) * mesh.targets[name]
    return replace(mesh, positions=positions)


def with_targets(mesh: Mesh, names: Iterable[str]) -> Mesh:
    """The mesh with only the morph targets named, in that order."""
    return replace(mesh, targets={name: mesh.targets[name] for name in names if name in mesh.targets})


def lowest(meshes: Iterable[Mesh]) -> float:
    """The height of the lowest vertex in metres, 0 where there is none."""
    return min((float(np.min(mesh.positions[:, 1])) for mesh in meshes if len(mesh.positions)), default=0.0)


def raised(mesh: Mesh, metres: float) -> Mesh:
    return replace(mesh, positions=mesh.positions + np.array([0, metres, 0], dtype=np.float32))


def raised_skeleton(skeleton: Skeleton, metres: float) -> Skeleton:
    rest = skeleton.rest.copy()
    rest[:, 1, 3] += metres
    return replace(skeleton, rest=rest)


def _kept(mesh: Mesh, faces: NDArray[np.bool_]) -> Mesh:
    triangles = mesh.triangles[faces]
    used, compact = np.unique(triangles, return_inverse=True)
    return Mesh(
        positions=mesh.positions[used],
        normals=mesh.normals[used],
        uvs=mesh.uvs[used],
        triangles=compact.reshape(triangles.shape).astype(np.uint32),
        joints=mesh.joints[used],
        weights=mesh.weights[used],
        targets={name: deltas[used] for name, deltas in mesh.targets.items()},
    )
