# SPDX-License-Identifier: MIT
"""The extension in a Blender with windows: AVATARSDK_GUI_BLENDER names the launcher (see CONTRIBUTING.md)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "window_script.py"
LAUNCHER = os.environ.get("AVATARSDK_GUI_BLENDER", "")

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


def run_window(project: Path, home: Path, arguments: list[str]) -> tuple[int, str]:
    """The windowed Blender from start to end; its exit status and output."""
    environment = {
        **os.environ,
        "GUI_BLENDER_HOME": str(home),
        "GUI_BLENDER_DISPLAY": os.environ.get("GUI_BLENDER_DISPLAY", "78"),
        "BLENDER_USER_RESOURCES": str(home / "blender"),
    }
    process = subprocess.Popen(
        [str(Path(LAUNCHER).resolve()), "run", *arguments],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=150)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        pytest.fail(f"Blender didn't end within 150 s: {output[-2000:]}")
    return process.returncode, output


@pytest.fixture(scope="module")
def window(
    project: Path, samples: Path, extension_zip: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What a session in a real window told."""
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
    exports = [str(samples / "metaperson2" / name) for name in ("template_lod2_female", "outfit_ARPI_lod2_female")]
    arguments = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), *exports]
    status, output = run_window(project, tmp_path_factory.mktemp("home"), arguments)
    assert (out / "told.json").is_file(), f"exit status {status}: {output[-3000:]}"
    told: dict[str, Any] = json.loads((out / "told.json").read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


def of_type(entries: list[str], kind: str) -> list[str]:
    return [entry for entry in entries if entry.startswith(kind + " ")]


def test_every_panel_is_drawn_in_the_sidebar(window: dict[str, Any]) -> None:
    assert len(window["drawn"]) >= 2
    assert all(times > 0 for times in window["drawn"].values())


def test_an_outfit_goes_onto_the_avatar_in_the_scene(window: dict[str, Any]) -> None:
    assert window["results"] == ["FINISHED", "FINISHED"]
    assert len(of_type(window["with body"], "ARMATURE")) == 1
    assert "MESH AvatarBody" in window["with body"]
    assert of_type(window["with outfit"], "ARMATURE") == of_type(window["with body"], "ARMATURE")
    assert len(of_type(window["with outfit"], "MESH")) > len(of_type(window["with body"], "MESH"))


def test_a_garments_switch_hides_it_in_the_window(window: dict[str, Any]) -> None:
    assert window["hidden"]
    assert all(window["hidden"].values())


def test_an_import_is_one_undo_step(window: dict[str, Any]) -> None:
    assert window["after undo"] == window["with body"]
