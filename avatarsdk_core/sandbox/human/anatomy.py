"""Where on the skin a thing is: landmarks of hm08's fixed topology, joints, and soft masks around them.

A human is painted symmetrically: masks are functions of the avatar's left half, with the right half folded onto it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .arrays import Floats, floats
from .body import Body
from .texels import Texels

# Vertices of hm08 on the midline or the left half.
NOSE_TIP, LIP_LINE, CHIN = 302, 474, 724
MOUTH_CORNER, NOSE_WING, CHEEK, FOREHEAD = 7182, 7119, 11683, 3750
HAIRLINE = (5243, 7017, 7016, 7018)  # over the forehead to the temple
BROW_LOW = (7001, 6983, 6980, 6979, 6981, 6999, 7024)  # along the brow's ridge, from the nose outwards
BROW_HIGH = (7007, 7006, 6997, 6996, 6998, 7005, 7031)  # one row of vertices above


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Landmarks of one body, folded onto its left half: metres, T-pose."""

    body: Body

    def vertex(self, index: int) -> Floats:
        """(3,) a vertex of the source."""
        return fold(self.body.base[index].astype(np.float32))

    def vertices(self, indices: Sequence[int]) -> Floats:
        """(N, 3) vertices of the source."""
        return fold(self.body.base[list(indices)].astype(np.float32))

    def joint(self, name: str) -> Floats:
        """(3,) a joint at rest."""
        return fold(self.body.skeleton.rest[self.body.skeleton.names.index(name)][:3, 3].astype(np.float32))

    @property
    def eye(self) -> tuple[Floats, float]:
        """Centre and radius of the left eyeball."""
        eye = self.body.eyes["Left"]
        return fold(eye.centre.astype(np.float32)), float(eye.radius)

    @property
    def ear(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of the left ear's box."""
        mesh, share = self.body.parts["AvatarHead"], self.body.regions["AvatarHead"]["ears"]
        points = mesh.positions[(share > 0.5) & (mesh.positions[:, 0] > 0)]
        return points.min(axis=0), points.max(axis=0)


def fold(points: Floats) -> Floats:
    """The right half of (…, 3) points mirrored onto the left."""
    return np.concatenate([np.abs(points[..., :1]), points[..., 1:]], axis=-1)


def smooth(values: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high` (or the other way round), a smooth step between."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), dtype=np.float32)


def spot(points: Floats, centre: Floats, radius: float | Sequence[float]) -> Floats:
    """A soft spot: 1 at the centre, 0.37 at the radius (one, or one per axis, in metres)."""
    away = (points - centre) / np.asarray(radius, dtype=np.float32)
    return np.asarray(np.exp(-np.einsum("ni,ni->n", away, away)), dtype=np.float32)


def face_flush(anatomy: Anatomy, points: Floats) -> Floats:
    """How much blood shows through the skin of the head: cheeks, nose, ears, chin."""
    low, high = anatomy.ear
    nose = spot(points, anatomy.vertex(NOSE_TIP), (0.016, 0.014, 0.02))
    wings = spot(points, anatomy.vertex(NOSE_WING), 0.010)
    cheeks = spot(points, anatomy.vertex(CHEEK) + floats([0.014, 0.002, 0]), (0.030, 0.020, 0.06))
    chin = spot(points, anatomy.vertex(CHIN), (0.018, 0.012, 0.03))
    ears = spot(points, floats((low + high) / 2), (0.03, 0.035, 0.025))
    return np.asarray(np.clip(0.32 * nose + 0.24 * wings + 0.32 * cheeks + 0.16 * chin + 0.42 * ears, 0, 1))


def body_flush(anatomy: Anatomy, points: Floats, normals: Floats) -> Floats:
    """Knuckles, fingertips, elbows, knees and heels are redder than the rest."""
    total = np.zeros(len(points), dtype=np.float32)
    hand = points[:, 0] > anatomy.joint("LeftHand")[0]
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky"):
        for number, strength in ((1, 0.5), (2, 0.55), (3, 0.45), (4, 0.5)):
            name = f"LeftHand{finger}{number}"
            if name in anatomy.body.skeleton.names:
                total[hand] += strength * spot(points[hand], anatomy.joint(name), 0.011)
    back = smooth(-normals[:, 2], -0.2, 0.6)
    total += 0.7 * back * spot(points, anatomy.joint("LeftForeArm"), 0.045)
    front = smooth(normals[:, 2], -0.2, 0.6)
    total += 0.55 * front * spot(points, anatomy.joint("LeftLeg"), 0.06)
    total += 0.5 * smooth(points[:, 1], 0.05, 0.0)
    return np.asarray(np.clip(total, 0, 1))


def pale_underside(anatomy: Anatomy, points: Floats, normals: Floats) -> Floats:
    """Palms and soles: in T-pose they look down."""
    wrist = anatomy.joint("LeftHand")[0]
    down = smooth(-normals[:, 1], 0.0, 0.6)
    palms = down * smooth(points[:, 0], wrist - 0.005, wrist + 0.02)
    soles = down * smooth(points[:, 1], 0.03, 0.012)
    return floats(np.maximum(palms, soles))


def eye_distance(anatomy: Anatomy, points: Floats) -> Floats:
    """Distance from the eyeball's centre in its radii."""
    centre, radius = anatomy.eye
    return np.asarray(np.linalg.norm(points - centre, axis=1) / radius, dtype=np.float32)


def lower_face(anatomy: Anatomy, points: Floats) -> Floats:
    """Where a beard would grow: upper lip, chin, jaw up to the ear."""
    lips, wing, (low, high) = anatomy.vertex(LIP_LINE), anatomy.vertex(NOSE_WING), anatomy.ear
    forward = np.clip((points[:, 2] - high[2]) / (lips[2] - high[2]), 0, 1)
    top = (low[1] + 0.010) + (wing[1] - 0.004 - low[1] - 0.010) * forward
    cheek = 0.012 * np.clip(1 - np.abs(forward - 0.55) / 0.45, 0, 1)
    below = smooth(top - cheek - points[:, 1], -0.007, 0.009)
    jaw = smooth(points[:, 1], anatomy.vertex(CHIN)[1] - 0.035, anatomy.vertex(CHIN)[1] - 0.012)
    return below * jaw * smooth(points[:, 2], (low[2] + high[2]) / 2, high[2] + 0.01)


def scalp(anatomy: Anatomy, points: Floats, texels: Texels) -> Floats:
    """Signed distance in metres from the hairline, positive where hair grows."""
    (low, high), brow = anatomy.ear, anatomy.vertices(HAIRLINE)
    middle = (low + high) / 2
    line = [
        (1.0, brow[0, 1]),
        *((point[2], point[1]) for point in brow),
        (high[2] + 0.020, middle[1] + 0.040),
        (high[2] + 0.010, middle[1] + 0.016),
        (high[2] + 0.006, middle[1] - 0.004),
        (high[2] - 0.006, middle[1] - 0.006),
        (middle[2] - 0.010, low[1] + 0.012),
        (middle[2] - 0.030, low[1] - 0.020),
        (-1.0, low[1] - 0.030),
    ]
    distance = _signed_distance(points[:, [2, 1]], np.asarray(line, dtype=np.float32))
    inside = smooth(texels.regions["inside-mouth"], 0.3, 0.6)
    # Ears stand off the head: only what lies close to the skull carries hair.
    return distance - 0.05 * smooth(texels.regions["ears"], 0.15, 0.5) - inside


def _signed_distance(points: Floats, line: Floats) -> Floats:
    """Of (N, 2) points from a polyline, positive on its right, walking along it (up and back on the head)."""
    best = np.full(len(points), np.inf, dtype=np.float32)
    sign = np.ones(len(points), dtype=np.float32)
    for start, end in pairwise(line):
        step, offset = end - start, points - start
        share = np.clip(offset @ step / (step @ step), 0, 1)
        away = offset - share[:, None] * step
        distance = np.hypot(away[:, 0], away[:, 1])
        side = np.sign(step[1] * offset[:, 0] - step[0] * offset[:, 1])
        nearer = distance < best - 1e-7
        best[nearer], sign[nearer] = distance[nearer], side[nearer]
    return best * sign
