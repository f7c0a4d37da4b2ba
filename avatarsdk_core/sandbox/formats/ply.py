"""PLY as the service writes it: binary little-endian, metres, glTF's axes.

Source of the layout: real exports (see `avatarsdk_core.avatar.ply`, which reads them).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.formats.surface import surface
from avatarsdk_core.sandbox.human.model import Mesh

_COMMENTS = ("Created by ItSeez3D", "Physical units: meters")


def ply_mesh(mesh: Mesh, texture: str = "", *, split: bool = True, quads: bool = False) -> bytes:
    """Points, and faces with a texture coordinate for each corner (V up). `texture`: file name of the colours.

    `split`, `quads`: see `surface`.
    """
    uvs = mesh.uvs.astype("<f4") * np.array([1, -1], "<f4") + np.array([0, 1], "<f4")
    form = surface(mesh, split=split, quads=quads)
    rows = [_faces(faces, form.point_of, uvs) for faces in form.faces]
    comments = [*_COMMENTS, *([f"TextureFile {texture}"] if texture else [])]
    header = _header(comments, len(form.points), sum(len(faces) for faces in rows))
    return header + _points(mesh.positions[form.points]) + b"".join(faces.tobytes() for faces in rows)


def _faces(faces: NDArray[np.int64], point_of: NDArray[np.int64], uvs: NDArray[np.float32]) -> NDArray[np.void]:
    size = faces.shape[1]
    kind = [("corners", "u1"), ("vertices", "<i4", size), ("values", "u1"), ("uvs", "<f4", 2 * size)]
    rows = np.zeros(len(faces), np.dtype(kind))
    rows["corners"], rows["values"] = size, 2 * size
    rows["vertices"] = point_of[faces]
    rows["uvs"] = uvs[faces].reshape(-1, 2 * size)
    return rows


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
