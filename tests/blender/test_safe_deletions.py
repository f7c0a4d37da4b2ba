# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts are deleted by every way of Blender's: no driver stays without what it follows, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon import marks, registration, upkeep
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.scene import evaluated_faces


@pytest.fixture(autouse=True)
def _watching() -> Iterator[None]:
    """As with the extension enabled."""
    registration.register()
    yield
    registration.unregister()


class Layout:
    """Takes whatever a panel draws."""

    def __init__(self) -> None:
        self.enabled = True
        self.drawn: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Layout]:
        def record(*arguments: object, **options: object) -> Layout:
            self.drawn.append(str(options.get("text", arguments[0] if arguments else name)))
            return self

        return record


def draw_panels() -> list[str]:
    """Draws every panel that the add-on registers in the sidebar; an error in one fails the test."""
    layout = Layout()
    classes = [cls for room in registration.ROOMS for cls in getattr(room, "CLASSES", ())]
    panels = [cls for cls in classes if issubclass(cls, bpy.types.Panel) and cls.bl_region_type == "UI"]
    assert len(panels) > 10
    for panel in panels:
        if not hasattr(panel, "poll") or panel.poll.__func__(panel, bpy.context):  # type: ignore[attr-defined]
            stand_in = type("StandIn", (), {"layout": layout})()
            panel.draw(stand_in, bpy.context)
    return layout.drawn


def broken() -> list[str]:
    """Drivers that Blender would mark red."""
    bpy.context.view_layer.update()
    blocks = [*bpy.data.objects, *bpy.data.shape_keys, *bpy.data.armatures]
    blocks += [material.node_tree for material in bpy.data.materials if material.node_tree]
    return [
        f"{block.name} {curve.data_path}"
        for block in blocks
        for curve in (block.animation_data.drivers if block.animation_data else ())
        if not curve.driver.is_valid
    ]


def with_x(*objects: bpy.types.Object) -> None:
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in objects)
    assert bpy.ops.object.delete(use_global=False) == {"FINISHED"}


def by_script(*objects: bpy.types.Object) -> None:
    bpy.data.batch_remove(list(objects))


def one_by_one(*objects: bpy.types.Object) -> None:
    for obj in objects:
        bpy.data.objects.remove(obj)


def with_their_data(*objects: bpy.types.Object) -> None:
    """What the outliner's blend-file view deletes: the data-blocks, and with them the objects that show them."""
    bpy.data.batch_remove([obj.data for obj in objects])


def by_unlinking_and_purging(*objects: bpy.types.Object) -> None:
    for obj in objects:
        for collection in list(obj.users_collection):
            collection.objects.unlink(obj)
    bpy.data.orphans_purge(do_recursive=True)


WAYS = [with_x, by_script, one_by_one, with_their_data, by_unlinking_and_purging]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ["head", "garment", "body", "teeth", "eyelashes"])
def test_a_part_is_deleted(composite: Path, role: str, way: Callable[..., None]) -> None:
    imported = import_avatar(composite)
    bpy.context.view_layer.objects.active = imported.armature
    way(*marks.parts_of(imported.avatar, role))
    assert broken() == []
    assert not marks.parts_of(imported.avatar, role)
    assert draw_panels()
    if role == "garment":
        (skin,) = marks.parts_of(imported.avatar, "body")
        assert evaluated_faces(skin) == len(skin.data.polygons), "the skin is whole again"
        assert not [name for name in skin.keys() if "mask" in name]  # noqa: SIM118
        assert "This avatar wears nothing" in draw_panels()


def test_the_armature_is_deleted(composite: Path) -> None:
    imported = import_avatar(composite)
    bpy.context.view_layer.objects.active = imported.parts[0]
    with_x(imported.armature)  # type: ignore[arg-type]
    assert broken() == []
    assert draw_panels()


@pytest.mark.parametrize("way", WAYS)
def test_the_whole_avatar_is_deleted(composite: Path, way: Callable[..., None]) -> None:
    imported = import_avatar(composite)
    way(*imported.parts, imported.armature)
    assert broken() == []
    assert draw_panels()


def test_its_hierarchy_is_deleted(composite: Path) -> None:
    """What the outliner's Delete Hierarchy does: the collection, those in it, and all of their objects, at once."""
    imported = import_avatar(composite)
    shelves = imported.collection.children_recursive
    bpy.data.batch_remove([*imported.collection.all_objects, *shelves, imported.collection])
    assert broken() == []
    assert not bpy.data.objects
    assert draw_panels()


def test_its_collection_is_unlinked_or_removed(composite: Path) -> None:
    imported = import_avatar(composite)
    bpy.context.scene.collection.children.unlink(imported.collection)
    assert broken() == []
    assert draw_panels()
    bpy.data.collections.remove(imported.collection)
    bpy.data.orphans_purge(do_recursive=True)
    assert broken() == []
    assert not bpy.data.objects
    assert draw_panels()


def test_without_the_finer_level_the_other_is_an_avatar_of_one_level(samples: Path) -> None:
    avatar = import_avatar(samples / "metaperson2" / "template_lod1_female").avatar
    for export in ("template_lod2_female", "outfit_ARPI_lod1_female", "outfit_ARPI_lod2_female"):
        import_avatar(samples / "metaperson2" / export, ImportOptions(onto=avatar))
    with_x(*(part for part in marks.parts_of(avatar) if part[marks.LOD] == "LOD1"))
    assert broken() == []
    left = marks.parts_of(avatar)
    assert {part[marks.LOD] for part in left} == {"LOD2"}
    assert not any(part.hide_viewport or part.hide_render for part in left)
    assert [item[marks.LOD] for item in marks.worn(avatar)] == ["LOD2"], "the switch goes on"
    armature = marks.armature_of(avatar)
    assert armature is not None
    assert marks.VIEWPORT_LOD not in armature


def test_a_deleted_part_is_tidied_when_a_file_without_the_add_on_is_opened(composite: Path, tmp_path: Path) -> None:
    imported = import_avatar(composite)
    upkeep.unregister()
    with_x(*marks.parts_of(imported.avatar, "garment"))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert broken()
    upkeep.register()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert broken() == []
