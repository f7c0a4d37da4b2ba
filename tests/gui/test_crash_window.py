# SPDX-License-Identifier: MIT
"""A Blender with windows is killed in the middle of a job; the next one resumes it, and the avatar waits its turn."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.settings import Settings
from tests.gui.test_window import LAUNCHER, run_window
from tests.sandbox.blender_side import is_gone
from tests.sandbox.service_api import picture
from tests.stopwatch import eventually

SCRIPT = Path(__file__).parent / "crash_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def windows(project: Path, extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the second Blender told, and how many avatars the service has at the end."""
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
    photo = out / "photo.jpg"
    photo.write_bytes(picture())
    private, home = tmp_path_factory.mktemp("private"), tmp_path_factory.mktemp("home")
    with Sandbox(durations=Durations(0.5, 0.5, 45, 0.5)) as service, pytest.MonkeyPatch.context() as environ:
        keys = service.credentials.developer
        environ.setenv("AVATARSDK_TEST_ID", keys.client_id)
        environ.setenv("AVATARSDK_TEST_SECRET", keys.client_secret)
        environ.setenv("AVATARSDK_CONFIG", str(private / "profiles.toml"))
        environ.setenv("AVATARSDK_CACHE", str(private / "cache"))
        told: dict[str, Any] = {}
        for name in ("first", "second"):
            command = ["--python", str(SCRIPT), "--", name, str(extension_zip), str(out), service.url, str(photo)]
            status, output = run_window(project, home, command, 300)
            file = out / f"{name}.json"
            assert file.is_file(), f"exit status {status}: {output[-3000:]}"
            told = json.loads(file.read_text("utf-8"))
            assert "error" not in told, told["error"]
            if name == "first":
                eventually(lambda worker=told["worker"]: is_gone(worker))
        settings = Settings(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret)
        with Client(settings) as client:
            told["avatars"] = len(list(client.avatars.list()))
    return told


def test_the_job_is_offered_and_goes_on_by_a_click_and_one_avatar_is_made(windows: dict[str, Any]) -> None:
    assert windows["found"] == "interrupted"
    assert windows["avatars"] == 1


def test_the_avatar_waits_for_a_tool_and_for_a_render_and_says_so(windows: dict[str, Any]) -> None:
    assert windows["tool"] == ["TRANSFORM_OT_translate"]
    assert windows["while a tool is on"] == ["“Move” to end", True]
    assert windows["after the tool"]
    assert windows["while it renders"] == [True, "the render to end", True]
    assert windows["after the render"]
