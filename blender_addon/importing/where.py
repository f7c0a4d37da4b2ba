# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an import goes: onto an avatar that is there, in place of one, or into which collection."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy

from avatarsdk_core.avatar.bundle import Bundle, Model
from avatarsdk_core.avatar.parts import Role
from avatarsdk_core.errors import BundleError

from .. import marks
from .levels import is_level_of
from .options import ImportOptions
from .read import ReadModel


def wearer(bundle: Bundle, options: ImportOptions, read: Mapping[Path, ReadModel]) -> bpy.types.Collection | None:
    """The avatar that the export is put on; None where it becomes one of its own. Raises BundleError."""
    if not options.onto:
        return None
    collection = _named(options.onto, f"put {bundle.name} on")
    if bundle.person and not _joins(bundle.person, read[bundle.person.file.path], collection, options.onto):
        return None
    _check_editable(collection, f"put {bundle.name} on it")
    return collection


def _joins(person: Model, read: ReadModel, collection: bpy.types.Collection, avatar: str) -> bool:
    """A head goes on a body that has none; and the same person comes as another level of detail."""
    has_head, has_body = (bool(marks.parts_of(avatar, role)) for role in (Role.HEAD, Role.BODY))
    if has_body and not has_head and not person.has_body:
        return True
    return is_level_of(person, read, avatar, float(collection.get(marks.SCALE, 1.0)))


def replaced_avatar(bundle: Bundle, options: ImportOptions) -> bpy.types.Collection | None:
    """The avatar that the export takes the place of; None where there is none. Raises BundleError."""
    if not options.reimport:
        return None
    if options.onto:
        collection: bpy.types.Collection | None = _named(options.onto, f"replace with {bundle.name}")
    else:
        code = options.code or bundle.code
        same = (found for found in bpy.data.collections if code and found.get(marks.CODE) == code)
        collection = next((found for found in same if found.get(marks.AVATAR)), None)
    if collection is not None:
        _check_editable(collection, f"replace it with {bundle.name}")
        for obj in collection.all_objects:
            if marks.avatar_id(obj) and not (obj.is_editable and (obj.data is None or obj.data.is_editable)):
                raise BundleError(f"{obj.name} is linked from another file: make it local to replace it.")
    return collection


def collections_of(avatar: bpy.types.Collection | None) -> set[bpy.types.Collection]:
    """The collections that an avatar's objects lie in, wherever a person put them; none without an avatar."""
    members = marks.members(marks.avatar_id(avatar)) if avatar else []
    return {found for obj in members for found in obj.users_collection}


def home(name: str, layer: bpy.types.ViewLayer) -> bpy.types.Collection:
    """The collection that a new avatar is put into: the one of that name, which is made where there is none.

    Without a name the active one of the view layer, where things can be put into it and seen in it; else the scene's
    own. Raises BundleError.
    """
    scene = bpy.context.scene
    if name:
        found = next((one for one in bpy.data.collections if one.name == name and one.library is None), None)
        if found is None:
            found = bpy.data.collections.new(name)
        if found not in [scene.collection, *scene.collection.children_recursive]:
            scene.collection.children.link(found)
        return found
    active = layer.active_layer_collection
    usable = active is not None and not active.exclude and active.collection.is_editable
    return active.collection if usable else scene.collection


def scale_of(collection: bpy.types.Collection | None, options: ImportOptions) -> float:
    """What an import is scaled by: an avatar that is there has its own scale."""
    return float(collection.get(marks.SCALE, 1.0)) if collection is not None else options.scale


def _named(avatar: str, purpose: str) -> bpy.types.Collection:
    collection = marks.collection_of(avatar)
    if collection is None:
        raise BundleError(f"There is no avatar {avatar!r} in this file to {purpose}.")
    return collection


def _check_editable(collection: bpy.types.Collection, purpose: str) -> None:
    if not collection.is_editable:
        raise BundleError(f"{collection.name} is linked from another file: make it local to {purpose}.")
