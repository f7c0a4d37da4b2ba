# SPDX-License-Identifier: MIT
"""The Create panel in a Blender with windows: from "offline" to a form that can be sent."""

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

SCRIPT = Path(__file__).parent / "create_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def window(project: Path, extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
    photo = out / "mia.jpg"
    photo.write_bytes(picture())
    private = tmp_path_factory.mktemp("private")
    with Sandbox(durations=Durations(0.5, 0.5, 1, 0.5)) as service, pytest.MonkeyPatch.context() as environ:
        environ.setenv("AVATARSDK_CONFIG", str(private / "profiles.toml"))
        environ.setenv("AVATARSDK_CACHE", str(private / "cache"))
        environ.setenv("AVATARSDK_AVATARS", str(private / "avatars"))
        environ.setenv("AVATARSDK_SANDBOXES", str(private / "sandboxes"))
        pair = service.credentials.client
        with announced(RunningSandbox(service.url, "client", pair.client_id, pair.client_secret)):
            command = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), str(photo)]
            status, output = run_window(project, tmp_path_factory.mktemp("home"), command, seconds=400)
    file = out / "create.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


def test_one_click_and_a_photo_make_a_form_that_can_be_sent(window: dict[str, Any]) -> None:
    assert window["found"]
    assert window["reason"] == ""


def test_a_photo_that_wont_do_says_why(window: dict[str, Any]) -> None:
    assert "HEIC" in window["problem"]
    assert window["draws"]["count"] > 20
