# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of a new avatar. It only reads: what it shows was worked out when something changed."""

from __future__ import annotations

import bpy

from avatarsdk_core.catalog import pipeline
from avatarsdk_core.creation.offer import Value
from avatarsdk_core.creation.view import Cell, Grid
from avatarsdk_core.creation.words import category_words, pipeline_words, title

from .. import account, online, previews, words
from ..creating import state
from ..creating.properties import property_name
from ..operators import create, create_presets, sign_in
from .places import CATEGORY
from .text import paragraph
from .width import columns

_QR_SCALE = 9.0
_PHOTO_SCALE = 7.0
_PICTURE_SCALE = 3.0
_CELL, _NAME = 75, 120  # pixels at scale 1: a picture's column, and one of names alone
_MOST_COLUMNS, _MOST_NAMES = 6, 3


class _Panel:
    """Where all of them are."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY


class _Part(_Panel):
    """One of the folded ones within."""

    bl_parent_id = "VIEW3D_PT_avatar_sdk_create"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return _is_open()


class VIEW3D_PT_avatar_sdk_create(_Panel, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """From a photo to an avatar."""

    bl_label = "Create Avatar"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        self.layout.operator(create_presets.AVATAR_SDK_OT_presets.bl_idname, text="", icon="PRESET", emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        state.wanted()
        layout = self.layout
        if not _is_open():
            _draw_gate(layout, context)
            return
        form = context.window_manager.avatar_sdk_create
        _draw_photo(layout, context, form)
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        column.prop(form, "name")
        column.prop(form, "pipeline")
        if len(_subtypes()) > 1:
            column.prop(form, "subtype")
        paragraph(column, context, pipeline_words(state.form().pipeline)[1])
        if state.preset_title():
            layout.label(
                text=words.iface("Preset: {title}", title=state.preset_title()), icon="PRESET", translate=False
            )


class VIEW3D_PT_avatar_sdk_create_look(_Part, bpy.types.Panel):  # noqa: N801
    """Hair, clothes, glasses."""

    bl_label = "Hair & Clothes"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return super().poll(context) and bool(state.current().grids)

    def draw(self, context: bpy.types.Context) -> None:
        form = context.window_manager.avatar_sdk_create
        if not state.current().from_service:
            paragraph(self.layout, context, "As documented; your account's own list isn't there yet", "SORTTIME")
        for grid in state.current().grids:
            _draw_grid(self.layout, context, form, grid)


class VIEW3D_PT_avatar_sdk_create_face(_Part, bpy.types.Panel):  # noqa: N801
    """Shape keys, changes, colours."""

    bl_label = "Face & Changes"

    def draw(self, context: bpy.types.Context) -> None:
        form, view = context.window_manager.avatar_sdk_create, state.current()
        for grid in view.lists:
            if grid.category == "blendshapes":
                _draw_list(self.layout, grid)
        for category in ("avatar_modifications", "shape_modifications"):
            rows = view.values.get(category, ())
            if rows:
                column = self.layout.column(align=True)
                column.label(text=category_words(category)[0], translate=False)
                for row in rows:
                    _draw_value(column, form, category, row)
        if view.recolorable:
            column = self.layout.column(align=True)
            column.label(text="Recolour")
            for name in view.recolorable:
                text = words.iface("Hair") if name == "haircuts" else title(name)
                _draw_switched(column, form, f"color_{name}", text)


class VIEW3D_PT_avatar_sdk_create_body(_Part, bpy.types.Panel):  # noqa: N801
    """The body's measures."""

    bl_label = "Body Measures"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return super().poll(context) and "body_shape" in state.current().values

    def draw(self, context: bpy.types.Context) -> None:
        form = context.window_manager.avatar_sdk_create
        self.layout.prop(form, "gender")
        for row in state.current().values["body_shape"]:
            if row.type != "enum":
                _draw_measure(self.layout.column(align=True), form, row)
        paragraph(self.layout, context, "What isn't set is guessed from the photo")


class VIEW3D_PT_avatar_sdk_create_files(_Part, bpy.types.Panel):  # noqa: N801
    """How the files are to be, and what else is computed."""

    bl_label = "Files & Facts"

    def draw(self, context: bpy.types.Context) -> None:
        form, view = context.window_manager.avatar_sdk_create, state.current()
        layout = self.layout
        if view.has_exports:
            column = layout.column()
            column.use_property_split = True
            column.use_property_decorate = False
            column.prop(form, "file_format")
            if view.lods:
                column.prop(form, "lod")
            column.prop(form, "texture_profile" if view.has_profiles else "texture_size")
            if view.has_profiles:
                column.prop(form, "finalize")
        for grid in view.lists:
            if grid.category != "blendshapes":
                _draw_list(layout, grid)


