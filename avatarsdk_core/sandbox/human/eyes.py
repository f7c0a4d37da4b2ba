"""Eyeballs and corneas: spheres fitted to the source's coarse eyes, and lids kept off them.

Both are seen along +Z: the pupil's centre is the pole, rings run around it. In the UV square the pole is (0.5, 0.5) and
the distance from it grows with the sine of half the angle, so that the iris is large and the hidden back is small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Mesh

IRIS_ANGLE = np.radians(25.0)  # between the pupil's centre and the iris' rim, seen from the eyeball's centre
CORNEA_ANGLE = np.radians(36.0)  # where the cornea's bulge meets the sphere
CORNEA_GAP = 1.02  # the cornea's shell, in eyeball radii
CORNEA_BULGE = 1.10  # its height over the pupil, in eyeball radii
RINGS, SEGMENTS = 20, 28
FRONT = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Eye:
    centre: NDArray[np.float64]
    radius: float

    def surface(self, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance of the outermost surface, cornea included, from the centre along unit `directions` (N, 3)."""
        angle = np.arccos(np.clip(directions[:, 2], -1.0, 1.0))
        return self.radius * cornea_profile(angle)


def uv_radius(angle: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Distance from the UV centre of a point `angle` radians from the pupil's centre: painters use it for the iris."""
    return 0.5 * np.sin(np.asarray(angle) / 2)


def fit_eye(vertices: NDArray[np.float64]) -> Eye:
    """The least-squares sphere through the source's eye."""
    system = np.column_stack([2 * vertices, np.ones(len(vertices))])
    solution, *_ = np.linalg.lstsq(system, (vertices**2).sum(axis=1), rcond=None)
    centre = solution[:3]
    return Eye(centre, float(np.sqrt(solution[3] + centre @ centre)))


def cornea_profile(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of the cornea from the eyeball's centre in eyeball radii: a smooth bump on a slightly larger sphere."""
    bump = np.cos(np.clip(angle / CORNEA_ANGLE, 0.0, 1.0) * np.pi / 2) ** 2
    return np.asarray(CORNEA_GAP + (CORNEA_BULGE - CORNEA_GAP) * bump)


def eyeball_mesh(eye: Eye, joint: int) -> Mesh:
    """The eyeball, following the joint with index `joint` alone."""
    return _shell(eye, joint, np.ones_like)


def cornea_mesh(eye: Eye, joint: int) -> Mesh:
    """The cornea's shell around the eyeball."""
    return _shell(eye, joint, cornea_profile)


def _shell(eye: Eye, joint: int, profile: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Mesh:
    # Rings are closest at the front, where the cornea's curve and the lids are.
    rings = np.pi * (np.arange(1, RINGS + 1) / RINGS) ** 1.35
    angle = np.concatenate([np.zeros(SEGMENTS + 1), np.repeat(rings, SEGMENTS + 1)])
    turn = np.tile(2 * np.pi * np.arange(SEGMENTS + 1) / SEGMENTS, RINGS + 1)
    sideways = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(len(turn))])
    outward = np.sin(angle)[:, None] * sideways + np.cos(angle)[:, None] * FRONT
    southward = np.cos(angle)[:, None] * sideways - np.sin(angle)[:, None] * FRONT

    distance = profile(angle)
    slope = (profile(angle + 1e-4) - profile(np.abs(angle - 1e-4))) / 2e-4
    normals = outward - (slope / distance)[:, None] * southward
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    uvs = 0.5 + np.asarray(uv_radius(angle))[:, None] * np.column_stack([np.cos(turn), -np.sin(turn)])

    ring, column = np.meshgrid(np.arange(RINGS), np.arange(SEGMENTS), indexing="ij")
    inner = (ring * (SEGMENTS + 1) + column).ravel()
    outer = inner + SEGMENTS + 1
    halves = (np.column_stack([inner, outer, outer + 1]), np.column_stack([inner, outer + 1, inner + 1]))
    at_rim, at_pole = ring.ravel() == RINGS - 1, ring.ravel() == 0
    # Each pole has a vertex less than its ring has UV columns.
    used, triangles = np.unique(np.concatenate([halves[0][~at_rim], halves[1][~at_pole]]), return_inverse=True)
    joints = np.zeros((len(used), 4), np.uint16)
    weights = np.zeros((len(used), 4), np.float32)
    joints[:, 0], weights[:, 0] = joint, 1.0
    return Mesh(
        positions=(eye.centre + outward * (eye.radius * distance)[:, None])[used].astype(np.float32),
        normals=normals[used].astype(np.float32),
        uvs=uvs[used].astype(np.float32),
        triangles=triangles.reshape(-1, 3).astype(np.uint32),
        joints=joints,
        weights=weights,
    )


def keep_off(eyes: Iterable[Eye], points: NDArray[np.float64], gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """`points` (N, 3) with those inside an eye, or closer to it than their `gap` (N,), pushed straight out.

    A gap of -infinity leaves a point alone.
    """
    points = points.copy()
    for eye in eyes:
        offset = points - eye.centre
        distance = np.linalg.norm(offset, axis=1)
        near = np.flatnonzero((distance < eye.radius * CORNEA_BULGE + gap) & (distance > 1e-6))
        outward = offset[near] / distance[near, None]
        wanted = np.maximum(distance[near], eye.surface(outward) + gap[near])
        points[near] = eye.centre + outward * wanted[:, None]
    return points


def faces_away(eyes: Iterable[Eye], points: NDArray[np.float64], normals: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(N,) which points of the skin are on its outer side, seen from the eye closest by; a lid's inner side isn't."""
    offsets = np.array([points - eye.centre for eye in eyes])
    closest = np.linalg.norm(offsets, axis=-1).argmin(axis=0)
    offset = offsets[closest, np.arange(len(points))]
    return np.asarray((offset * normals).sum(axis=1) > 0)
