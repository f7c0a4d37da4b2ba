# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain drivers: one value follows another, without Python, so that they run where scripts are not trusted."""

from __future__ import annotations

from typing import Any

import bpy


def drive(owner: Any, path: str, target: bpy.types.Object, target_path: str, *, inverted: bool = False) -> None:
    """Makes `owner.path` follow `target.target_path`; with `inverted` it becomes one minus that."""
    curve = owner.driver_add(path)
    driver = curve.driver
    driver.type = "SUM"
    variable = driver.variables.new()
    variable.name = "value"
    variable.type = "SINGLE_PROP"
    variable.targets[0].id = target
    variable.targets[0].data_path = target_path
    if inverted:
        while curve.modifiers:
            curve.modifiers.remove(curve.modifiers[0])
        line = curve.modifiers.new("GENERATOR")
        line.poly_order = 1
        line.coefficients = (1.0, -1.0)
