"""The whole slice in one command: photo → sandbox → export → Blender."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from avatarsdk_core.photo import read_photo
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS, look_from_photo
from avatarsdk_core.sandbox.human.portrait import SIZE, make_portrait

needs_bpy = pytest.mark.skipif(importlib.util.find_spec("bpy") is None, reason="no bpy in this environment")


def demo(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real program; a small picture keeps the test short."""
    command = [sys.executable, "-m", "avatarsdk_core.cli", "demo", "--out", "out", "--height", "192", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@needs_bpy
def test_the_demo_leaves_blend_picture_and_report(tmp_path: Path) -> None:
    done = demo(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["avatar.blend", "avatar.png", "report.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with Image.open(tmp_path / "out" / "avatar.png") as picture:
        colours = picture.convert("RGB").resize((64, 64)).getcolors(64 * 64)
        assert colours is not None
        assert len(colours) > 500
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    steps = {step["name"]: step for step in report["steps"]}
    assert list(steps) == [
        "Start the sandbox",
        "Make a portrait",
        "Register a player",
        "Upload the photo",
        "Wait for the avatar",
        "Wait for the export",
        "Download the export",
        "Import into Blender",
    ]
    assert all(step["seconds"] > 0 for step in steps.values())
    assert steps["Upload the photo"]["bytes_sent"] > 10_000
    assert steps["Download the export"]["bytes_received"] > 1_000_000
    assert steps["Download the export"]["requests"] >= 2
    assert report["joints"] == 73
    assert report["vertices"] == sum(part["vertices"] for part in report["parts"]) > 15_000
    head = next(part for part in report["parts"] if part["name"] == "AvatarHead")
    assert head["shape_keys"] == 51
    assert report["blender"]


@pytest.mark.parametrize("subtype", ["female", "male"])
def test_the_portrait_is_a_photo_whose_colours_are_read_back(subtype: str, portrait: bytes) -> None:
    data = portrait if subtype == "female" else make_portrait("male")
    photo = read_photo(data)
    assert (photo.media_type, photo.width, photo.height) == ("image/jpeg", SIZE, SIZE)
    expected = DEFAULT_LOOKS[subtype].skin  # type: ignore[index]
    found = look_from_photo(data, subtype).skin  # type: ignore[arg-type]
    assert max(abs(one - other) for one, other in zip(found, expected, strict=True)) < 45
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.convert("L").getextrema()[1] > 150
