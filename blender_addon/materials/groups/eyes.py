# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyeballs and corneas."""

from __future__ import annotations

import bpy

from .library import Kind, group
from .sockets import GroupTree, Socket
from .surface import PBR, SURFACE, principled

CORNEA_IOR = 1.376  # of the human cornea


def build_eyeball(name: str) -> bpy.types.NodeTree:
    """Most of an eye's gloss is the cornea's; a second one would grey the pupil.

    Recolouring is our own guess, as the documentation has no formula: colour is moved where the texture is coloured
    (the iris), not where it is white (the sclera) or black (the pupil).
    """
    made = GroupTree(
        name,
        [
            *PBR,
            Socket("Specular", "factor", 0.2, "Most of the gloss is the cornea's"),
            Socket("Recolour", "factor", 1.0, "How much of the iris colour below"),
            Socket("Iris Colour", "color", (0.05, 0.09, 0.12, 1.0), "The colour that the iris becomes"),
            Socket("Own Colour", "color", (0.05, 0.09, 0.12, 1.0), "The colour that the iris has"),
        ],
        SURFACE,
    )
    graph = made.graph
    hue = graph.add("ShaderNodeSeparateColor", 7, 2, Color=made["Color"])
    hue.mode = "HSV"
    colored = graph.math("MULTIPLY", graph.math("SUBTRACT", hue.outputs["Green"], 0.25, 6, 2), 5.0, 6, 2, clamp=True)
    recolored = graph.add("ShaderNodeGroup", 4)
    recolored.node_tree = group(Kind.RECOLOR_HAIR)
    graph.set(recolored, "Color", made["Color"])
    graph.set(recolored, "Factor", graph.math("MULTIPLY", made["Recolour"], colored, 5, 2))
    graph.set(recolored, "Target", made["Iris Colour"])
    graph.set(recolored, "Average", made["Own Colour"])
    principled(made, recolored.outputs[0])
    return made.tree


def build_cornea(name: str) -> bpy.types.NodeTree:
    """A clear, glossy film over the eye: what it doesn't mirror passes through."""
    made = GroupTree(
        name,
        [
            Socket("Roughness", "factor", 0.05),
            Socket("IOR", "number", CORNEA_IOR, "Index of refraction: how strongly it mirrors", 1.0, 3.0),
        ],
        SURFACE,
    )
    graph = made.graph
    fresnel = graph.add("ShaderNodeFresnel", 3, 0, IOR=made["IOR"])
    clear = graph.add("ShaderNodeBsdfTransparent", 3, 1)
    gloss = graph.add("ShaderNodeBsdfGlossy", 3, 2, Roughness=made["Roughness"])
    # From within, the film would mirror like the surface of water seen by a diver: black, where two of its walls lie
    # behind each other.
    side = graph.add("ShaderNodeNewGeometry", 4, 0)
    outside = graph.math("SUBTRACT", 1.0, side.outputs["Backfacing"], 3, -1)
    mix = graph.add("ShaderNodeMixShader", 1, 0, Fac=graph.math("MULTIPLY", fresnel.outputs[0], outside, 2, -1))
    graph.set(mix, 1, clear.outputs[0])
    graph.set(mix, 2, gloss.outputs[0])
    made.give("Surface", mix.outputs[0])
    return made.tree
