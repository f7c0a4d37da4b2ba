"""Eyelashes that follow the lids: each hair of the source's strips turns about the eye with the lid edge under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.eyes import Eye
from avatarsdk_core.sandbox.human.geometry import mesh_edges
from avatarsdk_core.sandbox.human.source import Source

STRIPS = {
    "Left": ("helper-l-eyelashes-1", "helper-l-eyelashes-2"),
    "Right": ("helper-r-eyelashes-1", "helper-r-eyelashes-2"),
}
LASHES = tuple(strip for strips in STRIPS.values() for strip in strips)
ROOT_REACH = 1.12  # eyeball radii; open edges of a strip closer to the eye than that are its roots
NEAREST = 3  # roots that share a hair


@dataclass(frozen=True, eq=False)
class Lashes:
    """How the lashes hang on the lids.

    Attributes:
        vertices: (L,) indices of lash vertices.
        centres: (L, 3) of the eye that each belongs to.
        roots: (L, K) lash vertices at the lid, shares: (L, K) how much each counts.
        lids: (L, K) the vertex of the skin under each root.
    """

    vertices: NDArray[np.int64]
    centres: NDArray[np.float64]
    roots: NDArray[np.int64]
    shares: NDArray[np.float64]
    lids: NDArray[np.int64]

    def follow(self, places: NDArray[np.float64], deltas: NDArray[np.float64]) -> NDArray[np.float64]:
        """(L, 3) deltas of the lashes where the skin at `places` (19158, 3) moves by `deltas`."""
        root = places[self.roots]
        moved = root + deltas[self.lids]
        offset = places[self.vertices][:, None] - root
        turned = _turn_with(root - self.centres[:, None], moved - self.centres[:, None], offset)
        following = (self.shares[..., None] * (moved + turned)).sum(axis=1)
        return np.asarray(following - places[self.vertices])


def hang_lashes(
    source: Source, places: NDArray[np.float64], skin: NDArray[np.int64], eyes: Mapping[str, Eye]
) -> Lashes:
    """Tie every lash vertex to the nearest roots of its strip, and those to the skin vertex closest by."""
    found: list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]] = []
    for side, strips in STRIPS.items():
        eye = eyes[side]
        for strip in strips:
            vertices = source.group_vertices(strip)
            edges, uses = mesh_edges(source.faces[source.group_faces(strip)])
            edge = np.unique(edges[uses == 1])
            roots = edge[np.linalg.norm(places[edge] - eye.centre, axis=1) < eye.radius * ROOT_REACH]
            distance = np.linalg.norm(places[vertices][:, None] - places[roots], axis=-1)
            nearest = np.argsort(distance, axis=1, kind="stable")[:, :NEAREST]
            shares = 1 / (np.take_along_axis(distance, nearest, axis=1) + 1e-4) ** 2
            shares /= shares.sum(axis=1, keepdims=True)
            found.append((vertices, np.tile(eye.centre, (len(vertices), 1)), roots[nearest], shares))
    vertices, centres, roots, shares = (np.concatenate(column) for column in zip(*found, strict=True))
    to_skin = np.linalg.norm(places[roots][..., None, :] - places[skin], axis=-1)
    return Lashes(vertices, centres, roots, shares, skin[to_skin.argmin(axis=-1)])


def _turn_with(
    start: NDArray[np.float64], end: NDArray[np.float64], vectors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`vectors` turned by the smallest rotation that takes the direction of `start` to that of `end`."""
    a = start / np.linalg.norm(start, axis=-1, keepdims=True)
    b = end / np.linalg.norm(end, axis=-1, keepdims=True)
    axis = np.cross(a, b)
    cosine = (a * b).sum(axis=-1, keepdims=True)
    along = (axis * vectors).sum(axis=-1, keepdims=True)
    return np.asarray(vectors * cosine + np.cross(axis, vectors) + axis * along / (1 + cosine))
