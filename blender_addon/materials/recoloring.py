# SPDX-License-Identifier: GPL-3.0-or-later
"""Which inputs of a part's surface recolour it."""

from __future__ import annotations

import bpy

from .groups import Kind
from .groups.library import kind_of
from .surfaces import surface_node

# Kind of surface -> inputs for the colour that is wished for, how much of it, and the colour that it has by itself.
COLORS = {
    Kind.SKIN: ("Skin Colour", "Recolour", "Own Colour"),
    Kind.HAIR: ("Hair Colour", "Recolour", "Own Colour"),
    Kind.EYEBALL: ("Iris Colour", "Recolour", "Own Colour"),
    Kind.CLOTH: ("Cloth Colour", "Recolour", "Own Colour"),
}
LIPS = ("Lips Colour", "Recolour Lips", "Own Lips Colour")
OWN = {wished: own for wished, _, own in (*COLORS.values(), LIPS)}
FIXED_IN_SOLID = frozenset({Kind.SKIN})  # views that show one colour a material: their skin needn't follow

Inputs = tuple[str, str, str]


def surface_of(obj: bpy.types.Object) -> tuple[bpy.types.Node, Kind] | None:
    """The group of ours that an object's material gives out, and its kind; None where a person's own material is."""
    material = obj.active_material
    node = surface_node(material) if material else None
    kind = kind_of(node.node_tree) if node is not None and node.type == "GROUP" else None
    return (node, kind) if node is not None and kind is not None else None


def color_inputs(obj: bpy.types.Object, *, lips: bool = False) -> Inputs | None:
    """Names of the inputs that recolour an object (or its lips); None where it can't be recoloured."""
    found = surface_of(obj)
    if found is None:
        return None
    names = color_inputs_of(*found)
    return next((one for one in names if (one == LIPS) == lips), None)


def color_inputs_of(node: bpy.types.Node, kind: Kind) -> list[Inputs]:
    """The same of a surface: all that recolour it; lips only where a mask shows them."""
    found = [COLORS[kind]] if kind in COLORS else []
    return [*found, LIPS] if kind is Kind.SKIN and node.inputs["Lips Mask"].is_linked else found
