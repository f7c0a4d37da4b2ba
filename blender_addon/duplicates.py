# SPDX-License-Identifier: GPL-3.0-or-later
"""A duplicate of an avatar shares its id: fine to look at, but what is put on it must know which one is meant."""

from __future__ import annotations

import uuid

import bpy

from avatarsdk_core.avatar.parts import Role

from . import marks
from .shelves import shelf


def settle(obj: bpy.types.Object | None) -> str:
    """The id of the avatar that an object belongs to; a duplicate gets an id and a collection of its own first.

    Empty for an object of no avatar. A linked avatar keeps its id: nothing of it can be changed here.
    """
    name = marks.avatar_id(obj)
    if obj is None or not name or obj.library:
        return name
    mine = set(marks.members(obj))
    twins = [other for other in bpy.data.objects if marks.avatar_id(other) == name and other not in mine]
    if not any(twin.library is None for twin in twins):
        return name
    old = marks.collection_of(obj)
    own = uuid.uuid4().hex
    for member in mine:
        member[marks.AVATAR] = own
    if old is not None and set(old.all_objects) & set(twins):
        _move_out(mine, old, own)
    elif old is not None:
        old[marks.AVATAR] = own
    return own


def _move_out(mine: set[bpy.types.Object], old: bpy.types.Collection, avatar: str) -> None:
    """Into a collection beside the other's, with shelves of its own."""
    armature = next((member for member in mine if member.type == "ARMATURE"), None)
    collection = bpy.data.collections.new(armature.name if armature else old.name)
    for name in (marks.SOURCE, marks.SCALE, marks.CODE, marks.PIPELINE, marks.FORMAT):
        if name in old:
            collection[name] = old[name]
    collection[marks.AVATAR] = avatar
    scene = bpy.context.scene.collection
    holders = (found for found in scene.children_recursive if old in set(found.children) and found.is_editable)
    next(holders, scene).children.link(collection)
    for member in sorted(mine, key=lambda found: found.name):
        for other in list(member.users_collection):
            other.objects.unlink(member)
        role = member.get(marks.ROLE)
        (shelf(collection, Role(role)) if role else collection).objects.link(member)
