# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair cards lie in many layers: a ray must pass all of them, or the hair turns black inside."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.parts import Role

from . import marks, words

BOUNCES = 32


def lacking_bounces(scene: bpy.types.Scene, avatar: str) -> str:
    """What to tell the user where Cycles passes fewer layers than this avatar's hair has; "" where all is well."""
    cycles = getattr(scene, "cycles", None)
    if cycles is None or cycles.transparent_max_bounces >= BOUNCES or not marks.parts_of(avatar, Role.HAIR):
        return ""
    return words.iface(
        "Hair needs about {needed} transparent bounces in Cycles, this scene has {there}: "
        "Render Properties › Light Paths › Max Bounces › Transparent, or the button in the sidebar.",
        needed=BOUNCES,
        there=cycles.transparent_max_bounces,
    )
