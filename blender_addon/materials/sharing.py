# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars share what is the same: a material that would be made twice is made once.

Skin isn't shared: its material holds the masks of what this one avatar wears.
"""

from __future__ import annotations

import hashlib
from typing import Any

import bpy

_MARK = "avatar_sdk_material"  # the part that a material of ours is for, and its fingerprint at birth


def shared(material: bpy.types.Material, part: str) -> bpy.types.Material:
    """This file's material of the same part and the same look that nobody changed, else the one given.

    Where there is one, the material given is left without a user, for `rollback.only_what_is_used` to remove with all
    others: Blender looks through the whole file for each removal.
    """
    fingerprint = _fingerprint(material)
    material[_MARK] = mark = f"{part}:{fingerprint}"
    for other in bpy.data.materials:
        same = other != material and other.get(_MARK) == mark and other.library is None
        if same and _fingerprint(other) == fingerprint:
            return other
    return material


def _fingerprint(material: bpy.types.Material) -> str:
    """What makes two materials look the same, whatever they are called."""
    tree = material.node_tree
    order = {node.name: index for index, node in enumerate(tree.nodes)}
    seen = [
        *(_node(node) for node in tree.nodes),
        *sorted(
            (
                order[link.from_node.name],
                link.from_socket.identifier,
                order[link.to_node.name],
                link.to_socket.identifier,
            )
            for link in tree.links
        ),
        tuple(round(value, 5) for value in material.diffuse_color),
        material.surface_render_method,
        material.use_backface_culling,
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _node(node: bpy.types.Node) -> tuple[Any, ...]:
    block = getattr(node, "image", None) or getattr(node, "node_tree", None)
    return (
        node.bl_idname,
        node.mute,
        getattr(node, "operation", ""),
        block.session_uid if block else 0,
        *(_value(socket) for socket in node.inputs),
    )


def _value(socket: bpy.types.NodeSocket) -> Any:
    value: Any = getattr(socket, "default_value", None)
    if isinstance(value, int | float):
        return round(value, 5)
    return tuple(round(part, 5) for part in value) if hasattr(value, "__len__") and not isinstance(value, str) else None
