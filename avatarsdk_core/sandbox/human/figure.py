"""A person's figure in T-pose: all that a shape decides, as plain points, so that shapes can be added and weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.eyes import Eye, fit_eye, keep_off
from avatarsdk_core.sandbox.human.pose import t_pose
from avatarsdk_core.sandbox.human.shape import Shape, shape_vertices
from avatarsdk_core.sandbox.human.skeleton import INDEX, SIDES, locate_joints
from avatarsdk_core.sandbox.human.source import Source
from avatarsdk_core.sandbox.human.weights import joint_weights, skin

ANKLE_DEPTH = -0.035  # z of the ankles in the real templates
FACE_REACH = 0.12  # metres from the left eye that hold both eyes' lids
LID_GAP = 0.0003  # metres between an eye's surface and the skin over it
_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Figure:
    """Metres, Y up, facing +Z, standing on y = 0. A difference of two is one too.

    Attributes:
        vertices: (19158, 3) hm08, helper geometry included.
        joints: (73, 3).
        centres, radii: (2, 3) and (2,) of the left and the right eyeball.
    """

    vertices: _Floats
    joints: _Floats
    centres: _Floats
    radii: _Floats

    @property
    def eyes(self) -> Mapping[str, Eye]:
        """`Left` and `Right` -> fitted sphere."""
        return {
            side: Eye(centre, float(radius))
            for side, centre, radius in zip(SIDES, self.centres, self.radii, strict=True)
        }

    def plus(self, other: Figure, share: float = 1.0) -> Figure:
        """This figure and a share of another, point by point."""
        return Figure(
            self.vertices + share * other.vertices,
            self.joints + share * other.joints,
            self.centres + share * other.centres,
            self.radii + share * other.radii,
        )


@dataclass(frozen=True, eq=False)
class Posing:
    """How the source's A-pose became the figure: what deltas and other figures of the same person go through.

    Attributes:
        weights: (19158, 73).
        rotations: (73, 3, 3), how the joints turned.
        face: indices of the skin around the eyes, the only skin that can touch them.
    """

    weights: _Floats
    rotations: _Floats
    face: NDArray[np.int64]


def pose(source: Source, shape: Shape) -> tuple[Figure, Posing]:
    """The person of that shape in T-pose, lids clear of the eyes."""
    vertices = shape_vertices(source, shape)
    body = source.group_vertices("body")

    def point(name: str) -> _Floats:
        return np.asarray(vertices[source.points[name]].mean(axis=0))

    centres = {side: fit_eye(vertices[indices]).centre for side, indices in _eye_vertices(source).items()}
    crown = vertices[body[vertices[body, 1].argmax()]]
    joints = locate_joints(point, centres, crown)
    weights = joint_weights(source, vertices, joints)

    rotations, translations = t_pose(joints)
    ankles = [INDEX[f"{side}Foot"] for side in SIDES]
    moved_ankles = np.einsum("jik,jk->ji", rotations[ankles], joints[ankles]) + translations[ankles]
    translations[:, 2] += ANKLE_DEPTH - moved_ankles[:, 2].mean()
    translations[:, 1] -= skin(vertices, weights, rotations, translations)[body, 1].min()
    vertices = skin(vertices, weights, rotations, translations)
    joints = np.einsum("jik,jk->ji", rotations, joints) + translations
    eyes = [fit_eye(vertices[indices]) for indices in _eye_vertices(source).values()]

    face = body[np.linalg.norm(vertices[body] - eyes[0].centre, axis=1) < FACE_REACH]
    vertices[face] = keep_off(eyes, vertices[face], np.full(len(face), LID_GAP))
    figure = Figure(vertices, joints, np.array([eye.centre for eye in eyes]), np.array([eye.radius for eye in eyes]))
    return figure, Posing(weights, rotations, face)


def _eye_vertices(source: Source) -> dict[str, NDArray[np.int64]]:
    return {side: source.group_vertices(f"helper-{side[0].lower()}-eye") for side in SIDES}
