# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures in panels: one collection of previews for all of ours, filled outside of drawing, bounded in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy.utils.previews

from . import later

LIMIT = 256  # pictures; a decoded one takes up to 256 KB

_collection: Any = None  # Blender's own dictionary of previews: no data-block of a file
_icons: dict[str, int] = {}  # path -> icon id, 0 where the file can't be read; the one shown longest ago first
_wanted: dict[str, None] = {}


def icon(path: str | Path) -> int:
    """The icon id of a picture's file for `template_icon` and `icon_value`; 0 as long as it isn't there.

    Reads nothing: a picture that isn't known yet is loaded soon, and the panels are drawn again.
    """
    name = str(path)
    if not name:
        return 0
    found = _icons.get(name)
    if found is None:
        if not _wanted:
            later.soon("previews", _load_wanted())
        _wanted[name] = None
        return 0
    if found and next(reversed(_icons)) != name:
        _icons[name] = _icons.pop(name)
    return found


def forget(path: str | Path) -> None:
    """The file has changed, or is gone: it is read again when it is wanted again."""
    name = str(path)
    _icons.pop(name, None)
    if _collection is not None and name in _collection:
        del _collection[name]


def register() -> None:
    """Nothing: the collection comes with the first picture."""


def unregister() -> None:
    """Gives all pictures back."""
    global _collection
    _icons.clear()
    _wanted.clear()
    if _collection is not None:
        bpy.utils.previews.remove(_collection)
        _collection = None


def _load_wanted() -> Iterator[None]:
    global _collection
    if _collection is None:
        _collection = bpy.utils.previews.new()
    while _wanted:
        name = next(iter(_wanted))
        del _wanted[name]
        _icons[name] = _load(name)
        while len(_icons) > LIMIT:
            forget(next(iter(_icons)))
        yield


def _load(name: str) -> int:
    if not Path(name).is_file():
        return 0
    # `image_size` makes Blender read the file now: left to the first drawing, it would read it there
    picture = _collection.load(name, name, "IMAGE")
    return int(picture.icon_id) if any(picture.image_size) else 0
