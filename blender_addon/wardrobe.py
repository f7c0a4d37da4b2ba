# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar wears: shown or hidden by one property of the garment, which drives visibility and masks."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.wardrobe import gives_way

from . import marks
from .drivers import drive


def make_wearable(item: bpy.types.Object) -> None:
    """Gives an object its switch. The outliner's eye can't be driven: use the switch (or the panel) instead."""
    item[marks.SHOWN] = True
    item.id_properties_ui(marks.SHOWN).update(description="Whether this is worn: shows it and hides the skin below")
    path = f'["{marks.SHOWN}"]'
    drive(item, "hide_viewport", item, path, inverted=True)
    drive(item, "hide_render", item, path, inverted=True)


def show(item: bpy.types.Object, shown: bool) -> None:
    """Puts a garment on or takes it off. Raises ValueError for an object that isn't worn."""
    if marks.SHOWN not in item:
        raise ValueError(f"{item.name} is no garment of an avatar")
    item[marks.SHOWN] = bool(shown)
    item.update_tag()


def put_on(item: bpy.types.Object) -> list[bpy.types.Object]:
    """Puts a garment on and takes off what it takes the place of. Returns what came off."""
    off = [
        other
        for other in marks.worn(marks.avatar_id(item))
        if other != item and other[marks.SHOWN] and gives_way(item.get(marks.CATEGORY), other.get(marks.CATEGORY))
    ]
    show(item, shown=True)
    for other in off:
        show(other, shown=False)
    return off
