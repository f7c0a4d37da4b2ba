"""The sneakers: an upper lofted from the sole's outline to the ankle, a sole with a side wall, tongue and laces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .cloth import Floats, Sheet, body_suit, joint, smoothed, strip, unit
from .draft import Draft
from .skeleton import INDEX, NAMES

AROUND, UP = 72, 18  # columns round the shoe, rows from the sole to the collar
SOLE_TOP, GROUND = 0.026, -0.006  # the foot stands inside the sole's wall
WALL = 0.0065  # thickness of the upper over the foot


@dataclass(frozen=True, eq=False)
class Last:
    """What a shoe is built on.

    Attributes:
        foot: (N, 3) points of the foot without toes.
        heel, toe: (3,) ends of its middle line on the ground.
        ankle: (3,) the joint.
    """

    foot: Floats
    heel: Floats
    toe: Floats
    ankle: Floats


def sneakers(body: Body) -> Draft:
    """Both shoes."""
    draft = Draft.of(Sheet(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, len(NAMES))), np.zeros((0, 3), np.int64)))
    for side in ("Left", "Right"):
        for name, rows in _shoe(_last(body, side)):
            sheet, flat = strip(rows, [_weights(body, side, row) for row in rows])
            draft = draft.with_sheet(name, sheet, flat)
            if name == "lining":
                draft = draft.with_opening(rows[-1])
    return draft


def _last(body: Body, side: str) -> Last:
    suit = body_suit(body)
    ankle, toe = joint(body, f"{side}Foot"), joint(body, f"{side}Toe_End")
    positions = smoothed(suit, 2)
    near = (np.sign(ankle[0]) * positions[:, 0] > 0) & (positions[:, 1] < ankle[1] + 0.06)
    foot = positions[near]
    low = foot[foot[:, 1] < 0.04]
    ahead = unit((toe - ankle) * [1, 0, 1])
    along = (low - ankle) @ ahead
    aside = np.array([ahead[2], 0, -ahead[0]])
    ends = [np.argmin(along), np.argmax(along)]
    middle = float(np.mean((low - ankle) @ aside))
    heel, tip = (ankle * [1, 0, 1] + ahead * along[end] + aside * middle for end in ends)
    return Last(foot, heel, tip, ankle)


def _weights(body: Body, side: str, points: Floats) -> Floats:
    """The toe cap bends with the toes, all else is the foot's."""
    ankle, ball = joint(body, f"{side}Foot"), joint(body, f"{side}ToeBase")
    ahead = unit((ball - ankle) * [1, 0, 1])
    share = np.clip(((points - ball) @ ahead + 0.02) / 0.05, 0, 1)
    weights = np.zeros((len(points), len(NAMES)))
    weights[:, INDEX[f"{side}ToeBase"]] = share
    weights[:, INDEX[f"{side}Foot"]] = 1 - share
    return weights


def _shoe(last: Last) -> list[tuple[str, list[Floats]]]:
    outline, outward = _outline(last)
    collar = _collar(last, outline)
    upper = _upper(last, outline, collar)
    lining = [upper[-1], *(_inside(last, upper[-1], depth) for depth in (0.003, 0.012, 0.03))]
    wall = [
        outline + outward * away + [0, height, 0]
        for height, away in (
            (SOLE_TOP, -0.003),
            (SOLE_TOP + 0.001, 0.0025),
            (SOLE_TOP - 0.002, 0.0045),
            (0.010, 0.0055),
            (GROUND + 0.003, 0.005),
            (GROUND, 0.002),
        )
    ]
    centre = (
        last.heel
        + (last.toe - last.heel) * np.clip((outline - last.heel) @ _ahead(last) / _length(last), 0.12, 0.88)[:, None]
    )
    bottom = [wall[-1], (wall[-1] + centre * [1, 0, 1] + [0, GROUND, 0]) / 2, centre * [1, 0, 1] + [0, GROUND, 0]]
    bottom[1][:, 1] = GROUND
    return [
        ("upper", upper),
        ("lining", lining),
        ("sole", wall[::-1]),
        ("bottom", bottom[::-1]),
        *(("lace", rows) for rows in _laces(upper)),
    ]


def _ahead(last: Last) -> Floats:
    return unit(last.toe - last.heel)


