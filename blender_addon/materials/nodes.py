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

    def math(self, operation: str, first: Any, second: Any, column: float = 0, row: float = 0) -> bpy.types.NodeSocket:
        """A Math node's result; its operands are sockets or numbers."""
        node = self.add("ShaderNodeMath", column, row)
        node.operation = operation
        self.set(node, 0, first)
        self.set(node, 1, second)
        return node.outputs[0]

    def image(self, image: bpy.types.Image, column: float, row: float, label: str = "") -> bpy.types.Node:
        """An Image Texture node on the mesh's active UV map."""
        node = self.add("ShaderNodeTexImage", column, row, label)
        node.image = image
        node.width = 240
        return node
