# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair cards and eyelashes: strands painted on strips, their shape in the alpha."""

from __future__ import annotations

import bpy

from .library import Kind, group
from .sockets import GroupTree, Socket
from .surface import ALPHA, COLOR, NORMAL_MAP, NORMAL_STRENGTH, SURFACE, principled


def build_hair(name: str) -> bpy.types.NodeTree:
    made = GroupTree(
        name,
        [
            COLOR,
            ALPHA,
            Socket("Roughness", "factor", 0.55),
            NORMAL_MAP,
            NORMAL_STRENGTH,
            Socket("Specular", "factor", 0.3),
            Socket("Sheen", "factor", 0.5, "How far highlights are drawn out across the strands (Cycles)"),
            Socket("Occlusion", "color", (1.0, 1.0, 1.0, 1.0), "White where light comes in"),
            Socket("Occlusion Strength", "factor", 1.0),
            Socket("Root", "factor", 0.0, "White at the roots"),
            Socket("Root Darkening", "factor", 0.35, "How much darker the roots are"),
            Socket("Recolour", "factor", 1.0, "How much of the hair colour below"),
            Socket("Hair Colour", "color", (0.1, 0.06, 0.03, 1.0), "The colour that the hair becomes"),
            Socket("Own Colour", "color", (0.1, 0.06, 0.03, 1.0), "Mean colour of the texture"),
        ],
        SURFACE,
    )
    graph = made.graph
    recolored = graph.add("ShaderNodeGroup", 6)
    recolored.node_tree = group(Kind.RECOLOR_HAIR)
    for socket, source in (
        ("Color", "Color"),
        ("Factor", "Recolour"),
        ("Target", "Hair Colour"),
        ("Average", "Own Colour"),
    ):
        graph.set(recolored, socket, made[source])
    shaded = graph.mix_color("MULTIPLY", made["Occlusion Strength"], recolored.outputs[0], made["Occlusion"], 5)
    darker = graph.math("MULTIPLY", made["Root"], made["Root Darkening"], 5, 2)
    rooted = graph.mix_color("MIX", darker, shaded, (0.0, 0.0, 0.0, 1.0), 4)
    shader = principled(made, rooted)
    shader.inputs["Metallic"].default_value = 0.0
    graph.set(shader, "Anisotropic", made["Sheen"])
    across = graph.add("ShaderNodeTangent", 3, 4)
    across.direction_type = "UV_MAP"  # strands run along V of a card, so U lies across them
    graph.set(shader, "Tangent", across.outputs["Tangent"])
    return made.tree


def build_eyelashes(name: str) -> bpy.types.NodeTree:
    """Black, and nothing that mirrors."""
    made = GroupTree(name, [Socket("Color", "color", (0.0, 0.0, 0.0, 1.0)), ALPHA], SURFACE)
    shader = principled(made)
    shader.inputs["Roughness"].default_value = 0.8
    shader.inputs["Specular IOR Level"].default_value = 0.1
    return made.tree
