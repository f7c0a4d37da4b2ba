"""Working surfaces of garments: triangles that are cut, offset, draped and hemmed before they become a Mesh.

Every garment starts as a piece of the source's `helper-tights`, a body suit that spans navel, breasts and toes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .body import Body
from .geometry import unique_pairs, vertex_normals
from .skeleton import INDEX, NAMES
from .source import load_source

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A surface in the making.

    Attributes:
        positions: (V, 3) metres.
        rest: (V, 3) where the vertex lay on the body suit: pattern pieces and seams are told by it.
        weights: (V, 73) skin weights.
        triangles: (F, 3), counter-clockwise from outside.
    """

    positions: Floats
    rest: Floats
    weights: Floats
    triangles: Ints

    def mixed(self, first: Ints, second: Ints, share: Floats) -> Sheet:
        """The vertices between `first` and `second`, a `share` (N,) of the way; without triangles."""
        t = share[:, None]
        blend = [values[first] * (1 - t) + values[second] * t for values in (self.positions, self.rest, self.weights)]
        return Sheet(blend[0], blend[1], blend[2], np.zeros((0, 3), dtype=np.int64))

    def joined(self, other: Sheet, triangles: Ints) -> Sheet:
        """The vertices of both, `triangles` over them."""
        return Sheet(
            np.concatenate([self.positions, other.positions]),
            np.concatenate([self.rest, other.rest]),
            np.concatenate([self.weights, other.weights]),
            triangles,
        )

    def moved(self, positions: Floats) -> Sheet:
        return replace(self, positions=positions)


@dataclass(frozen=True, eq=False)
class Skin:
    """The body's surface as points with normals, for collisions."""

    points: Floats
    normals: Floats

    def nearest(self, points: Floats) -> Ints:
        """Index of the nearest skin point to each of `points`."""
        low, high = points.min(axis=0) - 0.08, points.max(axis=0) + 0.08
        near = np.flatnonzero(((self.points > low) & (self.points < high)).all(axis=1))
        candidates = self.points[near].astype(np.float32)
        squares = (candidates**2).sum(axis=1)
        found = np.empty(len(points), dtype=np.int64)
        for start in range(0, len(points), 1024):
            block = points[start : start + 1024].astype(np.float32)
            found[start : start + 1024] = near[np.argmin(squares - 2 * (block @ candidates.T), axis=1)]
        return found

    def distance(self, points: Floats) -> Floats:
        """Height of `points` over the tangent plane of the nearest skin point; negative inside."""
        index = self.nearest(points)
        return np.asarray(((points - self.points[index]) * self.normals[index]).sum(axis=1))

    def pushed(self, points: Floats, margin: Floats | float) -> Floats:
        """`points` with those nearer than `margin` lifted off the skin."""
        index = self.nearest(points)
        height = ((points - self.points[index]) * self.normals[index]).sum(axis=1)
        return np.asarray(points + self.normals[index] * np.maximum(margin - height, 0)[:, None])


@lru_cache(maxsize=4)
def skin_of(body: Body) -> Skin:
    source = load_source()
    triangles = fan(source.faces[source.group_faces("body")])
    used = np.unique(triangles)
    return Skin(body.base[used].astype(np.float64), vertex_normals(body.base.astype(np.float64), triangles)[used])


@lru_cache(maxsize=4)
def body_suit(body: Body) -> Sheet:
    """The source's tights on `body`, each quad in four, smoothed."""
    source = load_source()
    quads = source.faces[source.group_faces("helper-tights")]
    used, quads = np.unique(quads, return_inverse=True)
    quads = quads.reshape(-1, 4)
    positions = body.base[used].astype(np.float64)
    weights = np.zeros((len(used), len(NAMES)))
    np.add.at(weights, (np.arange(len(used))[:, None], body.base_joints[used]), body.base_weights[used])
    sides = np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1), axis=-1).reshape(-1, 2)
    edges, edge, _ = unique_pairs(sides)
    edge = len(used) + edge.reshape(-1, 4)
    centre = len(used) + len(edges) + np.arange(len(quads))

    def refine(values: Floats) -> Floats:
        return np.concatenate([values, values[edges].mean(axis=1), values[quads].mean(axis=1)])

    small = np.stack([quads, edge, np.repeat(centre[:, None], 4, axis=1), np.roll(edge, 1, axis=1)], axis=-1)
    triangles = fan(small.reshape(-1, 4))
    positions = refine(positions)
    sheet = Sheet(positions, positions, refine(weights), triangles)
    positions = smoothed(sheet, 2)
    return replace(sheet, positions=positions, rest=positions)


def joint(body: Body, name: str) -> Floats:
    """Where a joint lies at rest: (3,)."""
    return np.asarray(body.skeleton.rest[INDEX[name], :3, 3], dtype=np.float64)


