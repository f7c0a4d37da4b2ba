"""What the sandbox's human has: parts, haircuts, garments, blendshape sets, by category of export parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from avatarsdk_core.catalog import export_family
from avatarsdk_core.sandbox.human.garments import GARMENTS, garment_texture_types
from avatarsdk_core.sandbox.human.hair import HAIRCUTS as HAIRCUT_CATEGORIES
from avatarsdk_core.sandbox.human.hair_strands import HAIR_TEXTURE_TYPES
from avatarsdk_core.sandbox.human.paint import part_texture_types
from avatarsdk_core.sandbox.pipelines.metaperson.names import GENERATED, part_naming, worn_naming
from avatarsdk_core.sandbox.pipelines.metaperson.plan import (
    AVATAR,
    BLENDSHAPES,
    GLASSES,
    HAIRCUTS,
    OUTFITS,
    PIPELINE,
    WARDROBE,
)
from avatarsdk_core.sandbox.pipelines.metaperson.shapes import SETS
from avatarsdk_core.sandbox.texture_files import Naming

_LODS = ("LOD1", "LOD2")


def available(subtype: str) -> dict[str, tuple[str, ...]]:
    """Identities by category; every category is there, some are empty."""
    parts = export_family(PIPELINE).defaults[AVATAR]["list"]
    garments = (*OUTFITS, GLASSES)
    return {
        AVATAR: tuple(parts),
        HAIRCUTS: (*HAIRCUT_CATEGORIES, GENERATED),
        **{category: tuple(name for name, kind in GARMENTS.items() if kind == category) for category in garments},
        BLENDSHAPES: SETS,
    }


def texture_types(category: str) -> tuple[str, ...]:
    """Names for `textures.list` that some asset of the category has."""
    family = export_family(PIPELINE)
    made = {kind for identity in _identities(category) for kind in _types(category, identity)}
    names = family.texture_names.get(category, family.texture_names["avatar"])
    return tuple(name for name in (*names, *family.texture_names_also_seen) if name in made)


def static_resources(subtype: str) -> dict[str, Any]:
    """Category -> asset -> LOD -> `textures` -> profile -> `base` -> type -> path below the shelf."""
    tree: dict[str, Any] = {}
    for category, identity, naming in _assets(subtype):
        lod = "LOD2" if naming.lod2 else "LOD1"
        profiles = {
            profile: {
                "base": {
                    kind: naming.shelf_path(kind, *_size(profile)) for kind in _lasting(category, identity, naming)
                }
            }
            for profile in export_family(PIPELINE).profiles
        }
        tree.setdefault(category, {}).setdefault(identity, {})[lod] = {"textures": profiles}
    return tree


def find_static(subtype: str, path: str) -> tuple[str, str, bool, str, int, str] | None:
    """What a path below the shelf means: category, identity, LOD2 or not, type, size, extension; None for nonsense."""
    for category, identity, naming in _assets(subtype):
        for kind in _lasting(category, identity, naming):
            for profile in export_family(PIPELINE).profiles:
                size, extension = _size(profile)
                if naming.shelf_path(kind, size, extension) == path:
                    return category, identity, naming.lod2, kind, size, extension
    return None


def _assets(subtype: str) -> Iterator[tuple[str, str, Naming]]:
    for lod in _LODS:
        for part in _identities(AVATAR):
            yield AVATAR, part, part_naming(part, subtype, lod2=lod == "LOD2")
        for category in WARDROBE:
            for identity in _identities(category):
                yield category, identity, worn_naming(category, identity, subtype, lod2=lod == "LOD2")


def _identities(category: str) -> tuple[str, ...]:
    return tuple(name for name in available("")[category] if name != GENERATED)


def _types(category: str, identity: str) -> tuple[str, ...]:
    if category == AVATAR:
        return part_texture_types(identity)
    return HAIR_TEXTURE_TYPES if category == HAIRCUTS else garment_texture_types(identity)


def _lasting(category: str, identity: str, naming: Naming) -> tuple[str, ...]:
    return tuple(kind for kind in _types(category, identity) if kind not in naming.changing)


def _size(profile: str) -> tuple[int, str]:
    size, extension = profile.split("K.")
    return 1024 * int(size), extension
