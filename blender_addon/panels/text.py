# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences in panels: Blender's labels don't wrap."""

from __future__ import annotations

import textwrap

import bpy

from .. import words

_PIXELS_A_LETTER = 6.3  # of Blender's interface font, at scale 1
_LEAST = 20


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Text in as many lines as the region's width asks for; a literal is translated here."""
    scale = context.preferences.system.ui_scale or 1.0
    width = context.region.width if context.region is not None else 300
    letters = max(_LEAST, int((width / scale - 70) / _PIXELS_A_LETTER))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(textwrap.wrap(words.iface(text), letters)):
        column.label(text=line, icon=icon if number == 0 else "BLANK1" if icon != "NONE" else "NONE", translate=False)
