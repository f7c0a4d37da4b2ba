# SPDX-License-Identifier: GPL-3.0-or-later
"""Which avatars an operator is meant for: the active object's, and those of all selected objects."""

from __future__ import annotations

import bpy

from . import marks


def selected_avatars(context: bpy.types.Context) -> list[bpy.types.Object]:
    """One object of each avatar that is chosen, the active object's first: what `marks` and the rooms are asked with.

    Avatars that are linked from another file are left out: nothing of them can be changed here.
    """
    chosen = [found for found in (context.object, *context.selected_objects) if found and marks.avatar_id(found)]
    avatars: dict[object, bpy.types.Object] = {}
    for obj in chosen:
        anchor = marks.anchor_of(obj)
        if obj.library is None:
            avatars.setdefault(anchor.session_uid if anchor else marks.avatar_id(obj), obj)
    return list(avatars.values())
