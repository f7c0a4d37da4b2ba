# SPDX-License-Identifier: MIT
"""The first minutes by mouse and keyboard: sample avatar from the Add menu, gallery of a full account, a drop."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.sandbox import Sandbox
from tests.gui.test_window import LAUNCHER, run_window

SCRIPT = Path(__file__).parent / "gallery_script.py"
SEEDED = 200

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def window(
    project: Path, extension_zip: Path, composite: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
    private = tmp_path_factory.mktemp("private")
    with Sandbox() as service, pytest.MonkeyPatch.context() as environ:
        service.seed(SEEDED)
        keys = service.credentials.developer
        values = {"ROOT_URL": service.url, "CLIENT_ID": keys.client_id, "CLIENT_SECRET": keys.client_secret}
        values |= {"CONFIG": str(private / "profiles.toml"), "CACHE": str(private / "cache")}
        values |= {"AVATARS": str(private / "avatars")}
        for name, value in values.items():
            environ.setenv(f"AVATARSDK_{name}", value)
        arguments = [str(extension_zip), str(out), str(composite), str(SEEDED), "1", "dark"]
        command = ["--online-mode", "--python", str(SCRIPT), "--", *arguments]
        status, output = run_window(project, tmp_path_factory.mktemp("home"), command, seconds=400)
    file = out / "gallery.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


@pytest.fixture(scope="module")
def composite(samples: Path) -> Path:
    return samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf" / "model.gltf"


def test_the_add_menu_brings_the_sample_avatar_as_one_undo_step(window: dict[str, Any]) -> None:
    assert "AvatarHead" in window["sample"]
    assert window["undone"]


def test_the_gallery_of_a_full_account_is_turned_picked_and_searched_by_clicks(window: dict[str, Any]) -> None:
    assert (window["listed"], window["pages"]) == (SEEDED, 9)
    assert window["pictures"] > 10
    assert window["chosen first"]
    assert 0 < window["found"] < SEEDED


def test_a_dropped_file_is_offered_to_us(window: dict[str, Any]) -> None:
    assert {f"AVATAR_SDK_FH_{name}" for name in ("gltf", "fbx", "obj", "ply")} <= set(window["handlers"])
