# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar wears: shown or hidden by one property of the garment, which drives visibility and masks."""

from __future__ import annotations

import bpy

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
