# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import found, assumed, left out and kept: shown after it, and later from the sidebar."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import bpy

from .. import marks, words
from ..importing.report import report_of

if TYPE_CHECKING:
    from ..importing import ImportedAvatar

_WIDTH = 88  # letters of a line
_MOST = 30  # lines; a screen holds no more
_ICONS = {
    "Found": "CHECKMARK",
    "Assumed": "QUESTION",
    "Left out": "REMOVE",
    "Kept": "PINNED",
    "Warning": "ERROR",
    "Note": "INFO",
}


class VIEW3D_PT_avatar_sdk_report(bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """The report of the last import of the active avatar; opened from the sidebar."""

    bl_label = "Import Report"
    bl_space_type = "VIEW_3D"
    bl_region_type = "HEADER"
    bl_options = {"INSTANCED"}  # noqa: RUF012
    bl_ui_units_x = 26

    def draw(self, context: bpy.types.Context) -> None:
        draw_lines(self.layout, report_of(marks.collection_of(marks.avatar_id(context.object))))


def show_report(context: bpy.types.Context, imported: ImportedAvatar) -> None:
    """Pops up what a person should know; nothing where everything was as the export says."""
    report = imported.report
    if bpy.app.background or context.window is None:
        return
    if not (report.assumed or report.skipped or report.kept or imported.warnings):
        return
    lines = report_of(imported.collection)

    def draw(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
        draw_lines(menu.layout, lines)

    context.window_manager.popup_menu(
        draw, title=words.iface("Import of {name}", name=imported.collection.name), icon="IMPORT"
    )


def draw_lines(layout: bpy.types.UILayout, lines: list[tuple[str, str]]) -> None:
    """The lines under their headings, wrapped."""
    column, before = layout.column(align=True), ""
    for heading, line in lines[:_MOST]:
        if heading != before:
            column.separator()
            column.label(text=heading, icon=_ICONS.get(heading, "NONE"))
            before = heading
        for text in textwrap.wrap(line, _WIDTH):
            column.label(text=text, icon="BLANK1")
    if len(lines) > _MOST:
        column.label(text=words.iface("… and {count} more", count=len(lines) - _MOST))


CLASSES = (VIEW3D_PT_avatar_sdk_report,)
