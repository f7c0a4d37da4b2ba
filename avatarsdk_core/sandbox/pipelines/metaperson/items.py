"""What an export is made of: parts with who paints them and what was asked of their category."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.decimate import Level
from avatarsdk_core.sandbox.human.model import Part
from avatarsdk_core.sandbox.pipelines.metaperson.plan import Category
from avatarsdk_core.sandbox.texture_files import Painter

Shapes = Callable[[str, str], Mapping[str, NDArray[np.float32]]]


@dataclass(frozen=True, eq=False)
class Item:
    """A part of the avatar (`identity` is the part's name), a garment, a haircut or glasses.

    Attributes:
        part: its mesh is LOD1, without targets, until the export has edited it.
        shapes: set and LOD -> shape -> (V, 3) deltas on that mesh.
        level: the index map to LOD2, made when it is asked for.
        pictures: further textures that come with it: type in the material's stead -> painter and type.
    """

    identity: str
    part: Part
    painter: Painter
    category: Category
    shapes: Shapes
    level: Callable[[], Level]
    pictures: Mapping[str, tuple[Painter, str]]