def fan(quads: Ints) -> Ints:
    """(F, 4) quads as (2F, 3) triangles."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def scatter(index: Ints, values: Floats, count: int) -> Floats:
    """Sums of `values` (N, C) by `index`: (count, C)."""
    columns = [np.bincount(index, weights=values[:, k], minlength=count) for k in range(values.shape[1])]
    return np.stack(columns, axis=1)


def unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def clipped(sheet: Sheet, field: Callable[[Floats], Floats]) -> Sheet:
    """The part where `field(rest)` ≥ 0, triangles cut along its zero line."""
    split, value = divided(sheet, field)
    inside = value[split.triangles].max(axis=1) > 0
    return compact(replace(split, triangles=split.triangles[inside]))


def divided(sheet: Sheet, field: Callable[[Floats], Floats]) -> tuple[Sheet, Floats]:
    """The same surface with vertices wherever an edge crosses the zero line of `field(rest)`, and the field."""
    value = field(sheet.rest)
    value = np.where(np.abs(value) < 1e-6, 0.0, value)
    triangles = sheet.triangles
    edges, _, _ = unique_pairs(np.sort(np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1))
    first, second = edges[value[edges[:, 0]] * value[edges[:, 1]] < 0].T
    share = value[first] / (value[first] - value[second])
    count = len(sheet.positions)
    middle = dict(zip(zip(first.tolist(), second.tolist(), strict=True), range(count, count + len(first)), strict=True))
    sign = np.sign(value)[triangles]
    crossing = (sign.max(axis=1) > 0) & (sign.min(axis=1) < 0)
    made: list[tuple[int, int, int]] = []
    for corners in triangles[crossing].tolist():
        made += _divide(corners, middle)
    kept = np.concatenate([triangles[~crossing], np.array(made, dtype=np.int64).reshape(-1, 3)])
    return sheet.joined(sheet.mixed(first, second, share), kept), np.concatenate([value, np.zeros(len(first))])


def _divide(corners: list[int], middle: dict[tuple[int, int], int]) -> list[tuple[int, int, int]]:
    cuts = [middle.get((min(a, b), max(a, b))) for a, b in ((corners[k], corners[(k + 1) % 3]) for k in range(3))]
    if sum(cut is not None for cut in cuts) == 1:
        k = next(index for index, cut in enumerate(cuts) if cut is not None)
        a, b, c, m = corners[k], corners[(k + 1) % 3], corners[(k + 2) % 3], cuts[k]
        assert m is not None
        return [(a, m, c), (m, b, c)]
    k = next(index for index, cut in enumerate(cuts) if cut is None)  # the side that isn't cut: a–b
    a, b, c = corners[k], corners[(k + 1) % 3], corners[(k + 2) % 3]
    right, left = cuts[(k + 1) % 3], cuts[(k + 2) % 3]
    assert right is not None
    assert left is not None
    return [(a, b, right), (a, right, left), (left, right, c)]


def compact(sheet: Sheet) -> Sheet:
    """Without vertices that no triangle uses."""
    used, triangles = np.unique(sheet.triangles, return_inverse=True)
    return Sheet(sheet.positions[used], sheet.rest[used], sheet.weights[used], triangles.reshape(-1, 3))


def smoothed(sheet: Sheet, rounds: int, *, values: Floats | None = None, amount: float = 0.5) -> Floats:
    """`values` (V, C), by default the positions, drawn towards the mean of the neighbours.

    Vertices of a rim follow their neighbours on the rim alone, so that hems keep their line.
    """
    values = sheet.positions if values is None else values
    first, second = _neighbours(sheet.triangles)
    degree = np.maximum(np.bincount(first, minlength=len(values)), 1)[:, None]
    for _ in range(rounds):
        values = values + amount * (scatter(first, values[second], len(values)) / degree - values)
    return values


def _neighbours(triangles: Ints) -> tuple[Ints, Ints]:
    """Pairs (vertex, neighbour); a rim's vertex has its rim neighbours only."""
    half = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    edges, _, uses = unique_pairs(np.sort(half, axis=1))
    on_rim = np.zeros(int(triangles.max()) + 1, dtype=bool)
    on_rim[edges[uses == 1]] = True
    pairs = np.concatenate([edges, edges[:, ::-1]])
    along_rim = np.concatenate([uses == 1, uses == 1])
    pairs = pairs[~on_rim[pairs[:, 0]] | along_rim]
    return pairs[:, 0], pairs[:, 1]


def rims(triangles: Ints) -> list[Ints]:
    """The open edges as closed loops of vertices, in the order in which their triangles run."""
    half = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    count = int(triangles.max()) + 1
    keys = half[:, 0] * count + half[:, 1]
    open_edges = half[~np.isin(keys, half[:, 1] * count + half[:, 0])]
    following = dict(open_edges.tolist())
    loops = []
    while following:
        start, vertex = following.popitem()
        loop = [start]
        while vertex != start:
            loop.append(vertex)
            vertex = following.pop(vertex)
        loops.append(np.array(loop, dtype=np.int64))
    return loops


