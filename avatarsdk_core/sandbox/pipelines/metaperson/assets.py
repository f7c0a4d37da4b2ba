"""What the sandbox's human has: parts, haircuts, garments, blendshape sets, by category of export parameters."""

from __future__ import annotations

from avatarsdk_core.catalog import export_family
from avatarsdk_core.sandbox.human.garments import GARMENTS
from avatarsdk_core.sandbox.human.hair import HAIRCUTS as HAIRCUT_CATEGORIES
from avatarsdk_core.sandbox.pipelines.metaperson.plan import AVATAR, BLENDSHAPES, HAIRCUTS, OUTFITS, PIPELINE

BLENDSHAPE_SETS = ("mobile_51",)
_NOT_MADE = frozenset({"RecoloringMask", "ScalpShade", "ScalpShadeAOAlpha", "ScalpShadeAlpha", "Shade"})


def available(subtype: str) -> dict[str, tuple[str, ...]]:
    """Identities by category; every category is there, some are empty."""
    parts = export_family(PIPELINE).defaults[AVATAR]["list"]
    return {
        AVATAR: tuple(parts),
        HAIRCUTS: tuple(HAIRCUT_CATEGORIES),
        **{category: tuple(name for name, kind in GARMENTS.items() if kind == category) for category in OUTFITS},
        BLENDSHAPES: BLENDSHAPE_SETS,
    }


def texture_types(category: str) -> tuple[str, ...]:
    """Names for `textures.list` that some asset of the category has."""
    return tuple(name for name in export_family(PIPELINE).texture_names[category] if name not in _NOT_MADE)
