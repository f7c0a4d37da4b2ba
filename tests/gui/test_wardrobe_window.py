# SPDX-License-Identifier: MIT
"""Dress, undress, recolour by real clicks, each undone and brought back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.blender.sandbox_exports import DRESSED, SandboxExports
from tests.gui.test_window import LAUNCHER, run_window

SCRIPT = Path(__file__).parent / "wardrobe_script.py"

pytestmark = pytest.mark.skipif(not LAUNCHER, reason="no Blender with windows: set AVATARSDK_GUI_BLENDER to a launcher")


@pytest.fixture(scope="module")
def window(project: Path, extension_zip: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    kept = os.environ.get("AVATARSDK_GUI_PICTURES")  # a folder, to look at the pictures afterwards
    out = (Path(kept).resolve() if kept else tmp_path_factory.mktemp("pictures")) / "wardrobe"
    out.mkdir(exist_ok=True)
    dressed = samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"
    other = SandboxExports(tmp_path_factory.mktemp("exports"))("metaperson_2.0", "female", **DRESSED, lod="LOD2")
    command = ["--python", str(SCRIPT), "--", str(extension_zip), str(out), str(dressed), str(other),
               "themes" if kept else ""]  # fmt: skip
    status, output = run_window(project, tmp_path_factory.mktemp("home"), command, seconds=500)
    file = out / "wardrobe.json"
    assert file.is_file(), f"exit status {status}: {output[-3000:]}"
    told = json.loads(file.read_text("utf-8"))
    assert "error" not in told, told["error"]
    return told


def test_a_click_undresses_and_another_dresses_again(window: dict[str, Any]) -> None:
    assert window["at first"] == {"ARPI": True}
    assert window["undressed"] == {"ARPI": False}
    assert window["dressed again"] == {"ARPI": True}
    assert window["drawn anew"], "the view shows it at once, without a move of the mouse in it"


def test_another_avatars_hair_and_top_are_put_on(window: dict[str, Any]) -> None:
    assert list(window["with the other's hair"].values()) == [True, True]
    worn = dict(window["with the other's top"])
    assert not worn.pop("ARPI"), "the top took the outfit's place"
    assert len(worn) == 2
    assert all(worn.values())
    assert window["changed"] == {name: not name.startswith("polo") for name in window["changed"]}


def test_a_click_into_the_wheel_colours_one_avatar_alone(window: dict[str, Any]) -> None:
    mine, theirs = window["coloured"]
    assert window["colours at first"] == [theirs, theirs]
    assert mine != theirs


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("undressed", "at first"),
        ("with the other's hair", "dressed again"),
        ("with the other's top", "with the other's hair"),
        ("changed", "with the other's top"),
        ("coloured", "colours at first"),
    ],
)
def test_each_is_one_undo_step_and_comes_back(window: dict[str, Any], step: str, before: str) -> None:
    assert window[f"{step}, undone"] == window[before]
    assert window[f"{step}, redone"] == window[step]
