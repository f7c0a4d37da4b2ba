# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of an avatar as values of its head's shape keys: read, set, reset, mirrored, keyed.

The head's keys are the master (see `face`): everything else of the avatar follows them by drivers.

    from bl_ext.user_default.avatar_sdk import face_values  # or: from blender_addon import face_values
    face_values.set_values(bpy.context.object, {"jawOpen": 0.4})
    face_values.mirror(bpy.context.object)
    face_values.key(bpy.context.object, only_moved=True)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import bpy

from avatarsdk_core.avatar import expressions
from avatarsdk_core.avatar.expressions import Applied, Expression, Mirror, Slider, is_moved
from avatarsdk_core.avatar.parts import Role
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of

from . import compat, face, marks
from .drivers import driven_paths

LINKED = "linked"
NO_SHAPES = "no shapes"


class FaceError(ValueError):
    """An avatar's face can't be changed; the text says why, `reason` is LINKED or NO_SHAPES."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Changed:
    """What has become of a face."""

    values: Mapping[str, float]  # shape key → its new value
    driven: tuple[str, ...] = ()  # shape keys that a driver of somebody else's holds: they stay


def head_of(avatar: marks.Avatar) -> bpy.types.Object | None:
    """The head whose shape keys are the avatar's face; None where no head of it has any."""
    heads = [part for part in marks.parts_of(avatar, Role.HEAD) if part.type == "MESH" and part.data.shape_keys]
    return next(iter(face.leading(heads, Role.HEAD)), None)


def is_locked(head: bpy.types.Object) -> bool:
    """Whether its shape keys are another file's: their values can't be changed here, or not so that they are saved."""
    return head.data.shape_keys.library is not None


def changeable(avatar: marks.Avatar) -> bpy.types.Object:
    """The head of an avatar whose face can be changed. Raises FaceError for one whose face can't."""
    head = head_of(avatar)
    if head is None:
        raise FaceError(NO_SHAPES, "This avatar's head has no shape keys: it was exported without blendshapes")
    if is_locked(head):
        raise FaceError(LINKED, f"The shape keys of {head.name} are linked from another file: make the avatar editable")
    return head


def values_of(head: bpy.types.Object) -> dict[str, Slider]:
    """Shape key → value and range, of a head; without the basis, and without those of the body that move it along."""
    return {
        key.name: Slider(key.value, key.slider_min, key.slider_max)
        for key in face.shapes_of(head)
        if group_of(key.name) != ShapeGroup.BODY
    }


def set_values(avatar: marks.Avatar, values: Mapping[str, float]) -> Changed:
    """Sets shape keys of the head by their exact names. Raises FaceError, KeyError for a name that it doesn't have."""
    return _set(changeable(avatar), values)


def reset(avatar: marks.Avatar, names: Collection[str] | None = None) -> Changed:
    """Puts all shape keys of the face, or those named, to zero. Raises FaceError."""
    head = changeable(avatar)
    return _set(head, expressions.reset(values_of(head), names))


def mirror(avatar: marks.Avatar, way: Mirror = Mirror.SWAP, names: Collection[str] | None = None) -> Changed:
    """Mirrors the face, or the shape keys named with their counterparts. Raises FaceError."""
    head = changeable(avatar)
    return _set(head, expressions.mirror(values_of(head), way, names))


def apply(
    avatar: marks.Avatar, expression: Expression, *, strength: float = 1.0, additive: bool = False
) -> tuple[Applied, Changed]:
    """Puts an expression on the avatar: what it asks for and what is missing, and what came of it.

    One of which the head has no shape at all changes nothing. Raises FaceError.
    """
    head = changeable(avatar)
    applied = expressions.apply(expression, values_of(head), strength=strength, additive=additive)
    if applied.missing and not applied.found:
        return applied, Changed({})
    return applied, _set(head, applied.values)


def key(
    avatar: marks.Avatar,
    names: Collection[str] | None = None,
    *,
    only_moved: bool = False,
    frame: float | None = None,
) -> list[str]:
    """Inserts keyframes for the face's shape keys, all or those named, with the values that they have.

    Args:
        only_moved: those that aren't at zero, or have keyframes already: so that a face can come to rest again.
        frame: the scene's when not given.

    Returns:
        the names of the shape keys that have a keyframe there now; those with a driver get none.

    Raises FaceError.
    """
    head = changeable(avatar)
    driven, animated = driven_paths(head.data.shape_keys), _animated_paths(head)
    done = []
    for shape in _named(head, names):
        path = shape.path_from_id("value")
        slider = Slider(shape.value)
        if path in driven or (only_moved and not is_moved(slider) and path not in animated):
            continue
        if shape.keyframe_insert("value", frame=bpy.context.scene.frame_current if frame is None else frame):
            done.append(shape.name)
    return done


def _named(head: bpy.types.Object, names: Collection[str] | None) -> Iterable[bpy.types.ShapeKey]:
    face_names = values_of(head)
    return [key for key in face.shapes_of(head) if key.name in face_names and (names is None or key.name in names)]


def _set(head: bpy.types.Object, values: Mapping[str, float]) -> Changed:
    blocks, driven = head.data.shape_keys.key_blocks, driven_paths(head.data.shape_keys)
    done, held = {}, []
    for name, value in values.items():
        block = blocks[name]
        if driven and block.path_from_id("value") in driven:
            held.append(name)
        else:
            block.value = value
            done[name] = value
    return Changed(done, tuple(held))


def _animated_paths(head: bpy.types.Object) -> set[str]:
    return {curve.data_path for curve in compat.animation_curves(head.data.shape_keys)}
