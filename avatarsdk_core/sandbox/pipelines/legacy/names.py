"""Names of haircuts and outfits of the older pipelines, and what of the sandbox's own stands in for each.

The service's haircuts are its own; the sandbox has the nearest of its styles. Outfits of body_0.3 are documented by
numbers alone; here each is a whole set of the sandbox's garments.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from avatarsdk_core.catalog import haircut_sets
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar

GENERATED = "generated"
LOWPOLY = "_lowpoly"
OUTFIT_CATEGORIES = ("outfits_top", "outfits_bottom", "outfits_shoes")
_MOST_OUTFITS = 6  # as many as the documentation has
# Words in the names of haircuts -> the sandbox's style; the first that fits.
_STYLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Haircut_Afro_Fade": ("afro_short", "short_curls"),
        "Haircut9": ("afro", "curls", "cuckoo", "dreads", "rasta"),
        "Haircut7": ("bun", "knot"),
        "Haircut6": ("ponytail", "braid"),
        "Haircut8": ("slick", "brushed"),
        "Haircut10": ("flattop", "cowlick"),
        "Haircut2": ("burr", "crew", "balding", "tapper", "roman"),
        "Haircut5": ("bangs", "J096f"),
        "Haircut4": ("long_wavy", "long_disheveled", "crimped", "wavy_shag", "J123f"),
        "Haircut12": ("shoulder", "mid_length", "wavy_bob", "long_bob"),
        "Haircut11": ("curtained", "short_disheveled", "J082m"),
        "Haircut1": ("short_simple", "short_parted", "side_part", "J003m", "makehuman"),
        "Haircut3": ("long",),
        "Haircut0": ("",),  # a bob: whatever is left
    }
)


def haircut_names(avatar: Avatar) -> dict[str, tuple[str, ...]]:
    """Set (`base`, `facegen`, `plus`, `generated`) -> the haircuts that a subtype may have."""
    if not avatar.has_haircuts:
        return {}
    return {name: found.names for name, found in haircut_sets(avatar.pipeline).items()}


def all_haircuts(avatar: Avatar) -> tuple[str, ...]:
    return tuple(name for names in haircut_names(avatar).values() for name in names)


def gender_of(haircut: str) -> str:
    """As the service's list of haircuts has it: told by the name's beginning, else for everybody."""
    return next((gender for gender in ("female", "male") if haircut.startswith(f"{gender}_")), "unisex")


def outfit_names(avatar: Avatar) -> tuple[str, ...]:
    if not avatar.is_body:
        return ()
    return tuple(name + suffix for name in _outfits() for suffix in ("", LOWPOLY))


def garments_of(outfit: str) -> tuple[str, ...]:
    """The sandbox's garments that an outfit of `outfit_names` is made of."""
    return _outfits()[outfit.removesuffix(LOWPOLY)]


def style_of(haircut: str) -> str:
    """The sandbox's haircut that stands in for one of the service's."""
    return next(style for style, words in _STYLES.items() if any(word in haircut for word in words))


@cache
def _outfits() -> Mapping[str, tuple[str, ...]]:
    """Outfit -> garments: every top once, with bottoms and shoes in turn."""
    from avatarsdk_core.sandbox.human.garments import GARMENTS

    by_category: dict[str, list[str]] = {category: [] for category in OUTFIT_CATEGORIES}
    for name, category in GARMENTS.items():
        by_category.setdefault(category, []).append(name)
    tops, bottoms, shoes = (by_category[category] for category in OUTFIT_CATEGORIES)
    return {
        f"outfit_{number}": (top, bottoms[number % len(bottoms)], shoes[number % len(shoes)])
        for number, top in enumerate(tops[:_MOST_OUTFITS])
    }
