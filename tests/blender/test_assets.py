# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars and clothes in the Asset Browser: marked by a button, cut loose from the person, worn again elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest

from avatarsdk_core.asset_catalogs import FILE_NAME
from blender_addon import asset_copies, asset_drops, assets, marks, registration, wardrobe
from blender_addon.importing import import_avatar
from tests.blender.scene import contents, evaluated_points

ADDON = pytest.mark.usefixtures("addon")


@pytest.fixture
def addon() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


@pytest.fixture
def bare(samples: Path) -> Path:
    """Somebody with nothing on."""
    return samples / "metaperson2" / "template_lod2_female"


def select(obj: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = obj
    for other in bpy.context.view_layer.objects:
        other.select_set(other == obj)


def test_a_garments_asset_knows_nothing_of_the_person(composite: Path, tmp_path: Path) -> None:
    imported = import_avatar(composite)
    item = marks.worn(imported.avatar)[0]
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    made = asset_copies.mark_worn(item, author="Ann", license="CC0", tags="summer, light")
    told = made.asset_data
    assert (told.author, told.license) == ("Ann", "CC0")
    assert {tag.name for tag in told.tags} == {"Avatar SDK", "outfit", "summer", "light"}
    assert f"{told.catalog_id}:{assets.OUTFITS}:" in (tmp_path / FILE_NAME).read_text()
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), assets_only=True) as (there, wanted):
        assert there.collections == []
        wanted.objects = list(there.objects)
    assert [obj.name for obj in bpy.data.objects] == ["ARPI asset"]
    brought = bpy.data.objects["ARPI asset"]
    assert not bpy.data.armatures
    assert not any(name.startswith("Avatar") for name in contents()["materials"])
    assert brought.get(marks.AVATAR) is None
    assert brought[marks.BODY_MASK].name.startswith("ARPI")


def test_marking_again_replaces_and_unmarking_leaves_the_file_as_it_was(composite: Path) -> None:
    imported = import_avatar(composite)
    before = contents()
    for _ in range(2):
        asset_copies.mark_worn(marks.worn(imported.avatar)[0])
        asset_copies.mark_avatar(imported.avatar)
    marked = [obj for obj in bpy.data.objects if obj.asset_data]
    assert len(marked) == 1
    assert asset_copies.unmark_all(imported.avatar) == 2
    assert contents() == before
    assert asset_copies.unmark_all(imported.avatar) == 0


def test_what_is_dropped_is_worn_by_the_avatar_it_was_dropped_on(composite: Path, bare: Path) -> None:
    dressed, near, far = import_avatar(composite), import_avatar(bare), import_avatar(bare)
    for imported, x in ((near, 2.0), (far, 6.0)):
        assert imported.armature is not None
        imported.armature.location.x = x
    bpy.context.view_layer.update()
    asset = asset_copies.mark_worn(marks.worn(dressed.avatar)[0])
    drop = asset.copy()  # what Blender's drop does with an asset of this file
    drop.asset_clear()
    bpy.context.scene.collection.objects.link(drop)
    drop.location = (2.3, -0.2, 1.2)
    bpy.context.view_layer.update()
    assert asset_drops.dropped(bpy.context.scene) == [drop]
    worn = asset_drops.wear(drop, bpy.context.scene)
    assert marks.avatar_id(worn) == near.avatar
    assert marks.worn(far.avatar) == []
    assert worn.name.startswith("ARPI")
    assert "asset" not in worn.name
    assert asset_drops.dropped(bpy.context.scene) == []
    bpy.context.view_layer.update()
    theirs = evaluated_points(worn) - evaluated_points(marks.worn(dressed.avatar)[0])
    np.testing.assert_allclose(theirs, np.broadcast_to((2.0, 0.0, 0.0), theirs.shape), atol=0.01)
    skin = next(part for part in near.parts if part[marks.ROLE] == "body")
    assert any(modifier.type == "MASK" for modifier in skin.modifiers)


def test_dropped_where_nobody_stands_is_told(composite: Path) -> None:
    imported = import_avatar(composite)
    asset = asset_copies.mark_worn(marks.worn(imported.avatar)[0])
    for obj in (*imported.parts, imported.armature):
        bpy.data.objects.remove(obj)
    bpy.context.scene.collection.objects.link(asset)
    with pytest.raises(ValueError, match="no avatar"):
        asset_drops.wear(asset, bpy.context.scene)


def test_a_linked_avatar_is_refused_with_the_way_out(composite: Path, tmp_path: Path) -> None:
    imported = import_avatar(composite)
    name = imported.collection.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, wanted):
        wanted.collections = [name]
    bpy.context.scene.collection.children.link(wanted.collections[0])
    item = next(obj for obj in wanted.collections[0].all_objects if marks.SHOWN in obj)
    for mark in (lambda: asset_copies.mark_worn(item), lambda: asset_copies.mark_avatar(item)):
        with pytest.raises(ValueError, match="linked from another file"):
            mark()


def test_a_broken_catalog_file_marks_nothing(composite: Path, tmp_path: Path) -> None:
    from avatarsdk_core.errors import BlenderError

    imported = import_avatar(composite)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    (tmp_path / FILE_NAME).write_text("VERSION 9\n")
    before = contents()
    with pytest.raises(BlenderError, match="VERSION 9"):
        asset_copies.mark_worn(marks.worn(imported.avatar)[0])
    assert contents() == before


@ADDON
def test_the_operators_mark_wear_and_unmark(composite: Path, bare: Path) -> None:
    dressed, other = import_avatar(composite), import_avatar(bare)
    select(dressed.armature)
    assert bpy.ops.object.avatar_sdk_mark_asset(what="WARDROBE", author="Ann") == {"FINISHED"}
    assert bpy.ops.object.avatar_sdk_mark_asset(what="AVATAR") == {"FINISHED"}
    assert dressed.collection.asset_data is not None
    asset = asset_copies.asset_of(marks.worn(dressed.avatar)[0])
    assert asset is not None
    wardrobe.show(marks.worn(dressed.avatar)[0], shown=False)
    bpy.context.scene.collection.objects.link(asset)
    assert bpy.ops.object.avatar_sdk_wear_dropped() == {"FINISHED"}
    worn = [item for avatar in (dressed.avatar, other.avatar) for item in marks.worn(avatar) if item[marks.SHOWN]]
    assert len(worn) == 1
    assert asset.asset_data is not None, "the asset stays in the browser"
    assert not asset.users_collection
    assert bpy.ops.object.avatar_sdk_unmark_asset() == {"FINISHED"}
    assert not any(obj.asset_data for obj in bpy.data.objects)


@ADDON
def test_nothing_dropped_and_nothing_selected_are_told(composite: Path) -> None:
    imported = import_avatar(composite)
    select(imported.armature)
    with pytest.raises(RuntimeError, match="Drag a garment"):
        bpy.ops.object.avatar_sdk_wear_dropped()
    with pytest.raises(RuntimeError, match="Select a garment"):
        bpy.ops.object.avatar_sdk_mark_asset(what="SELECTED")
