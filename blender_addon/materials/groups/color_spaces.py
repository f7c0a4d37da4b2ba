# SPDX-License-Identifier: GPL-3.0-or-later
"""Between scene-linear colours, which nodes work in, and sRGB values, which the formulas of recolouring are for.

Source: IEC 61966-2-1.
"""

from __future__ import annotations

import bpy

from ..nodes import Graph
from .sockets import GroupTree, Socket

_COLOR = Socket("Color", "color", (0.5, 0.5, 0.5, 1.0))


def build_to_srgb(name: str) -> bpy.types.NodeTree:
    """Linear → sRGB, each channel: 12.92 x below 0.0031308, else 1.055 x^(1/2.4) − 0.055."""
    return _build(name, 0.0031308, 12.92, lambda graph, x: _plus(graph, _power(graph, x, 1 / 2.4, 1.055), -0.055))


def build_to_linear(name: str) -> bpy.types.NodeTree:
    """sRGB → linear, each channel: x / 12.92 below 0.04045, else ((x + 0.055) / 1.055)^2.4."""

    def curve(graph: Graph, x: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        return _power(graph, graph.math("DIVIDE", _plus(graph, x, 0.055), 1.055, 4), 2.4, 1.0)

    return _build(name, 0.04045, 1 / 12.92, curve)


def _build(name: str, knee: float, slope: float, curve: object) -> bpy.types.NodeTree:
    made = GroupTree(name, [_COLOR], [_COLOR])
    graph = made.graph
    split = graph.add("ShaderNodeSeparateColor", 7, Color=made["Color"])
    joined = graph.add("ShaderNodeCombineColor", 1)
    for row, channel in enumerate(("Red", "Green", "Blue")):
        x = graph.math("MAXIMUM", split.outputs[channel], 0.0, 6, row)
        straight = graph.math("MULTIPLY", x, slope, 5, row)
        bent = curve(graph, x)  # type: ignore[operator]
        above = graph.math("GREATER_THAN", x, knee, 3, row)
        step = graph.math("MULTIPLY", above, graph.math("SUBTRACT", bent, straight, 3, row), 2, row)
        graph.set(joined, channel, graph.math("ADD", straight, step, 2, row))
    made.give("Color", joined.outputs[0])
    return made.tree


def _power(graph: Graph, x: bpy.types.NodeSocket, exponent: float, scale: float) -> bpy.types.NodeSocket:
    raised = graph.math("POWER", x, exponent, 5, 3)
    return raised if scale == 1.0 else graph.math("MULTIPLY", raised, scale, 4, 3)


def _plus(graph: Graph, x: bpy.types.NodeSocket, value: float) -> bpy.types.NodeSocket:
    return graph.math("ADD", x, value, 4, 4)
