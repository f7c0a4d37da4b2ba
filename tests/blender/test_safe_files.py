# SPDX-License-Identifier: GPL-3.0-or-later
"""Save, append, link, override: everything of an avatar goes on working in the other file."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon import duplicates, lods, marks, overrides, wardrobe
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.scene import evaluated_faces, fed_by, mask_node

KEY = "eyeBlinkLeft"


@pytest.fixture(scope="module")
def library(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A .blend with a clothed avatar, and its collection's name."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    imported = import_avatar(samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf")
    file = tmp_path_factory.mktemp("library") / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    return file, imported.collection.name


def bring(library: tuple[Path, str], *, link: bool) -> bpy.types.Collection:
    """The avatar's collection, appended or linked into the empty file, in the scene."""
    file, name = library
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(file), link=link) as (_, into):
        into.collections = [name]
    bpy.context.scene.collection.children.link(into.collections[0])
    bpy.context.view_layer.update()
    return into.collections[0]


def works(root: bpy.types.Object) -> None:
    """Switch, masks, face: all of one avatar, told by any object of it."""
    (garment,) = marks.worn(root)
    (skin,), (head,) = marks.parts_of(root, "body"), marks.parts_of(root, "head")
    (lashes,) = marks.parts_of(root, "eyelashes")
    for shown in (False, True):
        wardrobe.show(garment, shown)
        bpy.context.view_layer.update()
        assert (garment.hide_viewport, garment.hide_render) == (not shown, not shown)
        assert fed_by(skin, mask_node(skin).inputs["Shown"]) == float(shown)
        assert (evaluated_faces(skin) == len(skin.data.polygons)) is not shown
    for value in (0.75, 0.25):
        head.data.shape_keys.key_blocks[KEY].value = value
        bpy.context.view_layer.update()
        assert lashes.data.shape_keys.key_blocks[KEY].value == pytest.approx(value)
    for obj in marks.members(root):
        for block in (obj, obj.data, getattr(obj.data, "shape_keys", None)):
            for curve in block.animation_data.drivers if block and block.animation_data else ():
                assert curve.driver.is_valid, (obj.name, curve.data_path)


