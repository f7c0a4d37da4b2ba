# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe's panel and its operators: dress, undress, recolour one avatar alone, key, remove, take from another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from blender_addon import (
    dressing,
    garment_pictures,
    later,
    look,
    look_properties,
    marks,
    overrides,
    upkeep,
    wardrobe,
)
from blender_addon.importing import import_avatar
from blender_addon.materials.recoloring import surface_of
from blender_addon.operators import look as look_operators
from blender_addon.operators import wardrobe as operators
from blender_addon.panels.wardrobe import _by_slot
from tests.blender.test_safe_deletions import broken


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    look_properties.register()
    for cls in (*operators.CLASSES, *look_operators.CLASSES):
        bpy.utils.register_class(cls)
    upkeep.register()
    yield
    upkeep.unregister()
    for cls in (*operators.CLASSES, *look_operators.CLASSES):
        bpy.utils.unregister_class(cls)
    look_properties.unregister()
    garment_pictures.unregister()


def dressed(composite: Path) -> bpy.types.Object:
    """The armature of a clothed avatar, active and selected alone."""
    armature = import_avatar(composite).armature
    assert armature is not None
    choose(armature)
    return armature


def choose(*objects: bpy.types.Object) -> None:
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in objects)
    bpy.context.view_layer.objects.active = objects[0]
    bpy.context.view_layer.update()


def twin_of(armature: bpy.types.Object) -> bpy.types.Object:
    choose(armature, *marks.parts_of(armature))
    bpy.ops.object.duplicate()
    return bpy.context.object


def test_a_click_puts_on_and_takes_off_through_twenty_undos(composite: Path) -> None:
    (item,) = marks.worn(dressed(composite))
    part, name = item[marks.PART], item.name
    bpy.ops.ed.undo_push(message="worn")
    assert bpy.ops.object.avatar_sdk_wear(part=part) == {"FINISHED"}
    bpy.context.view_layer.update()
    bpy.ops.ed.undo_push(message="off")
    assert bpy.data.objects[name].hide_render
    for _ in range(20):
        bpy.ops.ed.undo()
        bpy.context.view_layer.update()
        assert not bpy.data.objects[name].hide_render
        bpy.ops.ed.redo()
        bpy.context.view_layer.update()
        assert bpy.data.objects[name].hide_render
    assert bpy.ops.object.avatar_sdk_wear(part=part) == {"FINISHED"}
    bpy.context.view_layer.update()
    assert not bpy.data.objects[name].hide_render
    with pytest.raises(RuntimeError, match="Nothing of that id"):
        bpy.ops.object.avatar_sdk_wear(part="nowhere")


def test_selected_avatars_dress_alike_and_the_others_do_not(composite: Path) -> None:
    one = dressed(composite)
    two = twin_of(one)
    three = twin_of(one)
    (item,) = marks.worn(one)
    choose(one, two)
    bpy.ops.object.avatar_sdk_wear(part=item[marks.PART])
    assert [marks.worn(who)[0][marks.SHOWN] for who in (one, two, three)] == [False, False, True]


def test_what_is_worn_can_be_keyed(composite: Path) -> None:
    root = dressed(composite)
    (item,) = marks.worn(root)
    bpy.context.scene.frame_set(1)
    assert bpy.ops.object.avatar_sdk_key_wardrobe() == {"FINISHED"}
    bpy.context.scene.frame_set(10)
    wardrobe.show(item, shown=False)
    wardrobe.key(item)
    for frame, hidden in ((1, False), (10, True), (5, False)):
        bpy.context.scene.frame_set(frame)
        assert item.hide_render is hidden, frame


def test_a_colour_is_one_avatars_own(composite: Path) -> None:
    one = dressed(composite)
    two = twin_of(one)
    (hers,), (his,) = marks.worn(one), marks.worn(two)
    assert hers.active_material == his.active_material
    before = tuple(his.avatar_sdk_color)
    choose(one)
    hers.avatar_sdk_color = (0.8, 0.1, 0.05)
    assert tuple(hers.avatar_sdk_color) == pytest.approx((0.8, 0.1, 0.05))
    assert tuple(his.avatar_sdk_color) == pytest.approx(before)
    assert hers.active_material != his.active_material
    count = len(bpy.data.materials)
    hers.avatar_sdk_color = (0.1, 0.1, 0.6)
    assert len(bpy.data.materials) == count, "copied once"
    choose(one, two)
    hers.avatar_sdk_color = (0.0, 0.5, 0.0)
    assert tuple(his.avatar_sdk_color) == pytest.approx((0.0, 0.5, 0.0)), "both are selected"
    assert look.reset(one) == 1
    assert tuple(hers.avatar_sdk_color) == pytest.approx(before)
    assert tuple(his.avatar_sdk_color) == pytest.approx((0.0, 0.5, 0.0))


