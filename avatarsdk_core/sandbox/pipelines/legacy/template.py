"""Which fixed topology an avatar has: the key by which its maps are found and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from avatarsdk_core.sandbox.human.model import Subtype

Kind = Literal["head", "bust", "body"]


@dataclass(frozen=True)
class Template:
    """Which fixed topology is wanted.

    Attributes:
        counts: vertices of each level of detail, falling.
        toothless_last: whether the last level has no teeth (animated_face's LOD 8).
        curved: whether a bust's lower edge is round.
        hair: metres that the hair on the scalp stands off it, in one surface with the skin.
    """

    subtype: Subtype
    kind: Kind
    counts: tuple[int, ...]
    toothless_last: bool = False
    curved: bool = False
    hair: float = 0.0
