"""Names of a glTF mesh's morph targets, also where early body_0.x exports leave them out.

Source of the counts and their order: the vendor's loader; of the names' order: real metaperson_2.0 files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MOBILE_51 = _words(
    """
    browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight
    eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight eyeLookOutLeft
    eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward
    jawLeft jawOpen jawRight mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel
    mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight
    mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft
    mouthStretchRight mouthUpperUpLeft mouthUpperUpRight noseSneerLeft noseSneerRight
    """
)
VISEMES_15 = _words("CH DD E FF PP RR SS TH aa ih kk nn oh ou sil")
_BY_COUNT = {len(names): names for names in (MOBILE_51, VISEMES_15, MOBILE_51 + VISEMES_15)}


def target_names(mesh: Mapping[str, Any]) -> tuple[str, ...]:
    """The names in a glTF mesh's extras; without any, those of the sets that its number of targets tells, or none."""
    names = (mesh.get("extras") or {}).get("targetNames")
    if isinstance(names, list) and names:
        return tuple(str(name) for name in names)
    primitives = mesh.get("primitives")
    targets = primitives[0].get("targets") if isinstance(primitives, list) and primitives else None
    return _BY_COUNT.get(len(targets), ()) if isinstance(targets, list) else ()
