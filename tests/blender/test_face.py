# SPDX-License-Identifier: GPL-3.0-or-later
"""The face: reset, mirror, keys, expressions, on chosen avatars, undone and redone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from avatarsdk_core.avatar.expressions import shipped
from blender_addon import compat, face_values, registration
from blender_addon.importing import import_avatar


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


@pytest.fixture
def head(samples: Path) -> bpy.types.Object:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    bpy.context.view_layer.objects.active = imported.armature
    found = face_values.head_of(imported.armature)
    assert found is not None
    return found


def moved(head: bpy.types.Object) -> dict[str, float]:
    return {name: round(slider.value, 4) for name, slider in face_values.values_of(head).items() if slider.value}


def test_each_expression_moves_the_head_and_what_follows(head: bpy.types.Object) -> None:
    for name, expression in shipped().items():
        assert bpy.ops.avatar_sdk.face_expression(expression=name) == {"FINISHED"}
        assert moved(head) == pytest.approx(expression.values)
    bpy.ops.avatar_sdk.face_expression(expression="wink")
    bpy.context.view_layer.update()
    lashes = next(obj for obj in bpy.data.objects if obj.get("avatar_sdk_role") == "eyelashes")
    assert lashes.data.shape_keys.key_blocks["eyeBlinkLeft"].value == pytest.approx(1.0)


def test_mirror_and_reset(head: bpy.types.Object) -> None:
    bpy.ops.avatar_sdk.face_expression(expression="wink", strength=0.5)
    assert bpy.ops.avatar_sdk.face_mirror() == {"FINISHED"}
    assert moved(head)["eyeBlinkRight"] == pytest.approx(0.5)
    assert "eyeBlinkLeft" not in moved(head)
    assert bpy.ops.avatar_sdk.face_reset() == {"FINISHED"}
    assert moved(head) == {}


def test_only_what_moves_is_keyed_and_comes_to_rest_again(head: bpy.types.Object) -> None:
    face_values.set_values(head, {"jawOpen": 0.5})
    assert face_values.key(head, only_moved=True, frame=1) == ["jawOpen"]
    face_values.reset(head)
    assert face_values.key(head, only_moved=True, frame=10) == ["jawOpen"]
    bpy.context.scene.frame_set(1)
    assert moved(head) == {"jawOpen": 0.5}
    assert len(face_values.key(head)) == len(face_values.values_of(head))


def test_a_group_is_reset_mirrored_and_keyed_alone(head: bpy.types.Object) -> None:
    face_values.set_values(head, {"eyeBlinkLeft": 0.5, "aa": 0.25})
    assert bpy.ops.avatar_sdk.face_mirror(group="arkit") == {"FINISHED"}
    assert moved(head) == {"eyeBlinkRight": 0.5, "aa": 0.25}
    assert bpy.ops.avatar_sdk.face_key(group="visemes", only_moved=True) == {"FINISHED"}
    assert [curve.data_path for curve in compat.animation_curves(head.data.shape_keys)] == ['key_blocks["aa"].value']
    assert bpy.ops.avatar_sdk.face_reset(group="arkit") == {"FINISHED"}
    assert moved(head) == {"aa": 0.25}


def test_undo_and_redo_twenty_times_through_every_operator(head: bpy.types.Object) -> None:
    name = head.name
    bpy.context.view_layer.update()
    bpy.ops.ed.undo_push(message="start")
    states = [moved(head)]
    calls = (
        lambda: bpy.ops.avatar_sdk.face_expression(expression="wink"),
        lambda: bpy.ops.avatar_sdk.expression_mark_asset(expression="angry"),
        lambda: bpy.ops.avatar_sdk.apply_expression_action(action="Angry", strength=0.5),
        lambda: bpy.ops.avatar_sdk.face_mirror(),
        lambda: bpy.ops.avatar_sdk.face_key(),
        lambda: bpy.ops.avatar_sdk.face_reset(),
    )
    for call in calls:
        assert call() == {"FINISHED"}
        bpy.ops.ed.undo_push(message="step")
        states.append(moved(bpy.data.objects[name]))
    for _ in range(20):
        for state in reversed(states[:-1]):
            bpy.ops.ed.undo()
            assert moved(bpy.data.objects[name]) == state
        for state in states[1:]:
            bpy.ops.ed.redo()
            assert moved(bpy.data.objects[name]) == state


def test_an_avatar_without_shapes_says_so(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female")
    with pytest.raises(face_values.FaceError, match="without blendshapes"):
        face_values.reset(imported.avatar)
