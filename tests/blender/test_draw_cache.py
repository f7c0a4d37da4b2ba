# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels look for an avatar's parts once, and still draw what is there now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon import draw_cache, duplicates, marks, upkeep
from blender_addon.importing import import_avatar
from blender_addon.panels.of_avatar import OfAvatar


@pytest.fixture
def _watching() -> Iterator[None]:
    draw_cache.register()
    upkeep.register()
    yield
    upkeep.unregister()
    draw_cache.unregister()


class Panel(OfAvatar):
    """Draws the names of the avatar's objects, and its collection's."""

    def draw(self, context: bpy.types.Context) -> None:
        found = marks.collection_of(context.object)
        self.drawn = [obj.name for obj in marks.members(context.object)], found.name if found else ""


def drawn(obj: bpy.types.Object) -> tuple[list[str], str]:
    """What the panel draws; twice the same."""
    bpy.context.view_layer.objects.active = obj
    bpy.context.view_layer.update()
    panel: Any = Panel()
    panel.draw(bpy.context)
    first = panel.drawn
    panel.draw(bpy.context)
    assert panel.drawn == first
    found: tuple[list[str], str] = first
    return found


def now(obj: bpy.types.Object) -> tuple[list[str], str]:
    """The same, looked for outside of any drawing."""
    collection = marks.collection_of(obj)
    return [one.name for one in marks.members(obj)], collection.name if collection else ""


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was looked for in the whole file."""
    asked: list[object] = []
    search = marks._members
    monkeypatch.setattr(marks, "_members", lambda avatar: asked.append(avatar) or search(avatar))
    return asked


@pytest.mark.usefixtures("_watching")
def test_what_nothing_changed_is_looked_for_once(composite: Path, searches: list[object]) -> None:
    armature = import_avatar(composite).armature
    bpy.context.view_layer.objects.active = armature
    bpy.context.view_layer.update()
    searches.clear()
    panel: Any = Panel()
    for _ in range(5):
        panel.draw(bpy.context)
    assert len(searches) == 1
    marks.members(armature)
    marks.members(armature)
    assert len(searches) == 3, "outside of a drawing, each time"


def test_without_anybody_watching_nothing_is_kept(composite: Path, searches: list[object]) -> None:
    armature = import_avatar(composite).armature
    bpy.context.view_layer.objects.active = armature
    searches.clear()
    panel: Any = Panel()
    for _ in range(3):
        panel.draw(bpy.context)
    assert len(searches) >= 3


@pytest.mark.usefixtures("_watching")
def test_panels_draw_what_came_went_and_changed(composite: Path) -> None:
    imported = import_avatar(composite)
    body, head = bpy.data.objects["AvatarBody"], bpy.data.objects["AvatarHead"]
    before = drawn(body)
    assert before == now(body)
    head.name = "anybody"
    assert "anybody" in drawn(body)[0]
    bpy.data.objects.remove(head)
    assert len(drawn(body)[0]) == len(before[0]) - 1
    lonely = bpy.data.objects.new("one more", None)  # one goes and one comes: as many as before
    bpy.data.objects.remove(bpy.data.objects["AvatarLeftCornea"])
    lonely[marks.AVATAR] = imported.avatar
    lonely.parent = imported.armature
    imported.collection.objects.link(lonely)
    assert drawn(body) == now(body)
    assert "one more" in drawn(body)[0]
    imported.collection.name = "Anna"
    assert drawn(body)[1] == "Anna"


@pytest.mark.usefixtures("_watching")
def test_a_duplicate_is_drawn_as_its_own(composite: Path) -> None:
    imported = import_avatar(composite)
    assert imported.armature is not None
    for obj in marks.members(imported.avatar):
        obj.select_set(True)
    drawn(imported.armature)
    bpy.ops.object.duplicate()
    twin = next(obj for obj in bpy.context.selected_objects if obj.type == "ARMATURE")
    for armature in (twin, imported.armature):
        assert drawn(armature) == now(armature)
    duplicates.settle(twin)
    for armature in (twin, imported.armature):
        assert drawn(armature) == now(armature)
    assert not set(drawn(twin)[0]) & set(drawn(imported.armature)[0])


@pytest.mark.usefixtures("_watching")
def test_undo_and_another_file_are_drawn_anew(composite: Path) -> None:
    imported = import_avatar(composite)
    bpy.context.view_layer.objects.active = bpy.data.objects["AvatarBody"]
    bpy.ops.ed.undo_push(message="imported")
    whole = drawn(bpy.data.objects["AvatarBody"])
    bpy.data.objects.remove(bpy.data.objects["AvatarHead"])
    bpy.ops.ed.undo_push(message="removed")
    assert len(drawn(bpy.data.objects["AvatarBody"])[0]) == len(whole[0]) - 1
    bpy.ops.ed.undo()
    assert drawn(bpy.data.objects["AvatarBody"]) == whole
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert marks.members(imported.avatar) == []
