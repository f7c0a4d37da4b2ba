"""What the sandbox's human has: parts, haircuts, garments, blendshape sets, by category of export parameters."""

from __future__ import annotations

from avatarsdk_core.catalog import catalog
from avatarsdk_core.sandbox.export_parameters import AVATAR, BLENDSHAPES, HAIRCUTS, OUTFITS, PIPELINE

BLENDSHAPE_SETS = ("mobile_51",)


def available(subtype: str) -> dict[str, tuple[str, ...]]:
    """Identities by category; every category is there, some are empty."""
    parts = catalog()[PIPELINE]["export"]["defaults"][AVATAR]["list"]
    return {
        AVATAR: tuple(parts),
        HAIRCUTS: (),
        **dict.fromkeys(OUTFITS, ()),
        BLENDSHAPES: BLENDSHAPE_SETS,
    }


def texture_types(category: str) -> tuple[str, ...]:
    """Names for `textures.list` that some asset of the category has."""
    known = catalog()[PIPELINE]["export"]["textures"]
    return tuple(known["outfits" if category in OUTFITS else category])
