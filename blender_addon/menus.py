# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Blender's own menus lead to us."""

from __future__ import annotations

import bpy

from .operators.import_export import menu_entry


def register() -> None:
    """Adds our lines."""
    bpy.types.TOPBAR_MT_file_import.append(menu_entry)


def unregister() -> None:
    """Takes them out."""
    bpy.types.TOPBAR_MT_file_import.remove(menu_entry)
