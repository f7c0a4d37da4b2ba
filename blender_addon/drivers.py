# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain drivers: one value follows others, without Python, so that they run where scripts are not trusted.

No driver reads what another one writes: it reads what that one reads. Chains of drivers in Blender were seen to miss a
change now and then when the machine is busy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import bpy

_ONE_MINUS = (1.0, -1.0)
_KEYS = "data.shape_keys."


def drive(
    owner: Any, path: str, target: bpy.types.ID, target_path: str, *, inverted: bool = False, index: int = -1
) -> None:
    """Makes `owner.path` follow `target.target_path`; with `inverted` it becomes one minus that.

    `index` is that of a component, where the property has several.

    Where it does already, or a driver of another kind is there (a person's own), nothing is changed.
    """
    source = source_of(target, target_path)
    there = _driver(owner.id_data, _from_block(owner, path), max(index, 0))
    if there is not None and (_is_other(there) or _does(there, source, inverted=inverted)):
        return
    curve = _follow(owner, path, [source], index)
    if inverted:
        line = curve.modifiers.new("GENERATOR")
        line.poly_order = 1
        line.coefficients = _ONE_MINUS


def drive_by_table(
    owner: Any, path: str, sources: Iterable[tuple[bpy.types.Object, str]], table: Mapping[int, float]
) -> None:
    """Makes `owner.path` the table's value for the sum of the sources (whole numbers; a source may count twice)."""
    curve = _follow(owner, path, [source_of(*source) for source in sources])
    curve.keyframe_points.clear()
    for total, value in sorted(table.items()):
        point = curve.keyframe_points.insert(total - 0.5, value)
        point.interpolation = "CONSTANT"
    curve.extrapolation = "CONSTANT"


def source_of(target: bpy.types.ID, path: str) -> tuple[bpy.types.ID, str]:
    """The property that a property follows by drivers of this module, be it by way of others; itself where none."""
    seen: set[tuple[int, str]] = set()
    while (target.session_uid, path) not in seen:
        seen.add((target.session_uid, path))
        curve = _driver_of(target, path)
        if curve is None or _is_other(curve) or _lines(curve) or _points(curve):
            break
        read = _sources(curve)
        if len(read) != 1 or read[0][0] is None:
            break
        target, path = read[0]
    return target, path


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


def _follow(owner: Any, path: str, sources: Iterable[tuple[bpy.types.ID, str]], index: int = -1) -> bpy.types.FCurve:
    owner.driver_remove(path, index)
    curve = owner.driver_add(path, index)
    while curve.modifiers:  # some Blenders begin with the line y = x
        curve.modifiers.remove(curve.modifiers[0])
    curve.driver.type = "SUM"
    for number, (target, target_path) in enumerate(sources):
        variable = curve.driver.variables.new()
        variable.name = f"value{number or ''}"
        variable.type = "SINGLE_PROP"
        if isinstance(target, bpy.types.Material):
            variable.targets[0].id_type = "MATERIAL"
        variable.targets[0].id = target
        variable.targets[0].data_path = target_path
    return curve


def _does(curve: bpy.types.FCurve, source: tuple[bpy.types.ID, str], *, inverted: bool) -> bool:
    return _sources(curve) == [source] and _lines(curve) == ([_ONE_MINUS] if inverted else [])


def _lines(curve: bpy.types.FCurve) -> list[tuple[float, ...]]:
    """The coefficients of what bends a driver's value; none for y = x."""
    lines = [tuple(line.coefficients) if line.type == "GENERATOR" else () for line in curve.modifiers]
    return [line for line in lines if line != (0.0, 1.0)]


def _points(curve: bpy.types.FCurve) -> list[tuple[float, ...]]:
    """The points that a driver's value is looked up by; none for y = x, with which some Blenders begin."""
    points = [tuple(point.co) for point in curve.keyframe_points]
    return points if points != [(0.0, 0.0), (1.0, 1.0)] else []


def _from_block(owner: Any, path: str) -> str:
    """A path from the data-block that the owner is in."""
    place = "" if owner == owner.id_data else owner.path_from_id()
    return f"{place}.{path}" if place and not path.startswith("[") else f"{place}{path}"


def _driver_of(target: bpy.types.ID, path: str) -> bpy.types.FCurve | None:
    """The driver of a property of an object, or of its shape keys by way of the object."""
    if not path.startswith(_KEYS):
        return _driver(target, path)
    keys = target.data.shape_keys if isinstance(target, bpy.types.Object) and target.type == "MESH" else None
    return _driver(keys, path.removeprefix(_KEYS))


def _driver(block: bpy.types.ID | None, path: str, index: int = 0) -> bpy.types.FCurve | None:
    data = block.animation_data if block is not None else None
    return data.drivers.find(path, index=index) if data else None


def _is_other(curve: bpy.types.FCurve) -> bool:
    """Whether a driver is no plain sum of properties, as this module makes them."""
    return curve.driver.type != "SUM" or any(one.type != "SINGLE_PROP" for one in curve.driver.variables)


def _sources(curve: bpy.types.FCurve) -> list[tuple[bpy.types.ID, str]]:
    return [(one.targets[0].id, one.targets[0].data_path) for one in curve.driver.variables]
