"""PLY as the service writes it: binary little-endian, metres, glTF's axes.

Source of the layout: real exports (see `avatarsdk_core.avatar.ply`, which reads them).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Mesh

_COMMENTS = ("Created by ItSeez3D", "Physical units: meters")
_FACE = np.dtype([("corners", "u1"), ("vertices", "<i4", 3), ("values", "u1"), ("uvs", "<f4", 6)])


def ply_mesh(mesh: Mesh, texture: str = "") -> bytes:
    """Points, and triangles with a texture coordinate for each corner (V up). `texture`: file name of the colours."""
    uvs = mesh.uvs.astype("<f4") * np.array([1, -1], "<f4") + np.array([0, 1], "<f4")
    faces = np.zeros(len(mesh.triangles), _FACE)
    faces["corners"], faces["values"] = 3, 6
    faces["vertices"] = mesh.triangles
    faces["uvs"] = uvs[mesh.triangles].reshape(-1, 6)
    comments = [*_COMMENTS, *([f"TextureFile {texture}"] if texture else [])]
    return _header(comments, len(mesh.positions), len(faces)) + _points(mesh.positions) + faces.tobytes()


def ply_points(positions: NDArray[np.floating]) -> bytes:
    """A point cloud: (V, 3) positions alone, in the vertex order of the mesh that they are of."""
    return _header(list(_COMMENTS), len(positions)) + _points(positions)


def _points(positions: NDArray[np.floating]) -> bytes:
    return np.ascontiguousarray(positions, "<f4").tobytes()


def _header(comments: list[str], points: int, faces: int | None = None) -> bytes:
    lines = ["ply", "format binary_little_endian 1.0", *(f"comment {comment}" for comment in comments)]
    lines += [f"element vertex {points}", *(f"property float {axis}" for axis in "xyz")]
    if faces is not None:
        lines += [
            f"element face {faces}",
            "property list uchar int vertex_indices",
            "property list uchar float texcoord",
        ]
    return ("\n".join([*lines, "end_header"]) + "\n").encode("ascii")
