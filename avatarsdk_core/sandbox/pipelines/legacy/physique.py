"""A body with given measures: height, chest, waist and hips in centimetres, weight in kilograms.

The figure is linear in the shapes of `body_shape`, so that a few Newton steps find their weights; measures that aren't
given are left to what changes least. Height comes out exactly, the others as near as a human shape allows.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.figure import Figure
from avatarsdk_core.sandbox.human.geometry import triangulate
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.human.modifications import SCALE, change
from avatarsdk_core.sandbox.human.skeleton import INDEX
from avatarsdk_core.sandbox.human.source import load_source

_Floats = NDArray[np.float64]

MEASURES = ("height", "weight", "chest", "waist", "hips")
SHAPES = ("Body", "Chest", "Waist", "Hips", "Legs", "Forearms")
LIMITS = np.array([2.5, 3.5, 3.5, 3.5, 1.5, 1.5])  # beyond, a shape stops looking like a person
RESTRAINT = 0.4  # how many centimetres or kilograms off a measure is as bad as a shape's weight of 1
_DENSITY = 1.0  # kilograms per litre, of a body with some air in its lungs
_STEPS = 5
_SWEEPS = 200
_PROBE = 0.05
# Where a tape lies: shares of the way from the hip joints up to the shoulder joints.
_TAPES = {"chest": 0.745, "waist": 0.42, "hips": -0.06}


@lru_cache(maxsize=16)
def physique(subtype: Subtype, wanted: tuple[tuple[str, float], ...]) -> Figure:
    """What to add to the subtype's default figure so that it has the measures `wanted` (name, value)."""
    default = build_body(subtype).figure
    goals = {"height": measured(default)["height"], **dict(wanted)}
    shapes = _Shapes(subtype, goals.pop("height"))
    rows = [MEASURES.index(name) for name in goals]
    goal = np.array(list(goals.values()))
    weights: _Floats = np.zeros(len(SHAPES))
    for _ in range(_STEPS if rows else 0):
        now = _values(shapes.figure(weights))[rows]
        probes = [_values(shapes.figure(weights + step))[rows] - now for step in _PROBE * np.eye(len(SHAPES))]
        slopes = np.stack(probes, axis=1) / _PROBE
        weights = _fitted(slopes, goal - now + slopes @ weights, weights)
    return shapes.figure(weights).plus(default, -1.0)


def _fitted(slopes: _Floats, goal: _Floats, weights: _Floats) -> _Floats:
    """The weights within LIMITS for which slopes @ weights comes nearest to the goal, held back a little from extremes.

    Coordinate descent: each weight in turn takes its best value while the others stand.
    """
    square = slopes.T @ slopes + RESTRAINT**2 * np.eye(len(weights))
    pull = slopes.T @ goal
    weights = weights.copy()
    for _ in range(_SWEEPS):
        for index, limit in enumerate(LIMITS):
            rest = pull[index] - square[index] @ weights + square[index, index] * weights[index]
            weights[index] = np.clip(rest / square[index, index], -limit, limit)
    return weights


class _Shapes:
    """The default figure with shapes of body_shape added, enlarged to a height."""

    def __init__(self, subtype: Subtype, height: float) -> None:
        self._default = build_body(subtype).figure
        self._changes = [change(subtype, "body_shape", name) for name in SHAPES]
        self._larger = change(subtype, "body_shape", "Scale")
        self._height = height

    def figure(self, weights: _Floats) -> Figure:
        figure = self._default
        for amount, added in zip(weights, self._changes, strict=True):
            figure = figure.plus(added, float(amount))
        missing = self._height / 100 - _height(figure)
        return figure.plus(self._larger, missing / (SCALE * _height(self._default)))


def measured(figure: Figure) -> dict[str, float]:
    """The figure's measures, as `body_shape` names them: centimetres and kilograms."""
    return dict(zip(MEASURES, _values(figure).tolist(), strict=True))


def _values(figure: Figure) -> _Floats:
    hip, shoulder = (figure.joints[INDEX[name], 1] for name in ("LeftUpLeg", "LeftArm"))
    reach = abs(figure.joints[INDEX["LeftArm"], 0]) + 0.03
    girths = [_girth(figure.vertices, hip + share * (shoulder - hip), reach) for share in _TAPES.values()]
    kilograms = _DENSITY * 1000 * _volume(figure.vertices)
    return np.array([100 * _height(figure), kilograms, *(100 * girth for girth in girths)])


def _height(figure: Figure) -> float:
    heights = figure.vertices[load_source().group_vertices("body"), 1]
    return float(heights.max() - heights.min())


def _girth(vertices: _Floats, height: float, reach: float) -> float:
    """Length of a tape around the trunk, arms left out."""
    ends = vertices[_edges()]
    above = ends[..., 1] > height
    crossing = ends[above[:, 0] != above[:, 1]]
    share = (height - crossing[:, 0, 1]) / (crossing[:, 1, 1] - crossing[:, 0, 1])
    points = crossing[:, 0] + share[:, None] * (crossing[:, 1] - crossing[:, 0])
    loop = _hull(points[np.abs(points[:, 0]) < reach][:, [0, 2]])
    return float(np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1).sum())


def _hull(points: _Floats) -> _Floats:
    """Convex hull of (N, 2) points, in order (Andrew's monotone chain)."""
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]

    def half(run: _Floats) -> list[_Floats]:
        kept: list[_Floats] = []
        for point in run:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return np.array(half(ordered) + half(ordered[::-1]))


def _turn(a: _Floats, b: _Floats, c: _Floats) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _volume(vertices: _Floats) -> float:
    """Cubic metres within the skin (it is open at the mouth and the eyes only, by little)."""
    a, b, c = (vertices[_triangles()[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


@lru_cache(maxsize=1)
def _triangles() -> NDArray[np.int64]:
    source = load_source()
    return triangulate(source.faces[source.group_faces("body")], source.vertices.astype(np.float64))


@lru_cache(maxsize=1)
def _edges() -> NDArray[np.int64]:
    sides = np.concatenate([_triangles()[:, list(pair)] for pair in pairwise((0, 1, 2, 0))])
    return np.unique(np.sort(sides, axis=1), axis=0)
