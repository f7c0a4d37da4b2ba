"""The shapes of `body_shape` and `face_modifications`, made of MakeHuman's targets.

The service documents two names of body_shape (`HeadScale`, `Scale`) and none of face_modifications; the others are the
names of the sliders of its avatar creator. Each is linear: a weight of -1 is the opposite of 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from avatarsdk_core.sandbox.human.body import DEFAULT_SHAPES, build_body
from avatarsdk_core.sandbox.human.figure import Figure, pose
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.human.shape import Shape, features_of
from avatarsdk_core.sandbox.human.skeleton import INDEX, NAMES, PARENTS
from avatarsdk_core.sandbox.human.source import load_source

SCALE = 0.10  # by how much of their size Scale and HeadScale enlarge


@dataclass(frozen=True)
class Modification:
    """What a weight of 1 does.

    Attributes:
        targets: detail target -> how much of it; `both` holds those that exist once per side.
        weight: change of the macro parameter (see Shape).
        joint: enlarge everything from this joint on (`Hips`: all) by SCALE.
    """

    targets: Mapping[str, float] = field(default_factory=dict)
    both: Mapping[str, float] = field(default_factory=dict)
    weight: float = 0.0
    joint: str = ""

    def of(self, shape: Shape) -> Shape:
        features = dict(features_of(shape))
        sided = {f"{side}-{name}": amount for name, amount in self.both.items() for side in "lr"}
        for name, amount in {**self.targets, **sided}.items():
            features[name] = features.get(name, 0.0) + amount
        return replace(shape, features=features, weight=shape.weight + self.weight)


BODY_SHAPE: Mapping[str, Modification] = MappingProxyType(
    {
        "Body": Modification(weight=1.0),
        "Chest": Modification({"measure-bust-circ-incr": 0.5, "measure-underbust-circ-incr": 0.5}),
        "Forearms": Modification(both={"lowerarm-fat-incr": 0.5, "lowerarm-muscle-incr": 0.5}),
        "HeadScale": Modification(joint="Head"),
        "Hips": Modification({"measure-hips-circ-incr": 0.8}),
        "Legs": Modification(both={"upperleg-fat-incr": 0.6, "lowerleg-fat-incr": 0.5}),
        "Neck": Modification({"neck-scale-horiz-incr": 0.8, "neck-scale-depth-incr": 0.6}),
        "Scale": Modification(joint="Hips"),
        "Shoulders": Modification({"measure-shoulder-dist-incr": 1.0}),
        "Waist": Modification({"measure-waist-circ-incr": 0.9}),
    }
)
FACE_MODIFICATIONS: Mapping[str, Modification] = MappingProxyType(
    {
        "EyesSize": Modification(both={"eye-scale-incr": 0.9}),
        "HeadHeight": Modification({"head-scale-vert-incr": 0.5}),
        "JawLine": Modification({"chin-bones-incr": 0.9, "chin-width-incr": 0.5, "chin-jaw-drop-incr": 0.4}),
        "LipsSize": Modification(
            {
                "mouth-upperlip-volume-incr": 1.0,
                "mouth-upperlip-height-incr": 0.9,
                "mouth-lowerlip-volume-incr": 0.9,
                "mouth-lowerlip-height-incr": 0.5,
            }
        ),
        "LowerHeadWidth": Modification({"head-triangular": 0.7, "head-fat-incr": 0.4}, {"cheek-volume-incr": 0.4}),
        "Monolid": Modification(both={"eye-epicanthus-in": 1.0, "eye-eyefold-down": 1.2}),
        "NoseLength": Modification({"nose-scale-vert-incr": 1.2}),
        "NosePosition": Modification({"nose-trans-up": 1.2}),
        "NoseSharp": Modification(
            {"nose-point-width-decr": 1.0, "nose-width3-decr": 0.6, "nose-width2-decr": 0.6, "nose-volume-decr": 0.3}
        ),
        "NoseTipLeftRight": Modification({"asym-nose-4-l": 1.4}),
        "NoseTipUpDown": Modification({"nose-point-up": 1.2}),
        "NoseWidth": Modification({"nose-scale-horiz-incr": 1.2}),
        "NoseWingsInOut": Modification({"nose-nostrils-width-incr": 0.9, "nose-flaring-incr": 0.6}),
        "NoseWingsUpDown": Modification({"nose-nostrils-angle-up": 1.3}),
        "Squint": Modification(both={"eye-height1-decr": 0.7, "eye-height2-decr": 0.7, "eye-height3-decr": 0.7}),
        "UpperHeadVolume": Modification({"forehead-scale-vert-incr": 0.3, "head-back-scale-depth-incr": 0.4}),
        "UpperHeadWidth": Modification({"forehead-temple-incr": 1.5}),
    }
)
MODIFICATIONS: Mapping[str, Mapping[str, Modification]] = MappingProxyType(
    {"body_shape": BODY_SHAPE, "face_modifications": FACE_MODIFICATIONS}
)


@lru_cache(maxsize=64)
def change(subtype: Subtype, set_name: str, name: str) -> Figure:
    """What the shape `name` of a set of MODIFICATIONS does to the default figure of that subtype."""
    modification = MODIFICATIONS[set_name][name]
    figure = build_body(subtype).figure
    if modification.joint:
        return _enlargement(subtype, figure, modification.joint)
    after, _ = pose(load_source(), modification.of(DEFAULT_SHAPES[subtype]))
    return after.plus(figure, -1.0)


def _enlargement(subtype: Subtype, figure: Figure, joint: str) -> Figure:
    """Points move away from the joint, each as far as the joint and those below it hold it."""
    held = [index for index in range(len(NAMES)) if _hangs_on(index, INDEX[joint])]
    share = build_body(subtype).posing.weights[:, held].sum(axis=1, keepdims=True)
    centre = np.zeros(3) if joint == "Hips" else figure.joints[INDEX[joint]]
    is_held = np.isin(np.arange(len(NAMES)), held)[:, None]
    return Figure(
        SCALE * share * (figure.vertices - centre),
        np.where(is_held, SCALE * (figure.joints - centre), 0.0),
        SCALE * (figure.centres - centre),
        SCALE * figure.radii,
    )


def _hangs_on(index: int, ancestor: int) -> bool:
    while index not in (ancestor, -1):
        index = PARENTS[index]
    return index == ancestor
