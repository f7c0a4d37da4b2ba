# SPDX-License-Identifier: GPL-3.0-or-later
"""The one gate to the network: Blender's own switch, "Allow Online Access"."""

from __future__ import annotations

import bpy

from . import words


def is_online() -> bool:
    """Whether Blender's user lets add-ons use the network."""
    return bool(bpy.app.online_access)


def reason() -> str:
    """Why the network may not be used, and the way to turn it on; "" when it may."""
    if is_online():
        return ""
    if getattr(bpy.app, "online_access_override", False):
        return words.tip("Blender was started with --offline-mode: start it without")
    return words.tip("Blender is offline: allow online access in Preferences › System › Network")
