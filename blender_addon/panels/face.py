# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of the active avatar: its head's shape keys as sliders."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import bpy

from avatarsdk_core.avatar.expressions import NEGLIGIBLE
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of

from .. import face_values, words
from ..operators.face import (
    ALL,
    GROUPS,
    AVATAR_SDK_OT_face_key,
    AVATAR_SDK_OT_face_mirror,
    AVATAR_SDK_OT_face_reset,
)
from .of_avatar import OfAvatar
from .text import paragraph
from .width import width

_WIDE = 260  # pixels at scale 1: a slider a third as wide still shows its value

_group = lru_cache(maxsize=4096)(group_of)


class FaceSettings(bpy.types.PropertyGroup):
    """Which sliders are shown, and how expressions are put on."""

    search: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Search", description="Show shape keys whose names hold these words", options={"TEXTEDIT_UPDATE"}
    )
    group: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Group",
        description="Which shape keys are shown",
        items=GROUPS,
    )
    only_moved: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Only What Is Not Zero", description="Hide shape keys that are at zero"
    )
    find: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Search", description="Show expressions whose names hold these words", options={"TEXTEDIT_UPDATE"}
    )
    strength: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Strength", description="How much of an expression", default=1.0, min=0.0, max=2.0, soft_max=1.0
    )
    additive: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Add", description="Add expressions to the face that is there, instead of taking its place"
    )
    key: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Key", description="Insert keyframes with every expression that is put on"
    )


class AVATAR_SDK_UL_face(bpy.types.UIList):  # noqa: N801  (Blender's naming)
    """A slider for each shape key of the face that is asked for."""

    def draw_item(  # Blender counts the arguments
        self, context: Any, layout: Any, _data: Any, item: Any, _icon: Any, _active_data: Any, _active: Any
    ) -> None:
        row = layout.split(factor=0.66 if width(context) >= _WIDE else 0.5, align=True)
        row.label(text=item.name, translate=False)
        row.prop(item, "value", text="", slider=True)

    def draw_filter(self, _context: Any, _layout: Any) -> None:
        """The panel has the search above the list."""

    def filter_items(self, context: bpy.types.Context, data: Any, name: str) -> tuple[list[int], list[int]]:
        settings = context.window_manager.avatar_sdk_face
        asked, group, shown = settings.search.casefold().split(), settings.group, self.bitflag_filter_item
        flags = [
            shown
            if number and _is_asked_for(key.name, asked, group) and not (settings.only_moved and _rests(key))
            else 0
            for number, key in enumerate(getattr(data, name))
        ]
        return flags, []


class VIEW3D_PT_avatar_sdk_face(OfAvatar, bpy.types.Panel):  # noqa: N801
    """The head's shape keys; all else of the avatar follows them."""

    bl_label = "Face"
    bl_order = 20
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        head = face_values.head_of(context.object)
        if head is None:
            paragraph(layout, context, "This head has no shape keys: export it again with Face Shapes", "INFO")
            return
        if face_values.is_locked(head):
            paragraph(layout, context, "Linked: the face can't be changed here", "LINKED")
            return
        settings = context.window_manager.avatar_sdk_face
        row = layout.row(align=True)
        row.prop(settings, "search", text="", icon="VIEWZOOM")
        row.prop(settings, "group", text="")
        row.prop(settings, "only_moved", text="", icon="FILTER")
        layout.template_list(
            AVATAR_SDK_UL_face.__name__, "", head.data.shape_keys, "key_blocks", head, "active_shape_key_index", rows=8
        )
        row = layout.row(align=True)
        for operator, text, icon in (
            (AVATAR_SDK_OT_face_reset, words.iface("Reset"), "LOOP_BACK"),
            (AVATAR_SDK_OT_face_mirror, words.iface("Mirror"), "MOD_MIRROR"),
            (AVATAR_SDK_OT_face_key, words.iface("Key"), "KEY_HLT"),
        ):
            button = row.operator(operator.bl_idname, text=text, icon=icon, translate=False)
            button.group = settings.group
        button.only_moved = settings.only_moved


def _is_asked_for(name: str, asked: list[str], group: str) -> bool:
    own = _group(name)
    if own in (ShapeGroup.BODY, ShapeGroup.HAIRCUT) or group not in (ALL, own):
        return False
    low = name.casefold()
    return all(word in low for word in asked)


def _rests(key: bpy.types.ShapeKey) -> bool:
    return abs(key.value) <= NEGLIGIBLE


CLASSES = (FaceSettings, AVATAR_SDK_UL_face, VIEW3D_PT_avatar_sdk_face)


def register() -> None:
    """What is shown is kept with the window, not with the file."""
    bpy.types.WindowManager.avatar_sdk_face = bpy.props.PointerProperty(type=FaceSettings)


def unregister() -> None:
    """Takes it back."""
    del bpy.types.WindowManager.avatar_sdk_face
