# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions as Actions of shape keys, for the Asset Browser: Blender's own pose assets move bones alone.

Each shape key of the expression has a curve with one keyframe. Any Action of shape keys can be read as an expression:
that of its first frame, or of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from avatarsdk_core.avatar.expressions import Expression

from . import assets, compat

EXPRESSION = "avatar_sdk_expression"  # on an Action: the name of the expression that it holds
_PATH = re.compile(r'^key_blocks\["((?:[^"\\]|\\.)*)"\]\.value$')


def to_action(expression: Expression) -> bpy.types.Action:
    """A new Action that holds the expression at frame 1; it is kept although nothing uses it."""
    action, curves = compat.new_action(expression.name, "KEY")
    for shape, value in expression.values.items():
        curve = curves.new(f'key_blocks["{bpy.utils.escape_identifier(shape)}"].value')
        point = curve.keyframe_points.insert(1.0, value)
        point.interpolation = "CONSTANT"
    action[EXPRESSION] = expression.name
    action.use_fake_user = True
    return action


def read(action: bpy.types.Action, frame: float | None = None) -> Expression:
    """The expression that an Action holds.

    Args:
        frame: of an animation; its first when not given.

    Raises ValueError for an Action that moves no shape keys.
    """
    values = {}
    for curve in compat.action_curves(action, "KEY"):
        found = _PATH.match(curve.data_path)
        if found:
            values[bpy.utils.unescape_identifier(found[1])] = curve.evaluate(
                action.frame_range[0] if frame is None else frame
            )
    if not values and EXPRESSION not in action:
        raise ValueError(f"The Action {action.name} moves no shape keys: it is no expression")
    return Expression(action.name, values)


def mark(
    expression: Expression,
    picture: Path | None,
    *,
    tags: Iterable[str] = (),
    description: str = "",
    author: str = "",
    license: str = "",  # noqa: A002  (Blender's own name for it)
) -> bpy.types.Action:
    """Puts an expression into the Asset Browser, as an Action; it takes the place of one of that name.

    Args:
        picture: its preview; None lets Blender draw what it can.

    Raises as `assets.mark_asset`.
    """
    before = next((one for one in bpy.data.actions if _is_asset_of(one, expression)), None)
    action = to_action(expression)
    try:
        assets.mark_asset(
            action,
            catalog=assets.EXPRESSIONS,
            tags=["expression", *tags],
            description=description,
            author=author,
            license=license,
            preview=picture,
        )
    except BaseException:
        bpy.data.actions.remove(action)
        raise
    if before is not None:
        before.user_remap(action)
        bpy.data.actions.remove(before)
        action.name = expression.name
    return action


@contextmanager
def brought(asset: bpy.types.AssetRepresentation) -> Iterator[bpy.types.Action]:
    """The Action that an asset stands for, appended from its file if need be; what was appended goes again.

    Raises ValueError where it isn't there any more, OSError where its file can't be read.
    """
    if asset.local_id is not None:
        yield asset.local_id
        return
    before = {found.session_uid for found in bpy.data.actions}
    with bpy.data.libraries.load(asset.full_library_path, link=False) as (there, wanted):
        wanted.actions = [name for name in there.actions if name == asset.name]
    try:
        if not wanted.actions:
            raise ValueError(f"{asset.name} isn't in {asset.full_library_path} any more")
        yield wanted.actions[0]
    finally:
        bpy.data.batch_remove([found for found in bpy.data.actions if found.session_uid not in before])


def _is_asset_of(action: bpy.types.Action, expression: Expression) -> bool:
    own = action.library is None and action.asset_data is not None
    return own and action.get(EXPRESSION) == expression.name
