"""Sixty-eight points of the face, numbered as in the iBUG 300-W annotation, where the human's topology tells them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.anatomy import BROW_LOW, CHIN, LIP_LINE, MOUTH_CORNER, NOSE_TIP, NOSE_WING
from avatarsdk_core.sandbox.human.body import Body

_Floats = NDArray[np.float64]

COUNT = 68
_BROW = (6, 4, 3, 2, 0)  # of BROW_LOW, from the temple inwards
# Around an eye, in eye radii from its centre: outer corner, over the eye, inner corner, under it. Outwards, upwards.
_LIDS = ((1.22, -0.05), (0.45, 0.48), (-0.45, 0.48), (-1.22, -0.10), (-0.45, -0.42), (0.45, -0.42))
_JAW_MIDDLE = 8


def landmarks(body: Body) -> list[_Floats | None]:
    """68 points (3,), metres in the body's T-pose; None where the topology has no mark. 1 to 17 but the chin are none.

    Numbers start at the person's right, as in pictures of a face.
    """
    found: list[_Floats | None] = [None] * COUNT
    for number, point in _points(body).items():
        found[number] = point
    return found


def _points(body: Body) -> Mapping[int, _Floats]:
    left = {
        **{26 - place: body.base[BROW_LOW[row]] for place, row in enumerate(_BROW)},
        54: body.base[MOUTH_CORNER],
        35: body.base[NOSE_WING],
    }
    left.update(zip((45, 44, 43, 42, 47, 46), _lids(body), strict=True))
    mirror = {54: 48, 35: 31, 45: 36, 44: 37, 43: 38, 42: 39, 47: 40, 46: 41}
    mirror.update({26 - place: 17 + place for place in range(5)})
    points = {**left, **{mirror[number]: point * (-1, 1, 1) for number, point in left.items()}}
    tip, chin, lips = body.base[NOSE_TIP], body.base[CHIN], body.base[LIP_LINE]
    brow = (points[21] + points[22]) / 2
    for number, share in zip((27, 28, 29), (0.0, 1 / 3, 2 / 3), strict=True):
        points[number] = _on_middle_line(body, brow[1] + share * (tip[1] - brow[1]))
    points.update({_JAW_MIDDLE: chin, 30: tip, 62: lips, 66: lips})
    return points


def _lids(body: Body) -> list[_Floats]:
    eye = body.eyes["Left"]
    head = body.parts["AvatarHead"]
    front = head.positions[head.normals[:, 2] > 0.1].astype(np.float64)
    wanted = [eye.centre[:2] + eye.radius * np.array(offset) for offset in _LIDS]
    near = front[np.linalg.norm(front - eye.centre, axis=1) < 2 * eye.radius]
    return [near[np.linalg.norm(near[:, :2] - place, axis=1).argmin()] for place in wanted]


def _on_middle_line(body: Body, height: float) -> _Floats:
    points = body.parts["AvatarHead"].positions.astype(np.float64)
    middle = points[(np.abs(points[:, 0]) < 1e-4) & (points[:, 2] > body.eyes["Left"].centre[2])]
    return np.asarray(middle[np.abs(middle[:, 1] - height).argmin()])
