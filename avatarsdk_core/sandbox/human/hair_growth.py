"""Where hair grows and which way it falls: roots on the scalp, and middle lines of cards from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from .anatomy import CHIN, Anatomy, fold, scalp
from .body import Body
from .cloth import Floats, Ints, Skin, joint, skin_of, unit
from .hair_styles import Layer, Style

STEP = 0.006
_AZIMUTHS, _ELEVATIONS = 96, 48


@dataclass(frozen=True, eq=False)
class Head:
    """The head as hair sees it.

    Attributes:
        centre: (3,) inside the skull; crown: (3,) where hair parts at the back of the top.
        points, depths: scalp vertices and how far behind the hairline they lie; triangles between them.
        radii: (elevations, azimuths) smooth hull of head and ears, metres from the centre.
        skull: the same without ears.
        ears: (N, 3) vertices of both ears.
        skin: of the whole body, which long hair lies on.
        hairline, ear_top, jaw: heights (y), and ear_front a depth (z), that hair must respect.
    """

    centre: Floats
    crown: Floats
    points: Floats
    normals: Floats
    depths: Floats
    triangles: Ints
    radii: Floats
    skull: Floats
    hairline: float
    ear_top: float
    ear_front: float
    jaw: float
    ears: Floats
    skin: Skin

    def axis(self, points: Floats) -> Floats:
        """The nearest points of the line from the skull's centre down through the neck."""
        result = np.broadcast_to(self.centre, points.shape).copy()
        result[..., 1] = np.minimum(points[..., 1], self.centre[1])
        return result

    def radius(self, points: Floats, field: Floats) -> Floats:
        """Distance of a hull from the centre in the direction of `points` (N, 3)."""
        away = unit(points - self.centre)
        row = (np.arcsin(np.clip(away[:, 1], -1, 1)) / np.pi + 0.5) * (_ELEVATIONS - 1)
        column = np.arctan2(away[:, 0], away[:, 2]) / (2 * np.pi) % 1 * _AZIMUTHS
        low, left = np.clip(row.astype(int), 0, _ELEVATIONS - 2), column.astype(int) % _AZIMUTHS
        up, right, after = row - low, column - np.floor(column), (left + 1) % _AZIMUTHS
        lower = field[low, left] * (1 - right) + field[low, after] * right
        upper = field[low + 1, left] * (1 - right) + field[low + 1, after] * right
        return np.asarray(lower * (1 - up) + upper * up)


@lru_cache(maxsize=4)
def head_of(body: Body) -> Head:
    mesh, regions = body.parts["AvatarHead"], body.regions["AvatarHead"]
    anatomy = Anatomy(body)
    low, high = anatomy.ear
    positions = mesh.positions.astype(np.float64)
    depths = scalp(anatomy, fold(mesh.positions), SimpleNamespace(regions=regions))  # type: ignore[arg-type]
    top = joint(body, "HeadTop_End")
    centre = np.array([0.0, float(high[1]) + 0.015, float(low[2] + high[2]) / 2 - 0.004])
    chin = anatomy.vertex(CHIN)
    outer = (regions["inside-mouth"] < 0.3) & (positions[:, 1] > chin[1] - 0.03)
    bare = outer & (regions["ears"] < 0.2)
    return Head(
        centre=centre,
        crown=np.array([0.0, top[1] - 0.012, centre[2] - 0.045]),
        points=positions,
        normals=mesh.normals.astype(np.float64),
        depths=depths.astype(np.float64),
        triangles=mesh.triangles.astype(np.int64),
        radii=_hull(positions[outer] - centre),
        skull=_hull(positions[bare] - centre),
        hairline=float(body.base[5243, 1]),
        ear_top=float(high[1]),
        ear_front=float(high[2]),
        jaw=float(chin[1]) + 0.03,
        ears=positions[regions["ears"] > 0.5],
        skin=skin_of(body),
    )


