# SPDX-License-Identifier: GPL-3.0-or-later
"""All or nothing: an import that fails leaves the file as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import bpy

from .. import marks, upkeep, wardrobe

# Kinds of data-blocks that an import may make, users before what they use.
_KINDS = ("collections", "objects", "meshes", "armatures", "materials", "node_groups", "images", "actions", "cameras")
_KINDS_MORE = ("lights", "worlds")


def _blocks() -> dict[int, bpy.types.ID]:
    return {block.session_uid: block for kind in _KINDS + _KINDS_MORE for block in getattr(bpy.data, kind)}


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Removes every data-block that came into the file inside the block when it ends with an exception."""
    before = set(_blocks())
    layer = bpy.context.view_layer
    active = layer.objects.active.session_uid if layer.objects.active else None
    selected = {obj.session_uid for obj in layer.objects if obj.select_get()}
    try:
        yield
    except BaseException:
        bpy.data.batch_remove([block for uid, block in _blocks().items() if uid not in before])
        layer.update()  # or its list still holds what is gone
        for obj in layer.objects:
            obj.select_set(obj.session_uid in selected)
            if obj.session_uid == active:
                layer.objects.active = obj
        raise


@contextmanager
def only_what_is_used() -> Iterator[None]:
    """Removes what came into the file inside the block and ended without a user (an importer's side products)."""
    before = set(_blocks())
    yield
    while leftover := [
        block for uid, block in _blocks().items() if uid not in before and block.users == 0 and not block.use_fake_user
    ]:
        bpy.data.batch_remove(leftover)


@contextmanager
def as_before(avatar: str, parts: Sequence[bpy.types.Object]) -> Iterator[None]:
    """An avatar that was there before is dressed whole or not at all: when the block fails, the parts go again."""
    new = {part.session_uid for part in parts}
    shown = {item.session_uid: item[marks.SHOWN] for item in marks.worn(avatar) if item.session_uid not in new}
    try:
        yield
    except BaseException:
        bpy.data.batch_remove(list(parts))
        for item in marks.worn(avatar):
            if item.session_uid in shown:
                wardrobe.show(item, shown[item.session_uid])
        upkeep.tidy(avatar)
        raise
