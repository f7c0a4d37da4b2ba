"""A mesh as formats hold it that index places and texture coordinates apart: welded at seams, with quads if wanted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.decimate import weld
from avatarsdk_core.sandbox.human.model import Mesh

_Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Surface:
    """How a mesh's vertices and triangles are written.

    Attributes:
        points: (P,) for each place the vertex of the mesh that gives it.
        point_of: (V,) place of each vertex; its texture coordinate and normal stay its own.
        faces: triangles (N, 3) and quads (M, 4) of vertices, in this order.
    """

    points: _Ints
    point_of: _Ints
    faces: tuple[_Ints, ...]


def surface(mesh: Mesh, *, split: bool, quads: bool) -> Surface:
    """`split`: a place of its own for each texture coordinate at seams; `quads`: two triangles become one where they
    were made of one."""
    count = len(mesh.positions)
    points, point_of = np.arange(count), np.arange(count)
    if not split:
        _, points, point_of = np.unique(weld(mesh), return_index=True, return_inverse=True)
        order = np.argsort(points)  # places keep the order of the vertices
        points, point_of = points[order], np.argsort(order)[point_of]
    triangles = mesh.triangles.astype(np.int64)
    return Surface(points, point_of, _paired(triangles) if quads else (triangles,))


def _paired(triangles: _Ints) -> tuple[_Ints, _Ints]:
    """Neighbours in the list that share two vertices become a quad; the source's quads were split into such pairs."""
    single, paired = [], []
    rows = triangles.tolist()
    index = 0
    while index < len(rows):
        quad = _joined(rows[index], rows[index + 1]) if index + 1 < len(rows) else None
        if quad is None:
            single.append(rows[index])
            index += 1
        else:
            paired.append(quad)
            index += 2
    return np.array(single, np.int64).reshape(-1, 3), np.array(paired, np.int64).reshape(-1, 4)


def _joined(one: list[int], other: list[int]) -> list[int] | None:
    alone = [vertex for vertex in other if vertex not in one]
    if len(alone) != 1:
        return None
    for start in range(3):
        a, b, c = one[start], one[(start + 1) % 3], one[(start + 2) % 3]
        if a in other and b in other:  # the shared edge a → b: the other's corner goes between them
            return [a, alone[0], b, c]
    return None
