# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin: light scatters below it, it may be recoloured, and fine relief can be added that no texture has."""

from __future__ import annotations

import bpy

from .library import Kind, group
from .recolor import where_other
from .sockets import GroupTree, Socket
from .surface import PBR, SPECULAR, SURFACE, principled, relief


def build(name: str) -> bpy.types.NodeTree:
    made = GroupTree(
        name,
        [
            *PBR,
            SPECULAR,
            Socket("Subsurface", "factor", 0.12, "How much light scatters below the surface; 0 is quick to draw"),
            Socket("Subsurface Scale", "length", 0.01, "How far it travels", 0.0, 0.1),
            Socket("Detail", "factor", 0.0, "Fine relief of the skin"),
            Socket("Detail Scale", "number", 800.0, "Cells of that relief across the part", 1.0, 10000.0),
            Socket("Recolour", "factor", 1.0, "How much of the skin colour below"),
            Socket("Skin Colour", "color", (0.462, 0.275, 0.181, 1.0), "The colour that the skin becomes"),
            Socket("Own Colour", "color", (0.462, 0.275, 0.181, 1.0), "The colour that the skin has"),
            Socket("Lips Mask", "factor", 0.0, "White where the lips are"),
            Socket("Recolour Lips", "factor", 1.0, "How much of the lips' colour below"),
            Socket("Lips Colour", "color", (0.35, 0.13, 0.12, 1.0), "The colour that the lips become"),
            Socket("Own Lips Colour", "color", (0.35, 0.13, 0.12, 1.0), "The colour that the lips have"),
            Socket("Haircut", "factor", 0.0, "How far the hair that is a shape of the head is grown"),
            Socket("Haircut Texture", "color", (0.1, 0.06, 0.03, 1.0)),
            Socket("Haircut Alpha", "factor", 0.0, "Where that hair is"),
        ],
        SURFACE,
    )
    graph = made.graph
    skin = _recolored(made, made["Recolour"], "Skin Colour", "Own Colour")
    # Lips are skin of another colour; where a mask shows them, their own colour decides. The documentation promises
    # recoloured lips and gives no formula: that of skin is our guess.
    wished = where_other(graph, made["Recolour Lips"], made["Lips Colour"], made["Own Lips Colour"])
    is_lips = graph.math("MULTIPLY", wished, made["Lips Mask"], 5, 3)
    lips = _recolored(made, 1.0, "Lips Colour", "Own Lips Colour")
    recolored = graph.mix_color("MIX", is_lips, skin, lips, 4)
    # The documentation promises a texture "to blend with" the head's and gives no formula: alpha over, by the key's
    # value, is our guess.
    grown = graph.math("MULTIPLY", made["Haircut"], made["Haircut Alpha"], 4, 2)
    shader = principled(made, graph.mix_color("MIX", grown, recolored, made["Haircut Texture"], 3))
    graph.set(shader, "Normal", _detailed(made))
    graph.set(shader, "Subsurface Weight", made["Subsurface"])
    graph.set(shader, "Subsurface Scale", made["Subsurface Scale"])
    shader.inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
    return made.tree


def _recolored(made: GroupTree, factor: bpy.types.NodeSocket | float, target: str, own: str) -> bpy.types.NodeSocket:
    """The texture's colour, turned from one colour (the input `own`) to another."""
    node = made.graph.add("ShaderNodeGroup", 5)
    node.node_tree = group(Kind.RECOLOR_SKIN)
    for socket, value in (
        ("Color", made["Color"]),
        ("Factor", factor),
        ("Target", made[target]),
        ("Default", made[own]),
    ):
        made.graph.set(node, socket, value)
    return node.outputs[0]


def _detailed(made: GroupTree) -> bpy.types.NodeSocket:
    """Cells as wide as pores, placed by the mesh at rest, so that they stay on the skin when it moves."""
    graph = made.graph
    place = graph.add("ShaderNodeTexCoord", 7, 4)
    cells = graph.add("ShaderNodeTexVoronoi", 5, 4)
    graph.set(cells, "Vector", place.outputs["Generated"])
    graph.set(cells, "Scale", made["Detail Scale"])
    bump = graph.add("ShaderNodeBump", 2, 3, Height=cells.outputs["Distance"])
    graph.set(bump, "Strength", graph.math("MULTIPLY", made["Detail"], 0.3, 4, 4))
    bump.inputs["Distance"].default_value = 0.0006  # metres: a pore's depth
    graph.set(bump, "Normal", relief(made))
    return bump.outputs["Normal"]
