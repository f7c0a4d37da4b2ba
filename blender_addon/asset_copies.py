# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an avatar goes into the Asset Browser: its collection, and what it wears, cut loose from it.

A garment that hangs on an avatar would bring the whole avatar along into another file. Its asset is a copy that knows
the bones by name and where their joints were, and nothing else of the person.
"""

from __future__ import annotations

import json
from typing import Any

import bpy
from mathutils import Matrix

from avatarsdk_core.avatar.parts import Role

from . import assets, marks, wardrobe, words
from .asset_drops import ASSET_OF
from .fitting import world_of

_CATALOGS = {Role.HAIR: assets.HAIRCUTS, Role.GARMENT: assets.OUTFITS}
_TAGS = {"haircuts": "haircut", "outfits": "outfit", "outfits_top": "top", "outfits_bottom": "bottom"} | {
    "outfits_shoes": "shoes"
}


def mark_avatar(avatar: marks.Avatar, **details: str) -> bpy.types.Collection:
    """Puts an avatar's collection into the Asset Browser.

    Args:
        details: `author`, `license`, `copyright`, `description`; `tags`, separated by commas.

    Raises ValueError for a linked avatar, or one that has no collection; BlenderError as `assets.mark_asset`.
    """
    collection = marks.collection_of(avatar)
    if collection is None:
        raise ValueError("this avatar is in no collection of its own: nothing to show in the Asset Browser")
    assets.mark_asset(collection, catalog=assets.AVATARS, **_details(collection, ["avatar"], details))
    return collection


def mark_worn(item: bpy.types.Object, **details: str) -> bpy.types.Object:
    """Puts a garment, haircut or accessory of an avatar into the Asset Browser: a copy that no avatar owns.

    A second time the copy takes the place of the one before.

    Returns the copy. Raises as `mark_avatar`.
    """
    if marks.SHOWN not in item:
        raise ValueError(f"{item.name} is no garment, haircut or accessory of an avatar")
    if item.library is not None:
        raise ValueError(f"{item.name} is linked from another file: mark it there, or make the avatar editable here")
    item = wardrobe.leader_of(item)
    role = Role(item.get(marks.ROLE, Role.ACCESSORY))
    category = str(item.get(marks.CATEGORY, ""))
    catalog = _CATALOGS.get(role, assets.ACCESSORIES)
    before = asset_of(item)
    copy = cut_loose(item)
    try:
        tags = [_TAGS.get(category, category.replace("_", " ")) or str(role)]
        assets.mark_asset(copy, catalog=catalog, **_details(item, tags, details))
    except BaseException:
        _delete(copy)
        raise
    if before is not None:
        _delete(before)
    copy.name = words.iface("{name} asset", name=item.get(marks.IDENTITY) or item.name)
    return copy


def asset_of(item: bpy.types.Object) -> bpy.types.Object | None:
    """The asset that was made of a worn thing, None where there is none."""
    part = wardrobe.leader_of(item).get(marks.PART)
    return next((found for found in bpy.data.objects if found.asset_data and found.get(ASSET_OF) == part), None)


def unmark_worn(item: bpy.types.Object) -> bool:
    """Removes the asset that was made of a worn thing. Returns whether there was one."""
    copy = asset_of(item)
    if copy is not None:
        _delete(copy)
        assets.refresh_browsers()
    return copy is not None


def unmark_all(avatar: marks.Avatar) -> int:
    """Takes an avatar and all of its wardrobe out of the Asset Browser. Returns how many assets there were."""
    count = sum(unmark_worn(item) for item in marks.worn(avatar))
    collection = marks.collection_of(avatar)
    if collection is not None and collection.asset_data is not None:
        assets.unmark_asset(collection)
        count += 1
    return count


def cut_loose(item: bpy.types.Object) -> bpy.types.Object:
    """A copy of something worn that belongs to no avatar and to no scene: at rest, in the space of the armature.

    Its weights name the bones; `marks.REST` remembers where these were.
    """
    armature = marks.armature_of(item)
    copy = item.copy()
    copy.data = item.data.copy()
    for block in (copy, copy.data, copy.data.shape_keys):
        if block is not None and block.animation_data:
            block.animation_data_clear()
    copy.parent = None
    copy.matrix_parent_inverse.identity()
    copy.data.transform(world_of(armature).inverted() @ world_of(item), shape_keys=True)
    copy.matrix_basis = Matrix.Identity(4)
    for modifier in copy.modifiers:
        if modifier.type == "ARMATURE":
            modifier.object = None
    for key in copy.data.shape_keys.key_blocks if copy.data.shape_keys else ():
        key.value = 0.0
    for name in (marks.AVATAR, marks.FOLLOWS, marks.PLACED):
        if name in copy:
            del copy[name]
    copy[marks.SHOWN] = True
    copy.hide_viewport = copy.hide_render = False
    copy[ASSET_OF] = item[marks.PART]
    if armature is not None:
        rest = {bone.name: [value for row in bone.matrix_local for value in row] for bone in armature.data.bones}
        used = {group.name for group in item.vertex_groups}
        copy[marks.REST] = json.dumps({name: matrix for name, matrix in rest.items() if name in used})
    return copy


def _details(block: bpy.types.ID, tags: list[str], details: dict[str, str]) -> dict[str, Any]:
    """Where it is from, unless something else is said; never what anybody guessed about the person."""
    source = str(block.get(marks.SOURCE, ""))
    given = {name: text.strip() for name, text in details.items() if name != "tags"}
    told = words.iface("From the export {name}", name=source) if source else ""
    own = [tag.strip() for tag in details.get("tags", "").split(",") if tag.strip()]
    return {**given, "description": given.get("description") or told, "tags": [*tags, *own]}


def _delete(copy: bpy.types.Object) -> None:
    mesh = copy.data
    bpy.data.objects.remove(copy)
    if mesh.users == 0:
        bpy.data.meshes.remove(mesh)
