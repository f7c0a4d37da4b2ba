# SPDX-License-Identifier: MIT
"""The face by real clicks: smile, undo, keep the expression, see all of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.avatar.expressions import shipped
from tests.gui.test_window import LAUNCHER, run_window

SCRIPT = Path(__file__).parent / "face_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def window(project: Path, extension_zip: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = (Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")) / "face"
    out.mkdir(exist_ok=True)
    head = samples / "metaperson2" / "head_only_lod2_female"
    command = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), str(head), "themes" if kept else ""]
    status, output = run_window(project, tmp_path_factory.mktemp("home"), command, seconds=400)
    file = out / "face.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


def test_a_click_makes_an_avatar_smile_as_one_undo_step(window: dict[str, Any]) -> None:
    assert window["smile"] == pytest.approx(shipped()["smile"].values, abs=2e-3)
    assert window["undone"] == {}
    assert window["redone"] == window["smile"]


def test_the_smile_is_kept_with_a_picture(window: dict[str, Any]) -> None:
    assert list(window["kept"]) == ["My Expression"]
    assert window["kept"]["My Expression"] == pytest.approx(window["smile"], abs=2e-3)


def test_pictures_of_all_expressions_are_rendered_and_nothing_of_the_file_is_touched(window: dict[str, Any]) -> None:
    assert window["trouble"] == ""
    assert window["same scenes"]
    assert window["still smiling"]


def test_an_expression_that_is_chosen_in_the_asset_browser_is_put_on(window: dict[str, Any]) -> None:
    assert window["asset"] == "Laugh"
    assert window["laughing"] == pytest.approx(shipped()["laugh"].values, abs=2e-3)
