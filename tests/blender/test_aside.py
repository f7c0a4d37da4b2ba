# SPDX-License-Identifier: GPL-3.0-or-later
"""A full scene makes an import no slower: nothing else of the scene is evaluated meanwhile, and nothing of it moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import pytest

from avatarsdk_core.errors import BundleError
from blender_addon import marks
from blender_addon.importing import ImportOptions, aside, import_avatar, run
from tests.blender.sandbox_exports import DRESSED, SandboxExports


@pytest.fixture
def dressed(sandbox_exports: SandboxExports) -> Path:
    return sandbox_exports("metaperson_2.0", "female", **DRESSED)


def crowd() -> set[str]:
    """Some objects in a collection, one of them selected and active. Returns their names."""
    collection = bpy.data.collections.new("Crowd")
    bpy.context.scene.collection.children.link(collection)
    for number in range(5):
        collection.objects.link(bpy.data.objects.new(f"Someone {number}", bpy.data.meshes.new("Someone")))
    active = collection.objects["Someone 3"]
    active.select_set(True)
    bpy.context.view_layer.objects.active = active
    bpy.context.view_layer.update()
    return {obj.name for obj in collection.objects}


@contextmanager
def evaluations() -> Iterator[list[set[str]]]:
    """The names of all objects in each dependency graph that is evaluated inside the block."""
    seen: list[set[str]] = []

    def note(_scene: bpy.types.Scene, graph: bpy.types.Depsgraph) -> None:
        seen.append({block.name for block in graph.ids if isinstance(block, bpy.types.Object)})

    bpy.app.handlers.depsgraph_update_post.append(note)
    try:
        yield seen
    finally:
        bpy.app.handlers.depsgraph_update_post.remove(note)


def layers() -> tuple[list[str], list[str], str]:
    windows = [f"{window.scene.name} {window.view_layer.name}" for window in bpy.context.window_manager.windows]
    return [layer.name for layer in bpy.context.scene.view_layers], windows, bpy.context.view_layer.name


def selection() -> tuple[list[str], str]:
    return [obj.name for obj in bpy.context.selected_objects], bpy.context.view_layer.objects.active.name


def test_an_import_evaluates_nothing_else_of_the_scene(dressed: Path) -> None:
    others = crowd()
    with evaluations() as seen:
        imported = import_avatar(dressed)
    assert len(seen) >= 2
    assert not others & set().union(*seen)
    assert {part.name for part in imported.parts} <= seen[-1]


def test_what_came_in_is_up_to_date_though_the_scene_waits(dressed: Path) -> None:
    crowd()
    first = import_avatar(dressed)
    again = import_avatar(dressed / "polo_Getik", ImportOptions(onto=first.avatar))
    worn = marks.worn(first.avatar)
    assert {bool(item[marks.SHOWN]) for item in worn} == {False, True}  # the first of the two gave way
    for item in worn:
        assert (item.hide_viewport, item.hide_render) == (not item[marks.SHOWN],) * 2, item.name
    bpy.context.view_layer.update()
    assert {part.name for part in (*first.parts, *again.parts)} <= set(bpy.context.view_layer.objects.keys())


def test_selection_active_object_and_view_layers_are_as_before(dressed: Path) -> None:
    crowd()
    before = selection(), layers()
    imported = import_avatar(dressed)
    assert (selection(), layers()) == before
    import_avatar(dressed, ImportOptions(onto=imported.avatar, reimport=True))
    assert (selection(), layers()) == before


def test_they_are_as_before_when_it_fails(dressed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd()
    before = selection(), layers()

    def fail(*_: object) -> None:
        raise BundleError("no")

    monkeypatch.setattr(run, "wear_first", fail)
    with pytest.raises(BundleError, match="no"):
        import_avatar(dressed)
    assert (selection(), layers()) == before


def test_it_goes_into_the_scene_and_layer_that_the_context_tells(dressed: Path) -> None:
    crowd()
    before = layers()
    other = bpy.data.scenes.new("Other")
    with bpy.context.temp_override(scene=other, view_layer=other.view_layers[0]):
        imported = import_avatar(dressed)
    assert set(imported.parts) <= set(other.collection.all_objects)
    assert not set(imported.parts) & set(bpy.context.scene.collection.all_objects)
    assert layers() == before
    assert len(other.view_layers) == 1


def test_while_something_is_rendered_the_scene_keeps_its_view_layers(
    dressed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = crowd()
    monkeypatch.setattr(aside, "is_rendering", lambda: True)
    with evaluations() as seen:
        imported = import_avatar(dressed)
    assert all(others <= graph for graph in seen)
    assert {part.name for part in imported.parts} <= seen[-1]


def test_collections_that_a_person_excluded_stay_excluded(dressed: Path) -> None:
    crowd()
    scene = bpy.context.scene
    mine, second = scene.view_layers[0], scene.view_layers.new("Second")
    mine.layer_collection.children["Crowd"].exclude = True
    second.layer_collection.children["Crowd"].exclude = False
    imported = import_avatar(dressed, ImportOptions(collection="Crowd"))
    assert imported.collection in list(bpy.data.collections["Crowd"].children)
    bpy.context.view_layer.update()
    assert mine.layer_collection.children["Crowd"].exclude
    assert not set(imported.parts) & set(mine.objects)
    assert not second.layer_collection.children["Crowd"].exclude
    assert set(imported.parts) <= set(second.objects)
    assert all(item[marks.SHOWN] != item.hide_viewport for item in marks.worn(imported.avatar))