class VIEW3D_PT_avatar_sdk_create_send(_Panel, bpy.types.Panel):  # noqa: N801
    """What will be sent, and the button."""

    bl_label = "Send"
    bl_parent_id = "VIEW3D_PT_avatar_sdk_create"
    bl_options = {"HIDE_HEADER"}  # noqa: RUF012

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return _is_open()

    def draw(self, context: bpy.types.Context) -> None:
        view = state.current()
        layout = self.layout
        for warning in view.warnings:
            paragraph(layout, context, warning, "INFO")
        if view.summary:
            box = layout.box()
            for line in view.summary:
                paragraph(box, context, line)
        if view.reason:
            paragraph(layout, context, view.reason, "ERROR" if view.errors else "INFO")
            if state.is_refused():
                layout.operator(sign_in.AVATAR_SDK_OT_look_who.bl_idname, icon="FILE_REFRESH")
        row = layout.row()
        row.scale_y = 1.5
        row.operator(create.AVATAR_SDK_OT_create.bl_idname, icon="ADD")


def _is_open() -> bool:
    """The form is there for who is signed in, as long as Blender is online."""
    return account.phase() == account.SIGNED_IN and online.is_online()


def _subtypes() -> tuple[str, ...]:
    return tuple(pipeline(state.form().pipeline).subtypes)


def _draw_measure(column: bpy.types.UILayout, form: bpy.types.PropertyGroup, row: Value) -> None:
    """The value stands below its switch: beside it, the unit and the interval would be cut off."""
    name = property_name("body_shape", row.name)
    column.prop(form, f"use_{name}", text=_measure(row), translate=False)
    if getattr(form, f"use_{name}"):
        column.prop(form, name, text="")


def _measure(row: Value) -> str:
    """A measure's title with its unit, and what is sensible."""
    if row.recommended is None:
        return f"{row.title} ({row.unit})"
    low, high = row.recommended
    return words.iface("{title} ({unit}, best {low:g} to {high:g})", title=row.title, unit=row.unit, low=low, high=high)


