# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws our panels anew, wherever one may be seen."""

from __future__ import annotations

import bpy

PLACES = ("VIEW_3D", "PREFERENCES")


def redraw_ours() -> None:
    """Asks for a redraw of the 3D Views' sidebars and of the preferences."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in PLACES:
                for region in area.regions:
                    if region.type == "UI" or area.type == "PREFERENCES":
                        region.tag_redraw()


def redraw_views() -> None:
    """Asks for a redraw of the 3D Views: Blender does so by itself for its own properties, not for custom ones."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
