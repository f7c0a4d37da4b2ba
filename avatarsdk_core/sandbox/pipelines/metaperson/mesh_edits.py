"""What exports do to meshes: cut away skin that clothes hide, set weights for good, put the feet on the floor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.avatar.masks import hidden_faces
from avatarsdk_core.sandbox.human.geometry import vertex_normals
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


def baked(mesh: Mesh, shapes: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float]) -> Mesh:
    """The mesh with shapes (name -> deltas) applied for good; names without a shape here count for nothing."""
    positions = mesh.positions.copy()
    for name, weight in weights.items():
        if name in shapes:
            positions += np.float32(weight) * shapes[name]
    return moved(mesh, positions)


def moved(mesh: Mesh, positions: NDArray[np.float32]) -> Mesh:
    """The mesh with other positions; its normals turn as the surface does, seams stay smooth."""
    if np.array_equal(positions, mesh.positions):
        return mesh
    _, point = np.unique(mesh.positions, axis=0, return_inverse=True)
    point = point.reshape(-1)
    before, after = (_surface_normals(places, mesh.triangles, point) for places in (mesh.positions, positions))
    normals = mesh.normals + (after - before)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return replace(mesh, positions=positions, normals=normals.astype(np.float32))


def _surface_normals(
    positions: NDArray[np.float32], triangles: NDArray[np.uint32], point: NDArray[np.intp]
) -> NDArray[np.float64]:
    """(V, 3), the same for all vertices of a point."""
    places = np.zeros((int(point.max()) + 1, 3))
    places[point] = positions
    return np.asarray(vertex_normals(places, point[triangles])[point])


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
