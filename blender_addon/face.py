# SPDX-License-Identifier: GPL-3.0-or-later
"""The face: the head's shape keys are the master, and the same-named keys of teeth and eyelashes follow them."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.shape_groups import interval_of, is_haircut

from .drivers import drive
from .materials.surfaces import surface_node


def follow_head(
    head: bpy.types.Object, followers: list[bpy.types.Object], only: frozenset[str] | None = None
) -> int:
    """Drives the followers' shape keys by the head's keys of the same name (or `only` those named). Returns how many
    are driven."""
    if head.data.shape_keys is None:
        return 0
    names = set(head.data.shape_keys.key_blocks.keys()[1:])
    names &= names if only is None else only
    count = 0
    for follower in followers:
        keys = follower.data.shape_keys
        for key in list(keys.key_blocks)[1:] if keys else []:
            if key.name in names:
                # The object is the target: with the Key data-block, appending one part would lose the head's keys.
                drive(key, "value", head, _value_of(key))
                count += 1
    return count


def open_range(obj: bpy.types.Object) -> None:
    """Shape keys at zero and as far as they may go; a generated haircut (`Haircut…` of the head) belongs on."""
    for key in list(obj.data.shape_keys.key_blocks)[1:] if obj.data.shape_keys else []:
        key.slider_min, key.slider_max = interval_of(key.name)
        key.value = 1.0 if is_haircut(key.name) else 0.0


def blend_haircut(head: bpy.types.Object) -> None:
    """Lets the texture of a generated haircut come and go with its shape key."""
    keys = head.data.shape_keys
    grown = next((key for key in list(keys.key_blocks)[1:] if is_haircut(key.name)), None) if keys else None
    node = surface_node(head.active_material) if grown and head.active_material else None
    if node is not None and "Haircut" in node.inputs and node.inputs["Haircut Alpha"].is_linked:
        drive(node.inputs["Haircut"], "default_value", head, _value_of(grown))


def _value_of(key: bpy.types.ShapeKey) -> str:
    return f'data.shape_keys.key_blocks["{bpy.utils.escape_identifier(key.name)}"].value'
