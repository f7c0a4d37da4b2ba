# SPDX-License-Identifier: GPL-3.0-or-later
"""One node group a kind and file. A group is told by its mark, not by its name, which is for people."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import bpy

_MARK = "avatar_sdk_group"
_VERSION = 1  # of all groups: a file that was made with other ones keeps those for its materials


class Kind(StrEnum):
    """What a group is for."""

    SKIN = "Skin"
    EYEBALL = "Eyeball"
    CORNEA = "Cornea"
    EYELASHES = "Eyelashes"
    TEETH = "Teeth"
    HAIR = "Hair"
    CLOTH = "Cloth"
    GLASSES = "Glasses"
    JEWELLERY = "Jewellery"
    PLAIN = "Plain"
    VISIBILITY_MASK = "Visibility Mask"
    TO_SRGB = "Linear to sRGB"
    TO_LINEAR = "sRGB to Linear"
    RECOLOR_SKIN = "Recolour Skin"
    RECOLOR_HAIR = "Recolour Hair"


def group(kind: Kind) -> bpy.types.NodeTree:
    """The file's own group of this kind, made when there is none yet."""
    mark = f"{kind}:{_VERSION}"
    for found in bpy.data.node_groups:
        if found.get(_MARK) == mark and found.library is None:
            return found
    tree = _builders()[kind](f"Avatar SDK {kind}")
    tree[_MARK] = mark
    return tree


def kind_of(tree: bpy.types.NodeTree | None) -> Kind | None:
    """What a group is for; None for one that isn't ours."""
    name = str(tree.get(_MARK, "")).partition(":")[0] if tree is not None else ""
    return Kind(name) if name in set(Kind) else None


def _builders() -> dict[Kind, Callable[[str], bpy.types.NodeTree]]:
    from . import color_spaces, eyes, hair, masks, recolor, skin, solids

    return {
        Kind.SKIN: skin.build,
        Kind.EYEBALL: eyes.build_eyeball,
        Kind.CORNEA: eyes.build_cornea,
        Kind.EYELASHES: hair.build_eyelashes,
        Kind.TEETH: solids.build_teeth,
        Kind.HAIR: hair.build_hair,
        Kind.CLOTH: solids.build_cloth,
        Kind.GLASSES: solids.build_glasses,
        Kind.JEWELLERY: solids.build_jewellery,
        Kind.PLAIN: solids.build_plain,
        Kind.VISIBILITY_MASK: masks.build,
        Kind.TO_SRGB: color_spaces.build_to_srgb,
        Kind.TO_LINEAR: color_spaces.build_to_linear,
        Kind.RECOLOR_SKIN: recolor.build_skin,
        Kind.RECOLOR_HAIR: recolor.build_hair,
    }
