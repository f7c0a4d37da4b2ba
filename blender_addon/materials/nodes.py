# SPDX-License-Identifier: GPL-3.0-or-later
"""A small hand for node trees: add, connect, lay out from right to left."""

from __future__ import annotations

from typing import Any

import bpy

COLUMN = 300


class Graph:
    """A node tree under construction. A node goes where `column` (leftwards from the output) and `row` say."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self.tree = tree

    def add(self, kind: str, column: float = 0, row: float = 0, label: str = "", **inputs: Any) -> bpy.types.Node:
        """Adds a node; keyword arguments set inputs by name (`Base_Color=` for "Base Color"), a socket is linked."""
        node = self.tree.nodes.new(kind)
        node.location = (-column * COLUMN, -row * COLUMN)
        node.label = label
        for name, value in inputs.items():
            self.set(node, name.replace("_", " "), value)
        return node

    def set(self, node: bpy.types.Node, name: str | int, value: Any) -> None:
        """Links a socket to an input, or sets the input's value."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, node.inputs[name])
        else:
            node.inputs[name].default_value = value

    def math(
        self, operation: str, first: Any, second: Any, column: float = 0, row: float = 0, *, clamp: bool = False
    ) -> bpy.types.NodeSocket:
        """A Math node's result; its operands are sockets or numbers; with `clamp` it stays within 0 and 1."""
        node = self.add("ShaderNodeMath", column, row)
        node.operation = operation
        node.use_clamp = clamp
        self.set(node, 0, first)
        self.set(node, 1, second)
        return node.outputs[0]

    def vector_math(
        self, operation: str, first: Any, second: Any = None, *, scale: Any = None, column: float = 3, row: float = 0
    ) -> bpy.types.Node:
        """A Vector Math node; its operands are sockets or triples, its scale a socket or a number."""
        node = self.add("ShaderNodeVectorMath", column, row)
        node.operation = operation
        self.set(node, 0, first)
        if second is not None:
            self.set(node, 1, second)
        if scale is not None:
            self.set(node, "Scale", scale)
        return node

    def multiply_add(
        self, first: Any, factor: float, addend: float, *, column: float = 3, row: float = 0
    ) -> bpy.types.NodeSocket:
        """Each component times a number, plus a number."""
        node = self.vector_math("MULTIPLY_ADD", first, (factor,) * 3, column=column, row=row)
        self.set(node, 2, (addend,) * 3)
        return node.outputs[0]

    def mix_color(
        self, blend: str, factor: Any, first: Any, second: Any, column: float = 2, row: float = 0
    ) -> bpy.types.NodeSocket:
        """Two colours mixed; factor and colours are sockets or values."""
        node = self.add("ShaderNodeMix", column, row)
        node.data_type, node.blend_type = "RGBA", blend
        for index, value in ((0, factor), (6, first), (7, second)):  # the node has sockets of all its types
            self.set(node, index, value)
        return node.outputs[2]

    def object_property(self, name: str, column: float, row: float, label: str = "") -> bpy.types.NodeSocket:
        """A custom property of the object that is drawn, as a number: one material may serve several objects."""
        node = self.add("ShaderNodeAttribute", column, row, label)
        node.attribute_type = "OBJECT"
        node.attribute_name = name
        return node.outputs["Fac"]

    def image(self, image: bpy.types.Image, column: float, row: float, label: str = "") -> bpy.types.Node:
        """An Image Texture node on the mesh's active UV map."""
        node = self.add("ShaderNodeTexImage", column, row, label)
        node.image = image
        node.width = 240
        return node
