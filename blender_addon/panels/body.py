# SPDX-License-Identifier: GPL-3.0-or-later
"""The active avatar's body: its shapes, and how tall it is."""

from __future__ import annotations

import bpy

from .. import body, marks, words
from ..operators.body import OBJECT_OT_avatar_sdk_measure, OBJECT_OT_avatar_sdk_reset_body
from ..overrides import is_linked
from .of_avatar import OfAvatar
from .text import paragraph


class VIEW3D_PT_avatar_sdk_body(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Shapes of the body, and how tall it is."""

    bl_label = "Body"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 30

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        if is_linked(context.object):
            paragraph(column, context, "Linked: the body can't be changed here", "LINKED")
            column = column.column()
            column.enabled = False
        keys = body.body_keys(context.object)
        shapes = column.column(align=True)
        for key in keys:
            shapes.prop(key, "value", text=key.name, slider=True, translate=False)
        if keys:
            column.operator(OBJECT_OT_avatar_sdk_reset_body.bl_idname, icon="LOOP_BACK")
        else:
            paragraph(column, context, "This export has no shapes of the body")
        height = body.measured_height(context.object)
        row = column.row(align=True)
        if height:
            row.label(text=words.iface("Height: {metres:.3f} m", metres=height), translate=False)
        row.operator(OBJECT_OT_avatar_sdk_measure.bl_idname)
        armature = marks.armature_of(context.object)
        if armature is not None:
            column.prop(armature, "scale")


CLASSES = (VIEW3D_PT_avatar_sdk_body,)
