# SPDX-License-Identifier: GPL-3.0-or-later
"""How much fits into a panel's width, at any scale of the interface."""

from __future__ import annotations

import bpy

_ANY = 300  # where there is no region: as wide as Blender makes the sidebar


def width(context: bpy.types.Context) -> float:
    """Of the region that is drawn, in pixels at scale 1."""
    pixels = context.region.width if context.region is not None else _ANY
    return float(pixels / (context.preferences.system.ui_scale or 1.0))  # 0 without a window


def columns(context: bpy.types.Context, cell: int, most: int) -> int:
    """How many columns a grid has whose cells need so many pixels at scale 1."""
    return max(1, min(most, int(width(context) / cell)))
