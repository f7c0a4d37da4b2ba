# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender is told about, in order; taken back in the opposite order."""

from __future__ import annotations

import bpy


def register() -> None:
    """Registers classes, menus and properties."""


def unregister() -> None:
    """Takes everything back."""
