"""Expressions: values of a face's shapes by name, and what a face becomes when they are put on it.

Nothing here knows Blender. A face is a mapping of shape → `Slider`; every function answers with the values that change.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from avatarsdk_core.wording import mark

from .shape_groups import ShapeGroup, group_of
from .shape_names import mirrored, resolve, side_of

NOT_EXPRESSIVE = frozenset({ShapeGroup.FACE, ShapeGroup.BODY, ShapeGroup.HAIRCUT})  # who it is, not what it does
NEGLIGIBLE = 1e-4  # of a slider: nobody sees less
SHIPPED_NAMES: Mapping[str, str] = {
    "neutral": mark("Neutral"),
    "smile": mark("Smile"),
    "laugh": mark("Laugh"),
    "sad": mark("Sad"),
    "angry": mark("Angry"),
    "surprised": mark("Surprised"),
    "afraid": mark("Afraid"),
    "disgusted": mark("Disgusted"),
    "wink": mark("Wink"),
    "kiss": mark("Kiss"),
    "sleepy": mark("Sleepy"),
    "thinking": mark("Thinking"),
}


class Slider(NamedTuple):
    """A shape's value, and how far it may go."""

    value: float
    low: float = 0.0
    high: float = 1.0


Face = Mapping[str, Slider]


class Mirror(StrEnum):
    """Ways to mirror: the sides change places, or one is copied onto the other (the person's own left and right)."""

    SWAP = "swap"
    LEFT_TO_RIGHT = "left_to_right"
    RIGHT_TO_LEFT = "right_to_left"


@dataclass(frozen=True)
class Expression:
    """A face by name: shape → value; shapes that aren't named are at zero."""

    name: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Applied:
    """What an expression does to a face."""

    values: Mapping[str, float]  # the face's shape → its new value; shapes that stay as they are aren't in it
    missing: tuple[str, ...]  # shapes of the expression that the face doesn't have
    found: int  # shapes of the expression that it has


def is_expressive(name: str) -> bool:
    """Whether a shape is of what a face does: not of its form, nor of the body's, nor a haircut."""
    return group_of(name) not in NOT_EXPRESSIVE


def is_moved(slider: Slider) -> bool:
    """Whether a slider is away from zero."""
    return abs(slider.value) > NEGLIGIBLE


def apply(expression: Expression, face: Face, *, strength: float = 1.0, additive: bool = False) -> Applied:
    """Puts an expression on a face, every value within its slider's range.

    Args:
        strength: what its values are multiplied by.
        additive: added to what is there; else the expression takes its place, and all that the face does and the
            expression doesn't name goes to zero. The form of face and body stays.
    """
    wanted, missing = resolve(expression.values, face)
    changed: dict[str, float] = {}
    for name, slider in face.items():
        if additive:
            value = slider.value + strength * wanted.get(name, 0.0)
        elif name in wanted or is_expressive(name):
            value = strength * wanted.get(name, 0.0)
        else:
            continue
        _change(changed, name, slider, value)
    return Applied(changed, missing, len(wanted))


def reset(face: Face, names: Collection[str] | None = None) -> dict[str, float]:
    """Zero for all shapes, or those named, that are elsewhere. A generated haircut stays: nobody means that."""
    changed: dict[str, float] = {}
    for name, slider in face.items():
        if (names is None or name in names) and group_of(name) != ShapeGroup.HAIRCUT:
            _change(changed, name, slider, 0.0)
    return changed


def mirror(face: Face, way: Mirror = Mirror.SWAP, names: Collection[str] | None = None) -> dict[str, float]:
    """The face's values in a mirror; shapes whose counterpart is missing stay.

    Args:
        way: `SWAP` exchanges the sides, and left for right where jaw, mouth and nose move; the others make both sides
            alike by copying one, and leave such movements.
        names: only these, each together with its counterpart; all when not given.
    """
    wanted = None if names is None else {*names, *(mirrored(name).name for name in names)}
    source = {Mirror.LEFT_TO_RIGHT: "left", Mirror.RIGHT_TO_LEFT: "right"}.get(way, "")
    changed: dict[str, float] = {}
    for name, slider in face.items():
        other, sign = mirrored(name)
        if (wanted is not None and name not in wanted) or other not in face:
            continue
        if way == Mirror.SWAP or side_of(other) == source:
            _change(changed, name, slider, sign * face[other].value)
    return changed


def of_face(name: str, face: Face, *, with_form: bool = False) -> Expression:
    """A face as an expression: what isn't at zero.

    Args:
        with_form: the form of the face too (`face_modifications`), which is the person rather than the expression.
    """
    kept = {ShapeGroup.FACE} if with_form else set()
    values = {
        shape: round(slider.value, 4)
        for shape, slider in face.items()
        if is_moved(slider) and (is_expressive(shape) or group_of(shape) in kept)
    }
    return Expression(name, values)


@cache
def shipped() -> Mapping[str, Expression]:
    """The expressions that come with the program, by their ids, in the order to show them in: ARKit's shapes alone."""
    data = json.loads(files(__package__).joinpath("data", "expressions.json").read_text("utf-8"))
    return {name: Expression(SHIPPED_NAMES[name], _both_sides(values)) for name, values in data.items()}


def _change(changed: dict[str, float], name: str, slider: Slider, value: float) -> None:
    value = min(max(value, slider.low), slider.high)
    if value != slider.value:
        changed[name] = value


def _both_sides(values: Mapping[str, float]) -> dict[str, float]:
    """`mouthSmile_` in the data is short for `mouthSmileLeft` and `mouthSmileRight`."""
    spread: dict[str, float] = {}
    for name, value in values.items():
        names = (f"{name[:-1]}Left", f"{name[:-1]}Right") if name.endswith("_") else (name,)
        spread.update(dict.fromkeys(names, value))
    return spread