def test_a_linked_duplicate_is_coloured_alone(composite: Path) -> None:
    one = dressed(composite)
    choose(one, *marks.parts_of(one))
    bpy.ops.object.duplicate(linked=True)
    two = bpy.context.object
    (hers,), (his,) = marks.worn(one), marks.worn(two)
    assert hers.data == his.data
    before = look.color_of(hers)
    look.set_color(his, (0.9, 0.0, 0.0))
    assert look.color_of(his) == pytest.approx((0.9, 0.0, 0.0))
    assert look.color_of(hers) == pytest.approx(before)


def test_colours_are_keyed_and_reset_by_a_click(composite: Path) -> None:
    root = dressed(composite)
    (item,) = marks.worn(root)
    before = look.color_of(item)
    for frame, color in ((1, (0.8, 0.0, 0.0)), (11, (0.0, 0.0, 0.8))):
        bpy.context.scene.frame_set(frame)
        item.avatar_sdk_color = color
        assert bpy.ops.object.avatar_sdk_key_look() == {"FINISHED"}
    bpy.context.scene.frame_set(6)
    assert look.color_of(item) == pytest.approx((0.4, 0.0, 0.4), abs=0.05)
    item.active_material.node_tree.animation_data_clear()
    assert bpy.ops.object.avatar_sdk_quality(quality="simple") == {"FINISHED"}
    assert bpy.ops.object.avatar_sdk_reset_look() == {"FINISHED"}
    assert look.color_of(item) == pytest.approx(before)
    assert look.quality_of(root) == "simple"


def test_quality_comes_and_goes(composite: Path) -> None:
    root = dressed(composite)
    (head,) = marks.parts_of(root, "head")

    def plugged() -> list[tuple[str, str, bool]]:
        surfaces = [(part, surface_of(part)) for part in marks.parts_of(root)]
        return [
            (part.name, socket.name, socket.is_linked)
            for part, found in surfaces
            if found
            for socket in found[0].inputs
        ]

    full, scattering = plugged(), look.value_of(head, "Subsurface")
    assert look.set_quality(root, "simple") > 0
    assert look.quality_of(root) == "simple"
    assert look.value_of(head, "Subsurface") == 0
    assert not any(linked for _, name, linked in plugged() if name == "Normal Map")
    assert look.set_quality(root, "full") > 0
    assert plugged() == full
    assert look.value_of(head, "Subsurface") == pytest.approx(scattering)


def test_a_garment_is_removed_or_taken_from_another(composite: Path) -> None:
    one = dressed(composite)
    two = twin_of(one)
    choose(two)
    (his,) = marks.worn(two)
    assert bpy.ops.object.avatar_sdk_remove_garment("EXEC_DEFAULT", part=his[marks.PART]) == {"FINISHED"}
    assert not marks.worn(two)
    (hers,) = marks.worn(one)
    assert bpy.ops.object.avatar_sdk_dress("EXEC_DEFAULT", garment=str(hers.session_uid)) == {"FINISHED"}
    assert len(marks.worn(two)) == 1
    assert broken() == []


def test_pictures_are_drawn_after_the_panel_and_follow_the_colour(composite: Path) -> None:
    (item,) = marks.worn(dressed(composite))
    assert garment_pictures.icon(item) == 0, "nothing is drawn while a panel is"
    later.run_all()
    before: Any = list(garment_pictures._collection[item[marks.PART]].image_pixels_float)
    assert max(before) > 0.2  # its icon has a number only where Blender has a window
    look.set_color(item, (0.8, 0.0, 0.0))
    garment_pictures.icon(item)
    later.run_all()
    assert list(garment_pictures._collection[item[marks.PART]].image_pixels_float) != before


def test_slots_come_in_their_order_and_nothing_is_lost() -> None:
    items = [{"avatar_sdk_category": name} for name in ("outfits_top", "props", "haircuts", "wings")]
    found = _by_slot(items)  # type: ignore[arg-type]
    assert [category for category, _ in found] == ["haircuts", "outfits_top", ""]
    assert len(found[2][1]) == 2


def test_without_an_avatar_the_operators_are_greyed() -> None:
    assert not operators.OBJECT_OT_avatar_sdk_wear.poll(SimpleNamespace(object=None))  # type: ignore[arg-type]


def test_a_linked_avatar_refuses_colours_and_an_override_keeps_its_own(composite: Path, tmp_path: Path) -> None:
    name = import_avatar(composite).collection.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, into):
        into.collections = [name]
    linked = into.collections[0]
    bpy.context.scene.collection.children.link(linked)
    bpy.context.view_layer.update()
    root = next(obj for obj in linked.all_objects if obj.type == "ARMATURE")
    with pytest.raises(ValueError, match="make the avatar editable here first"):
        look.set_color(marks.worn(root)[0], (1.0, 0.0, 0.0))
    made = overrides.make_editable(root)
    root = next(obj for obj in made.all_objects if obj.type == "ARMATURE")
    look.set_color(marks.worn(root)[0], (1.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="take it off instead"):
        dressing.remove(marks.worn(root)[0])
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    root = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE" and not obj.library)
    assert look.color_of(marks.worn(root)[0]) == pytest.approx((1.0, 0.0, 0.0))
