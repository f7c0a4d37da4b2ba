# SPDX-License-Identifier: GPL-3.0-or-later
"""What panels about the active avatar have in common: where they are, and when."""

from __future__ import annotations

import bpy

from .. import marks
from .places import CATEGORY


class OfAvatar:
    """A panel below *Avatar SDK* that is there while a part of an avatar is active."""

    bl_parent_id = "VIEW3D_PT_avatar_sdk"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(marks.avatar_id(context.object))
