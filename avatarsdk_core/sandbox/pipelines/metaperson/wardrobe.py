"""Garments and haircuts as they are exported: built on the body, named, with who paints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.garments import build_garment, garment_texture
from avatarsdk_core.sandbox.human.hair import build_haircut, haircut_texture
from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.human.model import Part
from avatarsdk_core.sandbox.pipelines.metaperson.computed import look_digest
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.plan import HAIRCUTS, Category, ExportPlan
from avatarsdk_core.sandbox.texture_files import Painter

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
    return [
        (_haircut if category.name == HAIRCUTS else _garment)(body, identity, category, look)
        for category in plan.wardrobe
        for identity in category.identities
    ]


def combined_name(item: Item, embedded: Sequence[Item]) -> str:
    """The part's name in the avatar's file; its identity where the category has several, to tell them apart."""
    several = sum(other.category.name == item.category.name for other in embedded) > 1
    return item.identity if several else _COMBINED_NAMES[item.category.name]


def _garment(body: Body, identity: str, category: Category, look: Look) -> Item:
    garment = build_garment(body, identity)

    def paint(kind: str, size: int) -> Image.Image | None:
        return garment_texture(body, identity, kind, size, look)

    painter = Painter(category=category.name, folder=_folder(body, identity), asset=identity, paint=paint)
    material = replace(garment.material, metallic=0.0)  # unless a metallic-roughness texture says otherwise
    return Item(identity, Part(identity, identity, garment.mesh, material), painter, category)


def _haircut(body: Body, identity: str, category: Category, look: Look) -> Item:
    """Its colour is the one asked for, else the photo's: so its Color is of one avatar."""
    haircut = build_haircut(body, identity)
    look = replace(look, hair=category.color or look.hair)

    def paint(kind: str, size: int) -> Image.Image | None:
        return haircut_texture(body, identity, kind, size, look)

    painter = Painter(
        category=category.name,
        folder=_folder(body, identity),
        asset=identity,
        paint=paint,
        changing=frozenset({"Color"}),
        variant=look_digest(look),
        transparent=Painter.transparent | {"Color"},
    )
    return Item(identity, Part(identity, identity, haircut.mesh, haircut.material), painter, category)


def _folder(body: Body, identity: str) -> str:
    return identity + body.subtype.capitalize()
