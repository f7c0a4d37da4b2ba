# SPDX-License-Identifier: GPL-3.0-or-later
"""What panels about the active avatar have in common: where they are, and when."""

from __future__ import annotations

from typing import Any

import bpy

from .. import marks, words
from ..draw_cache import while_drawing
from .places import CATEGORY


class OfAvatar:
    """A panel below *Avatar SDK* that is there while a part of an avatar is active."""

    bl_parent_id = "VIEW3D_PT_avatar_sdk"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_translation_context = words.CONTEXT

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own: dict[str, Any] = dict(vars(cls))
        if "draw" in own:
            cls.draw = while_drawing(own["draw"])  # type: ignore[attr-defined]
        if "poll" in own:
            cls.poll = classmethod(while_drawing(own["poll"].__func__))  # type: ignore[assignment]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(marks.avatar_id(context.object))
