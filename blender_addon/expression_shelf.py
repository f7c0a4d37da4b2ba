# SPDX-License-Identifier: GPL-3.0-or-later
"""The expressions that the panel offers: the twelve, and a person's own; with the pictures that avatars have of them.

Read when something was changed, or a panel asks for the first time; never while one draws. Pictures belong to an avatar
by its id and to what an expression does, so a renamed expression keeps them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import bpy

from avatarsdk_core.avatar.expression_file import clean_name
from avatarsdk_core.avatar.expression_library import (
    delete_expression,
    digest_of,
    list_expressions,
    rename_expression,
    save_expression,
)
from avatarsdk_core.avatar.expressions import SHIPPED_NAMES, Expression, shipped

from . import face_values, later, marks, previews
from .user_folder import user_folder

AVATARS = 60  # whose pictures are kept
_AT_ONCE = 4  # between them a person can go on
_READ = "expressions"
_RENDER = "expression pictures"


@dataclass(frozen=True)
class Entry:
    """An expression as the panel offers it."""

    key: str  # of the shipped ones their id, of a person's own the name
    name: str
    own: bool
    expression: Expression
    digest: str


@dataclass
class _State:
    entries: tuple[Entry, ...] | None = None
    problems: tuple[str, ...] = ()
    pictures: str = ""  # the folder of all avatars' pictures
    rendering: int = 0  # expressions whose pictures are still to be rendered
    trouble: str = ""  # why the last pictures couldn't be rendered


_state = _State()


def folder() -> Path:
    """Where a person's own expressions are kept; it needn't exist."""
    return user_folder() / "expressions"


def entries() -> tuple[Entry, ...]:
    """All expressions, the twelve first, as they were when they were last read; reads nothing."""
    if _state.entries is None:
        later.soon(_READ, _read_soon())
        return ()
    return _state.entries


def problems() -> tuple[str, ...]:
    """A line for each file of the folder that can't be used."""
    return _state.problems


def rendering() -> int:
    """How many pictures are still to come."""
    return _state.rendering


def trouble() -> str:
    """Why pictures are missing that were asked for; empty where none are."""
    return _state.trouble


def find(key: str, *, own: bool) -> Entry | None:
    """An entry by its key; reads the folder where that hasn't been done."""
    if _state.entries is None:
        look_again()
    wanted = key.casefold() if own else key
    return next(
        (
            entry
            for entry in _state.entries or ()
            if entry.own == own and (entry.key.casefold() if own else entry.key) == wanted
        ),
        None,
    )


def look_again() -> None:
    """Reads the folder."""
    found = list_expressions(folder())
    listed = [Entry(key, SHIPPED_NAMES[key], False, one, digest_of(one)) for key, one in shipped().items()]
    listed += [_entry(one) for one in found.expressions]
    _state.entries, _state.problems = tuple(listed), found.problems
    _state.pictures = str(user_folder() / "pictures" / "expressions")


def save(expression: Expression) -> Entry:
    """Keeps an expression. Raises ExpressionError."""
    named = Expression(clean_name(expression.name), expression.values)
    save_expression(folder(), named)
    look_again()
    return find(named.name, own=True) or _entry(named)


def rename(old: str, new: str) -> None:
    """Gives one of a person's own another name. Raises ExpressionError."""
    try:
        rename_expression(folder(), old, new)
    finally:
        look_again()


def delete(name: str) -> None:
    """Deletes one of a person's own. Raises ExpressionError."""
    try:
        delete_expression(folder(), name)
    finally:
        look_again()


def icon(entry: Entry, avatar: str) -> int:
    """The icon id of the avatar's picture of an expression; 0 where there is none yet. Reads nothing."""
    return previews.icon(_picture(_state.pictures, avatar, entry.digest))


def picture(entry: Entry, avatar: str) -> Path:
    """Where the avatar's picture of an expression is, or will be."""
    return Path(_picture(str(user_folder() / "pictures" / "expressions"), avatar, entry.digest))


def render(avatar: marks.Avatar, wanted: Iterable[Entry]) -> list[Path]:
    """Renders an avatar's pictures of expressions at once. Raises FaceError, OSError; RuntimeError of the renderer."""
    from . import expression_pictures

    by_digest = {entry.digest: entry for entry in wanted}
    name = avatar if isinstance(avatar, str) else marks.avatar_id(avatar)
    if not by_digest:
        return []
    place = picture(next(iter(by_digest.values())), name).parent
    faces = {digest: entry.expression for digest, entry in by_digest.items()}
    files = expression_pictures.render(
        avatar, faces, place, size=expression_pictures.SIZE, samples=expression_pictures.SAMPLES
    )
    for file in files.values():
        previews.forget(file)
    _forget_old(place)
    return list(files.values())


def render_soon(avatar: bpy.types.Object, wanted: Iterable[Entry]) -> None:
    """The same, a few at a time, or without windows at once. What goes wrong is told in the panel."""
    _state.trouble = ""
    later.soon(_RENDER, _render_soon(avatar.session_uid, list(wanted)))
    if bpy.app.background:
        later.run_all()


def register() -> None:
    """Nothing: the folder is read when a panel asks."""


def unregister() -> None:
    """Forgets what was read."""
    global _state
    later.drop(_READ)
    later.drop(_RENDER)
    _state = _State()


def _entry(own: Expression) -> Entry:
    return Entry(own.name, own.name, True, own, digest_of(own))


def _read_soon() -> Iterator[None]:
    look_again()
    yield


def _render_soon(uid: int, wanted: list[Entry]) -> Iterator[float]:
    try:
        while wanted:
            _state.rendering = len(wanted)
            yield 0.1  # for the panel to say so: Blender stands still while it renders
            while bpy.app.is_job_running("RENDER"):  # a person's own goes first
                yield 1.0
            now, wanted = wanted[:_AT_ONCE], wanted[_AT_ONCE:]
            obj = next((obj for obj in bpy.data.objects if obj.session_uid == uid), None)
            if obj is None:
                return
            try:
                render(obj, now)
            except face_values.FaceError as error:
                _state.trouble = str(error)
                return
            except (OSError, RuntimeError) as error:
                _state.trouble = getattr(error, "strerror", None) or str(error).strip()
                return
    finally:
        _state.rendering = 0


@lru_cache(maxsize=4096)
def _picture(pictures: str, avatar: str, digest: str) -> str:
    return str(Path(pictures) / hashlib.sha256(avatar.encode()).hexdigest()[:16] / f"{digest}.png")


def _forget_old(place: Path) -> None:
    """Pictures of the avatars that had none rendered for the longest time go; they can be rendered again."""
    place.touch()
    folders = sorted((one for one in place.parent.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime)
    for old in folders[:-AVATARS]:
        shutil.rmtree(old, ignore_errors=True)
