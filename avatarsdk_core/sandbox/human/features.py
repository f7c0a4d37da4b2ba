"""What makes the sandbox's two faces: a friendly, rested face per subtype rather than MakeHuman's average.

Features are MakeHuman's detail targets, each with the share of it that the face has; those of eyes, cheeks and ears
exist once per side. One ARKit unit is among them: a jaw closed a little more brings the lips together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from avatarsdk_core.sandbox.human.model import Subtype

_FEMALE = {
    "mouth-scale-horiz-decr": 0.5,
    "mouth-angles-up": 0.45,
    "mouth-scale-vert-decr": 0.35,
    "mouth-lowerlip-volume-decr": 0.5,
    "mouth-upperlip-volume-decr": 0.5,
    "mouth-upperlip-height-decr": 0.2,
    "mouth-cupidsbow-incr": 0.4,
    "mouth-trans-backward": 0.2,
    "jawOpen": -0.045,
    "nose-scale-horiz-decr": 0.6,
    "nose-point-width-decr": 0.5,
    "nose-width3-decr": 0.5,
    "nose-width1-decr": 0.3,
    "nose-width2-decr": 0.4,
    "nose-point-up": 0.5,
    "nose-base-up": 0.3,
    "nose-flaring-decr": 0.5,
    "chin-width-decr": 0.6,
    "chin-triangle": 0.35,
    "head-fat-decr": 0.5,
    "head-invertedtriangular": 0.35,
    "eyebrows-trans-down": 0.1,
}
_FEMALE_BOTH_SIDES = {
    "cheek-bones-incr": 0.12,
    "cheek-volume-decr": 0.45,
    "ear-scale-decr": 0.35,
    "ear-wing-decr": 0.6,
    "eye-bag-decr": 0.5,
    "eye-corner1-up": 0.5,
    "eye-eyefold-up": 0.5,
    "eye-height2-incr": 0.25,
    "eye-scale-incr": 0.7,
}
_MALE = {
    "mouth-scale-horiz-decr": 0.45,
    "mouth-angles-up": 0.3,
    "mouth-scale-vert-decr": 0.5,
    "mouth-lowerlip-volume-decr": 0.6,
    "mouth-upperlip-volume-decr": 0.6,
    "mouth-upperlip-height-decr": 0.3,
    "mouth-trans-backward": 0.2,
    "jawOpen": -0.045,
    "nose-scale-horiz-decr": 0.75,
    "nose-point-width-decr": 0.5,
    "nose-width3-decr": 0.3,
    "nose-hump-incr": 0.1,
    "nose-scale-vert-decr": 0.35,
    "nose-scale-depth-decr": 0.12,
    "nose-flaring-decr": 0.4,
    "chin-width-incr": 0.12,
    "chin-bones-incr": 0.12,
    "chin-prominent-incr": 0.2,
    "head-fat-decr": 0.65,
    "head-square": 0.2,
    "eyebrows-trans-down": 0.15,
}
_MALE_BOTH_SIDES = {
    "cheek-bones-incr": 0.15,
    "cheek-volume-decr": 0.65,
    "ear-scale-decr": 0.35,
    "ear-wing-decr": 0.6,
    "eye-bag-decr": 0.4,
    "eye-corner1-up": 0.45,
    "eye-height2-incr": 0.65,
    "eye-scale-incr": 0.5,
}


def _features(middle: Mapping[str, float], both_sides: Mapping[str, float]) -> Mapping[str, float]:
    sides = {f"{side}-{name}": share for name, share in both_sides.items() for side in "lr"}
    return MappingProxyType({**middle, **sides})


FEATURES: Mapping[Subtype, Mapping[str, float]] = {
    "female": _features(_FEMALE, _FEMALE_BOTH_SIDES),
    "male": _features(_MALE, _MALE_BOTH_SIDES),
}
