# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar that is linked from another file: each panel says what it can't do, and what would change it is greyed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon import marks, overrides, registration
from blender_addon.importing import ImportOptions, import_avatar
from blender_addon.panels.body import VIEW3D_PT_avatar_sdk_body
from blender_addon.panels.face import VIEW3D_PT_avatar_sdk_face
from blender_addon.panels.lod import VIEW3D_PT_avatar_sdk_lod
from blender_addon.panels.look import VIEW3D_PT_avatar_sdk_look
from blender_addon.panels.wardrobe import VIEW3D_PT_avatar_sdk_wardrobe
from tests.blender.drawing import draw
from tests.blender.test_undo_operators import undoable

PANELS = (
    VIEW3D_PT_avatar_sdk_wardrobe,
    VIEW3D_PT_avatar_sdk_face,
    VIEW3D_PT_avatar_sdk_body,
    VIEW3D_PT_avatar_sdk_look,
    VIEW3D_PT_avatar_sdk_lod,
)
CHANGES = (  # what would change the active avatar
    "wear", "remove_garment", "dress", "key_wardrobe", "reset_body", "reset_look", "key_look", "quality", "mark_asset",
    "unmark_asset",
)  # fmt: skip
OF_THE_FACE = ("face_reset", "face_mirror", "face_key", "face_expression", "apply_expression_action")


@pytest.fixture(autouse=True)
def addon() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


@pytest.fixture
def linked(samples: Path, tmp_path: Path) -> bpy.types.Object:
    """The armature of a linked avatar of two levels, active and selected."""
    real = samples / "metaperson2"
    imported = import_avatar(samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf")
    import_avatar(real / "outfit_ARPI_lod1_female", ImportOptions(onto=imported.avatar))
    name = imported.collection.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, into):
        into.collections = [name]
    bpy.context.scene.collection.children.link(into.collections[0])
    bpy.context.view_layer.update()
    return choose(into.collections[0])


def choose(collection: bpy.types.Collection) -> bpy.types.Object:
    armature = next(obj for obj in collection.all_objects if obj.type == "ARMATURE")
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj == armature)
    bpy.context.view_layer.objects.active = armature
    return armature


def told(panel: type, armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    layout = draw(panel, monkeypatch, obj=armature)
    assert layout is not None
    return [text for text in layout.texts if text.startswith("Linked:")]


def test_each_panel_says_what_it_cannot_do(linked: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [told(panel, linked, monkeypatch) for panel in PANELS]
    assert [len(found) for found in lines] == [1] * len(PANELS)
    assert len({found[0] for found in lines}) == len(PANELS), "each in words of its own"


def test_what_would_change_it_is_greyed(linked: bpy.types.Object) -> None:
    assert linked.library is not None
    names = [*(f"object.avatar_sdk_{name}" for name in CHANGES), *(f"avatar_sdk.{name}" for name in OF_THE_FACE)]
    assert undoable().issuperset(names)
    for name in names:
        module, operator = name.split(".")
        assert not getattr(getattr(bpy.ops, module), operator).poll(), name
    assert bpy.ops.object.avatar_sdk_make_editable.poll()


def test_once_it_is_editable_nothing_is_greyed(linked: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    part = marks.worn(linked)[0][marks.PART]
    armature = choose(overrides.make_editable(linked))
    assert [told(panel, armature, monkeypatch) for panel in PANELS] == [[]] * len(PANELS)
    for call, values in (
        (bpy.ops.object.avatar_sdk_wear, {"part": part}),
        (bpy.ops.object.avatar_sdk_key_wardrobe, {}),
        (bpy.ops.object.avatar_sdk_reset_body, {}),
        (bpy.ops.object.avatar_sdk_quality, {"quality": "simple"}),
        (bpy.ops.object.avatar_sdk_reset_look, {}),
        (bpy.ops.avatar_sdk.face_expression, {"expression": "smile", "key": True}),
        (bpy.ops.avatar_sdk.face_mirror, {}),
        (bpy.ops.avatar_sdk.face_reset, {}),
        (bpy.ops.avatar_sdk.face_key, {}),
    ):
        assert call("EXEC_DEFAULT", **values) == {"FINISHED"}
    assert not marks.worn(armature)[0][marks.SHOWN]
