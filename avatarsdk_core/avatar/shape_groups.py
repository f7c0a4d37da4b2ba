"""What a blendshape is for, by its name, and how far it may go.

Sources: API documentation, "Blendshapes" (ARKit and viseme names), and the Creator's sliders for body and face, whose
names and intervals are the nearest published evidence for `body_shape` and `face_modifications`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from .shape_names import plain_shape


class ShapeGroup(StrEnum):
    """Groups of blendshapes, as people look for them."""

    ARKIT = "arkit"
    VISEMES = "visemes"
    EMOTIONS = "emotions"
    FACE = "face_modifications"
    BODY = "body_shape"
    HAIRCUT = "haircut"
    OTHER = "other"


_BODY = frozenset(
    {"body", "neck", "shoulders", "chest", "forearms", "waist", "hips", "legs", "headscale", "scale"},
)
_FACE_BOTH_WAYS = frozenset(
    {"eyessize", "lipssize", "noselength", "noseposition", "nosetipupdown", "nosetipleftright"}
    | {"nosewingsupdown", "nosewingsinout"}
)
_FACE = _FACE_BOTH_WAYS | {
    *("headheight", "upperheadvolume", "upperheadwidth", "lowerheadwidth", "jawline", "monolid", "squint"),
    *("nosewidth", "nosesharp", "face_shape", "jaw_shape"),
}
_EMOTIONS = frozenset(
    {"anger", "angry", "disgust", "disgusted", "fear", "afraid", "happiness", "happy", "joy", "sadness", "sad"}
    | {"surprise", "surprised", "neutral", "contempt", "laughter"}
)
_SETS = {  # where a file tells the set, it decides
    "mobile_51": ShapeGroup.ARKIT,
    "visemes_14": ShapeGroup.VISEMES,
    "visemes_15": ShapeGroup.VISEMES,
    "visemes_17": ShapeGroup.VISEMES,
    "emotions": ShapeGroup.EMOTIONS,
    "face_modifications": ShapeGroup.FACE,
    "face_modifications_2": ShapeGroup.FACE,
    "body_shape": ShapeGroup.BODY,
}


@cache
def _known() -> Mapping[str, ShapeGroup]:
    from avatarsdk_core.catalog import blendshape_set

    arkit = dict.fromkeys((*(blendshape_set("mobile_51").names or ()), "tongueOut"), ShapeGroup.ARKIT)
    sets = ("visemes_17", "visemes_15", "visemes_14")
    return {name: ShapeGroup.VISEMES for set_name in sets for name in blendshape_set(set_name).names or ()} | arkit


@cache
def _arkit_spelled() -> frozenset[str]:
    return frozenset(plain_shape(name) for name, group in _known().items() if group == ShapeGroup.ARKIT)


def group_of(name: str, set_name: str = "") -> ShapeGroup:
    """The group of a shape key: by its set where that is known, else by its name."""
    if is_haircut(name):
        return ShapeGroup.HAIRCUT
    if set_name in _SETS:
        return _SETS[set_name]
    plain = name.removeprefix("viseme_")
    if found := _known().get(name) or _known().get(plain):
        return found
    if plain != name:
        return ShapeGroup.VISEMES
    if plain_shape(name) in _arkit_spelled():
        return ShapeGroup.ARKIT
    low = name.lower().removesuffix("_neg").removesuffix("_pos")
    for names, group in ((_BODY, ShapeGroup.BODY), (_FACE, ShapeGroup.FACE), (_EMOTIONS, ShapeGroup.EMOTIONS)):
        if low in names:
            return group
    return ShapeGroup.OTHER


def is_haircut(name: str) -> bool:
    """Whether a head's shape is its generated haircut (`Haircut`, `Haircut_…`), which belongs on."""
    return name.startswith("Haircut")


def interval_of(name: str) -> tuple[float, float]:
    """Lowest and highest value that makes sense: 0 to 1, or −1 to 1 where a slider goes both ways."""
    both_ways = name.lower() in _BODY or name.lower() in _FACE_BOTH_WAYS
    return (-1.0, 1.0) if both_ways else (0.0, 1.0)


def grouped(names: Iterable[str]) -> dict[ShapeGroup, list[str]]:
    """The names by group, groups in their own order, names in theirs; groups without any are left out."""
    found: dict[ShapeGroup, list[str]] = {group: [] for group in ShapeGroup}
    for name in names:
        found[group_of(name)].append(name)
    return {group: members for group, members in found.items() if members}
