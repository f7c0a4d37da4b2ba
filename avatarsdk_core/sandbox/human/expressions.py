"""The 51 ARKit units of the posed source: lids close over the eyes, lashes follow them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.eyes import faces_away, keep_off
from avatarsdk_core.sandbox.human.figure import LID_GAP, Figure, Posing
from avatarsdk_core.sandbox.human.lashes import hang_lashes
from avatarsdk_core.sandbox.human.shape import METRES
from avatarsdk_core.sandbox.human.source import Source
from avatarsdk_core.sandbox.human.weights import skin

MOVED_LID_GAP = 0.0010  # metres, added for lids on the move
MIDDLE_WIDTH = 0.006  # metres from the middle over which an eye's units fade in
LEFT_OUT = "tongueOut"  # ARKit has it, mobile_51 hasn't


def unit_names(source: Source) -> list[str]:
    """The units of mobile_51 among the source's targets; the names of all others have hyphens."""
    return [name for name in source.targets if "-" not in name and name != LEFT_OUT]


def face_units(
    source: Source, figure: Figure, normals: NDArray[np.float64], posing: Posing
) -> dict[str, NDArray[np.float64]]:
    """Unit -> (19158, 3) deltas in metres on the figure, whose skin has these `normals`."""
    vertices, eyes, face = figure.vertices, figure.eyes, posing.face
    outer = faces_away(eyes.values(), vertices[face], normals[face])
    lashes = hang_lashes(source, vertices, face[outer], eyes)
    units = {}
    for name in unit_names(source):
        deltas = skin(source.dense(name) * METRES, posing.weights, posing.rotations)
        deltas *= _one_sided(name, vertices)[:, None]
        # Lids that travel far stretch: the chords of their long edges lie deeper than their ends. Their inner side may
        # sink into the eye: pushed out, it would come through the outer one.
        gap = LID_GAP + np.minimum(np.linalg.norm(deltas[face], axis=1) * 0.15, MOVED_LID_GAP)
        gap = np.where(outer, gap, -np.inf)
        deltas[face] = keep_off(eyes.values(), vertices[face] + deltas[face], gap) - vertices[face]
        deltas[lashes.vertices] = lashes.follow(vertices, deltas)
        units[name] = deltas
    return units


def _one_sided(unit: str, vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """(V,) share of a unit's deltas to keep: an eye's unit stays on its side, where the source's strays over."""
    if not unit.startswith("eye"):
        return np.ones(len(vertices))
    sign = 1.0 if unit.endswith("Left") else -1.0
    return np.clip(sign * vertices[:, 0] / MIDDLE_WIDTH, 0.0, 1.0)
