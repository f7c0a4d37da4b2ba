# SPDX-License-Identifier: GPL-3.0-or-later
"""How an avatar is told in a scene: custom properties on its collection, armature and parts.

Names are for people and may be changed; code finds parts through these marks only. They are plain ID properties, so
they live in the file whether or not the add-on is enabled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

AVATAR = "avatar_sdk_avatar"  # id of the avatar, on its collection, armature and every part
PART = "avatar_sdk_part"  # id of the part, on its object
ROLE = "avatar_sdk_role"  # avatarsdk_core.avatar.parts.Role
CATEGORY = "avatar_sdk_category"  # export category; empty for the person's own parts
IDENTITY = "avatar_sdk_identity"  # `avatar`, or the asset's name
LOD = "avatar_sdk_lod"
SIDE = "avatar_sdk_side"
SOURCE = "avatar_sdk_source"  # name of the export that it came from
SHOWN = "avatar_sdk_shown"  # on what is worn: whether it is shown; drives visibility and masks


def mark(block: bpy.types.ID, **values: Any) -> None:
    """Sets marks: `mark(obj, role="head")`. None becomes an empty string, which every Blender can store."""
    for name, value in values.items():
        block[f"avatar_sdk_{name}"] = "" if value is None else value


def avatar_id(block: bpy.types.ID | None) -> str:
    """The id of the avatar that an object or collection belongs to, or an empty string."""
    return str(block.get(AVATAR, "")) if block is not None else ""


def armature_of(avatar: str) -> bpy.types.Object | None:
    """The avatar's armature object."""
    return next((obj for obj in _objects(avatar) if obj.type == "ARMATURE"), None)


def collection_of(avatar: str) -> bpy.types.Collection | None:
    """The avatar's collection."""
    return next((found for found in bpy.data.collections if avatar and found.get(AVATAR) == avatar), None)


def parts_of(avatar: str, *roles: str) -> list[bpy.types.Object]:
    """The avatar's part objects, all or those of the given roles, in the order of their names."""
    parts = [obj for obj in _objects(avatar) if obj.get(PART) and (not roles or obj.get(ROLE) in roles)]
    return sorted(parts, key=lambda obj: obj.name)


def worn(avatar: str) -> list[bpy.types.Object]:
    """What the avatar wears: garments, hair, glasses; all that can be shown and hidden."""
    return [obj for obj in parts_of(avatar) if SHOWN in obj]


def _objects(avatar: str) -> Iterator[bpy.types.Object]:
    return (obj for obj in bpy.data.objects if avatar and obj.get(AVATAR) == avatar)
