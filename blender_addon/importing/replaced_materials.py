# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of an avatar that is imported again: ours are made anew, a person's own stay, and so do inputs they set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ..materials.surfaces import surface_node

OURS = "avatar_sdk_made"  # on a material of ours: its group's unlinked inputs as it was made


def sign(material: bpy.types.Material) -> None:
    """Marks a material as ours, with what its inputs were, to tell later what a person set."""
    if OURS not in material:
        material[OURS] = _inputs(material)


def is_ours(material: bpy.types.Material | None) -> bool:
    """Whether an import made the material."""
    return material is not None and OURS in material


def replace_materials(old: bpy.types.Object, new: bpy.types.Object) -> tuple[list[str], Callable[[], None]]:
    """Puts the new part's materials into the old part's slots.

    A person's own material stays, and so does one of ours that they animated. Inputs that they set keep their values.

    Returns what was kept, in plain words, and what takes it all back.
    """
    before = [(slot.link, slot.material) for slot in old.material_slots]
    count = len(old.data.materials)
    told = []
    for index, slot in enumerate(new.material_slots):
        if index >= len(old.material_slots):
            old.data.materials.append(slot.material)
            continue
        place = old.material_slots[index]
        if place.material is not None and not is_ours(place.material):
            told.append(f"{old.name}: your material {place.material.name}")
        elif place.material is not None and _is_animated(place.material):
            told.append(f"{old.name}: the animated material {place.material.name}")
        else:
            place.material, inputs = _with_inputs_of(place.material, slot.material)
            told += [f"{old.name}: {name}" for name in inputs]

    def undo() -> None:
        while len(old.data.materials) > count:
            old.data.materials.pop()
        for slot, (link, material) in zip(old.material_slots, before, strict=True):
            slot.link, slot.material = link, material

    return told, undo


def _with_inputs_of(old: bpy.types.Material | None, new: bpy.types.Material) -> tuple[bpy.types.Material, list[str]]:
    made, now = (dict(old[OURS]), _inputs(old)) if old else ({}, {})
    there = _inputs(new)
    set_by_hand = {name: value for name, value in now.items() if name in made and _plain(made[name]) != value}
    changed = {name: value for name, value in set_by_hand.items() if name in there and value != there[name]}
    if not changed:
        return new, []
    if new.users > 0:  # it may be another avatar's too
        new = new.copy()
    node = surface_node(new)
    if node is not None:
        for name, value in changed.items():
            node.inputs[name].default_value = value
    return new, list(changed)


def _inputs(material: bpy.types.Material) -> dict[str, Any]:
    node = surface_node(material)
    sockets = [socket for socket in node.inputs if not socket.is_linked] if node else []
    return {socket.name: _plain(socket.default_value) for socket in sockets if hasattr(socket, "default_value")}


def _plain(value: Any) -> Any:
    """Numbers as they come back from a custom property: rounded, in lists."""
    if value is None or isinstance(value, bool | str):
        return value
    return [round(float(one), 5) for one in value] if hasattr(value, "__len__") else round(float(value), 5)


def _is_animated(material: bpy.types.Material) -> bool:
    found = [block.animation_data for block in (material, material.node_tree) if block and block.animation_data]
    return any(data.action or data.nla_tracks for data in found)