def _length(last: Last) -> float:
    return float(np.linalg.norm(last.toe - last.heel))


def _outline(last: Last) -> tuple[Floats, Floats]:
    """The sole's edge on the ground, closed (first point = last, at the heel), and its outward normals."""
    ahead = _ahead(last)
    aside = np.array([ahead[2], 0.0, -ahead[0]])
    low = last.foot[last.foot[:, 1] < 0.045]
    along, across = (low - last.heel) @ ahead, (low - last.heel) @ aside
    length = _length(last)
    stations = np.linspace(0, 1, 33)
    widths = []
    for sign in (1.0, -1.0):
        reach = np.array([np.max(across[np.abs(along / length - s) < 0.03] * sign, initial=0) for s in stations])
        widths.append(np.convolve(np.pad(reach, 2, mode="edge"), np.ones(5) / 5, "valid"))
    # A shoe is longer and rounder in front than the foot: the toe box keeps its width and closes as an ellipse.
    extra_toe, extra_heel = 0.014, 0.005
    full = length + extra_toe + extra_heel
    angle = np.linspace(0, 2 * np.pi, AROUND + 1)
    place = (1 - np.cos(angle)) / 2  # 0 at the heel, 1 at the toe
    station = np.clip((place * full - extra_heel) / length, 0, 1)
    side = np.sin(angle)
    width = np.where(side >= 0, np.interp(station, stations, widths[0]), np.interp(station, stations, widths[1]))
    body_width = np.where(
        side >= 0,
        np.interp(np.clip(station, 0.14, 0.80), stations, widths[0]),
        np.interp(np.clip(station, 0.14, 0.80), stations, widths[1]),
    )
    profile = np.sign(side) * np.abs(side) ** 0.62  # squarer than an ellipse
    ends = np.clip(np.minimum(station / 0.14, (1 - station) / 0.20), 0, 1)
    half = (np.maximum(width, 0) * ends + body_width * (1 - ends) + 0.006) * np.abs(
        np.where(ends >= 1, np.sign(side), profile)
    )
    half = np.abs(half)
    taper = np.abs(side) ** 0.55
    half = np.minimum(half, (body_width + 0.006) * taper * 1.15)
    points = last.heel + np.outer(place * full - extra_heel, ahead) + np.outer(np.sign(side) * half, aside)
    points[:, 1] = 0.0
    points[-1] = points[0]
    for _ in range(4):
        ring = points[:-1]
        ring = ring + 0.4 * ((np.roll(ring, 1, axis=0) + np.roll(ring, -1, axis=0)) / 2 - ring)
        points = np.concatenate([ring, ring[:1]])
    tangent = np.roll(points[:-1], -1, axis=0) - np.roll(points[:-1], 1, axis=0)
    outward = unit(np.stack([tangent[:, 2], np.zeros(AROUND), -tangent[:, 0]], axis=1))
    if ((points[:-1] - points[:-1].mean(axis=0)) * outward).sum() < 0:
        outward = -outward
    return points, np.concatenate([outward, outward[:1]])


def _collar(last: Last, outline: Floats) -> Floats:
    """The upper's edge round the ankle: high behind, lower at the sides, highest at the tongue."""
    ahead = _ahead(last)
    aside = np.array([ahead[2], 0.0, -ahead[0]])
    middle = last.ankle * [1, 0, 1]
    ring = last.foot[np.abs(last.foot[:, 1] - last.ankle[1] - 0.012) < 0.014]
    around = ring[(np.abs((ring - middle) @ ahead) < 0.09)]
    forward, sideways = (around - middle) @ ahead, (around - middle) @ aside
    centre = (forward.max() + forward.min()) / 2
    long, wide = np.ptp(forward) / 2 + 0.004, max(float(sideways.max()), float(-sideways.min())) + 0.008
    shift = (sideways.max() + sideways.min()) / 2
    angle = np.linspace(0, 2 * np.pi, AROUND + 1)
    long = min(long, wide * 1.55)
    points = middle + np.outer(centre - long * np.cos(angle), ahead) + np.outer(shift + wide * np.sin(angle), aside)
    rise = 0.010 * np.cos(angle) ** 2 * (np.cos(angle) > 0) + 0.020 * (np.cos(angle) < 0) * np.cos(angle) ** 2
    points[:, 1] = last.ankle[1] - 0.004 + rise
    points[-1] = points[0]
    return points


