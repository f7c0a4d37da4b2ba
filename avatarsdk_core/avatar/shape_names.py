"""Names of shape keys: the same shape written in other ways, and its counterpart on the other side.

ARKit's names are Apple's (`mouthSmileLeft`); tools write them as `MouthSmileLeft`, `mouth_smile_left` or
`mouthSmile_L`. The 45 shapes of the pipeline animated_face have names of their own; which of ARKit's each comes nearest
to is told here by its name and its looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

# Of ARKit's shapes, plain: what animated_face has in their place. One of those may stand for two of ARKit's.
_KIN: Mapping[str, str] = {
    "browdownleft": "browsdleft",
    "browdownright": "browsdright",
    "browinnerup": "browsuc",
    "browouterupleft": "browsuleft",
    "browouterupright": "browsuright",
    "cheekpuff": "puff",
    "eyewideleft": "eyeopenleft",
    "eyewideright": "eyeopenright",
    "eyelookupleft": "eyesup",
    "eyelookupright": "eyesup",
    "eyelookdownleft": "eyesdown",
    "eyelookdownright": "eyesdown",
    "eyelookoutleft": "eyesleft",
    "eyelookinright": "eyesleft",
    "eyelookoutright": "eyesright",
    "eyelookinleft": "eyesright",
    "jawforward": "jawfwd",
    "mouthfunnel": "lipsfunnel",
    "mouthpucker": "lipspucker",
    "mouthstretchleft": "lipsstretchleft",
    "mouthstretchright": "lipsstretchright",
    "mouthshruglower": "chinlowerraise",
    "mouthshrugupper": "chinupperraise",
    "mouthrolllower": "lipslowerclose",
    "mouthrollupper": "lipsupperclose",
    "mouthlowerdownleft": "lipslowerdown",
    "mouthlowerdownright": "lipslowerdown",
    "mouthupperupleft": "lipsupperup",
    "mouthupperupright": "lipsupperup",
    "nosesneerleft": "sneer",
    "nosesneerright": "sneer",
}
_SHARED = {kin: sum(other == kin for other in _KIN.values()) for kin in _KIN.values()}
_SIDES = {"left": "right", "right": "left", "l": "r", "r": "l"}
_SIDE = re.compile(
    r"(?<![A-Z])(?P<camel>Left|Right)(?![a-z])"  # mouthSmileLeft, LeftEye, jawLeft_neg
    r"|(?:(?<=[_.\- ])|^)(?P<word>left|right|LEFT|RIGHT)(?=[_.\- ]|$)"  # mouth_smile_left
    r"|(?<=[_.\- ])(?P<letter>[lrLR])(?=[_.\- ]|$)"  # mouthSmile_L
)
_BOTH = re.compile(r"left_?right", re.IGNORECASE)  # one slider for both ways: NoseTipLeftRight
_ENDS = {"_neg": "_pos", "_pos": "_neg"}
# Not a side of the face but where something moves to: making both sides alike leaves them.
_WAYS = frozenset({"jawleft", "jawright", "mouthleft", "mouthright", "eyesleft", "eyesright"})


class Counterpart(NamedTuple):
    """What a shape becomes in a mirror."""

    name: str
    sign: float  # −1 where one slider goes to both sides


@cache
def plain_shape(name: str) -> str:
    """A name without what only spelling adds: `MouthSmile_L`, `mouth_smile_left.001` → `mouthsmileleft`."""
    low = re.sub(r"\.\d+$", "", name).strip()
    low = re.sub(r"[_.\- ]([lrLR])$", lambda end: "left" if end[1] in "lL" else "right", low)
    return re.sub(r"[_.\- ]", "", low).casefold()


def resolve(values: Mapping[str, float], available: Iterable[str]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Values by the names that a head has.

    A name is taken as it is, else in another spelling, else as the shape of animated_face that is nearest to it; where
    two names share one such shape, it gets the mean of both.

    Args:
        values: shape → value.
        available: the head's shapes.

    Returns:
        (the head's shape → value, names of `values` that the head doesn't have).
    """
    names = list(available)
    exact = set(names)
    spelled = {plain_shape(name): name for name in reversed(names)}
    found: dict[str, float] = {}
    shared: dict[str, float] = {}
    missing = []
    for name, value in values.items():
        plain = plain_shape(name)
        kin = _KIN.get(plain, "")
        if name in exact:
            found[name] = value
        elif plain in spelled:
            found.setdefault(spelled[plain], value)
        elif kin in spelled:
            shared[kin] = shared.get(kin, 0.0) + value / _SHARED[kin]
        else:
            missing.append(name)
    for kin, value in shared.items():
        found.setdefault(spelled[kin], value)
    return found, tuple(missing)


@cache
def mirrored(name: str) -> Counterpart:
    """The shape of the other side; itself where it has none. `mirrored(mirrored(name).name).name == name`."""
    if _BOTH.search(name):
        end = name[-4:].lower()
        return Counterpart(name[:-4] + _ENDS[end], 1.0) if end in _ENDS else Counterpart(name, -1.0)
    sides = list(_SIDE.finditer(name))
    if len(sides) != 1:  # none; or several, and nobody knows which one is meant
        return Counterpart(name, 1.0)
    start, end_ = sides[0].span()
    return Counterpart(name[:start] + _other(name[start:end_]) + name[end_:], 1.0)


def side_of(name: str) -> str:
    """`left` or `right` for a shape of one half of the face, else an empty string (also for `jawLeft`: a way)."""
    sides = list(_SIDE.finditer(name))
    if len(sides) != 1 or plain_shape(name) in _WAYS or _BOTH.search(name):
        return ""
    return "left" if sides[0][0][0] in "lL" else "right"


def _other(side: str) -> str:
    other = _SIDES[side.lower()]
    if side.isupper():
        return other.upper()
    return other.capitalize() if side[0].isupper() else other
