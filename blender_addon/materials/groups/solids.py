# SPDX-License-Identifier: GPL-3.0-or-later
"""Surfaces that are as their maps say: cloth, teeth, glasses, jewellery, and whatever has no rule of its own."""

from __future__ import annotations

from dataclasses import replace

import bpy

from .library import Kind, group
from .sockets import GroupTree, Socket
from .surface import METALLIC, PBR, ROUGHNESS, SPECULAR, SURFACE, principled


def build_plain(name: str) -> bpy.types.NodeTree:
    return _as_maps_say(name)


def build_teeth(name: str) -> bpy.types.NodeTree:
    """Enamel lets a little light in."""
    made = GroupTree(
        name,
        [*PBR, SPECULAR, Socket("Subsurface", "factor", 0.05, "How much light scatters below the surface")],
        SURFACE,
    )
    shader = principled(made)
    made.graph.set(shader, "Subsurface Weight", made["Subsurface"])
    shader.inputs["Subsurface Scale"].default_value = 0.002
    return made.tree


def build_cloth(name: str) -> bpy.types.NodeTree:
    """Recolouring where the garment's mask is white.

    The formula is that of hair; the documentation promises recolouring by the mask but gives none: a guess.
    """
    made = GroupTree(
        name,
        [
            *PBR,
            SPECULAR,
            Socket("Fuzz", "factor", 0.0, "Soft sheen of fibres at the edges"),
            Socket("Recolouring Mask", "factor", 1.0, "White where the cloth takes the colour below"),
            Socket("Recolour", "factor", 1.0, "How much of the cloth colour below"),
            Socket("Cloth Colour", "color", (0.3, 0.3, 0.3, 1.0), "The colour that the cloth becomes"),
            Socket("Own Colour", "color", (0.3, 0.3, 0.3, 1.0), "Mean colour of the texture"),
        ],
        SURFACE,
    )
    graph = made.graph
    recolored = graph.add("ShaderNodeGroup", 4)
    recolored.node_tree = group(Kind.RECOLOR_HAIR)
    graph.set(recolored, "Color", made["Color"])
    graph.set(recolored, "Factor", graph.math("MULTIPLY", made["Recolour"], made["Recolouring Mask"], 5, 2))
    graph.set(recolored, "Target", made["Cloth Colour"])
    graph.set(recolored, "Average", made["Own Colour"])
    shader = principled(made, recolored.outputs[0])
    graph.set(shader, "Sheen Weight", made["Fuzz"])
    return made.tree


def build_glasses(name: str) -> bpy.types.NodeTree:
    """Frame and lenses in one texture: where the alpha is low is glass."""
    return _as_maps_say(name, roughness=0.25)


def build_jewellery(name: str) -> bpy.types.NodeTree:
    return _as_maps_say(name, roughness=0.2, metallic=1.0)


def _as_maps_say(name: str, roughness: float = 0.6, metallic: float = 0.0) -> bpy.types.NodeTree:
    inputs = [
        replace(socket, default=roughness)
        if socket is ROUGHNESS
        else replace(socket, default=metallic)
        if socket is METALLIC
        else socket
        for socket in PBR
    ]
    made = GroupTree(name, [*inputs, SPECULAR], SURFACE)
    principled(made)
    return made.tree
