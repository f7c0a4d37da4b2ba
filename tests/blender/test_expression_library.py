# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's own expressions: kept from a face, put on, handed on, made assets; on real and sandbox avatars."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from avatarsdk_core.avatar.expression_file import read_expressions
from avatarsdk_core.avatar.expression_library import add_expressions
from avatarsdk_core.avatar.expressions import Expression, shipped
from blender_addon import expression_actions, expression_pictures, expression_shelf, face_values, marks, registration
from blender_addon.importing import import_avatar
from blender_addon.panels.expressions import VIEW3D_PT_avatar_sdk_expressions
from blender_addon.panels.face import VIEW3D_PT_avatar_sdk_face
from tests.blender import drawing


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(expression_shelf, "user_folder", lambda: tmp_path / "own")
    monkeypatch.setattr(expression_pictures, "SIZE", 24)
    monkeypatch.setattr(expression_pictures, "SAMPLES", 1)
    registration.register()
    yield tmp_path / "own" / "expressions"
    registration.unregister()


@pytest.fixture
def head(samples: Path) -> bpy.types.Object:
    return activate(import_avatar(samples / "metaperson2" / "head_only_lod2_female").armature)


def activate(armature: bpy.types.Object) -> bpy.types.Object:
    bpy.context.view_layer.objects.active = armature
    armature.select_set(True)
    found = face_values.head_of(armature)
    assert found is not None
    return found


def moved(head: bpy.types.Object) -> dict[str, float]:
    return {name: round(slider.value, 4) for name, slider in face_values.values_of(head).items() if slider.value}


def test_a_face_is_kept_with_a_picture_and_put_on_with_a_strength_added_and_keyed(head: bpy.types.Object) -> None:
    face_values.set_values(head, {"jawOpen": 0.5, "eyeBlinkLeft": 1.0})
    assert bpy.ops.avatar_sdk.expression_save(name="  A/B: \\grin  ") == {"FINISHED"}
    entry = expression_shelf.find("a/b: \\GRIN", own=True)
    assert entry is not None
    assert expression_shelf.picture(entry, marks.avatar_id(head)).read_bytes().startswith(b"\x89PNG")
    face_values.reset(head)
    face_values.set_values(head, {"mouthPucker": 0.3})
    put_on = bpy.ops.avatar_sdk.face_expression
    assert put_on(expression=entry.key, own=True, strength=0.5, additive=True) == {"FINISHED"}
    assert moved(head) == {"mouthPucker": 0.3, "jawOpen": 0.25, "eyeBlinkLeft": 0.5}
    assert put_on(expression=entry.key, own=True, key=True) == {"FINISHED"}
    assert moved(head) == {"jawOpen": 0.5, "eyeBlinkLeft": 1.0}
    face_values.reset(head)
    bpy.context.scene.frame_set(bpy.context.scene.frame_current)
    assert moved(head) == {"jawOpen": 0.5, "eyeBlinkLeft": 1.0}


def test_it_is_renamed_handed_on_deleted_and_taken_back(head: bpy.types.Object, tmp_path: Path) -> None:
    face_values.set_values(head, {"jawOpen": 0.5})
    bpy.ops.avatar_sdk.expression_save(name="Ah")
    face_values.set_values(head, {"jawOpen": 1.0})
    bpy.ops.avatar_sdk.expression_save(name="Aah")
    assert bpy.ops.avatar_sdk.expression_rename(expression="Ah", own=True, name="Oh") == {"FINISHED"}
    with pytest.raises(RuntimeError, match="'Aah' already"):
        bpy.ops.avatar_sdk.expression_rename(expression="Oh", own=True, name="aah".capitalize())
    file = tmp_path / "mine.json"
    assert bpy.ops.avatar_sdk.expression_export(filepath=str(file)) == {"FINISHED"}
    assert [one.name for one in read_expressions(file)] == ["Aah", "Oh"]
    assert bpy.ops.avatar_sdk.expression_export(filepath=str(file), expression="wink") == {"FINISHED"}
    assert read_expressions(file) == [Expression("Wink", dict(sorted(shipped()["wink"].values.items())))]
    assert bpy.ops.avatar_sdk.expression_delete(expression="Oh", own=True) == {"FINISHED"}
    assert [entry.name for entry in expression_shelf.entries() if entry.own] == ["Aah"]
    assert bpy.ops.avatar_sdk.expression_import(filepath=str(file)) == {"FINISHED"}
    assert [entry.name for entry in expression_shelf.entries() if entry.own] == ["Aah", "Wink"]
    with pytest.raises(RuntimeError, match="isn't there any more"):
        bpy.ops.avatar_sdk.face_expression(expression="Oh", own=True)


