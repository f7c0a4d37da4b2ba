"""Which parts of an export are wanted: by what they are on the person, and by level of detail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .parts import Part, Role


class PartGroup(StrEnum):
    """What a person can ask for, coarser than roles."""

    BODY = "body"
    HEAD = "head"
    HAIR = "hair"
    OUTFITS = "outfits"
    GLASSES = "glasses"
    ACCESSORIES = "accessories"


ALL_PARTS = frozenset(PartGroup)
_GROUPS: Mapping[Role, PartGroup] = {
    Role.BODY: PartGroup.BODY,
    **dict.fromkeys((Role.HEAD, Role.EYELASHES, Role.CORNEA, Role.EYEBALL, Role.TEETH), PartGroup.HEAD),
    Role.HAIR: PartGroup.HAIR,
    Role.GARMENT: PartGroup.OUTFITS,
    Role.GLASSES: PartGroup.GLASSES,
}


@dataclass(frozen=True)
class Selection:
    """Keys of what stays, and in plain words what is left out."""

    kept: tuple[Part, ...]
    skipped: tuple[str, ...] = ()


def group_of_part(part: Part) -> PartGroup:
    """The group that a part belongs to; what is none of the others is an accessory."""
    return _GROUPS.get(part.role, PartGroup.ACCESSORIES)


def select_parts(parts: Sequence[Part], groups: frozenset[PartGroup] = ALL_PARTS, lod: str = "") -> Selection:
    """The parts of an export that are wanted, in their order.

    Args:
        groups: what is wanted.
        lod: `LOD1` or `LOD2` leaves out parts of another level, where the export has this one of the same thing; ""
            leaves none out. A part whose level nothing tells stays.
    """
    there = {(part.role, part.category, part.identity, part.side) for part in parts if part.lod == lod}
    kept, skipped = [], []
    for part in parts:
        group = group_of_part(part)
        if group not in groups:
            skipped.append(f"{part.name}: {group} not wanted")
        elif lod and part.lod not in (None, lod) and (part.role, part.category, part.identity, part.side) in there:
            skipped.append(f"{part.name}: {part.lod}, {lod} was wanted")
        else:
            kept.append(part)
    return Selection(tuple(kept), tuple(skipped))


def lacking_lod(parts: Sequence[Part], lod: str) -> str:
    """What to tell where a level of detail was asked for and some parts come in others alone; "" where all is well."""
    others = Counter(part.lod for part in parts if lod and part.lod not in (None, lod))
    return "; ".join(f"{count} parts come as {found} only, not as {lod}" for found, count in sorted(others.items()))
