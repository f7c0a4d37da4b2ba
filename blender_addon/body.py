# SPDX-License-Identifier: GPL-3.0-or-later
"""The body's shape: its shape keys that lead, and how tall it is."""

from __future__ import annotations

from typing import Any

import bpy

from avatarsdk_core.avatar.parts import SKIN, Role
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of

from . import marks
from .drivers import driven_paths
from .face import shapes_of

_GROUPS = frozenset({ShapeGroup.BODY, ShapeGroup.FACE})

_heights: dict[int, float] = {}  # session_uid of what tells an avatar from others -> height when it was measured


def body_keys(avatar: marks.Avatar) -> list[bpy.types.ShapeKey]:
    """The shape keys that change the body, and those that change the face and lie on the body: those nothing drives."""
    found: dict[str, bpy.types.ShapeKey] = {}
    for part in marks.parts_of(avatar, *SKIN):
        wanted = _GROUPS if part.get(marks.ROLE) == Role.BODY else {ShapeGroup.BODY}
        keys = [key for key in shapes_of(part) if group_of(key.name) in wanted] if part.type == "MESH" else []
        driven = driven_paths(part.data.shape_keys) if keys else set()
        for key in keys:
            if key.path_from_id("value") not in driven:
                found.setdefault(key.name, key)
    return list(found.values())


def reset(avatar: marks.Avatar) -> int:
    """The body's keys at zero: as it was computed. Returns how many weren't."""
    changed = [key for key in body_keys(avatar) if key.value]
    for key in changed:
        key.value = 0.0
    return len(changed)


def measure_height(avatar: marks.Avatar) -> float:
    """From the soles to the crown, without hair and shoes, in metres of the scene, in the pose that it was modelled in.

    Body shapes count, as far as they are set now; the pose doesn't. Raises ValueError for an avatar without a body.
    """
    import numpy as np

    from . import fitting

    bpy.context.view_layer.update()
    frame = marks.armature_of(avatar)
    parts = marks.parts_of(avatar, Role.BODY, Role.HEAD)
    if not any(part.get(marks.ROLE) == Role.BODY for part in parts):
        raise ValueError("this avatar has no body to measure")
    low, high = np.inf, -np.inf
    for part in parts:
        points = fitting.rest_points(part, frame)
        basis = _raw(part.data.shape_keys.reference_key.points) if part.data.shape_keys else None
        for key in shapes_of(part):
            if key.value and not key.mute and basis is not None:
                turn = np.array((fitting.world_of(frame).inverted() @ fitting.world_of(part)).to_3x3(), np.float32)
                points = points + np.float32(key.value) * ((_raw(key.points) - basis) @ turn.T)
        low, high = min(low, float(points[:, 2].min())), max(high, float(points[:, 2].max()))
    scale = fitting.world_of(frame).to_scale().z if frame is not None else 1.0
    height = (high - low) * scale
    anchor = marks.anchor_of(parts[0])
    if anchor is not None:
        _heights[anchor.session_uid] = height
    return height


def measured_height(avatar: bpy.types.Object) -> float | None:
    """What was measured last in this session; None before."""
    anchor = marks.anchor_of(avatar)
    return _heights.get(anchor.session_uid) if anchor is not None else None


def _raw(points: Any) -> Any:
    import numpy as np

    flat = np.empty(len(points) * 3, np.float32)
    points.foreach_get("co", flat)
    return flat.reshape(-1, 3)
