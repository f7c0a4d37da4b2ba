# SPDX-License-Identifier: GPL-3.0-or-later
"""What hides skin under one garment: chained on the alpha, one after the other."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar import masks

from .sockets import GroupTree, Socket


def build(name: str) -> bpy.types.NodeTree:
    """Alpha × max(mask > 0.5, 1 − shown)."""
    made = GroupTree(
        name,
        [
            Socket("Mask", "factor", 1.0, "White where the skin stays visible"),
            Socket("Shown", "factor", 1.0, "Whether the garment is worn"),
            Socket("Alpha", "factor", 1.0),
        ],
        [Socket("Alpha", "factor")],
    )
    graph = made.graph
    visible = graph.math("GREATER_THAN", made["Mask"], masks.THRESHOLD, 3)
    uncovered = graph.math("SUBTRACT", 1.0, made["Shown"], 3, 0.6)
    either = graph.math("MAXIMUM", visible, uncovered, 2)
    made.give("Alpha", graph.math("MULTIPLY", either, made["Alpha"], 1))
    return made.tree
