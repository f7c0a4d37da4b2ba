"""From the source's A-pose to the T-pose of an export, and any other pose, by linear blend skinning."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Mesh, Skeleton
from avatarsdk_core.sandbox.human.skeleton import FINGERS, INDEX, NAMES, PARENTS, SIDES, TWIST_FRACTIONS
from avatarsdk_core.sandbox.human.weights import skin

SHOULDER_LIFT = np.radians(8.0)  # raised arms lift the collar bone too; without it the deltoid collapses
ELBOW_BEND = np.radians(12.0)  # real exports' elbows bend 17° forward
FINGER_CURL = 0.35  # of the source's curl that is left
LEG_SPREAD = 0.45  # of the source's sideways lean that is left


def t_pose(joints: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How each joint of the source's A-pose at `joints` (73, 3) moves into T-pose.

    Returns:
        (73, 3, 3) rotations and (73, 3) translations in avatar space: p' = R p + t.
    """
    rotations = np.tile(np.eye(3), (len(NAMES), 1, 1))
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        _raise_arm(rotations, joints, side, sign)
        _straighten_leg(rotations, joints, side)
    return rotations, _translations(rotations, joints)


def _raise_arm(rotations: NDArray[np.float64], joints: NDArray[np.float64], side: str, sign: float) -> None:
    def direction(start: str, end: str) -> NDArray[np.float64]:
        return np.asarray(joints[INDEX[f"{side}{end}"]] - joints[INDEX[f"{side}{start}"]])

    arm, forearm = direction("Arm", "ForeArm"), direction("ForeArm", "Hand")
    hinge = np.cross(arm, forearm)
    hinge_after = np.array([0.0, -sign, 0.0])  # the elbow bends level and forward
    forearm_after = np.array([sign * np.cos(ELBOW_BEND), 0.0, np.sin(ELBOW_BEND)])
    knuckles = joints[INDEX[f"{side}HandIndex1"]] - joints[INDEX[f"{side}HandPinky1"]]
    hand_after = np.array([sign, 0.0, 0.08])

    turned = {
        "Shoulder": _turn(np.array([0.0, 0.0, sign]), SHOULDER_LIFT),
        "Arm": _frame(np.array([sign, -0.03, 0.0]), hinge_after) @ _frame(arm, hinge).T,
        "ForeArm": _frame(forearm_after, hinge_after) @ _frame(forearm, hinge).T,
        # The palm faces down: the line of the knuckles points forward.
        "Hand": _frame(hand_after, np.array([0.0, 0.0, 1.0])) @ _frame(direction("Hand", "HandMiddle1"), knuckles).T,
    }
    twist = _twist_angle(turned["Hand"] @ turned["ForeArm"].T, forearm_after)
    for name, fraction in TWIST_FRACTIONS.items():
        turned[name] = _turn(forearm_after, twist * fraction) @ turned["ForeArm"]
    for finger in FINGERS:
        rotation = turned["Hand"]
        for number in (1, 2, 3):
            name = f"Hand{finger}{number}"
            bone = rotation @ direction(name, f"Hand{finger}{number + 1}")
            if finger != "Thumb":
                rotation = _aim(bone, bone * [1.0, FINGER_CURL, 1.0]) @ rotation
            turned[name] = rotation
        turned[f"Hand{finger}4"] = rotation
    for name, rotation in turned.items():
        rotations[INDEX[f"{side}{name}"]] = rotation


def _straighten_leg(rotations: NDArray[np.float64], joints: NDArray[np.float64], side: str) -> None:
    for name, end in (("UpLeg", "Leg"), ("Leg", "Foot")):
        bone = joints[INDEX[f"{side}{end}"]] - joints[INDEX[f"{side}{name}"]]
        rotations[INDEX[f"{side}{name}"]] = _aim(bone, bone * [LEG_SPREAD, 1.0, 1.0])


def _translations(rotations: NDArray[np.float64], joints: NDArray[np.float64]) -> NDArray[np.float64]:
    moved = joints.copy()
    for index, parent in enumerate(PARENTS):
        if parent >= 0:
            moved[index] = moved[parent] + rotations[parent] @ (joints[index] - joints[parent])
    return np.asarray(moved - np.einsum("jik,jk->ji", rotations, joints))


def pose_mesh(mesh: Mesh, skeleton: Skeleton, turns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """(V, 3) positions of `mesh` with some joints turned, as a viewer of the export would show it.

    Args:
        turns: joint -> (3, 3) rotation in avatar space, applied about the joint after its parents' rotations.
    """
    rotations = np.tile(np.eye(3), (len(skeleton.names), 1, 1))
    for index, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        inherited = rotations[parent] if parent >= 0 else np.eye(3)
        rotations[index] = inherited @ turns.get(name, np.eye(3))
    translations = _translations(rotations, skeleton.rest[:, :3, 3])
    weights = np.zeros((len(mesh.positions), len(skeleton.names)))
    np.add.at(weights, (np.arange(len(weights))[:, None], mesh.joints), mesh.weights)
    return skin(mesh.positions.astype(np.float64), weights, rotations, translations)


def _frame(along: NDArray[np.float64], aside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns: `along`, the part of `aside` perpendicular to it, and their cross product."""
    x = along / np.linalg.norm(along)
    y = aside - x * (x @ aside)
    y /= np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)], axis=1)


def _turn(axis: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    x, y, z = axis / np.linalg.norm(axis)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k))


def _aim(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest rotation that turns `start` into the direction of `end`."""
    axis = np.cross(start, end)
    length = np.linalg.norm(axis)
    if length < 1e-12:
        return np.eye(3)
    return _turn(axis, float(np.arctan2(length, start @ end)))


def _twist_angle(rotation: NDArray[np.float64], axis: NDArray[np.float64]) -> float:
    """How far `rotation` turns about `axis`, the rest of it left aside."""
    vector = np.array(
        [rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]]
    )
    return float(2 * np.arctan2(vector @ axis / np.linalg.norm(axis), 1 + np.trace(rotation)))
