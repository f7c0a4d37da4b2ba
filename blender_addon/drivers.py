# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain drivers: one value follows others, without Python, so that they run where scripts are not trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import bpy


def drive(owner: Any, path: str, target: bpy.types.Object, target_path: str, *, inverted: bool = False) -> None:
    """Makes `owner.path` follow `target.target_path`; with `inverted` it becomes one minus that."""
    curve = _follow(owner, path, [(target, target_path)])
    if inverted:
        _clear(curve)
        line = curve.modifiers.new("GENERATOR")
        line.poly_order = 1
        line.coefficients = (1.0, -1.0)


def drive_by_table(
    owner: Any, path: str, sources: Iterable[tuple[bpy.types.Object, str]], table: Mapping[int, float]
) -> None:
    """Makes `owner.path` the table's value for the sum of the sources (whole numbers; a source may count twice)."""
    curve = _follow(owner, path, sources)
    _clear(curve)
    curve.keyframe_points.clear()
    for total, value in sorted(table.items()):
        point = curve.keyframe_points.insert(total - 0.5, value)
        point.interpolation = "CONSTANT"
    curve.extrapolation = "CONSTANT"


def driven_paths(block: bpy.types.ID | None) -> set[str]:
    """The paths of a data-block's properties that have drivers."""
    data = block.animation_data if block is not None else None
    return {curve.data_path for curve in data.drivers} if data else set()


def without_target(block: bpy.types.ID) -> list[bpy.types.FCurve]:
    """A data-block's drivers that lost what they followed: it was deleted."""
    data = block.animation_data
    return [curve for curve in data.drivers if _lacks_a_target(curve.driver)] if data else []


def _lacks_a_target(driver: bpy.types.Driver) -> bool:
    return any(target.id is None for variable in driver.variables for target in variable.targets)


def _follow(owner: Any, path: str, sources: Iterable[tuple[bpy.types.Object, str]]) -> bpy.types.FCurve:
    owner.driver_remove(path)
    curve = owner.driver_add(path)
    curve.driver.type = "SUM"
    for number, (target, target_path) in enumerate(sources):
        variable = curve.driver.variables.new()
        variable.name = f"value{number or ''}"
        variable.type = "SINGLE_PROP"
        variable.targets[0].id = target
        variable.targets[0].data_path = target_path
    return curve


def _clear(curve: bpy.types.FCurve) -> None:
    while curve.modifiers:
        curve.modifiers.remove(curve.modifiers[0])