def _upper(last: Last, outline: Floats, collar: Floats) -> list[Floats]:
    """Rows from the sole to the collar, over the foot's convex profile in each upright plane between the two."""
    columns = []
    foot = last.foot[last.foot[:, 1] < last.ankle[1] + 0.05]
    for edge, end in zip(outline[:-1], collar[:-1], strict=True):
        span = (end - edge) * [1, 0, 1]
        reach = float(np.linalg.norm(span))
        inward = span / max(reach, 1e-9)
        aside = np.array([inward[2], 0, -inward[0]])
        offset = foot - edge
        near = (np.abs(offset @ aside) < 0.012) & (offset @ inward > -0.02) & (offset @ inward < reach + 0.001)
        way, height = offset[near] @ inward, foot[near, 1]
        way = np.concatenate([way - WALL * 0.3, way, [0.0, 0.0015, reach]])
        height = np.concatenate([height, height + WALL, [SOLE_TOP - 0.006, SOLE_TOP + 0.012, end[1]]])
        profile = _over(np.clip(way, 0, reach), height, reach, float(end[1]))
        columns.append(edge * [1, 0, 1] + np.outer(profile[:, 0], inward) + np.outer(profile[:, 1], [0, 1, 0]))
    grid = np.stack(columns, axis=1)
    for _ in range(8):
        around = (np.roll(grid, 1, axis=1) + np.roll(grid, -1, axis=1)) / 2
        grid[1:] += 0.5 * (around[1:] - grid[1:])
        grid[1:-1] += 0.3 * ((grid[:-2] + grid[2:]) / 2 - grid[1:-1])
    grid = np.concatenate([grid, grid[:, :1]], axis=1)
    return list(grid)


def _over(way: Floats, height: Floats, reach: float, end: float) -> Floats:
    """(UP, 2) points, equally far apart, along the upper convex hull from (0, SOLE_TOP - 6 mm) to (reach, end)."""
    order = np.lexsort((height, way))
    hull: list[tuple[float, float]] = [(0.0, SOLE_TOP - 0.006)]
    for x, y in zip(way[order].tolist(), height[order].tolist(), strict=True):
        if x >= reach - 1e-6:
            continue
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    final = (reach, end)
    while len(hull) > 1 and _turns_up(hull[-2], hull[-1], final):
        hull.pop()
    line = np.array([*hull, final])
    length = np.append(0, np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum())
    mark = np.linspace(0, length[-1], UP)
    return np.stack([np.interp(mark, length, line[:, k]) for k in range(2)], axis=1)


def _turns_up(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) >= 0


def _inside(last: Last, edge: Floats, depth: float) -> Floats:
    """The collar's edge moved inwards and down: the padded lining."""
    centre = edge[:-1].mean(axis=0)
    inward = unit((centre - edge) * [1, 0, 1])
    return edge + inward * min(depth, 0.005) + [0, 0.002 if depth < 0.005 else -depth, 0]


def _laces(upper: list[Floats]) -> list[list[Floats]]:
    """Bars of lace across the instep: flat tubes that follow the upper."""
    toe = AROUND // 2
    grid = np.stack(upper)
    normal = unit(np.cross(grid[1:, 1:] - grid[:-1, :-1], grid[1:, :-1] - grid[:-1, 1:]))
    bars = []
    for row in range(UP - 9, UP - 1, 2):
        columns = np.arange(toe - 5, toe + 6)
        middle = grid[row, columns]
        up = normal[row - 1, columns]
        up = up * np.sign(up[:, 1:2] + 1e-9)
        ahead = unit(grid[row - 1, columns] - grid[row + 1, columns])
        arch = 0.0028 * np.sin(np.linspace(0, np.pi, len(columns)))[:, None] ** 0.5
        ring = [(0.0038, 0.0), (0.0022, 0.0022), (-0.0022, 0.0022), (-0.0038, 0.0), (0.0, -0.001), (0.0038, 0.0)]
        bars.append([middle + up * arch + ahead * a + up * b for a, b in ring])
    return bars
