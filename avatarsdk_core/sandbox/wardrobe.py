"""Garments and haircuts as they are exported: built on the body, named, with who paints them."""

from __future__ import annotations

from collections.abc import Sequence

from avatarsdk_core.sandbox.export_parameters import ExportPlan
from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.items import Item

# What a part of each category is called in a combined file (see the loader code of the service's samples).
_COMBINED_NAMES = {
    "haircuts": "haircut",
    "outfits": "outfit",
    "outfits_top": "outfit_top",
    "outfits_bottom": "outfit_bottom",
    "outfits_shoes": "outfit_shoes",
}


def wardrobe_items(body: Body, plan: ExportPlan, look: Look) -> list[Item]:
    """All garments and haircuts of the plan, built on this body."""
    return []


def combined_name(item: Item, embedded: Sequence[Item]) -> str:
    """The part's name in the avatar's file; its identity where the category has several, to tell them apart."""
    several = sum(other.category.name == item.category.name for other in embedded) > 1
    return item.identity if several else _COMBINED_NAMES[item.category.name]
