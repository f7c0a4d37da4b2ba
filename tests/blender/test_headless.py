# SPDX-License-Identifier: GPL-3.0-or-later
"""The headless import as users run it: a process of its own, files whole or absent, one line for an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon import marks


def run_script(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python scripts/import_avatar.py -- …` with the checkout's core alone on the path, as on a strange machine."""
    command = [sys.executable, str(project / "scripts" / "import_avatar.py"), "--", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)


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
    (line,) = done.stderr.strip().splitlines()
    assert str(tmp_path / export) in line
    assert word in line
    assert list((tmp_path / "out").iterdir()) == []


def test_unwritable_place_is_told_before_any_work(project: Path, composite: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run_script(project, str(composite), "--out", str(tmp_path / "file" / "a.blend"))
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert str(tmp_path / "file" / "a.blend") in line
    assert (tmp_path / "file").read_text() == "in the way"
