"""What can be worn together: one haircut, one top, one pair of shoes; a whole outfit takes all their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SLOTS: Mapping[str, frozenset[str]] = {
    "outfits": frozenset({"top", "bottom", "shoes"}),
    "outfits_top": frozenset({"top"}),
    "outfits_bottom": frozenset({"bottom"}),
    "outfits_shoes": frozenset({"shoes"}),
}
_SHARED = frozenset({"props", ""})  # any number of these at once


def slots_of(category: str | None) -> frozenset[str]:
    """The places that an item of an export category takes; empty where any number goes together."""
    name = category or ""
    if name in _SHARED:
        return frozenset()
    return _SLOTS.get(name, frozenset({name}))


def worn_at_first(categories: Sequence[str | None]) -> list[bool]:
    """Which items of an export are worn when it arrives: the first of each place, in the order of the export."""
    taken: set[str] = set()
    worn = []
    for category in categories:
        slots = slots_of(category)
        worn.append(not slots & taken)
        if worn[-1]:
            taken |= slots
    return worn


def gives_way(category: str | None, other: str | None) -> bool:
    """Whether an item of the category `other` comes off when one of `category` is put on."""
    return bool(slots_of(category) & slots_of(other))
