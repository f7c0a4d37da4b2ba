# SPDX-License-Identifier: GPL-3.0-or-later
"""The headless import as users run it: a process of its own, files whole or absent, one line for an error."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon import headless, marks


def run_script(project: Path, *arguments: str, script: str = "import_avatar.py") -> subprocess.CompletedProcess[str]:
    """`python scripts/import_avatar.py -- …` in the way of a person's terminal: no settings of ours, no PYTHONPATH."""
    command = [sys.executable, str(project / "scripts" / script), "--", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "AVATARSDK_"))}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)


def the_error(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that our code said; Blender may add words of its own about the machine."""
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    return line


def test_export_becomes_blend_picture_and_report(project: Path, composite: Path, tmp_path: Path) -> None:
    out, picture, told = (tmp_path / "new folder" / name for name in ("a.blend", "a.png", "a.json"))
    done = run_script(
        project, str(composite), "--out", str(out), "--render", str(picture), "--report", str(told),
        "--height", "192", "--samples", "2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{out}: 10 parts of {composite.name}"]
    assert sorted(path.name for path in out.parent.iterdir()) == ["a.blend", "a.json", "a.png"]
    report = json.loads(told.read_text())
    assert report["blender"] == bpy.app.version_string
    assert report["joints"] == 73
    assert {part["name"]: part["vertices"] for part in report["parts"]}["AvatarHead"] == 1760
    assert sum(part["shape_keys"] for part in report["parts"]) == 65 + 33 + 18
    image = bpy.data.images.load(str(picture))
    assert tuple(image.size) == (96 + 160, 192)
    assert len({round(value, 2) for value in image.pixels[:]}) > 20  # something is in the picture

    bpy.ops.wm.open_mainfile(filepath=str(out))
    (collection,) = [found for found in bpy.data.collections if marks.AVATAR in found]
    assert len(marks.parts_of(collection[marks.AVATAR])) == 10
    assert bpy.context.scene.camera is not None
    assert marks.avatar_id(bpy.context.view_layer.objects.active) == collection[marks.AVATAR]
    armature = marks.armature_of(collection[marks.AVATAR])
    assert armature is not None
    for bone in armature.pose.bones:  # the picture's pose was for the picture; the importer itself rounds
        assert np.abs(np.array(bone.matrix_basis) - np.eye(4)).max() < 1e-4, bone.name


@pytest.mark.parametrize(
    ("export", "word"), [("nowhere", "no such file"), ("empty", "no model")], ids=["missing", "folder without a model"]
)
def test_bad_export_is_one_line_and_no_file(project: Path, tmp_path: Path, export: str, word: str) -> None:
    (tmp_path / "empty").mkdir()
    done = run_script(project, str(tmp_path / export), "--out", str(tmp_path / "out" / "a.blend"))
    assert done.returncode == 1
    line = the_error(done)
    assert str(tmp_path / export) in line
    assert word in line
    assert list((tmp_path / "out").iterdir()) == []


def test_unwritable_place_is_told_before_any_work(project: Path, composite: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run_script(project, str(composite), "--out", str(tmp_path / "file" / "a.blend"))
    assert done.returncode == 1
    line = the_error(done)
    assert str(tmp_path / "file" / "a.blend") in line
    assert (tmp_path / "file").read_text() == "in the way"


def test_importing_needs_numpy_alone(project: Path, composite: Path, tmp_path: Path) -> None:
    """The script in a Python that sees bpy and numpy, and nothing that was installed beside them."""
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"requests", "requests_oauthlib", "oauthlib", "urllib3", "PIL", "click", "rich"}:
            raise ModuleNotFoundError(f"not installed here: {name}", name=name)
sys.meta_path.insert(0, Refuse())
script, *rest = sys.argv[1:]
sys.argv = [script, "--", *rest]
import runpy
runpy.run_path(script, run_name="__main__")
"""
    script = str(project / "scripts" / "import_avatar.py")
    command = [sys.executable, "-c", code, script, str(composite), "--out", str(tmp_path / "a.blend")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.blend").stat().st_size > 1_000_000


def test_photo_becomes_blend_through_a_sandbox(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("starlette", reason="the extra `sandbox` isn't installed here")
    image = pytest.importorskip("PIL.Image")
    image.effect_noise((300, 300), 40).convert("RGB").save(tmp_path / "me.jpg")
    out, told = tmp_path / "me.blend", tmp_path / "me.json"
    arguments = (str(tmp_path / "me.jpg"), "--sandbox", "--subtype", "male", "--out", str(out), "--report", str(told))
    done = run_script(project, *arguments, script="create_avatar.py")
    assert done.returncode == 0, done.stderr
    report = json.loads(told.read_text())
    assert report["name"] == "me"
    categories = {part["category"] for part in report["parts"]}
    assert categories == {None, "haircuts", "outfits_top", "outfits_bottom", "outfits_shoes"}
    assert all(sum(skins.values()) > 0 for skins in report["hidden_faces"].values())
    assert {"AvatarBody", "AvatarHead"} == {skin for skins in report["hidden_faces"].values() for skin in skins}
    assert out.stat().st_size > 1_000_000


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"%PDF-1.7 hello", "PDF"), (None, "doesn't exist")],
    ids=["empty", "pdf", "none"],
)
def test_bad_photo_is_one_line_and_no_file(project: Path, tmp_path: Path, content: bytes | None, word: str) -> None:
    photo = tmp_path / "me.jpg"
    if content is not None:
        photo.write_bytes(content)
    arguments = (str(photo), "--sandbox", "--out", str(tmp_path / "out" / "a.blend"))
    done = run_script(project, *arguments, script="create_avatar.py")
    assert done.returncode == 1
    line = the_error(done)
    assert str(photo) in line
    assert word in line
    assert list((tmp_path / "out").iterdir()) == []


