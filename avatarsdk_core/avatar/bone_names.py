"""What other programs call the bones of a person, for the joints that metaperson_2.0 has.

Sources: the joints of real metaperson_2.0 files, which are Mixamo's without the prefix; the skeleton of Unreal Engine's
mannequin as its animations name it; the humanoid bones of the VRM 1.0 specification (`VRMC_vrm.humanoid`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

MIXAMO_PREFIX = "mixamorig:"


class BoneNames(StrEnum):
    """Whose names bones get."""

    KEPT = "kept"
    MIXAMO = "mixamo"
    UNREAL = "unreal"
    VRM = "vrm"


# joint without its side -> name; `{s}` stands for the side.
_UNREAL_MIDDLE = {
    "Hips": "pelvis",
    "Spine": "spine_01",
    "Spine1": "spine_02",
    "Spine2": "spine_03",
    "Neck": "neck_01",
    "Neck1": "neck_02",
    "Neck2": "neck_03",
    "Head": "head",
}
_UNREAL_SIDE = {
    "Shoulder": "clavicle_{s}",
    "Arm": "upperarm_{s}",
    "ForeArm": "lowerarm_{s}",
    # The mannequin counts the twists of a lower arm from the wrist.
    "ForeArm1": "lowerarm_twist_02_{s}",
    "ForeArm2": "lowerarm_twist_01_{s}",
    "Hand": "hand_{s}",
    "UpLeg": "thigh_{s}",
    "Leg": "calf_{s}",
    "Foot": "foot_{s}",
    "ToeBase": "ball_{s}",
    "Eye": "eye_{s}",
    **{
        f"Hand{finger}{joint}": f"{finger.lower()}_{joint:02}_{{s}}"
        for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky")
        for joint in (1, 2, 3)
    },
}
_VRM_MIDDLE = {
    "Hips": "hips",
    "Spine": "spine",
    "Spine1": "chest",
    "Spine2": "upperChest",
    "Neck": "neck",
    "Head": "head",
}
_VRM_FINGERS = {"Index": "Index", "Middle": "Middle", "Ring": "Ring", "Pinky": "Little"}
_VRM_SIDE = {
    "Shoulder": "{s}Shoulder",
    "Arm": "{s}UpperArm",
    "ForeArm": "{s}LowerArm",
    "Hand": "{s}Hand",
    "UpLeg": "{s}UpperLeg",
    "Leg": "{s}LowerLeg",
    "Foot": "{s}Foot",
    "ToeBase": "{s}Toes",
    "Eye": "{s}Eye",
    **{
        f"Hand{finger}{joint}": f"{{s}}{name}{segment}"
        for finger, name in _VRM_FINGERS.items()
        for joint, segment in enumerate(("Proximal", "Intermediate", "Distal"), start=1)
    },
    **{
        f"HandThumb{joint}": f"{{s}}Thumb{segment}"
        for joint, segment in enumerate(("Metacarpal", "Proximal", "Distal"), start=1)
    },
}
_TABLES = {
    BoneNames.UNREAL: (_UNREAL_MIDDLE, _UNREAL_SIDE, ("l", "r")),
    BoneNames.VRM: (_VRM_MIDDLE, _VRM_SIDE, ("left", "right")),
}
# What a VRM file can't be without (VRM 1.0, "required bones").
VRM_REQUIRED = frozenset(
    {"hips", "spine", "head"}
    | {
        side + bone
        for side in ("left", "right")
        for bone in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
    }
)
_NAMESPACE = re.compile(r"^mixamorig\d*[:_]")


@cache
def table(scheme: BoneNames) -> Mapping[str, str]:
    """Joint of metaperson_2.0 → its name in a scheme that has names of its own; empty for the others."""
    if scheme not in _TABLES:
        return {}
    middle, side, words = _TABLES[scheme]
    sided = {
        f"{prefix}{joint}": name.format(s=word)
        for prefix, word in zip(("Left", "Right"), words, strict=True)
        for joint, name in side.items()
    }
    return middle | sided


def renamed(bones: Iterable[str], scheme: BoneNames) -> dict[str, str]:
    """Bone → its new name, for those that get another one.

    Bones that a scheme has no name for (ends, twists in VRM, a person's own) keep theirs; so does one whose new name
    another bone has.
    """
    there = list(bones)
    if scheme is BoneNames.KEPT:
        return {}
    known = table(scheme)
    found: dict[str, str] = {}
    for bone in there:
        plain = _NAMESPACE.sub("", bone)
        if scheme is BoneNames.MIXAMO:
            wanted = MIXAMO_PREFIX + plain if plain in _mixamo() else bone
        else:
            wanted = known.get(plain, bone)
        if wanted != bone:
            found[bone] = wanted
    taken = set(there) - set(found)
    result: dict[str, str] = {}
    for bone, wanted in found.items():
        if wanted not in taken:
            result[bone] = wanted
            taken.add(wanted)
    return result


def lacking(bones: Iterable[str]) -> tuple[str, ...]:
    """The bones that VRM requires and that a skeleton, named as metaperson_2.0 or Mixamo, doesn't have."""
    have = {table(BoneNames.VRM).get(_NAMESPACE.sub("", bone)) for bone in bones}
    return tuple(sorted(VRM_REQUIRED - have))


@cache
def _mixamo() -> frozenset[str]:
    """All joints of metaperson_2.0: Mixamo's, and the four that only it has (necks, twists), which go with them."""
    joints = set(_UNREAL_MIDDLE) | {f"{prefix}{joint}" for prefix in ("Left", "Right") for joint in _UNREAL_SIDE}
    fingers = {f"Hand{finger}4" for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky")}
    ends = {f"{prefix}{joint}" for prefix in ("Left", "Right") for joint in {*fingers, "Toe_End"}}
    return frozenset(joints | ends | {"HeadTop_End"})
