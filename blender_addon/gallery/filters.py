# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery's search field and menus: properties of the window manager, which no file and no undo changes."""

from __future__ import annotations

from typing import Any

import bpy

from avatarsdk_core.creation.words import PIPELINES
from avatarsdk_core.gallery.cards import ANY, SORTS

from .. import words
from . import state

_ALL = "*"  # Blender wants every item of a menu to have an identifier
_KINDS = {name: label for name, (label, _) in PIPELINES.items()}  # Blender translates what it shows of them
Item = tuple[str, str, str]
# Blender keeps only pointers to the texts of menus made by a function: they must live here as long as they are shown
_items: dict[str, list[Item]] = {}


def _menu(name: str, label: str, values: tuple[str, ...]) -> list[Item]:
    known = _items.get(name)
    if known is None or len(known) != len(values) + 1 or any(a[0] != b for a, b in zip(known[1:], values, strict=True)):
        _items[name] = [(_ALL, label, "")] + [(value, _KINDS.get(value, value), "") for value in values]
    return _items[name]


def _statuses(_self: Any, _context: bpy.types.Context | None) -> list[Item]:
    return _menu("status", words.mark("Any Status"), state.gallery().statuses)


def _pipelines(_self: Any, _context: bpy.types.Context | None) -> list[Item]:
    return _menu("pipeline", words.mark("Any Kind"), state.gallery().pipelines)


def _changed(filters: Any, _context: bpy.types.Context) -> None:
    state.show(
        search=filters.search,
        status=ANY if filters.status in (_ALL, "") else filters.status,
        pipeline=ANY if filters.pipeline in (_ALL, "") else filters.pipeline,
        sort=filters.sort,
    )


class AvatarSDKGalleryFilters(bpy.types.PropertyGroup):
    """What the gallery shows, in which order."""

    search: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Search",
        description="Words of the name, or the beginning of the avatar's code",
        options={"TEXTEDIT_UPDATE", "SKIP_SAVE"},
        update=_changed,
    )
    status: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Status", description="Only avatars of this status", items=_statuses, update=_changed
    )
    pipeline: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Kind", description="Only avatars of this kind", items=_pipelines, update=_changed
    )
    sort: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Sort",
        description="Which avatars come first",
        items=[(*each, "") for each in SORTS.items()],
        update=_changed,
    )


CLASSES = (AvatarSDKGalleryFilters,)


def register() -> None:
    """The filters are the window manager's."""
    bpy.types.WindowManager.avatar_sdk_gallery = bpy.props.PointerProperty(type=AvatarSDKGalleryFilters)


def unregister() -> None:
    """Takes them away."""
    del bpy.types.WindowManager.avatar_sdk_gallery
    _items.clear()
