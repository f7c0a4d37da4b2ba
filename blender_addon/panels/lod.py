# SPDX-License-Identifier: GPL-3.0-or-later
"""Which level of detail of the active avatar is seen."""

from __future__ import annotations

import bpy

from .. import lods, marks
from ..overrides import is_linked
from .of_avatar import OfAvatar
from .text import paragraph


class VIEW3D_PT_avatar_sdk_lod(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Levels of detail: which one the viewport shows, and which one renders do."""

    bl_label = "LOD"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 50

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return super().poll(context) and bool(lods.levels_in(context.object))

    def draw(self, context: bpy.types.Context) -> None:
        holder = lods.holder_of(context.object)
        column = self.layout.column()
        if is_linked(context.object):
            paragraph(column, context, "Linked: the level can't be changed here", "LINKED")
        row = column.row(align=True)
        row.enabled = not is_linked(context.object)
        row.prop(holder, f'["{marks.VIEWPORT_LOD}"]', text="Viewport", icon="RESTRICT_VIEW_OFF")
        row.prop(holder, f'["{marks.RENDER_LOD}"]', text="Render", icon="RESTRICT_RENDER_OFF")


CLASSES = (VIEW3D_PT_avatar_sdk_lod,)
