# SPDX-License-Identifier: GPL-3.0-or-later
"""The Info panel tells what an avatar is; guesses about the person are told to somebody who asks, and kept nowhere."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon import marks, person_guesses, registration
from blender_addon.importing import import_avatar
from blender_addon.materials.images import SIZE
from blender_addon.operators.info import draw_guesses
from blender_addon.panels.info import VIEW3D_PT_avatar_sdk_info
from tests.blender.drawing import Recorder, draw

CODE = "0a1b2c3d-0000-4000-8000-000000000000"
GUESSES = {"age": "not_child", "age_confidence": 0.875, "gender": "female", "race": "zyxwv"}


@pytest.fixture(autouse=True)
def addon() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


@pytest.fixture
def export(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real head in the avatars folder, of a service that was asked for guesses."""
    home = tmp_path / "avatars"
    folder = Path(shutil.copytree(samples / "metaperson2" / "head_only_lod2_female", home / "one" / "avatar"))
    (folder.parent / "export.json").write_text(json.dumps({"avatar_code": CODE, "files": []}), "utf-8")
    file = folder / "model.json"
    content = json.loads(file.read_text("utf-8"))
    file.chmod(0o600)
    file.write_text(json.dumps({**content, **GUESSES}), "utf-8")
    monkeypatch.setenv("AVATARSDK_AVATARS", str(home))
    return folder.parent


def test_it_tells_what_the_avatar_is(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = import_avatar(export).armature
    assert root is not None
    layout = draw(VIEW3D_PT_avatar_sdk_info, monkeypatch, obj=root)
    assert layout is not None
    meshes = [part.data for part in marks.parts_of(root)]
    keys = sum(len(mesh.shape_keys.key_blocks) - 1 for mesh in meshes if mesh.shape_keys)
    assert {
        "Pipeline: metaperson_2.1",
        "Format: glb",
        f"Code: {CODE}",
        "LOD: LOD2",
        f"Vertices: {sum(len(mesh.vertices) for mesh in meshes):,}",
        f"Faces: {sum(len(mesh.polygons) for mesh in meshes):,}",
        f"Shape keys: {keys}",
        f"Bones: {len(root.data.bones)}",
    } <= set(layout.texts)
    ours = [image for image in bpy.data.images if SIZE in image]
    largest = max((tuple(image.size) for image in ours), key=lambda size: size[0] * size[1])
    assert f"Textures: {len(ours)}, up to {largest[0]} × {largest[1]}" in layout.texts
    assert any("licence" in text for text in layout.texts)
    assert not any(str(value) in text for value in GUESSES.values() for text in layout.texts)


def test_sizes_of_textures_are_told_without_decoding_them(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = import_avatar(export).armature
    before = [image.name for image in bpy.data.images if image.has_data]
    draw(VIEW3D_PT_avatar_sdk_info, monkeypatch, obj=root)
    assert [image.name for image in bpy.data.images if image.has_data] == before
    assert len(before) < len(bpy.data.images)
    for image in bpy.data.images:
        assert SIZE not in image or tuple(image[SIZE]) == tuple(image.size), image.name


def test_guesses_are_told_on_a_click_and_kept_nowhere(
    export: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    root = import_avatar(export).armature
    bpy.context.view_layer.objects.active = root
    file = person_guesses.model_json_of(root)
    assert file == export / "avatar" / "model.json"
    told = Recorder()
    draw_guesses(told, person_guesses.guesses_in(file))
    assert told.texts == ["Age: not child (88% sure)", "Gender: female", "Race: zyxwv"]
    assert bpy.ops.avatar_sdk.guesses(filepath=str(export)) == {"FINISHED"}
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "kept.blend"), compress=False)
    assert b"zyxwv" not in (tmp_path / "kept.blend").read_bytes()
    assert not any("zyxwv" in text for text in (caplog.text, *capfd.readouterr()))


def test_an_export_without_guesses_and_none_at_all_are_told(samples: Path, tmp_path: Path) -> None:
    bpy.context.view_layer.objects.active = import_avatar(samples / "metaperson2" / "head_only_lod2_female").armature
    told = Recorder()
    draw_guesses(told, person_guesses.guesses_in(samples / "metaperson2" / "head_only_lod2_female"))
    assert told.texts == ["The service wasn't asked for any"]
    with pytest.raises(RuntimeError, match=r"there is no model\.json"):
        bpy.ops.avatar_sdk.guesses(filepath=str(tmp_path))
    assert person_guesses.model_json_of(bpy.context.object) is None
