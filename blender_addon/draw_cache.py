# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked for in the whole file, kept for as long as it can't change: from one drawing of a panel to the next.

Blender draws a panel anew whenever the mouse moves over it, and to tell which objects an avatar has means to go through
all of the file: with twenty avatars that is most of a drawing. So while a panel draws, what was found last is taken,
until Blender evaluates something, undoes or loads. Outside of a drawing everything is looked for anew, but where
somebody says that nothing comes or goes.

Nothing of Blender's is held between drawings: kept are places in a collection of `bpy.data`, checked against the ids
of what was there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.app.handlers import persistent


@dataclass(frozen=True)
class _Kept:
    """How many there were, and which of them were found: their places and session_uids."""

    count: int
    places: tuple[int, ...]
    uids: tuple[int, ...]


@dataclass(frozen=True)
class _Now:
    """What was found since nothing comes or goes, and whether it is kept beyond."""

    found: dict[Hashable, list[bpy.types.ID]]
    again: bool


_kept: dict[Hashable, _Kept] = {}
_now: list[_Now] = []
_watching = [False]  # without the handlers nobody says when what is kept is out of date


def while_drawing(draw: Callable[[Any, bpy.types.Context], Any]) -> Callable[[Any, bpy.types.Context], Any]:
    """A panel's `draw` or `poll`, during which `found` takes what it found last."""

    @functools.wraps(draw)
    def drawn(self: Any, context: bpy.types.Context) -> Any:
        with nothing_comes_or_goes(again=_watching[0]):
            return draw(self, context)

    return drawn


@contextmanager
def nothing_comes_or_goes(*, again: bool = False) -> Iterator[None]:
    """Says that no object joins or leaves an avatar inside the block: what is looked for there is looked for once.

    With `again` what was kept before counts too, and what is found is kept.
    """
    _now.append(_now[-1] if _now else _Now({}, again))
    try:
        yield
    finally:
        _now.pop()


def found(
    there: bpy.types.bpy_prop_collection, key: Hashable, find: Callable[[], Iterable[bpy.types.ID]]
) -> list[bpy.types.ID]:
    """What `find` finds among the blocks that are `there`; in a drawing, what it found last under that key."""
    if not _now:
        return list(find())
    now = _now[-1]
    if key not in now.found:
        now.found[key] = (_again(there, key) or _keep(there, key, list(find()))) if now.again else list(find())
    return list(now.found[key])


def _again(there: bpy.types.bpy_prop_collection, key: Hashable) -> list[bpy.types.ID]:
    """What was kept, where all of it is still there."""
    kept, blocks = _kept.get(key), there.values()
    if kept is None or kept.count != len(blocks):
        return []
    again = [blocks[place] for place in kept.places]
    return again if kept.uids == tuple(block.session_uid for block in again) else []


def _keep(there: bpy.types.bpy_prop_collection, key: Hashable, fresh: list[bpy.types.ID]) -> list[bpy.types.ID]:
    places = {block.session_uid: place for place, block in enumerate(there)}
    uids = tuple(block.session_uid for block in fresh)
    _kept[key] = _Kept(len(places), tuple(places[uid] for uid in uids), uids)
    return fresh


@persistent  # type: ignore[untyped-decorator]
def _forget(*_: object) -> None:
    _kept.clear()


def _handlers() -> tuple[list[Callable[..., None]], ...]:
    handlers = bpy.app.handlers
    return handlers.depsgraph_update_post, handlers.undo_post, handlers.redo_post, handlers.load_post


def register() -> None:
    """Watches for changes."""
    for handlers in _handlers():
        handlers.append(_forget)
    _watching[0] = True


def unregister() -> None:
    """Stops watching, and forgets."""
    _watching[0] = False
    _kept.clear()
    for handlers in _handlers():
        handlers.remove(_forget)
