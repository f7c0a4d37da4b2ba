# SPDX-License-Identifier: GPL-3.0-or-later
"""What the active avatar wears and could wear."""

from __future__ import annotations

import bpy

from .. import marks
from ..overrides import is_linked
from .of_avatar import OfAvatar


class VIEW3D_PT_avatar_sdk_wardrobe(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """One switch for each garment, haircut and accessory; it shows the thing and hides the skin below."""

    bl_label = "Wardrobe"
    bl_order = 10

    def draw(self, context: bpy.types.Context) -> None:
        items = marks.worn(context.object)
        if not items:
            self.layout.label(text="This avatar wears nothing")
        column = self.layout.column(align=True)
        column.enabled = not is_linked(context.object)
        for item in items:
            kind = str(item.get(marks.CATEGORY, "")).replace("outfits_", "").replace("_", " ").capitalize()
            column.prop(item, f'["{marks.SHOWN}"]', text=f"{item.name} ({kind})" if kind else item.name)


CLASSES = (VIEW3D_PT_avatar_sdk_wardrobe,)
