"""Blendshapes of the older pipelines: their own set, mixed from ARKit's units, and eyes that turn without a skeleton.

The names of `legacy_45` are a real animated_face file's; `base_head` moves nothing there either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.compose import composed
from avatarsdk_core.sandbox.human.model import Mesh

Recipe = Mapping[str, float]


def _both(unit: str, amount: float = 1.0) -> dict[str, float]:
    return {f"{unit}{side}": amount for side in ("Left", "Right")}


LEGACY_45: Mapping[str, Recipe] = {
    "BrowsD_L": {"browDownLeft": 1},
    "BrowsD_R": {"browDownRight": 1},
    "BrowsU_C": {"browInnerUp": 1},
    "BrowsU_L": {"browOuterUpLeft": 1, "browInnerUp": 0.3},
    "BrowsU_R": {"browOuterUpRight": 1, "browInnerUp": 0.3},
    "CheekSquint_L": {"cheekSquintLeft": 1},
    "CheekSquint_R": {"cheekSquintRight": 1},
    "ChinLowerRaise": {"mouthShrugLower": 1},
    "ChinUpperRaise": {"mouthShrugUpper": 1},
    "EyeBlink_L": {"eyeBlinkLeft": 1},
    "EyeBlink_R": {"eyeBlinkRight": 1},
    "EyeOpen_L": {"eyeWideLeft": 1},
    "EyeOpen_R": {"eyeWideRight": 1},
    "EyeSquint_L": {"eyeSquintLeft": 1},
    "EyeSquint_R": {"eyeSquintRight": 1},
    "EyesDown": _both("eyeLookDown"),
    "EyesLeft": {"eyeLookOutLeft": 1, "eyeLookInRight": 1},
    "EyesRight": {"eyeLookInLeft": 1, "eyeLookOutRight": 1},
    "EyesUp": _both("eyeLookUp"),
    "JawChew": {"jawOpen": 0.15, "mouthClose": 0.12, "mouthPressLeft": 0.5, "mouthPressRight": 0.5},
    "JawFwd": {"jawForward": 1},
    "JawLeft": {"jawLeft": 1},
    "JawOpen": {"jawOpen": 1},
    "JawRight": {"jawRight": 1},
    "LipsFunnel": {"mouthFunnel": 1},
    "LipsLowerClose": {"mouthRollLower": 1},
    "LipsLowerDown": _both("mouthLowerDown", 0.7),
    "LipsLowerOpen": _both("mouthLowerDown"),
    "LipsPucker": {"mouthPucker": 1},
    "LipsStretch_L": {"mouthStretchLeft": 1},
    "LipsStretch_R": {"mouthStretchRight": 1},
    "LipsUpperClose": {"mouthRollUpper": 1},
    "LipsUpperOpen": _both("mouthUpperUp", 0.6),
    "LipsUpperUp": _both("mouthUpperUp"),
    "MouthDimple_L": {"mouthDimpleLeft": 1},
    "MouthDimple_R": {"mouthDimpleRight": 1},
    "MouthFrown_L": {"mouthFrownLeft": 1},
    "MouthFrown_R": {"mouthFrownRight": 1},
    "MouthLeft": {"mouthLeft": 1},
    "MouthRight": {"mouthRight": 1},
    "MouthSmile_L": {"mouthSmileLeft": 1},
    "MouthSmile_R": {"mouthSmileRight": 1},
    "Puff": {"cheekPuff": 1},
    "Sneer": _both("noseSneer"),
    "base_head": {},
}


def shape_set(mesh: Mesh, name: str) -> dict[str, NDArray[np.float32]]:
    """The shapes of a set (`mobile_51`, `legacy_45`, …) on a mesh that has ARKit's units as its targets."""
    if name == "mobile_51":
        return dict(mesh.targets)
    if name != "legacy_45":
        return dict(composed(mesh, name))
    return {shape: _mixed(mesh, recipe) for shape, recipe in LEGACY_45.items()}


def with_sets(mesh: Mesh, names: tuple[str, ...]) -> Mesh:
    """The mesh with the shapes of those sets as its only targets; a name that two sets have stays the first one's."""
    targets: dict[str, NDArray[np.float32]] = {}
    for name in names:
        for shape, deltas in shape_set(mesh, name).items():
            targets.setdefault(shape, deltas)
    return replace(mesh, targets=targets)


def _mixed(mesh: Mesh, recipe: Recipe) -> NDArray[np.float32]:
    deltas = np.zeros_like(mesh.positions)
    for unit, amount in recipe.items():
        deltas += np.float32(amount) * mesh.targets[unit]
    return deltas


# Degrees that an eyeball turns at a full glance, about X (down is positive) and Y (the avatar's left is positive).
_GLANCES = {"Up": (-20.0, 0.0), "Down": (20.0, 0.0), "In": (0.0, -25.0), "Out": (0.0, 30.0)}


def glances(body: Body, side: str, mesh: Mesh) -> dict[str, NDArray[np.float32]]:
    """What the eyeLook units do to that side's eyeball: it turns about its centre."""
    offset = mesh.positions.astype(np.float64) - body.eyes[side].centre
    found = {}
    for direction, (down, outwards) in _GLANCES.items():
        turn = _turn(down, outwards if side == "Left" else -outwards)
        found[f"eyeLook{direction}{side}"] = (offset @ turn.T - offset).astype(np.float32)
    return found


def _turn(about_x: float, about_y: float) -> NDArray[np.float64]:
    (sx, sy), (cx, cy) = np.sin(np.radians([about_x, about_y])), np.cos(np.radians([about_x, about_y]))
    return np.asarray(
        np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    )