def _hull(offsets: Floats) -> Floats:
    away = unit(offsets)
    row = np.rint((np.arcsin(away[:, 1]) / np.pi + 0.5) * (_ELEVATIONS - 1)).astype(int)
    column = np.rint(np.arctan2(away[:, 0], away[:, 2]) / (2 * np.pi) % 1 * _AZIMUTHS).astype(int) % _AZIMUTHS
    field = np.zeros((_ELEVATIONS, _AZIMUTHS))
    np.maximum.at(field, (row, column), np.linalg.norm(offsets, axis=1))
    while (field == 0).any():
        around = [np.roll(field, 1, 1), np.roll(field, -1, 1), np.roll(field, 1, 0), np.roll(field, -1, 0)]
        around[2][0], around[3][-1] = 0, 0
        total, known = np.sum(around, axis=0), np.sum([side > 0 for side in around], axis=0)
        field = np.where((field == 0) & (known > 0), total / np.maximum(known, 1), field)
    for _ in range(3):
        field = (np.roll(field, 1, 1) + 2 * field + np.roll(field, -1, 1)) / 4
        padded = np.concatenate([field[:1], field, field[-1:]])
        field = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return field


def roots(head: Head, style: Style, count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Points spread evenly over the scalp, (N, 3), more along a parting; and how far behind the hairline they lie."""
    corners = head.points[head.triangles]
    depth = head.depths[head.triangles].mean(axis=1)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    area = np.where(depth > 0.001, area, 0)
    chosen = random.choice(len(area), 6 * count, p=area / area.sum())
    share = np.sort(random.random((6 * count, 2)), axis=1)
    weights = np.stack([share[:, 0], share[:, 1] - share[:, 0], 1 - share[:, 1]], axis=1)
    found = (corners[chosen] * weights[..., None]).sum(axis=1)
    taken = _spread(found, count)
    points, depths = found[taken], depth[chosen][taken]
    if style.long and style.parted:
        row = _parting(head, style, max(8, count // 4))
        points = np.concatenate([points, row])
        depths = np.concatenate([depths, np.full(len(row), 0.012)])
    return points, depths


def _parting(head: Head, style: Style, count: int) -> Floats:
    """Roots close to both sides of the parting, from the hairline to the crown."""
    z = np.linspace(0, 1, count // 2)[:, None]
    front = head.points[(head.depths > 0.002) & (np.abs(head.points[:, 0] - style.parting) < 0.012), 2].max()
    lines = []
    for side in (-0.003, 0.003):
        x = np.full_like(z, style.parting + side)
        deep = front + (head.crown[2] - 0.015 - front) * z
        line = np.concatenate([x, np.full_like(z, head.crown[1] + 0.02), deep], axis=1)
        away = unit(line - head.centre)
        for _ in range(4):  # onto the skull, x and z kept
            away = unit(line - head.centre)
            line[:, 1] = head.centre[1] + away[:, 1] * head.radius(line, head.skull)
        lines.append(line)
    return np.concatenate(lines)


def _spread(points: Floats, count: int) -> Ints:
    """Indices of `count` of the points, each next one the farthest from those taken."""
    distance = np.full(len(points), np.inf)
    taken = [0]
    for _ in range(count - 1):
        distance = np.minimum(distance, ((points - points[taken[-1]]) ** 2).sum(axis=1))
        taken.append(int(distance.argmax()))
    return np.array(taken)


def falling(head: Head, style: Style, layer: Layer, start: Floats, random: np.random.Generator) -> Floats:
    count = len(start)
    side = np.where(start[:, 0] + random.normal(0, 0.002, count) > style.parting, 1.0, -1.0)
    behind = np.clip((head.crown[2] + 0.03 - start[:, 2]) / 0.05, 0, 1)[:, None]
    swept = -0.45 - 0.5 * np.clip((start[:, 2] - head.centre[2] - 0.03) / 0.04, 0, 1)
    parted = np.stack([side, np.zeros(count), swept], axis=1)
    around = unit((start - head.crown) * [1, 0, 1])
    away = unit(parted * (1 - behind) + around * behind)
    # Where the hair parts it rises at the root before it falls to its side.
    points, direction = start.copy(), away.copy()
    lift = layer.lift * random.uniform(0.8, 1.2, count)
    lines = [points]
    for step in range(75 + round(style.length / STEP)):
        normal = unit(points - head.centre)
        pull = away * (0.9 * np.clip(normal[:, 1:2], 0, 1)) + [0, -0.75, 0]
        along = unit(pull - normal * (pull * normal).sum(axis=1, keepdims=True))
        free = np.clip((head.centre[1] - 0.01 - points[:, 1:2]) / 0.04, 0, 1)
        inward = -unit((points - head.centre) * [1, 0, 1]) * 0.10
        direction = unit(0.55 * direction + 0.45 * (along * (1 - free) + (np.array([0, -1.0, 0]) + inward) * free))
        points = points + direction * STEP
        grow = min(1.0, (step + 1) / 6)
        points = _over_hull(head, _off_the_face(head, points), 0.001 + lift * grow, free[:, 0])
        lines.append(points)
    paths = np.stack(lines, axis=1)
    end = head.jaw - 0.03 - style.length + layer.shorter + random.normal(0, 0.006, count)
    return _ended(paths, end, style.points)


def _over_hull(head: Head, points: Floats, lift: Floats, free: Floats) -> Floats:
    """On the hull at that height; where the hair hangs free, not closer than that."""
    away = points - head.centre
    distance = np.linalg.norm(away, axis=1)
    wanted = head.radius(points, head.radii) + lift
    kept = np.where(free > 0, np.maximum(distance, wanted), wanted)
    return np.asarray(head.centre + away * (kept / np.maximum(distance, 1e-9))[:, None])


def _off_the_face(head: Head, points: Floats) -> Floats:
    """Hair in front of the temples is combed back."""
    most = np.interp(
        points[:, 1],
        [head.ear_top - 0.03, head.ear_top + 0.005, head.hairline - 0.012, head.hairline + 0.012],
        [head.ear_front + 0.018, head.ear_front + 0.026, head.ear_front + 0.056, head.ear_front + 0.110],
    )
    result = points.copy()
    result[:, 2] = np.minimum(points[:, 2], most)
    return result


def _ended(paths: Floats, end: Floats, count: int) -> Floats:
    """Each path up to where it sinks below the height `end` (N,), as `count` points equally far apart."""
    lines = []
    for path, height in zip(paths, end.tolist(), strict=True):
        below = np.flatnonzero(path[:, 1] < height)
        line = path[: max(int(below[0]) if len(below) else len(path), 4)]
        way = np.append(0, np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum())
        mark = np.linspace(0, way[-1], count)
        lines.append(np.stack([np.interp(mark, way, line[:, k]) for k in range(3)], axis=1))
    return np.array(lines)


def cropped(head: Head, style: Style, layer: Layer, start: Floats, random: np.random.Generator) -> Floats:
    count = len(start)
    height = np.clip((start[:, 1] - head.ear_top - 0.015) / 0.05, 0, 1)  # 0 at the sides, 1 on top
    ahead = np.clip((start[:, 2] - head.centre[2]) / 0.06, 0, 1) * height
    side = np.where(start[:, 0] > style.parting, 0.9, -0.7)
    top = np.stack([side, np.zeros(count), 0.10 + 0.15 * ahead - 0.9 * (ahead > 0.55) * ahead], axis=1)
    back = unit((start - head.crown) * [1, 0.3, 1])
    combed = np.where((start[:, 2:3] > head.crown[2] + 0.01), top, back)
    down = np.array([0.0, -1.0, 0.0]) + np.array([0, 0, -0.35]) * (start[:, 2:3] > head.centre[2] - 0.02)
    wish = unit(combed * height[:, None] + down * (1 - height[:, None]) + random.normal(0, 0.16, (count, 3)))
    length = (0.022 + 0.028 * height + 0.006 * ahead) * random.uniform(0.8, 1.15, count) * style.crop
    rise = layer.lift * (0.25 + 0.75 * height) + 0.010 * ahead
    points, lines = start.copy(), [start]
    for index in range(1, style.points):
        normal = unit(points - head.centre)
        along = unit(wish - normal * (wish * normal).sum(axis=1, keepdims=True))
        points = points + along * (length / (style.points - 1))[:, None]
        arch = np.sin(min(1.0, index / (style.points - 1) * 1.25) * np.pi / 2)
        away = points - head.centre
        distance = np.linalg.norm(away, axis=1)
        wanted = head.radius(points, head.skull) + 0.0005 + rise * arch
        points = head.centre + away * (wanted / distance)[:, None]
        lines.append(points)
    return np.stack(lines, axis=1)
