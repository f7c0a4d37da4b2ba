# SPDX-License-Identifier: MIT
"""Clothes dragged from the Asset Browser onto an avatar, by the mouse of a real window."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.gui.test_window import LAUNCHER, run_window

SCRIPT = Path(__file__).parent / "assets_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def window(project: Path, extension_zip: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")
    dressed = samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"
    bare = samples / "metaperson2" / "template_lod2_female"
    command = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), str(dressed), str(bare)]
    status, output = run_window(project, tmp_path_factory.mktemp("home"), command, seconds=300)
    file = out / "assets.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


def test_what_is_dragged_onto_an_avatar_is_worn_by_it(window: dict[str, Any]) -> None:
    assert window["marked"] == ["FINISHED"]
    assert list(window["worn"]) == ["ARPI"]
    assert window["worn"]["ARPI"].startswith("template_lod2_female")
    assert len(window["after"]) == len(window["before"]) + 1, "what was dropped has gone into the wardrobe"


def test_undo_takes_the_clothes_and_the_drop_back_and_redo_brings_them(window: dict[str, Any]) -> None:
    assert window["undone"] == window["before"]
    assert window["worn again"] == window["worn"]
    assert window["redone"] == window["after"]