def test_damaged_files_and_full_disks_are_told_in_one_line(
    head: bpy.types.Object, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "damaged.json"
    damaged.write_text("{")
    with pytest.raises(RuntimeError, match=r"'damaged\.json' can't be used"):
        bpy.ops.avatar_sdk.expression_import(filepath=str(damaged))
    with pytest.raises(RuntimeError, match="Give the expression a name"):
        bpy.ops.avatar_sdk.expression_save(name="  ")
    with pytest.raises(RuntimeError, match="no expressions of your own yet"):
        bpy.ops.avatar_sdk.expression_export(filepath=str(tmp_path / "none.json"))

    def full(*_arguments: object, **_options: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RuntimeError, match="No space left on device"):
        bpy.ops.avatar_sdk.expression_save(name="Grin")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RuntimeError, match="No space left on device"):
        bpy.ops.avatar_sdk.expression_pictures()
    assert not list(library.glob("*")) if library.exists() else True
    assert [scene.name for scene in bpy.data.scenes] == ["Scene"], "what was made for the pictures is gone"


def test_shapes_that_a_head_lacks_are_counted_and_the_rest_is_put_on(samples: Path) -> None:
    old = activate(import_avatar(samples / "legacy_animated_face").armature or next(iter(bpy.data.objects)))
    bpy.ops.avatar_sdk.face_expression(expression="smile")
    assert moved(old)


def test_an_expression_becomes_an_action_and_comes_back_from_it(head: bpy.types.Object, tmp_path: Path) -> None:
    strange = Expression('Say "a\\b"', {"jawOpen": 0.5, 'od"d\\shape': 0.25})
    action = expression_actions.to_action(strange)
    read = expression_actions.read(action)
    assert dict(read.values) == pytest.approx(strange.values)
    assert read.name == strange.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "file.blend"))
    for _ in range(2):
        marked = bpy.ops.avatar_sdk.expression_mark_asset(expression="laugh", tags="loud, happy", author="Mia")
        assert marked == {"FINISHED"}
    laugh = [found for found in bpy.data.actions if found.asset_data]
    assert [found.name for found in laugh] == ["Laugh"], "marked again, it takes its own place"
    assert "Avatar SDK/Expressions" in (tmp_path / "blender_assets.cats.txt").read_text()
    assert {tag.name for tag in laugh[0].asset_data.tags} >= {"Avatar SDK", "expression", "loud", "happy"}
    assert (laugh[0].asset_data.author, laugh[0].use_fake_user) == ("Mia", True)
    assert tuple(laugh[0].preview.image_size) == (24, 24)
    face_values.set_values(head, {"mouthPucker": 0.3})
    assert bpy.ops.avatar_sdk.apply_expression_action(action="Laugh", strength=0.5) == {"FINISHED"}
    assert moved(head) == pytest.approx(
        {name: value / 2 for name, value in shipped()["laugh"].values.items()}, abs=1e-3
    )


def test_an_expression_of_which_a_head_has_nothing_changes_nothing(head: bpy.types.Object) -> None:
    face_values.set_values(head, {"jawOpen": 0.25})
    expression_actions.to_action(Expression("Foreign", {"frobnicate": 1.0}))
    with pytest.raises(RuntimeError, match="none of the expression's shapes"):
        bpy.ops.avatar_sdk.apply_expression_action(action="Foreign")
    assert moved(head) == {"jawOpen": 0.25}
    expression_actions.to_action(Expression("Half", {"frobnicate": 1.0, "MouthPucker": 0.5}))
    assert bpy.ops.avatar_sdk.apply_expression_action(action="Half") == {"FINISHED"}
    assert moved(head) == {"mouthPucker": 0.5}


