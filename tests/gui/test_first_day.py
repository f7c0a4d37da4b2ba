# SPDX-License-Identifier: MIT
"""A first day by real clicks and keys: online, sandbox, photo, Create, progress, avatar, undo, save, reload."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.running_sandbox import RunningSandbox, announced
from avatarsdk_core.sandbox import Durations, Sandbox
from tests.gui.test_window import LAUNCHER, run_window
from tests.sandbox.service_api import picture

SCRIPT = Path(__file__).parent / "first_day_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def day(project: Path, extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = (Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")) / "first_day"
    out.mkdir(exist_ok=True)
    photo = out / "mia.jpg"
    photo.write_bytes(picture())
    private = tmp_path_factory.mktemp("private")
    with Sandbox(durations=Durations(0.5, 0.5, 4, 0.5)) as service, pytest.MonkeyPatch.context() as environ:
        for name in ("CONFIG", "CACHE", "AVATARS", "SANDBOXES"):
            environ.setenv(f"AVATARSDK_{name}", str(private / name.lower()))
        pair = service.credentials.client
        with announced(RunningSandbox(service.url, "client", pair.client_id, pair.client_secret)):
            command = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), str(photo)]
            status, output = run_window(project, tmp_path_factory.mktemp("home"), command, seconds=500)
    file = out / "first_day.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    told["secret in blend"] = pair.client_secret.encode() in (out / "first_day.blend").read_bytes()
    return told


def test_a_photo_becomes_an_avatar_by_clicks_alone(day: dict[str, Any]) -> None:
    assert day["online"]
    assert day["chosen"] == ["Haircut3"]
    assert {"AvatarHead", "Haircut3"} <= set(day["arrived"]) - set(day["before"])


def test_progress_is_shown_in_words_on_the_way(day: dict[str, Any]) -> None:
    assert len(day["shown"]) >= 3


def test_the_avatar_is_one_undo_step_and_outlives_save_and_reload(day: dict[str, Any]) -> None:
    assert day["undone"] == day["before"]
    assert day["redone"] == day["arrived"] == day["saved"]
    assert day["jobs"] == ["done"]
    assert not day["secret in blend"]