def test_without_credentials_the_script_says_what_to_set(project: Path, tmp_path: Path) -> None:
    photo = tmp_path / "me.png"
    pytest.importorskip("PIL.Image").new("RGB", (64, 64)).save(photo)
    done = run_script(project, str(photo), "--out", str(tmp_path / "a.blend"), script="create_avatar.py")
    assert done.returncode == 1
    line = the_error(done)
    assert "AVATARSDK_CLIENT_ID" in line


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--out", "{export}"], ".blend"),
        (["--out", "a.txt"], ".blend"),
        (["--out", "a.blend", "--render", "a.jpg"], ".png"),
        (["--out", "a.blend", "--report", "a.blend"], ".json"),
        (["--out", "a.blend", "--height", "0"], "64"),
        (["--out", "a.blend", "--samples", "-1"], "4096"),
    ],
    ids=["input", "ending of out", "ending of render", "twice", "height", "samples"],
)
def test_outputs_that_make_no_sense_are_refused(
    project: Path, samples: Path, tmp_path: Path, arguments: list[str], word: str
) -> None:
    export = tmp_path / "model.glb"
    shutil.copy(samples / "metaperson2" / "head_only_lod2_female" / "model.glb", export)
    content = export.read_bytes()
    given = [str(tmp_path / text) if "." in text else text.format(export=export) for text in arguments]
    done = run_script(project, str(export), *given)
    assert done.returncode in (1, 2)
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["model.glb"]
    assert export.read_bytes() == content


def test_a_failure_at_the_end_leaves_the_files_of_before(
    composite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.blend", "a.json"):
        (tmp_path / name).write_text("of before")

    def full(*_: object) -> dict[str, object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(headless, "report", full)
    out, told = tmp_path / "a.blend", tmp_path / "a.json"
    assert headless.main(["import", str(composite), "--out", str(out), "--report", str(told)]) == 1
    assert "No space left" in capfd.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.blend", "a.json"]
    assert {out.read_text(), told.read_text()} == {"of before"}


def test_flags_are_the_dialogs_options(project: Path, composite: Path, tmp_path: Path) -> None:
    out, told = tmp_path / "a.blend", tmp_path / "a.json"
    done = run_script(
        project, str(composite), "--out", str(out), "--report", str(told), "--parts", "head,outfits",
        "--shapes", "visemes", "--scale", "2", "--quads", "--quality", "simple", "--collection", "Cast",
        "--textures", "copy", "--code", "abc", "--verbose",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Left out: AvatarBody: body not wanted" in done.stdout
    report = json.loads(told.read_text())
    assert "AvatarBody: body not wanted" in report["skipped"]
    assert {part["role"] for part in report["parts"]} >= {"head", "garment"}
    bpy.ops.wm.open_mainfile(filepath=str(out))
    (collection,) = bpy.data.collections["Cast"].children
    assert collection[marks.CODE] == "abc"
    used = [image for image in bpy.data.images if image.source == "FILE" and image.users]
    assert used
    assert all((tmp_path / image.filepath.removeprefix("//")).is_file() for image in used)
    again = run_script(project, str(composite), "--out", str(out), "--parts", "hats,shoes")
    assert again.returncode == 2
    assert "'hats' is none of body, head, hair, outfits, glasses, accessories" in again.stderr
