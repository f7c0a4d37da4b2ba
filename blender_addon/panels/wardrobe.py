# SPDX-License-Identifier: GPL-3.0-or-later
"""What the active avatar has to wear: pictures by what they are, and what can be changed about what is worn."""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from .. import garment_pictures, marks, words
from ..gallery import state as gallery
from ..gallery.exporting import AVATAR_SDK_OT_gallery_export
from ..look_properties import COLOR, field
from ..materials.recoloring import color_inputs
from ..operators.import_export import IMPORT_SCENE_OT_avatar_sdk
from ..operators.wardrobe import (
    OBJECT_OT_avatar_sdk_dress,
    OBJECT_OT_avatar_sdk_key_wardrobe,
    OBJECT_OT_avatar_sdk_remove_garment,
    OBJECT_OT_avatar_sdk_wear,
)
from ..overrides import is_linked
from ..selection import selected_avatars
from ..wardrobe import SHOWN_PATH
from .of_avatar import OfAvatar
from .text import paragraph
from .width import columns

_PICTURE = 3.6  # widget heights
_CELL = 75  # pixels at scale 1
_MOST_COLUMNS = 6
# Export category -> what it is called, and the icon where there is no picture yet; in the order to show them.
_SLOTS: dict[str, tuple[str, str]] = {
    "haircuts": (words.mark("Hair"), "OUTLINER_OB_CURVES"),
    "beards": (words.mark("Beard"), "OUTLINER_OB_CURVES"),
    "hats": (words.mark("Hat"), "MATCLOTH"),
    "glasses": (words.mark("Glasses"), "HIDE_OFF"),
    "outfits": (words.mark("Outfit"), "MATCLOTH"),
    "outfits_top": (words.mark("Top"), "MATCLOTH"),
    "outfits_bottom": (words.mark("Bottom"), "MATCLOTH"),
    "outfits_shoes": (words.mark("Shoes"), "MATCLOTH"),
}
_ELSE = (words.mark("Accessories"), "MATCLOTH")


class VIEW3D_PT_avatar_sdk_wardrobe(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """What the avatar has to wear: a click on a picture puts it on or takes it off, and the skin below follows."""

    bl_label = "Wardrobe"
    bl_order = 10

    def draw(self, context: bpy.types.Context) -> None:
        items = marks.worn(context.object)
        column = self.layout.column()
        if is_linked(context.object):
            paragraph(column, context, "Linked: clothes can't be changed here", "LINKED")
            column = column.column()
            column.enabled = False
        if not items:
            paragraph(column, context, "This avatar wears nothing")
        for category, members in _by_slot(items):
            _draw_slot(column, context, *_SLOTS.get(category, _ELSE), members)
        row = column.row(align=True)
        row.menu(VIEW3D_MT_avatar_sdk_add_garment.bl_idname, text="Add", icon="ADD")
        if items:
            row.operator(OBJECT_OT_avatar_sdk_key_wardrobe.bl_idname, text="", icon="KEY_HLT")


class VIEW3D_MT_avatar_sdk_add_garment(bpy.types.Menu):  # noqa: N801
    """Where something new to wear can come from."""

    bl_idname = "VIEW3D_MT_avatar_sdk_add_garment"
    bl_label = "Add to Wardrobe"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator(IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="From a File or Folder…", icon="FILE_FOLDER")
        layout.operator(OBJECT_OT_avatar_sdk_dress.bl_idname, text="From Another Avatar…", icon="OUTLINER_OB_ARMATURE")
        collection = marks.collection_of(context.object)
        code = collection.get(marks.CODE) if collection is not None else ""
        card = next((one for one in gallery.gallery().cards if code and one.code == code), None)
        if card is not None:
            layout.operator(AVATAR_SDK_OT_gallery_export.bl_idname, text="From the Service…", icon="URL").key = card.key
        else:
            layout.label(text="From the service: choose the avatar in the gallery", icon="URL")


def _by_slot(items: Sequence[bpy.types.Object]) -> list[tuple[str, list[bpy.types.Object]]]:
    found: dict[str, list[bpy.types.Object]] = {category: [] for category in _SLOTS}
    for item in items:
        category = str(item.get(marks.CATEGORY, ""))
        found.setdefault(category if category in _SLOTS else "", []).append(item)
    return [(category, members) for category, members in found.items() if members]


def _draw_slot(
    layout: bpy.types.UILayout,
    context: bpy.types.Context,
    title: str,
    icon: str,
    items: Sequence[bpy.types.Object],
) -> None:
    box = layout.box()
    box.label(text=words.iface(title), translate=False)
    count = columns(context, _CELL, _MOST_COLUMNS)
    grid = box.grid_flow(row_major=True, columns=count, even_columns=True, even_rows=True, align=True)
    for item in items:
        _draw_item(grid, item, icon)
    avatars = len(selected_avatars(context))
    for item in items:
        if item[marks.SHOWN]:
            _draw_worn(box.row(align=True), item, avatars)


def _draw_item(grid: bpy.types.UILayout, item: bpy.types.Object, icon: str) -> None:
    cell = grid.column(align=True)
    if picture := garment_pictures.icon(item):
        cell.template_icon(icon_value=picture, scale=_PICTURE)
    else:
        empty = cell.row()
        empty.alignment = "CENTER"
        empty.scale_y = _PICTURE
        empty.label(text="", icon=icon)
    button = cell.operator(
        OBJECT_OT_avatar_sdk_wear.bl_idname, text=item.name, depress=bool(item[marks.SHOWN]), translate=False
    )
    button.part = str(item.get(marks.PART, ""))


def _draw_worn(row: bpy.types.UILayout, item: bpy.types.Object, avatars: int) -> None:
    """The switch that can be animated, the colour, and the way out."""
    row.prop(item, SHOWN_PATH, text=item.name, translate=False)
    if color_inputs(item) is not None:
        color = row.row(align=True)
        color.scale_x = 0.5
        color.prop(*field(item, COLOR, avatars), text="")
    row.operator(OBJECT_OT_avatar_sdk_remove_garment.bl_idname, text="", icon="TRASH").part = str(
        item.get(marks.PART, "")
    )


CLASSES = (VIEW3D_MT_avatar_sdk_add_garment, VIEW3D_PT_avatar_sdk_wardrobe)
