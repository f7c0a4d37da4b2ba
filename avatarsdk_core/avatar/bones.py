"""Which joints of the skeleton an animator poses, and which only help: twists along a limb, and ends.

Source: the joints of real metaperson_2.0 files: Mixamo's names without its prefix, with `ForeArm1`, `ForeArm2` between
elbow and wrist, and ends as `HeadTop_End`, `LeftToe_End`, `LeftHandIndex4`.
"""

from __future__ import annotations

import re
from enum import StrEnum


class BoneGroup(StrEnum):
    """Groups of bones, as an animator shows and hides them."""

    BODY = "Body"
    FINGERS = "Fingers"
    EYES = "Eyes"
    TWIST = "Twist"
    ENDS = "Ends"


_FINGER = re.compile(r"^(?:mixamorig:)?(?:Left|Right)Hand(?:Thumb|Index|Middle|Ring|Pinky)\d$")
_FINGER_END = re.compile(r"4$")
_TWIST = re.compile(r"(?:ForeArm|Arm|UpLeg|Leg)(?:Twist)?[12]$|[Tt]wist")
_END = re.compile(r"_?[Ee]nd$")


def bone_group(name: str, *, is_leaf: bool = False) -> BoneGroup:
    """The group of a joint; `is_leaf` when it has no children."""
    if _END.search(name):
        return BoneGroup.ENDS
    if _FINGER.match(name):
        return BoneGroup.ENDS if is_leaf and _FINGER_END.search(name) else BoneGroup.FINGERS
    if _TWIST.search(name):
        return BoneGroup.TWIST
    if name.endswith("Eye"):
        return BoneGroup.EYES
    return BoneGroup.BODY
