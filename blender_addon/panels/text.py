# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences in panels: Blender's labels don't wrap."""

from __future__ import annotations

import textwrap

import bpy

from .. import words
from .width import width

# All at scale 1: a letter of Blender's interface font; margins of the panel and the box, and the tabs; an icon.
_LETTER, _AROUND, _ICON = 6.3, 70, 22
_LEAST = 8


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Text in as many lines as the region's width asks for; a literal is translated here."""
    letters = max(_LEAST, int((width(context) - _AROUND - (_ICON if icon != "NONE" else 0)) / _LETTER))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(textwrap.wrap(words.iface(text), letters)):
        column.label(text=line, icon=icon if number == 0 else "BLANK1" if icon != "NONE" else "NONE", translate=False)
