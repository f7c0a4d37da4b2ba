"""From parameters of a person to the source mesh of that person, still in the source's A-pose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.features import FEATURES
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.human.source import Source

METRES = 0.1  # per unit of the source
ANCESTRIES = ("african", "asian", "caucasian")


@dataclass(frozen=True)
class Shape:
    """What a young adult looks like. Levels lie in -1…1, 0 is the average.

    `ancestry` are shares of African, Asian and Caucasian features; they needn't sum to 1. `features` is how much of
    each of MakeHuman's detail targets the face has; None: the features that the sandbox gives that subtype.
    """

    subtype: Subtype
    ancestry: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(ANCESTRIES, 1.0))
    weight: float = 0.0
    muscle: float = 0.0
    height: float = 0.0
    ideal_proportions: float = 0.0
    features: Mapping[str, float] | None = None


def shape_vertices(source: Source, shape: Shape) -> NDArray[np.float64]:
    """(19158, 3) vertices of the person in metres."""
    vertices = source.vertices.astype(np.float64)
    for name, amount in macro_weights(shape):
        if amount and name in source.targets:
            vertices += amount * source.dense(name)
    for name, amount in features_of(shape).items():
        vertices += amount * source.dense(name)
    return vertices * METRES


def features_of(shape: Shape) -> Mapping[str, float]:
    """How much of each detail target the face has."""
    return FEATURES[shape.subtype] if shape.features is None else shape.features


def macro_weights(shape: Shape) -> Iterator[tuple[str, float]]:
    """MakeHuman's macro targets with their amounts.

    The mix of ancestries is linear; weight and muscle are bilinear between the targets of each pair of levels.
    """
    total = sum(shape.ancestry.values())
    for ancestry, share in shape.ancestry.items():
        yield f"{ancestry}-{shape.subtype}-young", share / total
    for muscle, muscle_share in _levels(shape.muscle):
        for weight, weight_share in _levels(shape.weight):
            yield f"universal-{shape.subtype}-young-{muscle}muscle-{weight}weight", muscle_share * weight_share
    average = f"{shape.subtype}-young-averagemuscle-averageweight"
    for height, share in _levels(shape.height):
        yield f"{average}-{height}height", share
    yield f"{average}-idealproportions", shape.ideal_proportions


def _levels(value: float) -> list[tuple[str, float]]:
    value = min(max(value, -1.0), 1.0)
    return [("average", 1.0 - abs(value)), ("max" if value > 0 else "min", abs(value))]
