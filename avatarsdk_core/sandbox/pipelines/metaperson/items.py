"""What an export is made of: parts with who paints them and what was asked of their category."""

from __future__ import annotations

from dataclasses import dataclass

from avatarsdk_core.sandbox.human.model import Part
from avatarsdk_core.sandbox.pipelines.metaperson.plan import Category
from avatarsdk_core.sandbox.texture_files import Painter


@dataclass(frozen=True, eq=False)
class Item:
    """A part of the avatar (`identity` is the part's name), a garment or a haircut."""

    identity: str
    part: Part
    painter: Painter
    category: Category