def strip(rows: list[Floats], weights: list[Floats] | Floats) -> tuple[Sheet, Floats]:
    """A grid of quads, and its flat shape (V, 2): along the rows, and from the last row up to the first.

    Args:
        rows: (N, 3) each; walking along a row with the next row below it, the outside faces the walker's right hand
            when the row runs to the right as seen from outside.
        weights: (N, 73), for all rows or for each.
    """
    count = len(rows[0])
    corner = (np.arange(len(rows) - 1)[:, None] * count + np.arange(count - 1)).ravel()
    quads = np.stack([corner, corner + count, corner + count + 1, corner + 1], axis=1)
    positions = np.concatenate(rows)
    shares = np.concatenate(weights) if isinstance(weights, list) else np.tile(weights, (len(rows), 1))
    grid = positions.reshape(len(rows), count, 3)
    along = np.linalg.norm(np.diff(grid, axis=1), axis=2).mean(axis=0)
    down = np.linalg.norm(np.diff(grid, axis=0), axis=2).mean(axis=1)
    flat = np.stack(np.meshgrid(np.append(0, along.cumsum()), -np.append(0, down.cumsum())), axis=-1)
    return Sheet(positions, positions, shares, fan(quads)), flat.reshape(-1, 2)


def resampled(loop: Floats, count: int, *, start: int = 0) -> tuple[Floats, Ints, Ints, Floats]:
    """`count` + 1 points, equally far apart, along the closed `loop` (N, 3) from its point `start` back to it.

    Returns:
        The points, and for other attributes the indices before and after each point and the share between them.
    """
    order = np.roll(np.arange(len(loop)), -start)
    order = np.append(order, order[0])
    way = np.append(0, np.linalg.norm(np.diff(loop[order], axis=0), axis=1).cumsum())
    mark = np.linspace(0, way[-1], count + 1)
    place = np.clip(np.searchsorted(way, mark, side="right") - 1, 0, len(loop) - 1)
    share = (mark - way[place]) / np.maximum(way[place + 1] - way[place], 1e-12)
    before, after = order[place], order[place + 1]
    return loop[before] * (1 - share[:, None]) + loop[after] * share[:, None], before, after, share


@dataclass(frozen=True, eq=False)
class Hang:
    """How cloth falls from what stands out above it: outwards from an upright axis, never following a hollow.

    Attributes:
        axis: (y, x, z) rows, downwards or upwards, of the axis.
        slope: how fast the cloth may come back towards the axis, metres per metre.
    """

    axis: Floats
    slope: float

    def radii(self, points: Floats, falling: NDArray[np.bool_]) -> Floats:
        """(V,) distance from the axis at which each of the `falling` points hangs; its own for the others."""
        centre = self._centre(points)
        away = points[:, [0, 2]] - centre
        radius = np.hypot(*away.T)
        angle = np.arctan2(away[:, 0], away[:, 1])
        low, high = points[falling, 1].min(), points[falling, 1].max()
        rows, columns = max(2, int((high - low) / 0.012)), 48
        row = (points[:, 1] - low) / (high - low) * (rows - 1)
        column = (angle / (2 * np.pi) % 1) * columns
        field = np.zeros((rows, columns))
        cells = (np.rint(row[falling]).astype(int), np.rint(column[falling]).astype(int) % columns)
        np.maximum.at(field, cells, radius[falling])
        field = _filled(field)
        step = (high - low) / (rows - 1) * self.slope
        for index in range(rows - 2, -1, -1):
            field[index] = np.maximum(field[index], field[index + 1] - step)
        for _ in range(2):
            field = (np.roll(field, 1, axis=1) + 2 * field + np.roll(field, -1, axis=1)) / 4
        top, left = np.clip(np.floor(row).astype(int), 0, rows - 2), np.floor(column).astype(int)
        down, right = np.clip(row - top, 0, 1), column - left
        left, after = left % columns, (left + 1) % columns
        found = (field[top, left] * (1 - right) + field[top, after] * right) * (1 - down)
        found += (field[top + 1, left] * (1 - right) + field[top + 1, after] * right) * down
        return np.asarray(np.where(falling, np.maximum(found, radius), radius))

    def applied(self, points: Floats, falling: NDArray[np.bool_], share: Floats) -> Floats:
        """`points` moved outwards to where they hang, by a `share` (V,)."""
        centre = self._centre(points)
        away = points[:, [0, 2]] - centre
        radius = np.hypot(*away.T)
        wanted = radius + (self.radii(points, falling) - radius) * share
        result = points.copy()
        result[:, [0, 2]] = centre + away * (wanted / np.maximum(radius, 1e-9))[:, None]
        return result

    def _centre(self, points: Floats) -> Floats:
        order = np.argsort(self.axis[:, 0])
        y, x, z = self.axis[order].T
        return np.stack([np.interp(points[:, 1], y, x), np.interp(points[:, 1], y, z)], axis=1)


def _filled(field: Floats) -> Floats:
    """Empty (0) cells of a closed ring of columns get the mean of what lies beside them."""
    for _ in range(field.shape[1]):
        empty = field == 0
        if not empty.any():
            break
        sides = np.stack([np.roll(field, 1, axis=1), np.roll(field, -1, axis=1)])
        known = (sides > 0).sum(axis=0)
        field = np.where(empty & (known > 0), sides.sum(axis=0) / np.maximum(known, 1), field)
    return field
