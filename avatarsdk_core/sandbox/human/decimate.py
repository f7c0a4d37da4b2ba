"""Coarser levels of a mesh, made only of vertices that it has: so UVs, weights and morph targets stay exact.

Half-edge collapses ordered by quadric error (Garland and Heckbert, "Surface Simplification Using Quadric Error
Metrics", 1997). A vertex moves onto a neighbour; seams of the UVs and open borders are only shortened along
themselves, and no triangle turns over, in space or in the texture. Collapses that don't touch each other are done at
once, so that everything is arithmetic on whole arrays; the order depends on nothing but the mesh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Mesh

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Mask = NDArray[np.bool_]

LEAST_TURN = 0.35  # cosine that a triangle's normal may turn by
RIM_WEIGHT = 30.0  # of seams and borders against the surface
MOTION = 0.004  # metres by which a vertex moves in some expression that make it count twice
NEAR_ENOUGH = 3  # vertices that a level may have fewer than asked for
CHEAPEST = 0.35  # share of the collapses that may be done before costs are compared anew


@dataclass(frozen=True, eq=False)
class Level:
    """A level of detail as an index map: `kept` (V',) vertices of the original, `triangles` (F', 3) over those.

    It holds for every mesh with the original's vertex order, whatever its shape.
    """

    kept: _Ints
    triangles: NDArray[np.uint32]

    def of(self, mesh: Mesh) -> Mesh:
        """That mesh at this level."""
        return Mesh(
            positions=mesh.positions[self.kept],
            normals=mesh.normals[self.kept],
            uvs=mesh.uvs[self.kept],
            triangles=self.triangles,
            joints=mesh.joints[self.kept],
            weights=mesh.weights[self.kept],
            targets={name: deltas[self.kept] for name, deltas in mesh.targets.items()},
        )


@dataclass(frozen=True, eq=False)
class Collapses:
    """A mesh's way down, collapse by collapse: `old` (N, 2) vertices become `new` (N, 2).

    A point has one vertex, or two at a seam; where it has one, that stands twice.
    """

    old: _Ints
    new: _Ints

    def level(self, triangles: NDArray[np.uint32], count: int) -> Level:
        """The level of at most `count` vertices, of these triangles over the mesh's vertices (all, or some)."""
        used = np.unique(triangles)
        is_used = np.zeros(max(int(used.max()), int(self.old.max(initial=0))) + 1, dtype=bool)
        is_used[used] = True
        gone = is_used[self.old[:, 0]].astype(np.int64) + (is_used[self.old[:, 1]] & (self.old[:, 0] != self.old[:, 1]))
        left = np.concatenate([[len(used)], len(used) - np.cumsum(gone)])
        steps = int(np.searchsorted(-left, -count))
        level = self._after(min(steps, len(self.old)), triangles, len(is_used))
        # A last triangle takes its other corners along: so some steps fewer may do.
        fewer = 0
        while len(level.kept) < count - NEAR_ENOUGH and fewer < steps:
            fewer += max(1, (count - len(level.kept)) // 3)
            wider = self._after(max(0, min(steps, len(self.old)) - fewer), triangles, len(is_used))
            if len(wider.kept) > count:
                break
            level = wider
        return level

    def _after(self, steps: int, triangles: NDArray[np.uint32], size: int) -> Level:
        becomes = list(range(size))
        for old, new in zip(self.old[:steps][::-1].tolist(), self.new[:steps][::-1].tolist(), strict=True):
            becomes[old[0]], becomes[old[1]] = becomes[new[0]], becomes[new[1]]
        mapped = np.asarray(becomes, dtype=np.int64)[triangles.astype(np.int64)]
        a, b, c = mapped.T
        kept, compact = np.unique(mapped[(a != b) & (b != c) & (c != a)], return_inverse=True)
        return Level(kept, compact.reshape(-1, 3).astype(np.uint32))


def whole(mesh: Mesh) -> Level:
    """The level that is the mesh itself."""
    return Level(np.arange(len(mesh.positions)), mesh.triangles)


def decimate(mesh: Mesh, counts: Sequence[int], keep: _Mask | None = None) -> list[Level]:
    """A level of at most so many vertices for each of `counts`; each is nested in those with more.

    A level has more vertices than asked for where nothing else can go without tearing or folding the mesh.

    Args:
        keep: (V,) vertices that stay whatever it costs.
    """
    if not counts:
        return []
    way = collapses(mesh, min(counts), keep)
    return [way.level(mesh.triangles, count) for count in counts]


def collapses(mesh: Mesh, count: int, keep: _Mask | None = None) -> Collapses:
    """The way down to `count` vertices."""
    work = _Work(mesh, keep)
    work.reduce_to(count)
    old, new = (np.concatenate([np.zeros((0, 2), np.int64), *log]) for log in (work.old, work.new))
    return Collapses(old, new)


class _Work:
    """The mesh while it shrinks. Points are places: the vertices that a seam splits are one point."""

    def __init__(self, mesh: Mesh, keep: _Mask | None) -> None:
        self.uvs = mesh.uvs.astype(np.float64)
        self.triangles = mesh.triangles.astype(np.int64)
        self.point = weld(mesh)
        self.count = int(self.point.max()) + 1
        self.places = np.zeros((self.count, 3))
        self.places[self.point] = mesh.positions
        self.pinned = np.zeros(self.count, dtype=bool)
        if keep is not None:
            self.pinned[self.point[keep]] = True
        self.importance = 1 + _motion(mesh, self.point, self.count) / MOTION
        self.vertices = len(np.unique(self.triangles))
        self.quadrics = self._quadrics()
        self.old: list[_Ints] = []
        self.new: list[_Ints] = []

    def reduce_to(self, count: int) -> None:
        share = CHEAPEST
        while self.vertices > count:
            if self._round(count, share):
                share = CHEAPEST
            elif share < 1:
                share = min(1.0, 2 * share)
            else:
                return

    def _quadrics(self) -> _Floats:
        """(P, 4, 4) of the planes around each point, and of planes that stand on seams and borders."""
        corners = self.places[self.point[self.triangles]]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        quadrics: _Floats = np.zeros((self.count, 4, 4))
        area = np.linalg.norm(normals, axis=1)
        flat = _plane_quadrics(normals, corners[:, 0], area)
        for corner in range(3):
            np.add.at(quadrics, self.point[self.triangles[:, corner]], flat)
        edges = _Edges(self.triangles, self.point, self.count)
        first, second = edges.first, edges.second
        rim = edges.is_rim | edges.is_seam
        ends = self.places[edges.points[rim]]
        along = ends[:, 1] - ends[:, 0]
        for face in (first[rim], np.where(second >= 0, second, first)[rim]):
            upright = np.cross(along, normals[face])
            standing = RIM_WEIGHT * _plane_quadrics(upright, ends[:, 0], (along**2).sum(axis=1))
            for end in range(2):
                np.add.at(quadrics, edges.points[rim, end], standing)
        return quadrics

    def _round(self, count: int, share: float) -> int:
        """Do collapses that are far enough apart, the cheapest first; how many were done."""
        edges = _Edges(self.triangles, self.point, self.count)
        a, b, edge, map_from, map_to = self._candidates(edges)
        if not len(a):
            return 0
        target = np.concatenate([self.places[b], np.ones((len(b), 1))], axis=1)
        cost = np.einsum("ni,nij,nj->n", target, self.quadrics[a] + self.quadrics[b], target)
        length = ((self.places[a] - self.places[b]) ** 2).sum(axis=1)
        cost = (np.maximum(cost, 0) + 1e-4 * length**2) * self.importance[a]
        cheap = np.argsort(cost, kind="stable")[: max(64, int(share * len(cost)))]
        a, b, edge, map_from, map_to = (values[cheap] for values in (a, b, edge, map_from, map_to))
        sound = self._closes_up(edges, a, b, edge)
        sound[sound] = self._stays_flat(edges, *(values[sound] for values in (a, b, map_from, map_to)))
        a, b, map_from, map_to = (values[sound] for values in (a, b, map_from, map_to))
        chosen = self._apart(edges, a)[: self.vertices - count]
        self._collapse(a[chosen], b[chosen], map_from[chosen], map_to[chosen])
        return len(chosen)

    def _candidates(self, edges: _Edges) -> tuple[_Ints, _Ints, _Ints, _Ints, _Ints]:
        """Collapses a → b that tear no seam: a, b, their edge, and (N, 2) vertices of a with those they become."""
        wedges = np.unique(self.triangles)
        split = np.bincount(self.point[wedges], minlength=self.count)
        rims = np.bincount(edges.points[edges.is_rim].ravel(), minlength=self.count)
        fans = np.bincount(self.point[self.triangles].ravel(), minlength=self.count)
        spokes = np.bincount(edges.points.ravel(), minlength=self.count)
        odd = (rims > 2) | (spokes != fans + rims // 2) | self.pinned
        odd[edges.points[edges.uses > 2].ravel()] = True
        found = []
        for tail in range(2):
            a, b = edges.points[:, tail], edges.points[:, 1 - tail]
            sides = edges.vertices if tail == 0 else edges.vertices[:, :, ::-1]  # (E, face, end)
            of_a, of_b = sides[:, :, 0], sides[:, :, 1]
            same = of_a[:, 0] == of_a[:, 1]
            covered = np.where(same, (split[a] == 1) & (of_b[:, 0] == of_b[:, 1]), split[a] == 2)
            allowed = covered & ~odd[a] & (edges.is_rim | (rims[a] == 0)) & (edges.uses <= 2)
            index = np.flatnonzero(allowed)
            found.append((a[index], b[index], index, of_a[index], of_b[index]))
        a, b, index, of_a, of_b = (np.concatenate(column) for column in zip(*found, strict=True))
        return a, b, index, of_a, of_b

    def _closes_up(self, edges: _Edges, a: _Ints, b: _Ints, edge: _Ints) -> _Mask:
        """(N,) whether a and b have no more common neighbours than faces, so that the surface stays one."""
        row, neighbour = edges.around(a)
        common = edges.has(b[row], neighbour) & (neighbour != b[row])
        return np.asarray(np.bincount(row[common], minlength=len(a)) == np.minimum(edges.uses[edge], 2))

    def _stays_flat(self, edges: _Edges, a: _Ints, b: _Ints, map_from: _Ints, map_to: _Ints) -> _Mask:
        """(N,) whether no triangle turns over or shrinks to nothing, in space and in the texture."""
        row, face = edges.faces_around(a)
        vertices = self.triangles[face]
        points = self.point[vertices]
        staying = (points != b[row, None]).all(axis=1)
        row, vertices, points = row[staying], vertices[staying], points[staying]
        moved = points == a[row, None]
        becomes = np.where(vertices == map_from[row, 0, None], map_to[row, 0, None], map_to[row, 1, None])
        after = np.where(moved, becomes, vertices)
        old, new = (_cross3(self.places[self.point[corners]]) for corners in (vertices, after))
        sizes = np.linalg.norm(old, axis=1) * np.linalg.norm(new, axis=1)
        turned = (old * new).sum(axis=1) <= LEAST_TURN * sizes
        before_uv, after_uv = (_cross2(self.uvs[corners]) for corners in (vertices, after))
        folded = (np.sign(before_uv) != np.sign(after_uv)) & (before_uv != 0)
        bad = turned | folded
        return np.asarray(np.bincount(row[bad], minlength=len(a)) == 0)

    def _apart(self, edges: _Edges, a: _Ints) -> _Ints:
        """Those collapses, cheapest first as given, that have the lowest rank among all within two edges."""
        far = len(a)
        rank = np.full(self.count, far)
        np.minimum.at(rank, a, np.arange(far))
        reach = rank
        for _ in range(2):
            reach = edges.least_around(reach)
        best = np.flatnonzero((rank < far) & (reach == rank))
        return np.sort(rank[best])

    def _collapse(self, a: _Ints, b: _Ints, map_from: _Ints, map_to: _Ints) -> None:
        self.old.append(map_from)
        self.new.append(map_to)
        becomes = np.arange(len(self.point))
        becomes[map_from[:, 0]] = map_to[:, 0]
        becomes[map_from[:, 1]] = map_to[:, 1]
        self.triangles = becomes[self.triangles]
        points = self.point[self.triangles]
        gone = (points[:, 0] == points[:, 1]) | (points[:, 1] == points[:, 2]) | (points[:, 2] == points[:, 0])
        self.triangles = self.triangles[~gone]
        np.add.at(self.quadrics, b, self.quadrics[a])
        self.vertices = len(np.unique(self.triangles))


class _Edges:
    """The edges between points, and who is next to whom.

    Attributes:
        points: (E, 2), lower first; uses: (E,) faces at each.
        first, second: (E,) faces, second -1 at a border.
        vertices: (E, 2, 2) vertices at the edge's ends in the first and second face (the first twice at a border).
    """

    def __init__(self, triangles: _Ints, point: _Ints, count: int) -> None:
        self._count = count
        face = np.tile(np.arange(len(triangles)), 3)
        start, end = triangles.T.ravel(), triangles[:, [1, 2, 0]].T.ravel()
        swapped = point[start] > point[end]
        low, high = np.where(swapped, end, start), np.where(swapped, start, end)
        key = point[low] * count + point[high]
        order = np.argsort(key, kind="stable")
        self._keys, at, self.uses = np.unique(key[order], return_index=True, return_counts=True)
        one = order[at]
        two = order[np.minimum(at + 1, len(order) - 1)]
        two = np.where(self.uses > 1, two, one)
        self.points = np.stack([self._keys // count, self._keys % count], axis=1)
        self.first, self.second = face[one], np.where(self.uses > 1, face[two], -1)
        self.vertices = np.stack([np.stack([low[one], high[one]], axis=1), np.stack([low[two], high[two]], axis=1)], 1)
        self.is_rim = self.uses == 1
        self.is_seam = (self.vertices[:, 0] != self.vertices[:, 1]).any(axis=1)
        tails = np.concatenate([self.points[:, 0], self.points[:, 1]])
        heads = np.concatenate([self.points[:, 1], self.points[:, 0]])
        self._spokes = _Groups(tails, heads, count)
        self._fans = _Groups(point[triangles].ravel(), np.repeat(np.arange(len(triangles)), 3), count)

    def around(self, points: _Ints) -> tuple[_Ints, _Ints]:
        """Neighbours of each of `points`: (row in `points`, neighbour) pairs."""
        return self._spokes.of(points)

    def faces_around(self, points: _Ints) -> tuple[_Ints, _Ints]:
        return self._fans.of(points)

    def has(self, one: _Ints, other: _Ints) -> _Mask:
        """(N,) whether there is an edge between the points."""
        key = np.minimum(one, other) * self._count + np.maximum(one, other)
        place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        return np.asarray(self._keys[place] == key)

    def least_around(self, values: _Ints) -> _Ints:
        """Each point's least of its own value and its neighbours'."""
        least = values.copy()
        np.minimum.at(least, self.points[:, 0], values[self.points[:, 1]])
        np.minimum.at(least, self.points[:, 1], values[self.points[:, 0]])
        return least


class _Groups:
    """Members by group, quick to look up for many groups at once."""

    def __init__(self, groups: _Ints, members: _Ints, count: int) -> None:
        order = np.argsort(groups, kind="stable")
        self._members = members[order]
        self._sizes = np.bincount(groups, minlength=count)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def of(self, groups: _Ints) -> tuple[_Ints, _Ints]:
        """(row in `groups`, member) pairs."""
        sizes = self._sizes[groups]
        row = np.repeat(np.arange(len(groups)), sizes)
        within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return row, self._members[self._starts[groups][row] + within]


def weld(mesh: Mesh) -> _Ints:
    """(V,) point of each vertex: those that lie and move alike are one."""
    rows = [mesh.positions, mesh.weights, mesh.joints.astype(np.float32), *mesh.targets.values()]
    table = np.ascontiguousarray(np.concatenate(rows, axis=1, dtype=np.float32)) + np.float32(0)  # no -0
    _, point = np.unique(table.view(f"V{table.shape[1] * 4}").ravel(), return_inverse=True)
    return np.asarray(point.ravel(), dtype=np.int64)


def _motion(mesh: Mesh, point: _Ints, count: int) -> _Floats:
    """(P,) how far each point goes in the expression that moves it most, metres."""
    motion: _Floats = np.zeros(count)
    for deltas in mesh.targets.values():
        np.maximum.at(motion, point, np.linalg.norm(deltas, axis=1).astype(np.float64))
    return motion


def _plane_quadrics(normals: _Floats, points: _Floats, weights: _Floats) -> _Floats:
    """(N, 4, 4) quadrics of the planes through `points`."""
    unit = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    plane = np.concatenate([unit, -(unit * points).sum(axis=1, keepdims=True)], axis=1)
    return np.asarray(weights[:, None, None] * plane[:, :, None] * plane[:, None, :])


def _cross3(corners: _Floats) -> _Floats:
    return np.asarray(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))


def _cross2(corners: _Floats) -> _Floats:
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