def test_saved_and_opened_again(library: tuple[Path, str], tmp_path: Path) -> None:
    file, name = library
    bpy.ops.wm.open_mainfile(filepath=str(file))
    root = next(obj for obj in bpy.data.collections[name].all_objects if obj.type == "ARMATURE")
    works(root)
    head = marks.parts_of(root, "head")[0]
    head.data.shape_keys.key_blocks[KEY].value = 0.5
    wardrobe.show(marks.worn(root)[0], shown=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "again.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "again.blend"))
    head = next(obj for obj in bpy.data.objects if obj.get(marks.ROLE) == "head")
    assert head.data.shape_keys.key_blocks[KEY].value == pytest.approx(0.5)
    assert marks.worn(head)[0].hide_render
    works(head)


def test_appended(library: tuple[Path, str]) -> None:
    collection = bring(library, link=False)
    root = next(obj for obj in collection.all_objects if obj.type == "ARMATURE")
    assert all(image.packed_file for image in bpy.data.images if image.type == "IMAGE")
    works(root)


def test_one_part_alone_can_be_appended(library: tuple[Path, str]) -> None:
    file, _ = library
    with bpy.data.libraries.load(str(file), link=False) as (_, into):
        into.objects = ["AvatarEyelashes"]
    bpy.context.scene.collection.objects.link(into.objects[0])
    head = next(obj for obj in bpy.data.objects if obj.get(marks.ROLE) == "head")
    assert head.data.shape_keys is not None
    head.data.shape_keys.key_blocks[KEY].value = 1.0
    bpy.context.view_layer.update()
    assert into.objects[0].data.shape_keys.key_blocks[KEY].value == pytest.approx(1.0)


def test_linked_and_made_editable(library: tuple[Path, str], tmp_path: Path) -> None:
    linked = bring(library, link=True)
    body = next(obj for obj in linked.all_objects if obj.get(marks.ROLE) == "body")
    assert overrides.is_linked(body)
    made = overrides.make_editable(body)
    root = next(obj for obj in made.all_objects if obj.type == "ARMATURE")
    assert root.library is None
    assert not overrides.is_linked(root)
    assert linked not in set(bpy.context.scene.collection.children)
    works(root)
    (head,) = marks.parts_of(root, "head")
    head.data.shape_keys.key_blocks[KEY].value = 0.5
    assert head.data.shape_keys.key_blocks["jawOpen"].keyframe_insert("value", frame=1)
    wardrobe.show(marks.worn(root)[0], shown=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    head = next(obj for obj in bpy.data.objects if obj.get(marks.ROLE) == "head" and obj.library is None)
    assert head.data.shape_keys.key_blocks[KEY].value == pytest.approx(0.5)
    assert head.data.shape_keys.animation_data.action is not None
    assert marks.worn(head)[0].hide_render
    works(head)


def test_an_instance_of_a_linked_avatar_is_made_editable_where_it_stands(library: tuple[Path, str]) -> None:
    linked = bring(library, link=True)
    bpy.context.scene.collection.children.unlink(linked)
    instance = bpy.data.objects.new("instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", linked
    instance.location = (2.0, 0.0, 0.0)
    bpy.context.scene.collection.objects.link(instance)
    bpy.context.view_layer.update()
    made = overrides.make_editable(instance)
    root = next(obj for obj in made.all_objects if obj.type == "ARMATURE")
    assert root.matrix_world.translation.x == pytest.approx(2.0)
    assert not any(obj.instance_collection == linked for obj in bpy.context.scene.objects)
    works(root)


def test_only_linked_avatars_are_made_editable(composite: Path) -> None:
    imported = import_avatar(composite)
    with pytest.raises(ValueError, match=imported.parts[0].name):
        overrides.make_editable(imported.parts[0])


def copies_of(before: set[int], kind: str = "ARMATURE") -> bpy.types.Object:
    (made,) = (obj for obj in bpy.data.objects if obj.session_uid not in before and obj.type == kind)
    return made


@pytest.mark.parametrize("way", ["Shift D", "Alt D", "collection", "linked collection"])
def test_a_duplicate_has_its_own_wardrobe_and_its_own_face(library: tuple[Path, str], way: str) -> None:
    file, name = library
    bpy.ops.wm.open_mainfile(filepath=str(file))
    collection = bpy.data.collections[name]
    root = next(obj for obj in collection.all_objects if obj.type == "ARMATURE")
    before = {obj.session_uid for obj in bpy.data.objects}
    if way in ("Shift D", "Alt D"):
        for obj in collection.all_objects:
            obj.hide_set(False)
            obj.select_set(True)
        bpy.context.view_layer.objects.active = root
        assert bpy.ops.object.duplicate(linked=way == "Alt D") == {"FINISHED"}
    else:
        _duplicate_collection(collection, linked=way == "linked collection")
    twin = copies_of(before)
    bpy.context.view_layer.update()
    assert len(marks.members(twin)) == len(marks.members(root)) == 11
    assert not set(marks.members(twin)) & set(marks.members(root))
    works(twin)
    works(root)
    wardrobe.show(marks.worn(twin)[0], shown=False)
    bpy.context.view_layer.update()
    shown = [
        fed_by(skin, mask_node(skin).inputs["Shown"]) for who in (root, twin) for skin in marks.parts_of(who, "body")
    ]
    assert shown == [1.0, 0.0]
    if way in ("Shift D", "collection"):  # linked duplicates share their mesh, and so their face, as Blender means it
        heads = [marks.parts_of(who, "head")[0] for who in (root, twin)]
        heads[0].data.shape_keys.key_blocks[KEY].value = 0.0
        heads[1].data.shape_keys.key_blocks[KEY].value = 1.0
        bpy.context.view_layer.update()
        lashes = [marks.parts_of(who, "eyelashes")[0].data.shape_keys.key_blocks[KEY].value for who in (root, twin)]
        assert lashes == [0.0, 1.0]


def _duplicate_collection(collection: bpy.types.Collection, *, linked: bool) -> None:
    """What the outliner's Duplicate Collection does: its operator needs an outliner, which only a window has."""
    for obj in collection.all_objects:
        obj.select_set(True)
    root = next(obj for obj in collection.all_objects if obj.type == "ARMATURE")
    bpy.context.view_layer.objects.active = root
    bpy.ops.object.duplicate(linked=linked)
    made = list(bpy.context.selected_objects)
    copies = {}
    for old in (collection, *collection.children_recursive):
        copies[old] = copy = bpy.data.collections.new(old.name)
        for name, value in old.items():
            copy[name] = value
    for obj in made:
        (home,) = obj.users_collection
        home.objects.unlink(obj)
        copies[home].objects.link(obj)
    for old, copy in copies.items():
        holder = next((found for found in copies if old in set(found.children)), None)
        (copies[holder] if holder else bpy.context.scene.collection).children.link(copy)


def test_what_is_put_on_a_duplicate_goes_onto_the_duplicate(library: tuple[Path, str], samples: Path) -> None:
    file, name = library
    bpy.ops.wm.open_mainfile(filepath=str(file))
    root = next(obj for obj in bpy.data.collections[name].all_objects if obj.type == "ARMATURE")
    before = {obj.session_uid for obj in bpy.data.objects}
    for obj in bpy.data.objects:
        obj.select_set(True)
    bpy.context.view_layer.objects.active = root
    bpy.ops.object.duplicate()
    twin = copies_of(before)
    own = duplicates.settle(twin)
    assert own == duplicates.settle(twin) != marks.avatar_id(root)
    worn = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female", ImportOptions(onto=own))
    assert {part.parent for part in worn.parts} == {twin}
    assert [len(marks.worn(who)) for who in (root, twin)] == [1, 2]
    assert duplicates.settle(root) == marks.avatar_id(root)
    assert not set(marks.collection_of(twin).all_objects) & set(marks.members(root))  # type: ignore[union-attr]


def test_levels_go_through_append_and_override(samples: Path, tmp_path: Path) -> None:
    avatar = import_avatar(samples / "metaperson2" / "template_lod1_female").avatar
    imported = import_avatar(samples / "metaperson2" / "template_lod2_female", ImportOptions(onto=avatar))
    file = tmp_path / "levels.blend"
    name = imported.collection.name
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    for link in (False, True):
        collection = bring((file, name), link=link)
        body = next(obj for obj in collection.all_objects if obj.get(marks.ROLE) == "body")
        if link:
            collection = overrides.make_editable(body)
        root = next(obj for obj in collection.all_objects if obj.type == "ARMATURE")
        for level in (2, 1):
            lods.show_level(root, viewport=level, render=3 - level)
            bpy.context.view_layer.update()
            seen = {(obj[marks.LOD], obj.hide_viewport, obj.hide_render) for obj in marks.parts_of(root)}
            assert seen == {(f"LOD{level}", False, True), (f"LOD{3 - level}", True, False)}
