# SPDX-License-Identifier: GPL-3.0-or-later
"""How an avatar is told in a scene: custom properties on its collection, armature and parts.

Names are for people and may be changed; code finds parts through these marks only. They are plain ID properties, so
they live in the file whether or not the add-on is enabled.
"""

from __future__ import annotations

import itertools
from typing import Any, TypeAlias

import bpy

from . import draw_cache

AVATAR = "avatar_sdk_avatar"  # id of the avatar, on its collection, armature and every part
PART = "avatar_sdk_part"  # id of the part, on its object
ROLE = "avatar_sdk_role"  # avatarsdk_core.avatar.parts.Role
CATEGORY = "avatar_sdk_category"  # export category; empty for the person's own parts
IDENTITY = "avatar_sdk_identity"  # `avatar`, or the asset's name
LOD = "avatar_sdk_lod"
SIDE = "avatar_sdk_side"
SOURCE = "avatar_sdk_source"  # name of the export that it came from
CODE = "avatar_sdk_code"  # on its collection: the avatar's code on the service, empty where not known
PIPELINE = "avatar_sdk_pipeline"  # on its collection: the pipeline that made it, empty where not known
FORMAT = "avatar_sdk_format"  # on its collection: the file format that it was imported from: glb, fbx, …
REPORT = "avatar_sdk_report"  # on its collection: what its last import told, as JSON
SCALE = "avatar_sdk_scale"  # on its collection: what it was scaled by
SHAPES = "avatar_sdk_shapes"  # on a part: names of the shape keys that came with the export, a line each
MASK_IMAGE = "avatar_sdk_mask_image_"  # + part id of a garment, on the skin: the image that masks it
REST = "avatar_sdk_rest"  # on an asset: bone → rest matrix of the armature that it was made for, as JSON
BODY_MASK = "avatar_sdk_body_mask"  # on a garment: the image that masks the body below
HEAD_MASK = "avatar_sdk_head_mask"  # the same for the head
PLACED = "avatar_sdk_placed"  # on a part: its matrix_basis as it was imported, row by row
SHOWN = "avatar_sdk_shown"  # on what is worn: whether it is shown; drives visibility and masks
FOLLOWS = "avatar_sdk_follows"  # on what is worn: its SHOWN follows that of the same thing at another LOD
PIECE = "avatar_sdk_piece"  # name of the file's node
VIEWPORT_LOD = "avatar_sdk_viewport_lod"  # on the armature of an avatar with several LODs: which the viewport shows
RENDER_LOD = "avatar_sdk_render_lod"  # the same for renders

Avatar: TypeAlias = str | bpy.types.Object  # an avatar by its id, or by any object of it (which tells duplicates apart)


def mark(block: bpy.types.ID, **values: Any) -> None:
    """Sets marks: `mark(obj, role="head")`. None becomes an empty string, which every Blender can store."""
    for name, value in values.items():
        block[f"avatar_sdk_{name}"] = "" if value is None else value


def avatar_id(block: bpy.types.ID | None) -> str:
    """The id of the avatar that an object or collection belongs to, or an empty string."""
    return str(block.get(AVATAR, "")) if block is not None else ""


def armature_of(avatar: Avatar) -> bpy.types.Object | None:
    """The avatar's armature object."""
    return next((obj for obj in members(avatar) if obj.type == "ARMATURE"), None)


def collection_of(avatar: Avatar) -> bpy.types.Collection | None:
    """The avatar's collection; of a duplicate that has none of its own, the one that its objects lie in."""
    found = draw_cache.found(bpy.data.collections, ("collection", *_key(avatar)), lambda: _collections_of(avatar))
    return next(iter(found), None)


def parts_of(avatar: Avatar, *roles: str) -> list[bpy.types.Object]:
    """The avatar's part objects, all or those of the given roles, in the order of their names."""
    parts = [obj for obj in members(avatar) if obj.get(PART) and (not roles or obj.get(ROLE) in roles)]
    return sorted(parts, key=lambda obj: obj.name)


def worn(avatar: Avatar) -> list[bpy.types.Object]:
    """What the avatar wears: garments, hair, glasses; all that can be shown and hidden, once for all its LODs."""
    return [obj for obj in parts_of(avatar) if SHOWN in obj and not obj.get(FOLLOWS)]


def anchor_of(obj: bpy.types.Object) -> bpy.types.ID | None:
    """What tells the avatars of one id apart (duplicates; linked ones and their overrides).

    The armature that the object hangs on or is; without one the avatar's collection.
    """
    if obj.type == "ARMATURE":
        return obj
    hangs_on = [obj.parent] if obj.parent else []
    for lead in itertools.chain(hangs_on, (one.object for one in obj.modifiers if one.type == "ARMATURE")):
        if lead and lead.type == "ARMATURE" and lead.get(AVATAR) == obj.get(AVATAR):
            return lead
    shelves = set(obj.users_collection)
    marked = (found for found in bpy.data.collections if found.get(AVATAR) == obj.get(AVATAR))
    return next((found for found in marked if not shelves.isdisjoint([found, *found.children_recursive])), None)


def members(avatar: Avatar) -> list[bpy.types.Object]:
    """All objects of one avatar. An id alone tells the first of several: this file's before linked ones."""
    return draw_cache.found(bpy.data.objects, ("members", *_key(avatar)), lambda: _members(avatar))


def _key(avatar: Avatar) -> tuple[int, str]:
    return (0, avatar) if isinstance(avatar, str) else (avatar.session_uid, avatar_id(avatar))


def _members(avatar: Avatar) -> list[bpy.types.Object]:
    own = None if isinstance(avatar, str) else avatar
    name = avatar if own is None else avatar_id(own)
    found = [obj for obj in bpy.data.objects if name and obj.get(AVATAR) == name]
    anchors = {anchor.session_uid: anchor for obj in found if (anchor := anchor_of(obj))}
    if len(anchors) < 2:
        return found
    chosen = anchor_of(own) if own is not None else min(anchors.values(), key=_is_of_another_file)
    return [obj for obj in found if anchor_of(obj) == chosen]


def _collections_of(avatar: Avatar) -> list[bpy.types.Collection]:
    """The avatar's collection, or none."""
    for obj in members(avatar)[:1]:
        anchor = anchor_of(obj)
        around = anchor.users_collection if isinstance(anchor, bpy.types.Object) else [anchor] if anchor else []
        if found := next((found for found in around if found.get(AVATAR)), None):
            return [found]
    name = avatar if isinstance(avatar, str) else avatar_id(avatar)
    marked = [found for found in bpy.data.collections if name and found.get(AVATAR) == name]
    return sorted(marked, key=_is_of_another_file)[:1]


def _is_of_another_file(block: bpy.types.ID) -> bool:
    return block.library is not None
