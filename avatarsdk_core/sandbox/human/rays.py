"""Short rays against triangles: which skin lies under cloth."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CELL = 0.025
_PAIRS_AT_ONCE = 1 << 21


@dataclass(frozen=True, eq=False)
class Hits:
    """One entry for each crossing: the ray, how far along it, and whether it left through a triangle's back."""

    ray: Ints
    distance: Floats
    leaving: NDArray[np.bool_]


class TriangleGrid:
    """Triangles sorted into cubic cells."""

    def __init__(self, positions: Floats, triangles: Ints) -> None:
        self._corners = positions[triangles]
        self._origin = positions.min(axis=0) - CELL
        self._shape = np.ceil((positions.max(axis=0) + CELL - self._origin) / CELL).astype(np.int64) + 1
        low = np.floor((self._corners.min(axis=1) - self._origin) / CELL).astype(np.int64)
        high = np.floor((self._corners.max(axis=1) - self._origin) / CELL).astype(np.int64)
        owner, cell = _boxes(low, high)
        order = np.argsort(self._key(cell), kind="stable")
        self._cells, self._triangles = self._key(cell)[order], owner[order]

    def hits(self, origins: Floats, directions: Floats, length: float) -> Hits:
        """All crossings of the rays (N, 3) with unit directions (N, 3) up to `length` metres."""
        steps = np.arange(0, length + CELL / 2, CELL / 2)
        points = origins[:, None] + directions[:, None] * steps[:, None]
        cell = np.floor((points - self._origin) / CELL).astype(np.int64)
        inside = ((cell >= 0) & (cell < self._shape)).all(axis=2)
        ray = np.broadcast_to(np.arange(len(origins))[:, None], inside.shape)[inside]
        visits = np.unique(ray * int(self._shape.prod()) + self._key(cell[inside]))
        ray, key = np.divmod(visits, int(self._shape.prod()))
        first, last = np.searchsorted(self._cells, key), np.searchsorted(self._cells, key, side="right")
        found = [np.zeros((0, 2), dtype=np.int64)]
        for start, stop in _portions(last - first):
            count = (last - first)[start:stop]
            owner = np.repeat(np.arange(start, stop), count)
            place = first[owner] + np.arange(len(owner)) - np.repeat(count.cumsum() - count, count)
            found.append(np.stack([ray[owner], self._triangles[place]], axis=1))
        pairs = np.concatenate(found)
        pairs = np.unique(pairs[:, 0] * len(self._corners) + pairs[:, 1])
        return self._crossings(*np.divmod(pairs, len(self._corners)), origins, directions, length)

    def _crossings(self, ray: Ints, triangle: Ints, origins: Floats, directions: Floats, length: float) -> Hits:
        """Möller and Trumbore's test."""
        a, b, c = (self._corners[triangle, k] for k in range(3))
        direction = directions[ray]
        edge, other = b - a, c - a
        across = np.cross(direction, other)
        determinant = (edge * across).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):  # a ray along the triangle's plane crosses nothing
            offset = origins[ray] - a
            u = (offset * across).sum(axis=1) / determinant
            turned = np.cross(offset, edge)
            v = (direction * turned).sum(axis=1) / determinant
            distance = (other * turned).sum(axis=1) / determinant
            # A hair's breadth over the edges, so that no ray slips between two triangles.
            hit = (u >= -1e-4) & (v >= -1e-4) & (u + v <= 1 + 1e-4) & (distance >= 0) & (distance <= length)
        return Hits(ray[hit], distance[hit], determinant[hit] < 0)

    def _key(self, cell: Ints) -> Ints:
        return np.asarray((cell[:, 0] * self._shape[1] + cell[:, 1]) * self._shape[2] + cell[:, 2])


def _boxes(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """All cells of the boxes from `low` to `high`, both included: index of the box and (N, 3) cells."""
    size = high - low + 1
    count = size.prod(axis=1)
    owner = np.repeat(np.arange(len(low)), count)
    rank = np.arange(len(owner)) - np.repeat(count.cumsum() - count, count)
    z = rank % size[owner, 2]
    y = rank // size[owner, 2] % size[owner, 1]
    x = rank // (size[owner, 2] * size[owner, 1])
    return owner, low[owner] + np.stack([x, y, z], axis=1)


def _portions(counts: Ints) -> list[tuple[int, int]]:
    """Ranges of entries whose counts sum up to about _PAIRS_AT_ONCE."""
    bounds = np.searchsorted(counts.cumsum(), np.arange(0, counts.sum(), _PAIRS_AT_ONCE)[1:]).tolist()
    marks = [0, *bounds, len(counts)]
    return [(start, stop) for start, stop in pairwise(marks) if stop > start]
