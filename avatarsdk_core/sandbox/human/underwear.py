"""Plain underwear, painted on the body: briefs, and a top for women."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .anatomy import Anatomy, fold, smooth
from .arrays import Floats, floats
from .body import Body
from .noise import grain
from .texels import Texels

_CLOTH = {"female": (0.60, 0.57, 0.56), "male": (0.30, 0.32, 0.36)}
_EDGE = 0.0012  # metres over which the cloth's edge fades
_HEM = 0.011


@dataclass(frozen=True, eq=False)
class Underwear:
    """(N,) cover 0-1, (N, 3) colour, (N,) height over the skin in metres."""

    cover: Floats
    colour: Floats
    height: Floats


@lru_cache(maxsize=4)
def underwear(body: Body, texels: Texels) -> Underwear:
    """For the body, and for the head: its base of the neck may carry the ends of the straps."""
    anatomy = Anatomy(body)
    parts = zip(*(_worn(anatomy, block) for block in texels.blocks()), strict=True)
    return Underwear(*(np.concatenate(part) for part in parts))


def _worn(anatomy: Anatomy, texels: Texels) -> tuple[Floats, Floats, Floats]:
    points = fold(texels.positions)
    depth = _briefs(anatomy, points)
    if anatomy.body.subtype == "female":
        depth = np.maximum(depth, _top(anatomy, points))
    cover = smooth(depth, 0.0, _EDGE)
    seam = np.exp(-(((depth - _HEM) / 0.0013) ** 2))
    weave = grain(texels.positions, 0.0016, 51)
    shade = (1 + 0.025 * weave - 0.18 * seam - 0.10 * smooth(depth, _HEM, 0.0)) * (0.55 + 0.45 * texels.openness)
    colour = floats(_CLOTH[anatomy.body.subtype]) * shade[:, None]
    height = cover * (0.0012 + 0.0006 * smooth(depth, _HEM, _HEM - 0.002) - 0.0005 * seam + 0.00006 * weave)
    return cover, np.asarray(colour, dtype=np.float32), height


def _briefs(anatomy: Anatomy, points: Floats) -> Floats:
    """Depth under the edge in metres, negative outside."""
    hips, thigh = anatomy.joint("Hips"), anatomy.joint("LeftUpLeg")
    waist = thigh[1] + 0.105 - 0.012 * smooth(points[:, 2], 0.0, 0.12)
    if anatomy.body.subtype == "female":
        leg = thigh[1] - 0.085 + 0.95 * np.maximum(points[:, 0] - 0.035, 0) - 0.06 * smooth(points[:, 2], 0.0, -0.06)
    else:
        leg = np.full(len(points), thigh[1] - 0.17, dtype=np.float32)
    hands_off = 1.0 - smooth(points[:, 0], hips[0] + 0.35, hips[0] + 0.36)
    return np.asarray(np.minimum(waist - points[:, 1], points[:, 1] - leg) - (1 - hands_off), dtype=np.float32)


def _top(anatomy: Anatomy, points: Floats) -> Floats:
    """A sports top with broad straps; depth as above."""
    shoulder = anatomy.joint("LeftArm")
    torso = anatomy.body.base[:13380]
    chest = torso[
        (np.abs(torso[:, 0]) < 0.16) & (torso[:, 1] < shoulder[1] - 0.03) & (torso[:, 1] > shoulder[1] - 0.25)
    ]
    apex = float(chest[chest[:, 2].argmax(), 1])
    bottom = points[:, 1] - (apex - 0.075)
    scoop = shoulder[1] - 0.02 - 0.09 * np.exp(-((points[:, 0] / 0.075) ** 2)) + 0.12 * smooth(points[:, 0], 0.05, 0.09)
    neckline = scoop - points[:, 1]
    armhole = shoulder[0] - 0.035 - 0.03 * smooth(points[:, 1], apex + 0.02, shoulder[1]) - points[:, 0]
    return np.asarray(np.minimum(np.minimum(bottom, neckline), armhole), dtype=np.float32)
