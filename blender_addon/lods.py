# SPDX-License-Identifier: GPL-3.0-or-later
"""Levels of detail of one avatar side by side: two properties of its armature say which the viewport and renders show.

Plain drivers hide what is of another level; they can be animated, and work without the add-on.
"""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from avatarsdk_core.avatar.lods import Levels, Mesh, levels_of, visibility_table
from avatarsdk_core.avatar.parts import plain_name
from avatarsdk_core.wording import mark

from . import marks, wardrobe
from .drivers import drive, drive_by_table
from .redraw import redraw_views

_BY_LEVEL = "avatar_sdk_by_level"  # on a part: drivers of this module hide it
_SWITCHES = {marks.VIEWPORT_LOD: "hide_viewport", marks.RENDER_LOD: "hide_render"}
_WORDS = {
    marks.VIEWPORT_LOD: mark("Which level of detail the viewport shows: the lowest number is the finest"),
    marks.RENDER_LOD: mark("Which level of detail renders show: the lowest number is the finest"),
}


def connect_levels(avatar: marks.Avatar, added: Sequence[bpy.types.Object] = ()) -> dict[int, frozenset[int]]:
    """Shows each part of an avatar at its levels of detail alone, and gives a garment one switch for all of them.

    Call it whenever parts come or go. `added` are parts that came last: switches of those before them stay.

    Returns:
        session_uid of each part → the levels at which it is seen; empty where the avatar has one level only.
    """
    parts = marks.parts_of(avatar)
    levels = levels_of([Mesh(_thing(part), str(part.get(marks.LOD, "")), len(part.data.vertices)) for part in parts])
    holder = holder_of(avatar)
    _join_switches(parts, levels, added)
    if holder is None or not levels.all:
        for part in parts:
            _show_always(part)
        if holder is not None:
            for name in _SWITCHES:
                holder.pop(name, None)
        return {}
    _give_switches(holder, levels.all)
    for part, own, shown in zip(parts, levels.own, levels.shown, strict=True):
        if own is not None and not part.get(marks.LOD):
            part[marks.LOD] = f"LOD{own}"
        if part in added and own is not None and own != levels.all[0]:
            part.name = part.data.name = f"{plain_name(part.name)}_LOD{own}"
        if shown == frozenset(levels.all):
            _show_always(part)
        else:
            _show_at(part, shown, levels.all, holder)
    return {part.session_uid: shown for part, shown in zip(parts, levels.shown, strict=True)}


def holder_of(avatar: marks.Avatar) -> bpy.types.Object | None:
    """The object that has the avatar's LOD properties: its armature; without one, the part of the lowest id."""
    armature = marks.armature_of(avatar)
    return armature or min(marks.parts_of(avatar), key=lambda part: str(part[marks.PART]), default=None)


def levels_in(avatar: marks.Avatar) -> tuple[int, ...]:
    """The levels that an avatar can be switched to; empty where it has one only."""
    holder = holder_of(avatar)
    if holder is None or marks.VIEWPORT_LOD not in holder:
        return ()
    limits = holder.id_properties_ui(marks.VIEWPORT_LOD).as_dict()
    return tuple(range(limits["min"], limits["max"] + 1))


def show_level(avatar: marks.Avatar, viewport: int | None = None, render: int | None = None) -> None:
    """Switches to a level of detail, 1 the finest. Raises ValueError for a level that the avatar doesn't have."""
    holder, there = holder_of(avatar), levels_in(avatar)
    for name, level in ((marks.VIEWPORT_LOD, viewport), (marks.RENDER_LOD, render)):
        if level is None:
            continue
        if holder is None or level not in there:
            if not there:
                raise ValueError(f"LOD{level}: this avatar has one LOD only")
            raise ValueError(f"LOD{level}: this avatar has LODs {', '.join(map(str, there))}")
        holder[name] = level
        holder.update_tag()
    redraw_views()


def _thing(part: bpy.types.Object) -> tuple[str, ...]:
    """What a mesh is of, the same at all its levels, whatever it is called now."""
    category = str(part.get(marks.CATEGORY, ""))
    if category:
        return category, str(part.get(marks.IDENTITY, ""))
    name = plain_name(str(part.get(marks.PIECE) or part.name))
    return str(part.get(marks.ROLE, "")), str(part.get(marks.SIDE, "")), name


def _join_switches(parts: Sequence[bpy.types.Object], levels: Levels, added: Sequence[bpy.types.Object]) -> None:
    """Of a garment at several levels, the first that was there has the switch; the others follow it."""
    things: dict[tuple[str, ...], list[tuple[bool, bool, int, bpy.types.Object]]] = {}
    for part, own in zip(parts, levels.own, strict=True):
        if marks.SHOWN in part:
            order = part in added, bool(part.get(marks.FOLLOWS)), own or 0, part
            things.setdefault(_thing(part), []).append(order)
    for members in things.values():
        (_, _, first, leader), *others = sorted(members, key=lambda member: member[:3])
        _lead(leader)
        for _, _, own, part in others:
            if own and own != first:
                part[marks.FOLLOWS] = True
                drive(part, wardrobe.SHOWN_PATH, leader, wardrobe.SHOWN_PATH)
            else:
                _lead(part)


def _lead(part: bpy.types.Object) -> None:
    if marks.FOLLOWS in part:
        del part[marks.FOLLOWS]
        part.driver_remove(wardrobe.SHOWN_PATH)


def _give_switches(holder: bpy.types.Object, levels: Sequence[int]) -> None:
    for name, words in _WORDS.items():
        level = int(holder.get(name, levels[0]))
        holder[name] = min(max(level, levels[0]), levels[-1])
        holder.id_properties_ui(name).update(
            min=levels[0], max=levels[-1], soft_min=levels[0], soft_max=levels[-1], default=levels[0],
            description=words,
        )  # fmt: skip
        holder.property_overridable_library_set(f'["{name}"]', True)
    holder.update_tag()  # or drivers are evaluated with a copy of it that lacks the new properties, and give up


def _show_at(part: bpy.types.Object, shown: frozenset[int], levels: Sequence[int], holder: bpy.types.Object) -> None:
    worn = marks.SHOWN in part
    table = visibility_table(shown, levels, worn=worn)
    for name, hidden in _SWITCHES.items():
        level = (holder, f'["{name}"]')
        drive_by_table(part, hidden, [level, level, *([(part, wardrobe.SHOWN_PATH)] if worn else [])], table)
    part[_BY_LEVEL] = True


def _show_always(part: bpy.types.Object) -> None:
    if _BY_LEVEL in part:
        del part[_BY_LEVEL]
        for hidden in _SWITCHES.values():
            part.driver_remove(hidden)
            setattr(part, hidden, False)
    if marks.SHOWN in part:
        wardrobe.obey_switch(part)
