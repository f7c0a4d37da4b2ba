# SPDX-License-Identifier: GPL-3.0-or-later
"""Between scene-linear colours, which nodes work in, and sRGB values, which the formulas of recolouring are for.

Source: IEC 61966-2-1. A straight line up to a knee, a power beyond it, as one sum over all channels at once:
line(min(x, knee)) + power(max(x, knee)) − power(knee).
"""

from __future__ import annotations

import bpy

from .sockets import GroupTree, Socket

_COLOR = Socket("Color", "color", (0.5, 0.5, 0.5, 1.0))
_SLOPE = 12.92
_OFFSET = 0.055
_EXPONENT = 2.4
_LINEAR_KNEE = 0.0031308
_SRGB_KNEE = 0.04045


def build_to_srgb(name: str) -> bpy.types.NodeTree:
    """Linear → sRGB, each channel: 12.92 x up to 0.0031308, then 1.055 x^(1/2.4) − 0.055."""
    scale = 1 + _OFFSET
    at_knee = scale * _LINEAR_KNEE ** (1 / _EXPONENT)
    return _build(name, _LINEAR_KNEE, _SLOPE, (1.0, 0.0), 1 / _EXPONENT, (scale, -at_knee))


def build_to_linear(name: str) -> bpy.types.NodeTree:
    """sRGB → linear, each channel: x / 12.92 up to 0.04045, then ((x + 0.055) / 1.055)^2.4."""
    scale = 1 / (1 + _OFFSET)
    at_knee = ((_SRGB_KNEE + _OFFSET) * scale) ** _EXPONENT
    return _build(name, _SRGB_KNEE, 1 / _SLOPE, (scale, _OFFSET * scale), _EXPONENT, (1.0, -at_knee))


def _build(
    name: str,
    knee: float,
    slope: float,
    before: tuple[float, float],
    exponent: float,
    after: tuple[float, float],
) -> bpy.types.NodeTree:
    """`before` and `after` the power: what it is multiplied by, and what is added."""
    made = GroupTree(name, [_COLOR], [_COLOR])
    graph = made.graph
    low = graph.vector_math("MINIMUM", made["Color"], (knee,) * 3, column=6).outputs[0]
    line = graph.vector_math("MULTIPLY", low, (slope,) * 3, column=5).outputs[0]
    high = graph.vector_math("MAXIMUM", made["Color"], (knee,) * 3, column=6, row=1).outputs[0]
    raised = graph.add("ShaderNodeGamma", 4, 1, Gamma=exponent)
    graph.set(raised, "Color", graph.multiply_add(high, *before, column=5, row=1))
    bent = graph.multiply_add(raised.outputs[0], *after, column=3, row=1)
    made.give("Color", graph.vector_math("ADD", line, bent, column=2).outputs[0])
    return made.tree
