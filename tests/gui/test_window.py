# SPDX-License-Identifier: MIT
"""The extension in a Blender with windows: AVATARSDK_GUI_BLENDER names the launcher (see CONTRIBUTING.md)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "window_script.py"
Session = Callable[..., dict[str, Any]]
LAUNCHER = os.environ.get("AVATARSDK_GUI_BLENDER", "")

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


def run_window(project: Path, home: Path, arguments: list[str], seconds: float = 150) -> tuple[int, str]:
    """The windowed Blender from start to end, within so many seconds; its exit status and output."""
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
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        pytest.fail(f"Blender didn't end within {seconds} s: {output[-2000:]}")
    return process.returncode, output


@pytest.fixture(scope="module")
def session(project: Path, extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Runs one session of window_script.py in a real window, as a new user; what it told."""

    def run(name: str, *arguments: str) -> dict[str, Any]:
        kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
        out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
        command = ["--python", str(SCRIPT), "--", name, str(extension_zip), str(out), *arguments]
        status, output = run_window(project, tmp_path_factory.mktemp("home"), command)
        told = out / f"{name}.json"
        assert told.is_file(), f"exit status {status}: {output[-3000:]}"
        answer: dict[str, Any] = json.loads(told.read_text("utf-8"))
        assert "error" not in answer, answer["error"]
        return answer

    return run


@pytest.fixture(scope="module")
def window(session: Session, samples: Path) -> dict[str, Any]:
    """A body and an outfit are imported, the outfit is switched off, the last import undone."""
    exports = samples / "metaperson2"
    return session("wear", str(exports / "template_lod2_female"), str(exports / "outfit_ARPI_lod2_female"))


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


def test_a_blend_made_without_a_window_opens_with_the_panel_alive(
    session: Session, samples: Path, project: Path, tmp_path: Path
) -> None:
    script = project / "scripts" / "import_avatar.py"
    export = samples / "metaperson2" / "template_lod2_female"
    blend = tmp_path / "avatar.blend"
    made = subprocess.run(
        [sys.executable, str(script), "--", str(export), "--out", str(blend)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    told = session("open", str(blend))
    assert "MESH AvatarHead" in told["objects"]
    assert told["drawn"]
    assert all(times > 0 for times in told["drawn"].values())
