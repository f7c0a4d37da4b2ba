# SPDX-License-Identifier: GPL-3.0-or-later
"""The expressions, as pictures of the avatar: the twelve, and a person's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bpy

from .. import expression_shelf, face_values, marks, words
from ..operators.expression_actions import (
    AVATAR_SDK_OT_apply_expression_action,
    AVATAR_SDK_OT_expression_mark_asset,
)
from ..operators.expressions import (
    AVATAR_SDK_OT_expression_delete,
    AVATAR_SDK_OT_expression_export,
    AVATAR_SDK_OT_expression_import,
    AVATAR_SDK_OT_expression_pictures,
    AVATAR_SDK_OT_expression_rename,
    AVATAR_SDK_OT_expression_save,
    AVATAR_SDK_OT_face_expression,
)
from .face import VIEW3D_PT_avatar_sdk_face
from .of_avatar import OfAvatar
from .text import paragraph
from .width import columns

_PICTURE = 3.9  # widget heights
_CELL = 78  # pixels at scale 1
_MOST_COLUMNS = 6
_FEW, _MOST = 12, 60  # of a person's own: can be looked through; are drawn


class VIEW3D_PT_avatar_sdk_expressions(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Expressions: a click puts one on."""

    bl_label = "Expressions"
    bl_parent_id = VIEW3D_PT_avatar_sdk_face.__name__

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return super().poll(context) and face_values.head_of(context.object) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        head = face_values.head_of(context.object)
        changeable = head is not None and not face_values.is_locked(head)
        settings = context.window_manager.avatar_sdk_face
        row = layout.row(align=True)
        row.enabled = changeable
        row.prop(settings, "strength", slider=True)
        row.prop(settings, "additive", text="", icon="ADD")
        row.prop(settings, "key", text="", icon="KEY_HLT")
        row = layout.row(align=True)
        row.enabled = head is not None
        row.operator_context = "INVOKE_DEFAULT"
        row.operator(AVATAR_SDK_OT_expression_save.bl_idname, text="Save…", icon="ADD")
        coming = expression_shelf.rendering()
        text = words.iface("{count} to render", count=coming) if coming else words.iface("Pictures")
        row.operator(AVATAR_SDK_OT_expression_pictures.bl_idname, text=text, icon="RENDER_STILL", translate=False)
        row.menu(VIEW3D_MT_avatar_sdk_expressions.__name__, text="", icon="DOWNARROW_HLT")
        entries = expression_shelf.entries()
        avatar = marks.avatar_id(context.object)
        column = layout.column()
        column.enabled = changeable
        _draw_grid(column, context, [entry for entry in entries if not entry.own], avatar)
        own = [entry for entry in entries if entry.own]
        if own:
            column.label(text="My Expressions")
            _draw_own(column, context, own, avatar)
        for problem in (expression_shelf.trouble(), *expression_shelf.problems()):
            if problem:
                paragraph(layout, context, problem)


class VIEW3D_MT_avatar_sdk_expressions(bpy.types.Menu):  # noqa: N801
    """What can be done with all expressions of one's own."""

    bl_label = "Expressions"

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator(AVATAR_SDK_OT_expression_import.bl_idname, text="Import…", icon="IMPORT")
        layout.operator(AVATAR_SDK_OT_expression_export.bl_idname, text="Export My Expressions…", icon="EXPORT")
        layout.separator()
        mark = AVATAR_SDK_OT_expression_mark_asset.bl_idname
        layout.operator(mark, text="Mark My Expressions as Assets", icon="ASSET_MANAGER").own = True
        layout.operator(mark, text="Mark the Twelve as Assets", icon="ASSET_MANAGER").own = False
        layout.operator(
            AVATAR_SDK_OT_apply_expression_action.bl_idname, text="Apply an Action…", icon="ACTION"
        ).action = ""


class AVATAR_SDK_OT_expression_more(bpy.types.Operator):  # noqa: N801
    """What else can be done with this expression of yours"""

    bl_idname = "avatar_sdk.expression_more"
    bl_label = "Expression"
    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender reads it as it is)

    expression: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        if bpy.app.background:  # a menu without a window would end Blender
            return {"CANCELLED"}
        context.window_manager.popup_menu(_menu_of(self.expression), title=self.expression)
        return {"FINISHED"}


def _menu_of(name: str) -> Callable[[bpy.types.UIPopupMenu, bpy.types.Context], None]:
    wanted = (
        (AVATAR_SDK_OT_expression_rename.bl_idname, words.iface("Rename…"), "GREASEPENCIL"),
        (AVATAR_SDK_OT_expression_delete.bl_idname, words.iface("Delete…"), "TRASH"),
        (AVATAR_SDK_OT_expression_export.bl_idname, words.iface("Export…"), "EXPORT"),
        (AVATAR_SDK_OT_expression_mark_asset.bl_idname, words.iface("Mark as Asset"), "ASSET_MANAGER"),
    )

    def draw(menu: bpy.types.UIPopupMenu, _context: bpy.types.Context) -> None:
        menu.layout.operator_context = "INVOKE_DEFAULT"
        for operator, text, icon in wanted:
            button = menu.layout.operator(operator, text=text, icon=icon, translate=False)
            button.expression, button.own = name, True

    return draw


def _draw_own(
    layout: bpy.types.UILayout, context: bpy.types.Context, own: Sequence[expression_shelf.Entry], avatar: str
) -> None:
    """All of them, or of many those that are looked for."""
    settings = context.window_manager.avatar_sdk_face
    if len(own) > _FEW:
        layout.prop(settings, "find", text="", icon="VIEWZOOM")
        asked = settings.find.casefold().split()
        own = [entry for entry in own if all(word in entry.name.casefold() for word in asked)]
    _draw_grid(layout, context, own[:_MOST], avatar)
    if len(own) > _MOST:
        layout.label(text=words.iface("{count} more: search for them", count=len(own) - _MOST), translate=False)


def _draw_grid(
    layout: bpy.types.UILayout, context: bpy.types.Context, entries: Sequence[expression_shelf.Entry], avatar: str
) -> None:
    count = columns(context, _CELL, _MOST_COLUMNS)
    settings = context.window_manager.avatar_sdk_face
    pictures = [expression_shelf.icon(entry, avatar) for entry in entries]
    grid = layout.grid_flow(row_major=True, columns=count, even_columns=True, even_rows=True, align=True)
    for entry, picture in zip(entries, pictures, strict=True):
        cell = grid.column(align=True)
        if picture:
            cell.template_icon(icon_value=picture, scale=_PICTURE)
        elif any(pictures):
            empty = cell.row()
            empty.alignment = "CENTER"
            empty.scale_y = _PICTURE
            empty.label(text="", icon="USER")
        row = cell.row(align=True)
        button = row.operator(AVATAR_SDK_OT_face_expression.bl_idname, text=_name(entry), translate=False)
        button.expression, button.own = entry.key, entry.own
        button.strength, button.additive, button.key = settings.strength, settings.additive, settings.key
        if entry.own:
            more = row.operator(AVATAR_SDK_OT_expression_more.bl_idname, text="", icon="DOWNARROW_HLT")
            more.expression = entry.key
    for _ in range(-len(entries) % count):  # else the last ones would be larger than the others
        grid.label(text="")


def _name(entry: expression_shelf.Entry) -> str:
    return entry.name if entry.own else words.iface(entry.name)


CLASSES = (VIEW3D_MT_avatar_sdk_expressions, AVATAR_SDK_OT_expression_more, VIEW3D_PT_avatar_sdk_expressions)
