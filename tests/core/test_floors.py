# SPDX-License-Identifier: MIT
"""What the layout promises: who may import whom, which licence holds where, one version everywhere."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import avatarsdk_core

PROJECT = Path(__file__).resolve().parents[2]
NETWORK = {"requests", "requests_oauthlib", "oauthlib", "urllib3", "http.client", "socket", "urllib.request"}
GPL = "# SPDX-License-Identifier: GPL-3.0-or-later"


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (PROJECT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def imported(path: Path) -> set[str]:
    """Modules that a file imports absolutely, wherever in it, each with the packages that it is in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.rsplit(".", depth)[0] for name in names for depth in range(name.count(".") + 1)}


def offenders(paths: list[Path], forbidden: set[str]) -> dict[str, set[str]]:
    found = {str(path.relative_to(PROJECT)): imported(path) & forbidden for path in paths}
    return {name: names for name, names in found.items() if names}


def test_the_core_knows_no_blender() -> None:
    assert len(sources("avatarsdk_core")) > 5
    assert offenders(sources("avatarsdk_core"), {"bpy", "bmesh", "mathutils", "blender_addon"}) == {}


def test_the_addon_uses_neither_network_libraries_nor_threads() -> None:
    assert len(sources("blender_addon")) > 5
    assert offenders(sources("blender_addon"), NETWORK | {"threading", "concurrent", "asyncio"}) == {}


def test_what_importing_needs_of_the_core_uses_no_network_library() -> None:
    paths = [*sources("avatarsdk_core/avatar"), PROJECT / "avatarsdk_core" / "transfer" / "unpack.py"]
    assert offenders(paths, NETWORK) == {}


@pytest.mark.parametrize("module", ["avatarsdk_core", "avatarsdk_core.avatar", "avatarsdk_core.cli"])
def test_importing_loads_no_requests_before_it_is_needed(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{'requests', 'requests_oauthlib'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_what_runs_in_blender_is_gpl_and_says_so() -> None:
    inside = sources("blender_addon") + [
        path for path in sources("scripts") if imported(path) & {"bpy", "mathutils", "blender_addon"}
    ]
    silent = [str(path.relative_to(PROJECT)) for path in inside if GPL not in path.read_text("utf-8").splitlines()[:3]]
    assert silent == []
    assert "GNU GENERAL PUBLIC LICENSE" in (PROJECT / "blender_addon" / "LICENSE").read_text("utf-8")


def test_the_core_is_mit_and_holds_no_gpl_file() -> None:
    assert (PROJECT / "LICENSE").read_text("utf-8").startswith("MIT License")
    assert [path for path in sources("avatarsdk_core") if GPL in path.read_text("utf-8")] == []


def test_package_project_and_manifest_agree_on_the_version() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    manifest = tomllib.loads((PROJECT / "blender_addon" / "blender_manifest.toml").read_text("utf-8"))["version"]
    assert project == manifest == avatarsdk_core.__version__
    assert f"## [{project}]" in (PROJECT / "CHANGELOG.md").read_text("utf-8")