def test_a_large_library_is_searched_and_drawn_in_part(
    head: bpy.types.Object, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_expressions(library, [Expression(f"Face {number}", {"jawOpen": number / 100}) for number in range(80)])
    expression_shelf.look_again()

    def own() -> list[str]:
        drawn = drawing.draw(VIEW3D_PT_avatar_sdk_expressions, monkeypatch, obj=head)
        assert drawn is not None
        assert ("20 more: search for them" in drawn.texts) == (not settings.find)
        return [text for name, text, values in drawn.buttons if name.endswith("face_expression") and values["own"]]

    settings = bpy.context.window_manager.avatar_sdk_face
    assert len(own()) == 60
    settings.find = "79 FACE"
    assert own() == ["Face 79"]
    settings.find = ""


def test_any_action_of_shape_keys_is_one_and_others_are_refused(head: bpy.types.Object) -> None:
    face_values.set_values(head, {"jawOpen": 0.25})
    face_values.key(head, ["jawOpen"], frame=10)
    face_values.set_values(head, {"jawOpen": 0.75})
    face_values.key(head, ["jawOpen"], frame=20)
    action = head.data.shape_keys.animation_data.action
    assert expression_actions.read(action).values == pytest.approx({"jawOpen": 0.25})
    assert expression_actions.read(action, 20).values == pytest.approx({"jawOpen": 0.75})
    empty = bpy.data.objects.new("Empty", None)
    empty.keyframe_insert("location", frame=1)
    with pytest.raises(RuntimeError, match="moves no shape keys"):
        bpy.ops.avatar_sdk.apply_expression_action(action=empty.animation_data.action.name)
    with pytest.raises(RuntimeError, match="Choose an Action"):
        bpy.ops.avatar_sdk.apply_expression_action(action="no such action")


def test_an_asset_of_another_file_is_read_and_leaves_nothing_behind(tmp_path: Path) -> None:
    action = expression_actions.mark(Expression("Mine", {"jawOpen": 0.5}), None)
    bpy.data.libraries.write(str(tmp_path / "library.blend"), {action})
    bpy.data.actions.remove(action)
    asset = SimpleNamespace(local_id=None, name="Mine", full_library_path=str(tmp_path / "library.blend"))
    with expression_actions.brought(asset) as found:  # type: ignore[arg-type]
        assert expression_actions.read(found) == Expression("Mine", {"jawOpen": 0.5})
    assert not list(bpy.data.actions)
    asset.name = "Yours"
    with pytest.raises(ValueError, match="Yours isn't in"), expression_actions.brought(asset):  # type: ignore[arg-type]
        pass
    asset.full_library_path = str(tmp_path / "missing.blend")
    with pytest.raises(OSError, match="missing"), expression_actions.brought(asset):  # type: ignore[arg-type]
        pass


def test_a_linked_avatar_says_what_its_face_cannot_do(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    collection = marks.collection_of(imported.armature)
    assert collection is not None
    name = collection.name
    bpy.data.libraries.write(str(tmp_path / "avatar.blend"), {collection})
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "avatar.blend"), link=True) as (_, wanted):
        wanted.collections = [name]
    bpy.context.scene.collection.children.link(wanted.collections[0])
    armature = next(obj for obj in wanted.collections[0].all_objects if obj.type == "ARMATURE")
    bpy.context.view_layer.objects.active = armature
    assert not bpy.ops.avatar_sdk.face_expression.poll()
    with pytest.raises(RuntimeError, match="must be made editable first"):
        bpy.ops.avatar_sdk.face_expression(expression="smile")
    with pytest.raises(face_values.FaceError, match="linked from another file"):
        face_values.apply(armature, shipped()["smile"])
    drawn = drawing.draw(VIEW3D_PT_avatar_sdk_face, monkeypatch, obj=armature)
    assert drawn is not None
    assert "Linked: the face can't be changed here" in " ".join(drawn.texts)
    assert bpy.ops.avatar_sdk.expression_pictures() == {"FINISHED"}, "what it looks like can be seen all the same"


def test_two_selected_avatars_of_different_makers_wear_it_at_once(head: bpy.types.Object, project: Path) -> None:
    sandbox = activate(import_avatar(project / "blender_addon" / "sample" / "sample_avatar.zip").armature)
    assert bpy.ops.avatar_sdk.face_expression(expression="sad") == {"FINISHED"}
    assert moved(sandbox) == pytest.approx(shipped()["sad"].values, abs=1e-3)
    assert moved(head) == moved(sandbox)


def test_the_panels_draw_without_reading_anything(head: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    from blender_addon import later

    bpy.ops.avatar_sdk.expression_save(name="Mine")
    expression_shelf.look_again()
    for _ in range(2):
        drawn = drawing.draw(VIEW3D_PT_avatar_sdk_expressions, monkeypatch, obj=head)
        assert drawn is not None
        later.run_all()
    names = [text for name, text, _ in drawn.buttons if name == "avatar_sdk.face_expression"]
    assert names[:2] == ["Neutral", "Smile"]
    assert names[-1] == "Mine"
    assert drawing.draw(VIEW3D_PT_avatar_sdk_face, monkeypatch, obj=head) is not None
