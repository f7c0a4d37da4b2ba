# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo and redo, twenty times, through every operator of ours that makes an undo step: what each did comes back whole.

Two avatars stand in the file that every case begins with: a real export with ARKit's shapes and an outfit, and one of
the sandbox with shapes of the body, hair, glasses and a top. An operator without a case fails the first test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy
import pytest

from avatarsdk_core.avatar.expressions import shipped
from blender_addon import body, expression_actions, face_values, look, marks, registration
from blender_addon.importing import import_avatar
from tests.blender.sandbox_exports import DRESSED, SandboxExports
from tests.blender.test_renamed import NAMES, rename_everything
from tests.blender.test_safe_undo import push
from tests.blender.test_safe_undo import state as links

ROUNDS = 20
OF_OTHERS = {
    "avatar_sdk.job_import": "reads what the service sent, then does what import_scene.avatar_sdk does",
    "avatar_sdk.gallery_import": "fetches an export from the service, then does what import_scene.avatar_sdk does",
    "asset.avatar_sdk_wear": "needs an asset chosen in a window; then does what object.avatar_sdk_wear_dropped does",
}


@pytest.fixture(autouse=True)
def addon() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


@pytest.fixture(scope="module")
def stage(samples: Path, sandbox_exports: SandboxExports, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with both avatars: its active object is the real one's armature."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    aside = import_avatar(sandbox_exports("metaperson_2.0", "female", **DRESSED)).armature
    assert aside is not None
    aside.location.x = 2.0
    real = import_avatar(samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf").armature
    assert real is not None
    _choose(real)
    file = tmp_path_factory.mktemp("stage") / "stage.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    return file


def _choose(*objects: bpy.types.Object) -> None:
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj in objects)
    bpy.context.view_layer.objects.active = objects[0]


def real() -> bpy.types.Object:
    return bpy.context.view_layer.objects.active


def other() -> bpy.types.Object:
    mine = marks.avatar_id(real())
    return next(obj for obj in bpy.data.objects if obj.type == "ARMATURE" and marks.avatar_id(obj) != mine)


def garment(avatar: bpy.types.Object, category: str) -> bpy.types.Object:
    return next(item for item in marks.worn(avatar) if item[marks.CATEGORY] == category)


def coloured(_stage: Path) -> None:
    look.set_color(garment(real(), "outfits"), (0.7, 0.1, 0.1))


def doubled(_stage: Path) -> None:
    _choose(*marks.members(real()))
    bpy.ops.object.duplicate()


def smiling(_stage: Path) -> None:
    face_values.apply(real(), shipped()["wink"])


def shaped(_stage: Path) -> None:
    _choose(other())
    keys = body.body_keys(real())
    assert keys
    keys[0].value = 0.5


def few_layers(_stage: Path) -> None:
    bpy.context.scene.cycles.transparent_max_bounces = 8


def linked(stage: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(stage), link=True) as (inside, into):
        into.collections = list(inside.collections)
    found = next(one for one in into.collections if one.get(marks.AVATAR) and one.all_objects)
    bpy.context.scene.collection.children.link(found)
    bpy.context.view_layer.update()
    _choose(next(obj for obj in found.all_objects if obj.type == "ARMATURE"))


def an_action(_stage: Path) -> None:
    expression_actions.to_action(shipped()["laugh"]).name = "Laughing"


def marked(_stage: Path) -> None:
    assert bpy.ops.object.avatar_sdk_mark_asset("EXEC_DEFAULT", what="WARDROBE") == {"FINISHED"}


def dropped(stage: Path) -> None:
    _choose(real(), other())
    marked(stage)
    asset = next(obj for obj in bpy.data.objects if obj.asset_data and obj[marks.CATEGORY] == "glasses")
    drop = asset.copy()  # what Blender's drop does with an asset of this file
    drop.asset_clear()
    bpy.context.scene.collection.objects.link(drop)
    drop.location = (0.0, -0.1, 1.2)
    bpy.context.view_layer.update()


Prepare = Callable[[Path], None] | None
Arguments = Callable[[Path], dict[str, Any]]


def nothing(_samples: Path) -> dict[str, Any]:
    return {}


def worn_part(_samples: Path) -> dict[str, Any]:
    return {"part": garment(real(), "outfits")[marks.PART]}


CASES: dict[str, tuple[Prepare, Arguments]] = {
    "import_scene.avatar_sdk": (
        None,
        lambda samples: {"filepath": str(samples / "metaperson2" / "outfit_ARPI_lod2_female")},
    ),
    "object.avatar_sdk_sample_add": (None, nothing),
    "object.avatar_sdk_prepare_export": (None, nothing),
    "object.avatar_sdk_light_rig": (None, nothing),
    "object.avatar_sdk_make_editable": (linked, nothing),
    "scene.avatar_sdk_hair_bounces": (few_layers, nothing),
    "object.avatar_sdk_wear": (None, worn_part),
    "object.avatar_sdk_remove_garment": (None, worn_part),
    "object.avatar_sdk_dress": (
        None,
        lambda _: {"garment": str(garment(other(), "haircuts").session_uid)},
    ),
    "object.avatar_sdk_key_wardrobe": (None, nothing),
    "object.avatar_sdk_reset_body": (shaped, nothing),
    "object.avatar_sdk_reset_look": (coloured, nothing),
    "object.avatar_sdk_key_look": (coloured, nothing),
    "object.avatar_sdk_own_look": (doubled, nothing),
    "object.avatar_sdk_quality": (None, lambda _: {"quality": "simple"}),
    "object.avatar_sdk_mark_asset": (None, lambda _: {"what": "WARDROBE"}),
    "object.avatar_sdk_unmark_asset": (marked, nothing),
    "object.avatar_sdk_wear_dropped": (dropped, nothing),
    "avatar_sdk.face_expression": (None, lambda _: {"expression": "smile", "key": True}),
    "avatar_sdk.face_reset": (smiling, nothing),
    "avatar_sdk.face_mirror": (smiling, nothing),
    "avatar_sdk.face_key": (None, nothing),
    "avatar_sdk.expression_mark_asset": (None, lambda _: {"expression": "laugh"}),
    "avatar_sdk.apply_expression_action": (an_action, lambda _: {"action": "Laughing"}),
}


def undoable() -> set[str]:
    """Ids of all operators that the add-on registers and that make an undo step."""
    found = set()
    for room in registration.ROOMS:
        for cls in getattr(room, "CLASSES", ()):
            if issubclass(cls, bpy.types.Operator) and "UNDO" in getattr(cls, "bl_options", ()):
                found.add(cls.bl_idname)
    return found


def state() -> dict[str, Any]:
    """Names, links and values of all that an operator of ours may change."""
    materials = [material for material in bpy.data.materials if material.node_tree]
    return {
        **links(),
        "shapes": {
            (block.name, key.name): round(key.value, 5)
            for block in bpy.data.shape_keys
            for key in block.key_blocks
            if key.value
        },
        "keyed": {
            block.name: block.animation_data.action.name
            for block in (*bpy.data.objects, *bpy.data.shape_keys, *(material.node_tree for material in materials))
            if block.animation_data and block.animation_data.action
        },
        "inputs": {
            (material.name, node.name, socket.name): _value(socket)
            for material in materials
            for node in material.node_tree.nodes
            if node.type == "GROUP"
            for socket in node.inputs
        },
        "assets": sorted(block.name for kind in KINDS for block in getattr(bpy.data, kind) if block.asset_data),
        "modifiers": {obj.name: [found.name for found in obj.modifiers] for obj in bpy.data.objects},
        "bounces": bpy.context.scene.cycles.transparent_max_bounces,
    }


KINDS = ("objects", "collections", "actions")


def _value(socket: bpy.types.NodeSocket) -> Any:
    if socket.is_linked:
        return socket.links[0].from_node.name
    value = getattr(socket, "default_value", None)
    return tuple(round(part, 5) for part in value) if hasattr(value, "__len__") else value


def test_every_operator_with_undo_has_a_case_or_a_reason() -> None:
    assert undoable() - CASES.keys() == OF_OTHERS.keys()
    assert CASES.keys() - undoable() == set()


@pytest.mark.parametrize("operator", CASES)
def test_twenty_times_back_and_forth(operator: str, stage: Path, samples: Path) -> None:
    prepare, arguments = CASES[operator]
    bpy.ops.wm.open_mainfile(filepath=str(stage))
    if prepare is not None:
        prepare(stage)
    push("before")
    before = state()
    module, name = operator.split(".")
    assert getattr(getattr(bpy.ops, module), name)("EXEC_DEFAULT", **arguments(samples)) == {"FINISHED"}
    push("after")
    after = state()
    assert after != before, "it changes something"
    assert not after["broken"]
    for round_ in range(ROUNDS):
        assert bpy.ops.ed.undo() == {"FINISHED"}
        if round_ in (0, ROUNDS - 1):
            assert state() == before
        assert bpy.ops.ed.redo() == {"FINISHED"}
        if round_ in (0, ROUNDS - 1):
            assert state() == after


@pytest.mark.parametrize("operator", CASES)
def test_it_works_on_what_was_renamed(operator: str, stage: Path, samples: Path) -> None:
    """Every object, mesh, armature, material, image, collection, node group and shape key has the same odd name."""
    prepare, arguments = CASES[operator]
    bpy.ops.wm.open_mainfile(filepath=str(stage))
    if prepare is not None:
        prepare(stage)
    values = arguments(samples)  # the Action's name is an argument, and stays
    rename_everything(NAMES["quotes"])
    module, name = operator.split(".")
    assert getattr(getattr(bpy.ops, module), name)("EXEC_DEFAULT", **values) == {"FINISHED"}
    bpy.context.view_layer.update()
    assert not links()["broken"]
