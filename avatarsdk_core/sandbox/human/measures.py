"""Where a tailor would cut on a given body: lengths and seams of all garments, in one place so that they fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .body import Body
from .cloth import Floats, body_suit, joint


@dataclass(frozen=True, eq=False)
class Measures:
    """Heights and lines on the body suit at rest, metres.

    Attributes:
        arm: (3,) the left shoulder joint; upper_arm, lower_arm: metres to the elbow, and from there to the wrist.
        hip, knee, ankle: (3,) the left leg's joints.
        side_seam: z of the plane through side and shoulder seams.
        waist: top of the trousers; shirt_hem: lower edge of the shirt; trouser_hem: lower edge of the trousers.
        neck_pivot: (3,) a point of the neckline's plane; shirt_slope: how far the shirt is taken in at the waist.
    """

    arm: Floats
    upper_arm: float
    lower_arm: float
    hip: Floats
    knee: Floats
    ankle: Floats
    side_seam: float
    waist: float
    shirt_hem: float
    trouser_hem: float
    neck_pivot: Floats
    shirt_slope: float

    def neckline(self, points: NDArray[np.floating]) -> Floats:
        """Positive below the neckline, a plane that falls towards the throat."""
        return np.asarray((self.neck_pivot - points) @ np.array([0.0, np.cos(0.5), np.sin(0.5)]))

    def armhole(self, points: NDArray[np.floating]) -> Floats:
        """Positive outside the seam between the shirt's body and its left sleeve."""
        seam = self.arm[0] - 0.004 + 0.22 * (points[:, 1] - self.arm[1])
        below = 1.5 * np.maximum(self.arm[1] - 0.16 - points[:, 1], 0)  # never reaches the waist
        return np.asarray(points[:, 0] - seam - below)

    def inseam(self, points: NDArray[np.floating]) -> Floats:
        """Positive before the trousers' side seams, a plane through the leg that bends at the knee."""
        y = np.array([self.ankle[1], self.knee[1], self.hip[1], self.waist])
        z = np.array([self.ankle[2], (self.knee[2] + self.ankle[2]) / 2, self.hip[2] - 0.005, self.hip[2] - 0.005])
        return np.asarray(points[:, 2] - np.interp(points[:, 1], y, z))


@lru_cache(maxsize=4)
def measures(body: Body) -> Measures:
    arm, elbow = joint(body, "LeftArm"), joint(body, "LeftForeArm")
    hip, knee, ankle = (joint(body, f"Left{name}") for name in ("UpLeg", "Leg", "Foot"))
    leg = hip[1] - ankle[1]
    return Measures(
        arm=arm,
        upper_arm=float(np.linalg.norm(elbow - arm)),
        lower_arm=float(joint(body, "LeftHand")[0] - elbow[0]),
        hip=hip,
        knee=knee,
        ankle=ankle,
        side_seam=float(arm[2] - 0.012),
        waist=float(hip[1] + 0.19 * leg),
        shirt_hem=float(hip[1] + 0.02 * leg),
        trouser_hem=float(ankle[1] - 0.012),
        neck_pivot=_neck_pivot(body),
        shirt_slope=0.22 if body.subtype == "female" else 0.10,
    )


def _neck_pivot(body: Body) -> Floats:
    """The point on the middle line as high and as far back as where neck and shoulder meet."""
    suit = body_suit(body).rest
    width = np.abs(suit[:, 0])
    neck = suit[suit[:, 1] > suit[:, 1].max() - 0.02]
    half = float(np.abs(neck[:, 0]).max())
    ridge = suit[(width > half + 0.010) & (width < half + 0.026) & (suit[:, 1] > joint(body, "LeftArm")[1])]
    top = ridge[ridge[:, 1].argmax()]
    return np.array([0.0, top[1], top[2]])
