# SPDX-License-Identifier: GPL-3.0-or-later
"""Inputs and outputs of a node group, declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import bpy

from ..nodes import Graph

_TYPES = {
    "color": "NodeSocketColor",
    "factor": "NodeSocketFloat",
    "number": "NodeSocketFloat",
    "length": "NodeSocketFloat",
    "vector": "NodeSocketVector",
    "shader": "NodeSocketShader",
}
_SUBTYPES = {"factor": "FACTOR", "length": "DISTANCE"}


@dataclass(frozen=True)
class Socket:
    """One input or output: its name, what it holds (a key of `_TYPES`), its default, and a word for the tooltip."""

    name: str
    holds: str
    default: Any = None
    note: str = ""
    low: float = 0.0
    high: float = 1.0


class GroupTree:
    """A node group under construction: its graph, and its inputs as sockets by name."""

    def __init__(self, name: str, inputs: Iterable[Socket], outputs: Iterable[Socket]) -> None:
        self.tree = bpy.data.node_groups.new(name, "ShaderNodeTree")
        self.graph = Graph(self.tree)
        for socket in inputs:
            _declare(self.tree, socket, "INPUT")
        for socket in outputs:
            _declare(self.tree, socket, "OUTPUT")
        self._inputs = self.graph.add("NodeGroupInput", 8)
        self._output = self.graph.add("NodeGroupOutput", 0)

    def __getitem__(self, name: str) -> bpy.types.NodeSocket:
        """What comes in by this input."""
        return self._inputs.outputs[name]

    def give(self, name: str, value: bpy.types.NodeSocket) -> None:
        """What goes out by this output."""
        self.graph.set(self._output, name, value)


def _declare(tree: bpy.types.NodeTree, socket: Socket, direction: str) -> None:
    made = tree.interface.new_socket(socket.name, in_out=direction, socket_type=_TYPES[socket.holds])
    made.description = socket.note
    if direction == "OUTPUT" or socket.holds == "shader":
        return
    if socket.holds in ("factor", "number", "length"):
        made.subtype = _SUBTYPES.get(socket.holds, "NONE")
        made.min_value, made.max_value = socket.low, socket.high
    if socket.default is not None:
        made.default_value = socket.default
    if socket.holds == "vector":
        made.hide_value = True
