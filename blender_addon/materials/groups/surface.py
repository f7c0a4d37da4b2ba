# SPDX-License-Identifier: GPL-3.0-or-later
"""What most surfaces share: colour, metalness, roughness and relief into a Principled BSDF."""

from __future__ import annotations

import bpy

from .sockets import GroupTree, Socket

FLAT = (0.5, 0.5, 1.0, 1.0)  # the normal map of a smooth surface

COLOR = Socket("Color", "color", (0.8, 0.8, 0.8, 1.0))
ALPHA = Socket("Alpha", "factor", 1.0)
METALLIC = Socket("Metallic", "factor", 0.0)
ROUGHNESS = Socket("Roughness", "factor", 0.6)
NORMAL_MAP = Socket("Normal Map", "color", FLAT, "OpenGL (+Y)")
NORMAL_STRENGTH = Socket("Normal Strength", "number", 1.0, "How deep the relief is", 0.0, 3.0)
SPECULAR = Socket("Specular", "factor", 0.5, "How much it mirrors at right angles; 0.5 is 4 %")
PBR = (COLOR, ALPHA, METALLIC, ROUGHNESS, NORMAL_MAP, NORMAL_STRENGTH)
SURFACE = (Socket("Surface", "shader"),)


def principled(made: GroupTree, color: bpy.types.NodeSocket | None = None) -> bpy.types.Node:
    """The Principled BSDF, fed by the inputs of these names as far as the group has them, given out as Surface."""
    graph = made.graph
    shader = graph.add("ShaderNodeBsdfPrincipled", 1)
    names = {item.name for item in made.tree.interface.items_tree if item.in_out == "INPUT"}
    graph.set(shader, "Base Color", made["Color"] if color is None else color)
    for name in ("Alpha", "Metallic", "Roughness"):
        if name in names:
            graph.set(shader, name, made[name])
    if "Specular" in names:
        graph.set(shader, "Specular IOR Level", made["Specular"])
    if "Normal Map" in names:
        graph.set(shader, "Normal", relief(made))
    made.give("Surface", shader.outputs[0])
    return shader


def relief(made: GroupTree) -> bpy.types.NodeSocket:
    """The normal that the map gives."""
    node = made.graph.add("ShaderNodeNormalMap", 3, 2, Color=made["Normal Map"], Strength=made["Normal Strength"])
    return node.outputs["Normal"]
