# SPDX-License-Identifier: MIT
"""A job in a Blender with windows: an avatar arrives when nothing is in the way; undo, save, load."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.sandbox import Durations, Sandbox
from tests.gui.test_window import LAUNCHER, run_window
from tests.sandbox.service_api import picture

SCRIPT = Path(__file__).parent / "jobs_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def window(project: Path, extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
    photo = out / "photo.jpg"
    photo.write_bytes(picture())
    private = tmp_path_factory.mktemp("private")
    with Sandbox(durations=Durations(0.5, 0.5, 3, 0.5)) as service, pytest.MonkeyPatch.context() as environ:
        environ.setenv("AVATARSDK_TEST_ID", service.credentials.developer.client_id)
        environ.setenv("AVATARSDK_TEST_SECRET", service.credentials.developer.client_secret)
        environ.setenv("AVATARSDK_CONFIG", str(private / "profiles.toml"))
        environ.setenv("AVATARSDK_CACHE", str(private / "cache"))
        command = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), service.url, str(photo)]
        status, output = run_window(project, tmp_path_factory.mktemp("home"), command)
    file = out / "jobs.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


def test_an_avatar_waits_while_a_person_edits_and_arrives_at_the_cursor_as_one_undo_step(
    window: dict[str, Any],
) -> None:
    assert window["signed in"]
    assert window["waits"] == "ready"
    assert len(window["arrived"]) > len(window["before"])
    assert window["place"] == pytest.approx([2.0, 0.0, 0.0])
    assert window["after undo"] == window["before"]


def test_jobs_outlive_undo_and_file_load(window: dict[str, Any]) -> None:
    assert window["after load"]["objects"] == window["arrived"]
    assert window["after load"]["jobs"] == ["done", "failed", "ready"]
    assert not window["secret in blend"]


def test_a_failed_job_says_why_and_the_timer_rests_at_the_end(window: dict[str, Any]) -> None:
    assert "doesn't exist" in window["failure"]
    assert window["ticks"]["count"] > 10
    assert window["draws"]["count"] > 3
