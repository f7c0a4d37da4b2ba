"""Garments, glasses and haircuts as they are exported: built on the body, named, with who paints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.decimate import Level
from avatarsdk_core.sandbox.human.garments import Garment, build_garment, garment_texture
from avatarsdk_core.sandbox.human.hair import build_haircut, haircut_texture
from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.human.model import Material, Part
from avatarsdk_core.sandbox.human.worn_levels import worn_level
from avatarsdk_core.sandbox.pipelines.metaperson.computed import look_digest
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.names import GENERATED, worn_naming
from avatarsdk_core.sandbox.pipelines.metaperson.plan import HAIRCUTS, LOD2, Category, ExportPlan
from avatarsdk_core.sandbox.pipelines.metaperson.shapes import worn_shapes
from avatarsdk_core.sandbox.texture_files import Naming, Painter

# What a part of each category is called in a combined file (see the loader code of the service's samples).
_COMBINED_NAMES = {
    "haircuts": "haircut",
    "outfits": "outfit",
    "outfits_top": "outfit_top",
    "outfits_bottom": "outfit_bottom",
    "outfits_shoes": "outfit_shoes",
    "glasses": "glasses",
}


def wardrobe_items(body: Body, plan: ExportPlan, look: Look) -> list[Item]:
    """All garments, glasses and haircuts of the plan that have a mesh, built on this body."""
    return [
        (_haircut if category.name == HAIRCUTS else _garment)(body, identity, category, look)
        for category in plan.wardrobe
        for identity in category.identities
        if identity != GENERATED
    ]


def combined_name(item: Item, embedded: Sequence[Item]) -> str:
    """The part's name in the avatar's file; its identity where the category has several, to tell them apart."""
    several = sum(other.category.name == item.category.name for other in embedded) > 1
    return item.identity if several else _COMBINED_NAMES[item.category.name]


def _garment(body: Body, identity: str, category: Category, look: Look) -> Item:
    garment = build_garment(body, identity)
    colour = category.color

    def paint(kind: str, size: int) -> Image.Image | None:
        return garment_texture(body, identity, kind, size, colour)

    variant = "" if colour is None else "-".join(map(str, colour))
    material = replace(garment.material, metallic=0.0)  # unless a metallic-roughness texture says otherwise
    return _item(body, garment, category, Painter(_naming(body, identity, category), paint, variant), material)


def _haircut(body: Body, identity: str, category: Category, look: Look) -> Item:
    """Its colour is the one asked for, else the photo's: so its Color is of one avatar."""
    haircut = build_haircut(body, identity)
    look = replace(look, hair=category.color or look.hair)

    def paint(kind: str, size: int) -> Image.Image | None:
        return haircut_texture(body, identity, kind, size, look)

    painter = Painter(_naming(body, identity, category), paint, look_digest(look))
    return _item(body, haircut, category, painter, haircut.material)


def _naming(body: Body, identity: str, category: Category) -> Naming:
    lod2, recoloured = category.lod == LOD2, category.color is not None
    return worn_naming(category.name, identity, body.subtype, lod2=lod2, recoloured=recoloured)


def _item(body: Body, worn: Garment, category: Category, painter: Painter, material: Material) -> Item:
    part = Part(worn.identity, worn.identity, worn.mesh, material)

    def shapes(set_name: str, lod: str) -> Mapping[str, NDArray[np.float32]]:
        return worn_shapes(body, worn.mesh, set_name)

    def level() -> Level:
        return worn.level or worn_level(body, worn.identity)

    return Item(worn.identity, part, painter, category, shapes, level, {})
