# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an avatar's parts lie in the outliner: sub-collections for body, hair, outfits and accessories."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.parts import PERSON, Role

_MARK = "avatar_sdk_shelf"
_NAMES = {**dict.fromkeys(PERSON, "Body"), Role.HAIR: "Hair", Role.GARMENT: "Outfits"}
_ELSE = "Accessories"


def shelf(collection: bpy.types.Collection, role: Role) -> bpy.types.Collection:
    """The avatar's sub-collection for parts of this role, made when there is none yet."""
    name = _NAMES.get(role, _ELSE)
    for child in collection.children:
        if child.get(_MARK) == name:
            return child
    child = bpy.data.collections.new(f"{collection.name} {name}")
    child[_MARK] = name
    collection.children.link(child)
    return child
