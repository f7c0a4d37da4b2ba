"""The 73 joints of a MetaPerson 2.0 export: names, hierarchy, where they lie in a person, how they're turned.

Names and hierarchy: metaperson_2.0_model of the service's catalogue. Orientations follow the real exports: a joint's
Y points along its bone; spine joints have X = +X; arms and fingers have a level X (the left's points to -Z, the
right's to +Z); legs bend about X = -X; feet and toes have a level X; Hips, Neck1, Neck2 and the eyes aren't turned;
end joints are turned as their parents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Skeleton

FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")
SIDES = ("Left", "Right")
UP = np.array([0.0, 1.0, 0.0])
MIRROR = np.array([-1.0, 1.0, 1.0])
FORWARD = np.array([0.0, 0.0, 1.0])


def _hierarchy() -> Iterator[tuple[str, str]]:
    trunk = ["Hips", "Spine", "Spine1", "Spine2", "Neck", "Neck1", "Neck2", "Head"]
    yield from zip(trunk, ["", *trunk], strict=False)
    yield from (("LeftEye", "Head"), ("RightEye", "Head"), ("HeadTop_End", "Head"))
    for side in SIDES:
        yield from ((f"{side}Shoulder", "Spine2"), (f"{side}Arm", f"{side}Shoulder"))
        yield f"{side}ForeArm", f"{side}Arm"
        for child in ("ForeArm1", "ForeArm2", "Hand"):
            yield f"{side}{child}", f"{side}ForeArm"
        for finger in FINGERS:
            yield f"{side}Hand{finger}1", f"{side}Hand"
            for number in (2, 3, 4):
                yield f"{side}Hand{finger}{number}", f"{side}Hand{finger}{number - 1}"
    for side in SIDES:
        chain = [f"{side}{name}" for name in ("UpLeg", "Leg", "Foot", "ToeBase", "Toe_End")]
        yield from zip(chain, ["Hips", *chain], strict=False)


_PAIRS = tuple(_hierarchy())
NAMES = tuple(name for name, _ in _PAIRS)
INDEX: Mapping[str, int] = {name: index for index, name in enumerate(NAMES)}
PARENTS = tuple(INDEX.get(parent, -1) for _, parent in _PAIRS)

NECK_FRACTIONS = {"Neck1": 0.3, "Neck2": 0.6}  # of the way from Neck to Head, as in real exports
TWIST_FRACTIONS = {"ForeArm1": 0.5, "ForeArm2": 0.8}  # of the way from ForeArm to Hand
COLLAR_BONE_DEPTH = 0.03  # metres; the source marks the skin above the bone


def locate_joints(
    point: Callable[[str], NDArray[np.float64]], eyes: Mapping[str, NDArray[np.float64]], top: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(73, 3) positions: the rig's own joints, and those that it lacks, derived.

    Args:
        point: looks up a named point of the source (`LeftArm.head`, `joint-l-toe-2-4`) in the shaped mesh.
        eyes: `Left` and `Right` -> centre of the eyeball.
        top: the crown of the head.
    """
    found: dict[str, NDArray[np.float64]] = {"LeftEye": eyes["Left"], "RightEye": eyes["Right"], "HeadTop_End": top}
    for name in NAMES:
        if name in found:
            continue
        if name in NECK_FRACTIONS:
            found[name] = _between(point("Neck.head"), point("Head.head"), NECK_FRACTIONS[name])
        elif name[-8:] in TWIST_FRACTIONS:
            side = name.removesuffix(name[-8:])
            start, end = point(f"{side}ForeArm.head"), point(f"{side}Hand.head")
            found[name] = _between(start, end, TWIST_FRACTIONS[name[-8:]])
        elif name.endswith("4"):
            found[name] = point(f"{name[:-1]}3.tail")
        elif name.endswith("Toe_End"):
            found[name] = point(f"{name.removesuffix('Toe_End')}ToeBase.tail")
        else:
            found[name] = point(f"{name}.head")
    return _symmetric(np.array([found[name] for name in NAMES]))


def _symmetric(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Left and right mirrored exactly, the trunk in the middle: the source's marks stray by up to a centimetre."""
    twins = [INDEX[_other_side(name)] for name in NAMES]
    positions = (positions + positions[twins] * MIRROR) / 2
    collar_bones = [INDEX[f"{side}Shoulder"] for side in SIDES]
    positions[collar_bones, 1] -= COLLAR_BONE_DEPTH
    return positions


def _other_side(name: str) -> str:
    left, right = SIDES
    return name.replace(left, right) if name.startswith(left) else name.replace(right, left)


def orient(positions: NDArray[np.float64]) -> Skeleton:
    """The skeleton whose joints lie at `positions` (73, 3), turned by the convention above."""
    rest = np.tile(np.eye(4), (len(NAMES), 1, 1))
    rest[:, :3, 3] = positions
    for index, name in enumerate(NAMES):
        child = _bone_end(name)
        if child is not None:
            rest[index, :3, :3] = _basis(name, positions[INDEX[child]] - positions[index])
        elif name.startswith(SIDES) and not name.endswith("Eye"):
            rest[index, :3, :3] = rest[PARENTS[index], :3, :3]
    head_top = rest[INDEX["HeadTop_End"], :3, :3]
    head_top[:, 1], head_top[:, 2] = FORWARD, -UP
    return Skeleton(NAMES, PARENTS, rest)


def _bone_end(name: str) -> str | None:
    """The joint at the other end of the bone, None for joints without a direction of their own."""
    if name in ("Hips", "Neck1", "Neck2") or name.endswith(("End", "Eye", "4", "ForeArm1", "ForeArm2")):
        return None
    if name.endswith("ForeArm"):
        return name.replace("ForeArm", "Hand")
    if name.endswith("Hand"):
        return f"{name}Middle1"
    forks = {"Spine2": "Neck", "Neck": "Head", "Head": "HeadTop_End"}
    return forks.get(name) or next(child for child, parent in _PAIRS if parent == name)


def _basis(name: str, bone: NDArray[np.float64]) -> NDArray[np.float64]:
    y = bone / np.linalg.norm(bone)
    if not name.startswith(SIDES):
        x = np.array([1.0, 0.0, 0.0])
    elif name.endswith("Leg"):
        x = np.cross(y, FORWARD)
    elif name.endswith(("Foot", "ToeBase")):
        x = np.cross(y, UP)
    else:
        x = np.cross(UP, y)
    x /= np.linalg.norm(x)
    z = np.cross(x, y)
    z /= np.linalg.norm(z)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _between(start: NDArray[np.float64], end: NDArray[np.float64], fraction: float) -> NDArray[np.float64]:
    return start + (end - start) * fraction
