# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shape keys a copy for export keeps. What the others show now goes into the mesh."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import bpy
import numpy as np

from avatarsdk_core.avatar.parts import Role
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of

from . import marks

_STILL = 1e-6  # metres: a key that moves no vertex further moves nothing


class Shapes(StrEnum):
    """Shape keys to keep, of those that move something."""

    ALL = "all"
    ARKIT = "arkit"
    NONE = "none"


def drop_shapes(parts: Sequence[bpy.types.Object], wanted: Shapes) -> int:
    """Removes the shape keys that aren't wanted or move nothing, from the parts of a copy.

    A head keeps a key that moves nothing of its own while it moves another part, which follows it by a driver.

    Returns:
        how many went.
    """
    moving = {part: _moving(part) for part in parts if part.data.shape_keys}
    anywhere = set().union(*moving.values())
    count = 0
    for part, own in moving.items():
        useful = anywhere if part.get(marks.ROLE) == Role.HEAD else own
        names = [key.name for key in part.data.shape_keys.key_blocks[1:]]
        gone = [name for name in names if name not in useful or not _is_wanted(name, wanted)]
        if gone:
            _remove(part, gone)
        count += len(gone)
    return count


def _is_wanted(name: str, wanted: Shapes) -> bool:
    return wanted is Shapes.ALL or (wanted is Shapes.ARKIT and group_of(name) is ShapeGroup.ARKIT)


def _moving(part: bpy.types.Object) -> set[str]:
    return {
        key.name
        for key in part.data.shape_keys.key_blocks[1:]
        if np.abs(_points(key) - _base(key)).max(initial=0) > _STILL
    }


def _remove(part: bpy.types.Object, names: Sequence[str]) -> None:
    keys = part.data.shape_keys
    shift = np.zeros(len(part.data.vertices) * 3, np.float32)
    for name in names:
        key = keys.key_blocks[name]
        if key.value and not key.mute:
            shift += key.value * (_points(key) - _base(key))
    for key in keys.key_blocks if shift.any() else ():
        key.points.foreach_set("co", _points(key) + shift)
    rest = _points(keys.reference_key)
    for name in names:
        keys.key_blocks[name].driver_remove("value")
        part.shape_key_remove(keys.key_blocks[name])
    if len(keys.key_blocks) == 1:
        part.shape_key_clear()
    part.data.vertices.foreach_set("co", rest)
    part.data.update()


def _points(key: bpy.types.ShapeKey) -> np.ndarray:
    points = np.empty(len(key.points) * 3, np.float32)
    key.points.foreach_get("co", points)
    return points


def _base(key: bpy.types.ShapeKey) -> np.ndarray:
    return _points(key.relative_key)
