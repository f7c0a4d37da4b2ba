# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours and surfaces as properties of an object, for panels: whatever is changed is this avatar's own first.

Nothing is stored: the inputs of the materials are the truth, and what is animated. So where one avatar is selected and
shares no such material, panels draw the input itself, which takes keyframes like any other field (`field`). Through the
properties a change is for all avatars that are selected, if the object's own avatar is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import bpy

from . import look, look_lead, marks
from .materials.recoloring import color_inputs
from .selection import selected_avatars

COLOR, LIPS = "avatar_sdk_color", "avatar_sdk_lips_color"
# Property -> the node group's input, its label, what it does, its range.
VALUES: dict[str, tuple[str, str, str, float, float]] = {
    "avatar_sdk_detail": ("Detail", "Skin Detail", "Fine relief of the skin that no texture has", 0.0, 1.0),
    "avatar_sdk_detail_scale": ("Detail Scale", "Detail Scale", "How fine that relief is", 1.0, 10000.0),
    "avatar_sdk_subsurface": ("Subsurface", "Scattering", "How much light scatters below the surface", 0.0, 1.0),
    "avatar_sdk_relief": ("Normal Strength", "Relief", "How deep the relief of the texture is", 0.0, 3.0),
    "avatar_sdk_roughness": ("Roughness", "Roughness", "How dull the surface is", 0.0, 1.0),
    "avatar_sdk_specular": ("Specular", "Specular", "How much it mirrors at right angles", 0.0, 1.0),
}


def register() -> None:
    """Objects get the properties."""
    for name, label, lips in ((COLOR, "Colour", False), (LIPS, "Lips Colour", True)):
        setattr(bpy.types.Object, name, _color(label, lips=lips))
    for name, row in VALUES.items():
        setattr(bpy.types.Object, name, _value(*row))


def unregister() -> None:
    """Objects lose them."""
    for name in (COLOR, LIPS, *VALUES):
        delattr(bpy.types.Object, name)


def field(obj: bpy.types.Object, name: str, avatars: int) -> tuple[Any, str]:
    """What a panel draws for a property, as `layout.prop` takes it: the input that leads, or the property.

    `avatars` tells how many are selected.
    """
    names = color_inputs(obj, lips=name == LIPS) if name in (COLOR, LIPS) else (VALUES[name][0],)
    socket = look_lead.leading_input(obj, names[0]) if names and avatars < 2 and not obj.library else None
    return (socket, "default_value") if socket is not None else (obj, name)


def _color(label: str, *, lips: bool) -> Any:
    def get(obj: bpy.types.Object) -> Sequence[float]:
        return look.color_of(obj, lips=lips) or (0.0, 0.0, 0.0)

    def put(obj: bpy.types.Object, color: Sequence[float]) -> None:
        _on_all(obj, lambda one: look.set_color(one, color, lips=lips))

    return bpy.props.FloatVectorProperty(
        name=label,
        description="The colour that this avatar has here; the materials of others stay as they are",
        subtype="COLOR", size=3, min=0.0, max=1.0, get=get, set=put, options=set(), override={"LIBRARY_OVERRIDABLE"},
    )  # fmt: skip


def _value(name: str, label: str, description: str, low: float, high: float) -> Any:
    def get(obj: bpy.types.Object) -> float:
        return look.value_of(obj, name) or 0.0

    def put(obj: bpy.types.Object, value: float) -> None:
        _on_all(obj, lambda one: look.set_value(one, name, value))

    return bpy.props.FloatProperty(
        name=label, description=description, min=low, max=high, subtype="FACTOR" if high == 1.0 else "NONE",
        get=get, set=put, options=set(), override={"LIBRARY_OVERRIDABLE"},
    )  # fmt: skip


def _on_all(obj: bpy.types.Object, change: Callable[[bpy.types.Object], None]) -> None:
    """Changes it here, and on its counterparts on the other avatars that are selected together with this one."""
    avatars = selected_avatars(bpy.context)
    mine = marks.anchor_of(obj)
    others = [one for one in avatars if marks.anchor_of(one) != mine]
    for one in [obj, *(look.counterparts(obj, others) if len(others) < len(avatars) else ())]:
        try:
            change(one)
        except ValueError:  # another avatar's own material has no such input
            continue
