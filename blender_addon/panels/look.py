# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours and surfaces of the active avatar."""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from avatarsdk_core.avatar.roles import Role

from .. import look, look_lead, marks, words
from ..look_properties import COLOR, LIPS, VALUES, field
from ..materials.recoloring import color_inputs
from ..operators.look import (
    OBJECT_OT_avatar_sdk_key_look,
    OBJECT_OT_avatar_sdk_own_look,
    OBJECT_OT_avatar_sdk_quality,
    OBJECT_OT_avatar_sdk_reset_look,
)
from ..overrides import is_linked
from ..selection import selected_avatars
from .of_avatar import OfAvatar
from .text import paragraph

_PERSON = ((Role.HEAD, words.mark("Skin")), (Role.EYEBALL, words.mark("Eyes")))
_SKIN = ("avatar_sdk_detail", "avatar_sdk_detail_scale", "avatar_sdk_subsurface", "avatar_sdk_relief",
         "avatar_sdk_specular", "avatar_sdk_roughness")  # fmt: skip


class VIEW3D_PT_avatar_sdk_look(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """Colours of skin, lips, eyes, hair and clothes, and how the skin's surface is."""

    bl_label = "Look"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 40

    def draw(self, context: bpy.types.Context) -> None:
        parts = marks.parts_of(context.object)
        column = self.layout.column()
        if is_linked(context.object):
            paragraph(column, context, "Linked: colours can't be changed here", "LINKED")
            column = column.column()
            column.enabled = False
        avatars = len(selected_avatars(context))
        _draw_colors(column.column(align=True), parts, avatars)
        skin = next((part for part in parts if part.get(marks.ROLE) in (Role.HEAD, Role.BODY)), None)
        if skin is not None:
            values = column.column(align=True)
            for name in _SKIN:
                if look.value_of(skin, VALUES[name][0]) is not None:
                    text = words.iface(VALUES[name][1])
                    values.prop(*field(skin, name, avatars), text=text, slider=VALUES[name][4] == 1.0, translate=False)
        row = column.row(align=True)
        row.label(text="Quality", text_ctxt=words.CONTEXT)
        now = look.quality_of(context.object)
        for quality, text in (("full", "Full"), ("simple", "Simple")):
            button = row.operator(OBJECT_OT_avatar_sdk_quality.bl_idname, text=text, depress=quality == now)
            button.quality = quality
        row = column.row(align=True)
        row.operator(OBJECT_OT_avatar_sdk_reset_look.bl_idname, icon="LOOP_BACK")
        row.operator(OBJECT_OT_avatar_sdk_key_look.bl_idname, text="", icon="KEY_HLT")
        if look_lead.shared_materials(context.object):
            column.operator(OBJECT_OT_avatar_sdk_own_look.bl_idname, icon="DUPLICATE")


def _draw_colors(column: bpy.types.UILayout, parts: Sequence[bpy.types.Object], avatars: int) -> None:
    for role, title in _PERSON:
        part = next((one for one in parts if one.get(marks.ROLE) == role), None)
        if part is None and role is Role.HEAD:
            part = next((one for one in parts if one.get(marks.ROLE) == Role.BODY), None)
        if part is None or color_inputs(part) is None:
            continue
        _draw_color(column, part, COLOR, words.iface(title), avatars)
        if color_inputs(part, lips=True) is not None:
            _draw_color(column, part, LIPS, words.iface("Lips"), avatars)
    for item in parts:
        if item.get(marks.SHOWN) and not item.get(marks.FOLLOWS) and color_inputs(item) is not None:
            _draw_color(column, item, COLOR, item.name, avatars)


def _draw_color(column: bpy.types.UILayout, part: bpy.types.Object, name: str, title: str, avatars: int) -> None:
    """In one line: Blender puts a colour's name into a line of its own."""
    row = column.split(factor=0.4)
    row.label(text=title, translate=False)
    row.prop(*field(part, name, avatars), text="")


CLASSES = (VIEW3D_PT_avatar_sdk_look,)
