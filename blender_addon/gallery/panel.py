# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery in the sidebar: a grid of pictures to pick from, and what can be done with the one that is picked."""

from __future__ import annotations

import bpy

from avatarsdk_core.creation.words import pipeline_words
from avatarsdk_core.gallery.cards import Card
from avatarsdk_core.models.base import FAILED_STATUSES

from .. import account, online, previews, words
from ..panels.places import CATEGORY
from ..panels.text import paragraph
from ..panels.width import columns
from . import state
from .exporting import AVATAR_SDK_OT_gallery_export
from .operators import (
    AVATAR_SDK_OT_gallery_choose,
    AVATAR_SDK_OT_gallery_delete,
    AVATAR_SDK_OT_gallery_import,
    AVATAR_SDK_OT_gallery_open,
    AVATAR_SDK_OT_gallery_page,
    AVATAR_SDK_OT_gallery_refresh,
    AVATAR_SDK_OT_gallery_rename,
)

_STATUSES = {  # what the service calls them, in any case; one that it adds some day is shown as it says
    text.casefold(): text
    for text in (
        words.mark("Uploading"),
        words.mark("Queued"),
        words.mark("Computing"),
        words.mark("Completed"),
        words.mark("Failed"),
        words.mark("Timed Out"),
    )
}
_PICTURE = 3.6  # widget heights
_CELL = 75  # pixels at scale 1: three columns in a sidebar as wide as Blender makes it
_MOST_COLUMNS = 6


class VIEW3D_PT_avatar_sdk_gallery(bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """All avatars of the account and of the avatars folder."""

    bl_label = "Gallery"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)

    def draw(self, context: bpy.types.Context) -> None:
        account.wanted()
        state.begin()
        now = state.gallery()
        _draw_filters(self.layout, context)
        if not online.is_online():
            paragraph(self.layout, context, "Offline: avatars of this disk", "INTERNET_OFFLINE")
        elif account.phase() == account.SIGNED_OUT:
            paragraph(self.layout, context, "Signed out: avatars of this disk", "USER")
        if now.trouble:
            paragraph(self.layout, context, now.trouble, "ERROR")
        if not now.page.cards:
            _draw_nothing(self.layout, context)
            return
        _draw_pages(self.layout)
        chosen = state.chosen()
        if chosen is not None:  # above the grid: below it, it would be off the screen
            _draw_chosen(self.layout.box(), context, chosen)
        count = columns(context, _CELL, _MOST_COLUMNS)
        grid = self.layout.grid_flow(row_major=True, columns=count, even_columns=True, even_rows=True, align=True)
        for card in now.page.cards:
            _draw_card(grid, card, card.key == now.chosen)


def _draw_filters(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    filters = context.window_manager.avatar_sdk_gallery
    row = layout.row(align=True)
    row.prop(filters, "search", text="", icon="VIEWZOOM")
    row.operator(AVATAR_SDK_OT_gallery_refresh.bl_idname, text="", icon="FILE_REFRESH")
    row = layout.row(align=True)
    row.prop(filters, "status", text="")
    row.prop(filters, "pipeline", text="")
    layout.prop(filters, "sort", text="")


def _draw_nothing(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    now = state.gallery()
    if now.listing or now.is_scanning or not now.is_begun:
        layout.label(text="Looking for avatars…", icon="SORTTIME")
    elif now.cards:
        layout.label(text="No avatar matches", icon="INFO")
    else:
        layout.label(text="No avatars yet", icon="INFO")
        paragraph(layout, context, "Create one from a photo, or try Add › Avatar › Sample Avatar")


def _draw_card(grid: bpy.types.UILayout, card: Card, is_chosen: bool) -> None:
    cell = grid.column(align=True)
    icon = previews.icon(card.picture)
    if icon:
        cell.template_icon(icon_value=icon, scale=_PICTURE)
    else:
        empty = cell.row()
        empty.alignment = "CENTER"
        empty.scale_y = _PICTURE
        empty.label(text="", icon=_icon(card))
    cell.operator(
        AVATAR_SDK_OT_gallery_choose.bl_idname, text=card.name, depress=is_chosen, translate=False
    ).key = card.key


def _icon(card: Card) -> str:
    """In the place of a picture."""
    if card.is_completed:
        return "USER"
    return "ERROR" if card.status.casefold() in FAILED_STATUSES else "SORTTIME"


def _status(card: Card) -> str:
    text = _STATUSES.get(card.status.casefold())
    return words.iface(text) if text else card.status


def _draw_pages(layout: bpy.types.UILayout) -> None:
    now = state.gallery()
    page = now.page
    row = layout.row(align=True)
    before = row.row(align=True)
    before.enabled = page.number > 0
    before.operator(AVATAR_SDK_OT_gallery_page.bl_idname, text="", icon="TRIA_LEFT").page = max(0, page.number - 1)
    middle = row.row(align=True)
    middle.alignment = "CENTER"
    more = "…" if now.listing else ""
    middle.label(text=f"{page.number + 1} / {page.pages}  ({page.matching}{more})", translate=False)
    after = row.row(align=True)
    after.enabled = page.number + 1 < page.pages
    after.operator(AVATAR_SDK_OT_gallery_page.bl_idname, text="", icon="TRIA_RIGHT").page = page.number + 1


def _draw_chosen(box: bpy.types.UILayout, context: bpy.types.Context, card: Card) -> None:
    box.label(text=card.name, icon="USER", translate=False)
    facts = (
        _status(card),
        pipeline_words(card.pipeline)[0] if card.pipeline else "",
        card.created[:10],
        words.iface("on this disk") if card.folders else "",
    )
    paragraph(box, context, " · ".join(filter(None, facts)))
    column = box.column(align=True)
    row = column.row(align=True)
    row.enabled = card.is_completed
    text = words.mark("Import") if card.folders else words.mark("Download and Import")
    row.operator(AVATAR_SDK_OT_gallery_import.bl_idname, text=text, icon="IMPORT").key = card.key
    if card.folders and card.code:  # by which the avatar is known again in the scene
        again = row.operator(AVATAR_SDK_OT_gallery_import.bl_idname, text="Re-import", icon="FILE_REFRESH")
        again.key, again.again = card.key, True
    if card.on_service:
        row = column.row(align=True)
        row.enabled = card.is_completed
        row.operator(AVATAR_SDK_OT_gallery_export.bl_idname, text="Export Again…", icon="EXPORT").key = card.key
        row = column.row(align=True)
        row.operator(AVATAR_SDK_OT_gallery_rename.bl_idname, text="Rename…", icon="GREASEPENCIL").key = card.key
        row.operator(AVATAR_SDK_OT_gallery_delete.bl_idname, text="Delete…", icon="TRASH").key = card.key
    if card.folders:
        column.operator(AVATAR_SDK_OT_gallery_open.bl_idname, text="Open Folder", icon="FILE_FOLDER").key = card.key


CLASSES = (VIEW3D_PT_avatar_sdk_gallery,)
