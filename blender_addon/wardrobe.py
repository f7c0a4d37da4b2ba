# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar wears: shown or hidden by one property of the garment, which drives visibility and masks."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.wardrobe import gives_way

from . import marks
from .drivers import drive
from .materials.visibility import tell_skins
from .redraw import redraw_views

SHOWN_PATH = f'["{marks.SHOWN}"]'


def make_wearable(item: bpy.types.Object) -> None:
    """Gives an object its switch. The outliner's eye can't be driven: use the switch (or the panel) instead."""
    item[marks.SHOWN] = True
    item.id_properties_ui(marks.SHOWN).update(description="Whether this is worn: shows it and hides the skin below")
    item.property_overridable_library_set(SHOWN_PATH, True)
    obey_switch(item)


def obey_switch(item: bpy.types.Object) -> None:
    """Makes an object's visibility follow its own switch alone."""
    drive(item, "hide_viewport", item, SHOWN_PATH, inverted=True)
    drive(item, "hide_render", item, SHOWN_PATH, inverted=True)


def leader_of(item: bpy.types.Object) -> bpy.types.Object:
    """The object whose switch counts for an item: another level of detail of the same thing, or itself.

    Read from the driver, since a pointer would keep the other alive when it is deleted.
    """
    data = item.animation_data if item.get(marks.FOLLOWS) else None
    curve = data.drivers.find(SHOWN_PATH) if data else None
    return (curve.driver.variables[0].targets[0].id if curve else None) or item


def show(item: bpy.types.Object, shown: bool) -> None:
    """Puts a garment on or takes it off, at all its LODs. Raises ValueError for an object that isn't worn."""
    if marks.SHOWN not in item:
        raise ValueError(f"{item.name} is no garment of an avatar")
    item = leader_of(item)
    item[marks.SHOWN] = bool(shown)
    item.update_tag()
    for level in marks.worn(item):
        if leader_of(level) == item:
            tell_skins(level, shown)
    redraw_views()


def put_on(item: bpy.types.Object) -> list[bpy.types.Object]:
    """Puts a garment on and takes off what it takes the place of. Returns what came off."""
    item = leader_of(item)
    off = [
        other
        for other in marks.worn(item)
        if other != item and other[marks.SHOWN] and gives_way(item.get(marks.CATEGORY), other.get(marks.CATEGORY))
    ]
    show(item, shown=True)
    for other in off:
        show(other, shown=False)
    return off


def key(item: bpy.types.Object) -> None:
    """Inserts a keyframe for whether a garment is worn, at the current frame."""
    leader_of(item).keyframe_insert(SHOWN_PATH)
