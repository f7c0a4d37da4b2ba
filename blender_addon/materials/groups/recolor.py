# SPDX-License-Identifier: GPL-3.0-or-later
"""Recolouring as node groups: a colour comes in, no pixel is rewritten. `avatarsdk_core.avatar.recolor` is the same in
numpy, with the source of the formulas.
"""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar import recolor

from ..nodes import Graph
from .library import Kind, group
from .sockets import GroupTree, Socket


def build_skin(name: str) -> bpy.types.NodeTree:
    """s·R·in in sRGB space: the rotation and scale that take the default skin colour to the target."""
    made = GroupTree(
        name,
        [
            Socket("Color", "color", (0.5, 0.5, 0.5, 1.0)),
            Socket("Factor", "factor", 0.0, "How much of the new colour"),
            Socket("Target", "color", (0.462, 0.275, 0.181, 1.0), "The colour that the skin becomes"),
            Socket("Default", "color", (0.462, 0.275, 0.181, 1.0), "The colour that the skin has"),
        ],
        [Socket("Color", "color")],
    )
    graph = made.graph
    color, target, default = (_srgb(graph, made[key]) for key in ("Color", "Target", "Default"))
    toward, base = _vector(graph, "NORMALIZE", target), _vector(graph, "NORMALIZE", default)
    cosine = _value(graph, "DOT_PRODUCT", base, toward)
    cross = _vector(graph, "CROSS_PRODUCT", base, toward)
    sine = _value(graph, "LENGTH", cross)
    axis = _vector(graph, "NORMALIZE", cross)  # nought where the colours are parallel: then nothing is turned
    turned = _vector(graph, "SCALE", color, scale=cosine)
    turned = _vector(
        graph, "ADD", turned, _vector(graph, "SCALE", _vector(graph, "CROSS_PRODUCT", axis, color), scale=sine)
    )
    along = graph.math("MULTIPLY", _value(graph, "DOT_PRODUCT", axis, color), graph.math("SUBTRACT", 1.0, cosine, 4), 4)
    turned = _vector(graph, "ADD", turned, _vector(graph, "SCALE", axis, scale=along))
    longer = graph.math("DIVIDE", _value(graph, "LENGTH", target), _value(graph, "LENGTH", default), 3)
    factor = where_other(graph, made["Factor"], made["Target"], made["Default"])
    made.give("Color", _mixed(graph, made, factor, _vector(graph, "SCALE", turned, scale=longer)))
    return made.tree


def build_hair(name: str) -> bpy.types.NodeTree:
    """tex + 0.8·(target − average) in sRGB space; towards very dark targets also target·tex."""
    made = GroupTree(
        name,
        [
            Socket("Color", "color", (0.5, 0.5, 0.5, 1.0)),
            Socket("Factor", "factor", 0.0, "How much of the new colour"),
            Socket("Target", "color", (0.1, 0.06, 0.03, 1.0), "The colour that it becomes"),
            Socket("Average", "color", (0.1, 0.06, 0.03, 1.0), "Mean colour of the texture"),
        ],
        [Socket("Color", "color")],
    )
    graph = made.graph
    color, target, average = (_srgb(graph, made[key]) for key in ("Color", "Target", "Average"))
    shift = _vector(graph, "SCALE", _vector(graph, "SUBTRACT", target, average), scale=recolor.HAIR_SHARE)
    shifted = _vector(graph, "ADD", color, shift)
    split = graph.add("ShaderNodeSeparateColor", 6, 5, Color=target)
    brightest = graph.math(
        "MAXIMUM", split.outputs["Red"], graph.math("MAXIMUM", split.outputs["Green"], split.outputs["Blue"], 5), 5
    )
    depth = graph.math("DIVIDE", graph.math("SUBTRACT", recolor.DARK, brightest, 4), recolor.DARK, 4)
    share = graph.math("MINIMUM", graph.math("MAXIMUM", depth, 0.0, 4), recolor.DARK_SHARE, 4)
    kept = graph.math("SUBTRACT", 1.0, share, 3)
    dark = _vector(graph, "SCALE", _vector(graph, "MULTIPLY", target, color), scale=share)
    mixed = _vector(graph, "ADD", _vector(graph, "SCALE", shifted, scale=kept), dark)
    factor = where_other(graph, made["Factor"], made["Target"], made["Average"])
    made.give("Color", _mixed(graph, made, factor, mixed))
    return made.tree


def where_other(
    graph: Graph, factor: bpy.types.NodeSocket, wished: bpy.types.NodeSocket, own: bpy.types.NodeSocket
) -> bpy.types.NodeSocket:
    """The factor where another colour is wished for than there is, else nought: the texture as it is."""
    is_other = graph.math("GREATER_THAN", _value(graph, "DISTANCE", wished, own), recolor.SAME, 5, 6)
    return graph.math("MULTIPLY", factor, is_other, 4, 6)


def _mixed(
    graph: Graph, made: GroupTree, factor: bpy.types.NodeSocket, srgb: bpy.types.NodeSocket
) -> bpy.types.NodeSocket:
    """Back to linear, within 0 to 1, and as much of it as asked for."""
    low = _vector(graph, "MAXIMUM", srgb, (0.0, 0.0, 0.0))
    linear = graph.add("ShaderNodeGroup", 2)
    linear.node_tree = group(Kind.TO_LINEAR)
    graph.set(linear, "Color", _vector(graph, "MINIMUM", low, (1.0, 1.0, 1.0)))
    return graph.mix_color("MIX", factor, made["Color"], linear.outputs[0], 1)


def _srgb(graph: Graph, color: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    node = graph.add("ShaderNodeGroup", 7)
    node.node_tree = group(Kind.TO_SRGB)
    graph.set(node, "Color", color)
    return node.outputs[0]


def _vector(
    graph: Graph, operation: str, first: object, second: object = None, *, scale: object = None
) -> bpy.types.NodeSocket:
    return graph.vector_math(operation, first, second, scale=scale).outputs["Vector"]


def _value(graph: Graph, operation: str, first: object, second: object = None) -> bpy.types.NodeSocket:
    return graph.vector_math(operation, first, second).outputs["Value"]