def _draw_gate(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Why nothing can be created now, and the way out."""
    if reason := online.reason():
        paragraph(layout, context, reason, "INTERNET_OFFLINE")
        layout.prop(context.preferences.system, "use_online_access", text="Allow Online Access")
        return
    if account.phase() == account.SIGNED_OUT:
        paragraph(layout, context, "Sign in to make avatars of photos. A sandbox on this computer works too, "
                  "without an account", "USER")  # fmt: skip
        if account.message():
            paragraph(layout, context, account.message(), "ERROR")
        layout.operator(sign_in.AVATAR_SDK_OT_preferences.bl_idname, icon="PREFERENCES")
        return
    trouble = account.phase() == account.TROUBLE
    paragraph(layout, context, account.gate(), "ERROR" if trouble else "SORTTIME")
    if trouble:
        layout.operator(sign_in.AVATAR_SDK_OT_look_who.bl_idname, icon="FILE_REFRESH")
        layout.operator(sign_in.AVATAR_SDK_OT_preferences.bl_idname, icon="PREFERENCES")


def _draw_photo(layout: bpy.types.UILayout, context: bpy.types.Context, form: bpy.types.PropertyGroup) -> None:
    selfie, found = state.selfie(), state.photo()
    if selfie.request:
        _draw_waiting(layout, context)
        return
    if found is None:
        row = layout.row(align=True)
        row.scale_y = 1.3
        row.operator(create.AVATAR_SDK_OT_photo.bl_idname, text="Choose Photo…", icon="FILE_IMAGE")
        row.operator(create.AVATAR_SDK_OT_selfie.bl_idname, text="By Phone", icon="DESKTOP")
        if selfie.trouble:
            paragraph(layout, context, selfie.trouble, "ERROR")
        paragraph(layout, context, "Or drop a photo into the 3D View. Best: the whole head from the front, even light")
        return
    box = layout.box()
    if found.ok and (icon := previews.icon(found.path)):
        box.template_icon(icon_value=icon, scale=_PHOTO_SCALE)
    if found.problem:
        paragraph(box, context, found.problem, "ERROR")
    else:
        paragraph(box, context, "Photo by phone" if selfie.code else found.facts, "CHECKMARK")
    for warning in found.warnings:
        paragraph(box, context, warning, "ERROR")
    box.operator(create.AVATAR_SDK_OT_no_photo.bl_idname, icon="LOOP_BACK")


def _draw_waiting(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    selfie = state.selfie()
    box = layout.box()
    icon = previews.icon(selfie.qr) if selfie.qr else 0
    if icon:
        box.template_icon(icon_value=icon, scale=_QR_SCALE)
    if selfie.visited:
        paragraph(box, context, "The page is open on the phone: take the photo there", "CHECKMARK")
    elif selfie.qr:
        paragraph(box, context, "Point your phone's camera at this code and open the page", "INFO")
    else:
        paragraph(box, context, "Making a page for your phone…", "SORTTIME")
    box.operator(create.AVATAR_SDK_OT_no_photo.bl_idname, text="Stop Waiting", icon="X")


def _heading(grid: Grid) -> str:
    if not grid.chosen:
        return grid.title
    return words.iface("{title} ({chosen} of {total})", title=grid.title, chosen=grid.chosen, total=grid.total)


def _draw_grid(
    layout: bpy.types.UILayout, context: bpy.types.Context, form: bpy.types.PropertyGroup, grid: Grid
) -> None:
    header, body = layout.panel(f"avatar_sdk_{grid.category}", default_closed=grid.category != "haircuts")
    header.label(text=_heading(grid), translate=False)
    if grid.chosen:
        button = header.operator(create.AVATAR_SDK_OT_choose.bl_idname, text="", icon="X", emboss=False)
        button.category, button.choice = grid.category, ""
        button.tip = words.tip("Leave all of these out")
    if body is None:
        return
    body.prop(form, f"search_{grid.category}", text="", icon="VIEWZOOM")
    if not grid.cells:
        body.label(text="Nothing of that name" if state.search(grid.category) else "Your account has none")
    pictures = any(cell.picture for cell in grid.cells)
    count = columns(context, _CELL, _MOST_COLUMNS) if pictures else columns(context, _NAME, _MOST_NAMES)
    cells = body.grid_flow(row_major=True, columns=count, even_columns=True, align=not pictures)
    for cell in grid.cells:
        _draw_cell(cells, grid, cell)
    if grid.hidden:
        paragraph(body, context, words.iface("{count} more: search by name", count=grid.hidden))
    for name in grid.missing:
        _draw_missing(body, grid.category, name)


def _draw_cell(cells: bpy.types.UILayout, grid: Grid, cell: Cell) -> None:
    column = cells
    icon = previews.icon(cell.picture) if cell.picture else 0
    if icon:
        column = cells.column(align=True)
        column.template_icon(icon_value=icon, scale=_PICTURE_SCALE)
    _draw_choice(column, grid.category, cell.choice.name, cell.choice.title, cell.choice.tip, cell.on)


def _draw_choice(
    layout: bpy.types.UILayout, category: str, name: str, text: str, tip: str, on: bool, icon: str = "NONE"
) -> None:
    button = layout.operator(create.AVATAR_SDK_OT_choose.bl_idname, text=text, depress=on, icon=icon, translate=False)
    button.category, button.choice, button.tip = category, name, tip


def _draw_missing(layout: bpy.types.UILayout, category: str, name: str) -> None:
    text = words.iface("{title}: not in your account", title=title(name))
    _draw_choice(layout, category, name, text, words.tip("Leave it out"), True, "ERROR")


def _draw_list(layout: bpy.types.UILayout, grid: Grid) -> None:
    column = layout.column(align=True)
    column.label(text=grid.title, translate=False)
    for cell in grid.cells:
        _draw_choice(column, grid.category, cell.choice.name, cell.choice.title, cell.choice.tip, cell.on)
    for name in grid.missing:
        _draw_missing(column, grid.category, name)


def _draw_value(layout: bpy.types.UILayout, form: bpy.types.PropertyGroup, category: str, row: Value) -> None:
    name = property_name(category, row.name)
    if row.always_on or row.type == "enum":
        return
    if row.type == "bool":
        layout.prop(form, name)
    elif row.type == "size":
        layout.label(text=row.title, translate=False)
        layout.prop(form, name, text="")
    else:
        _draw_switched(layout, form, name, row.title)


def _draw_switched(layout: bpy.types.UILayout, form: bpy.types.PropertyGroup, name: str, text: str) -> None:
    """A switch, and the value beside it while it is on."""
    if not getattr(form, f"use_{name}"):
        layout.prop(form, f"use_{name}", text=text, translate=False)
        return
    split = layout.split(factor=0.6)
    split.prop(form, f"use_{name}", text=text, translate=False)
    split.prop(form, name, text="")


CLASSES = (
    VIEW3D_PT_avatar_sdk_create,
    VIEW3D_PT_avatar_sdk_create_look,
    VIEW3D_PT_avatar_sdk_create_face,
    VIEW3D_PT_avatar_sdk_create_body,
    VIEW3D_PT_avatar_sdk_create_files,
    VIEW3D_PT_avatar_sdk_create_send,
)
