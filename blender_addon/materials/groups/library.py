# SPDX-License-Identifier: GPL-3.0-or-later
"""One node group a kind and file. A group is told by its mark, not by its name, which is for people.

Building them takes some 25 ms, a third of what Blender takes to import a head: a session builds them once, and files
that are opened later get them from a library in Blender's temporary folder, in a fifth of that.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import bpy

_MARK = "avatar_sdk_group"
_VERSION = 3  # of all groups: a file that was made with other ones keeps those for its materials


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
    return _own().get(_mark(kind)) or _built(kind)


def fill() -> None:
    """Puts groups of all kinds into a file that has none of ours; what stays unused is the caller's to remove."""
    if _own():
        return
    library = Path(bpy.app.tempdir) / f"avatar_sdk_groups_{_VERSION}.blend"
    if library.is_file():
        _append(library)
    for kind in Kind:
        group(kind)
    if not library.is_file():
        bpy.data.libraries.write(str(library), set(_own().values()))


def _append(library: Path) -> None:
    known = {found.session_uid for found in bpy.data.libraries}
    with bpy.data.libraries.load(str(library), link=False) as (there, wanted):
        wanted.node_groups = there.node_groups
    bpy.data.batch_remove([found for found in bpy.data.libraries if found.session_uid not in known])


def _own() -> dict[str, bpy.types.NodeTree]:
    """Mark → group of ours that is the file's own."""
    return {found[_MARK]: found for found in bpy.data.node_groups if _MARK in found and found.library is None}


def _mark(kind: Kind) -> str:
    return f"{kind}:{_VERSION}"


def _built(kind: Kind) -> bpy.types.NodeTree:
    tree = _builders()[kind](f"Avatar SDK {kind}")
    tree[_MARK] = _mark(kind)
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
