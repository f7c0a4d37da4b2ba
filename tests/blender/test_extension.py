# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension as a user gets it: built, validated, installed from its zip, switched off and on, removed.

Each life runs in a Blender process of its own, where the checkout's core is out of reach.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

LIFE = Path(__file__).parent / "extension_life.py"


def live(extension: Path, resources: Path, export: str = "", update: str = "") -> dict[str, Any]:
    """What a Blender process tells of the extension's life in it."""
    spec = importlib.util.find_spec("bpy")
    assert spec
    assert spec.origin
    packages = Path(spec.origin).parent.parent
    done = subprocess.run(
        # -S: site-packages without its .pth files, hence without the checkout's core
        [sys.executable, "-S", "-I", str(LIFE), str(packages), str(extension), export, update],
        env={**os.environ, "BLENDER_USER_RESOURCES": str(resources)},
        cwd=resources,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def life(extension_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    resources = tmp_path_factory.mktemp("user")
    return live(extension_zip, resources) | {"resources": str(resources)}


def test_the_zip_holds_the_manifest_the_licence_and_pure_wheels(extension_zip: Path) -> None:
    with zipfile.ZipFile(extension_zip) as archive:
        names = archive.namelist()
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
        licence = archive.read("LICENSE").decode()
    assert manifest["blender_version_min"] == "4.2.0"
    assert set(manifest["permissions"]) == {"network", "files", "clipboard"}
    assert all(0 < len(reason) <= 64 and reason[-1].isalnum() for reason in manifest["permissions"].values())
    assert manifest["name"] == "Avatar SDK"
    assert len(manifest["tagline"]) <= 64
    assert "GNU GENERAL PUBLIC LICENSE" in licence
    wheels = [name for name in names if name.endswith(".whl")]
    assert sorted(f"./{name}" for name in wheels) == manifest["wheels"]
    names = {name.split("/")[1].split("-")[0] for name in wheels}
    assert {"avatarsdk_core", "oauthlib", "requests_oauthlib", "keyring"} <= names
    brought_by_blender = {"requests", "urllib3", "certifi", "idna", "charset_normalizer", "numpy", "cattrs", "attrs"}
    assert not names & brought_by_blender
    assert extension_zip.stat().st_size <= 12_000_000
    assert all(name.endswith("-none-any.whl") for name in wheels)
    assert not [name for name in names if "__pycache__" in name]


def test_the_bundled_core_has_neither_sandbox_nor_its_human(extension_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(extension_zip) as archive:
        (wheel,) = [name for name in archive.namelist() if "avatarsdk_core" in name]
        archive.extract(wheel, tmp_path)
    with zipfile.ZipFile(tmp_path / wheel) as core:
        names = core.namelist()
    folders = {name.split("/")[1] for name in names if name.startswith("avatarsdk_core/")}
    assert "avatar" in folders
    assert "errors.py" in folders
    assert not folders & {"sandbox", "cli", "batch"}
    assert not [name for name in names if name.endswith(".npz")]


def test_it_is_the_same_zip_for_the_same_content(extension_zip: Path, project: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(project / "scripts" / "build_extension.py"), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "valid for Blender" in done.stdout
    assert (tmp_path / extension_zip.name).read_bytes() == extension_zip.read_bytes()


def test_it_installs_and_enables_from_its_zip(life: dict[str, Any]) -> None:
    assert life["installed"] == {"operator": True, "menu": True, "enabled": True}


def test_its_core_comes_from_the_bundled_wheel(life: dict[str, Any], extension_zip: Path) -> None:
    assert Path(life["core"]["folder"]).is_relative_to(Path(life["resources"]).resolve())
    assert life["core"]["sandbox"] is False
    assert {"avatarsdk_core", "oauthlib", "requests_oauthlib"} <= set(life["core"]["installed"])
    with zipfile.ZipFile(extension_zip) as archive:
        (wheel,) = [Path(name).name for name in archive.namelist() if "avatarsdk_core" in name]
    assert wheel.replace("-py3-none-any.whl", ".dist-info") in life["core"]["installed"]


def test_enabling_loads_no_network_library(life: dict[str, Any]) -> None:
    assert life["network"] == []


def test_it_leaves_nothing_when_switched_off_and_comes_back(life: dict[str, Any]) -> None:
    assert life["disabled"] == {"operator": False, "menu": False, "enabled": False}
    assert life["enabled again"] == {"operator": True, "menu": True, "enabled": True}


def test_it_leaves_nothing_registered_however_often_it_is_switched(life: dict[str, Any]) -> None:
    assert {"classes", "menu entries", "properties"} <= life["while enabled"].keys()
    assert "keymap items" not in life["while enabled"]
    assert life["left"] == [{}] * 4


def test_removing_it_takes_its_files_along(life: dict[str, Any]) -> None:
    assert life["removed"] == {"operator": False, "menu": False, "enabled": False}
    left = [path for path in Path(life["resources"]).rglob("*") if "avatar" in path.name]
    assert left == []


def test_the_installed_extension_imports_a_real_export(extension_zip: Path, samples: Path, tmp_path: Path) -> None:
    export = samples / "metaperson2" / "head_only_lod2_female"
    told = live(extension_zip, tmp_path, str(export))
    assert told["imported"]["result"] == ["FINISHED"]
    assert told["imported"]["armatures"] == 1
    assert told["imported"]["meshes"] > 0
    assert told["network"] == []


def test_an_update_brings_its_own_core_and_panels_without_a_restart_and_keeps_jobs_settings_and_presets(
    extension_zip: Path, project: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "checkout"
    for name in ("avatarsdk_core", "blender_addon", "scripts", "build"):
        shutil.copytree(project / name, newer / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(project / name, newer)
    (newer / "avatarsdk_core" / "__init__.py").write_text('"""Newer."""\n\n__version__ = "0.1.0"\n', "utf-8")
    sidebar = newer / "blender_addon" / "panels" / "sidebar.py"
    sidebar.write_text(sidebar.read_text("utf-8").replace('bl_label = "Avatar SDK"', 'bl_label = "Newer"'), "utf-8")
    command = [sys.executable, str(newer / "scripts" / "build_extension.py"), "--out", str(tmp_path)]
    subprocess.run(command, capture_output=True, check=True)
    told = live(extension_zip, tmp_path, update=str(tmp_path / extension_zip.name))
    assert told["core"]["words"] != "Newer."
    assert told["updated core"]["words"] == "Newer."
    assert told["updated panel"] == "Newer"
    settings, presets = [777, "/avatars/of/mine", "INFO"], ["Mine"]
    assert told["kept before"] == {"settings": settings, "jobs": [["Me", "interrupted"]], "presets": presets}
    assert told["kept after"] == told["kept before"]
