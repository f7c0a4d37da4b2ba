"""Khronos' glTF validator, npm's `gltf-validator`, kept in a cache folder of the user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "gltf-validator@2.0.0-dev.3.10"
SCRIPT = Path(__file__).with_name("validate_gltf.mjs")


@cache
def _modules() -> Path | str:
    """The folder of node modules, or why there is none."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "no node and npm on PATH"
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_home / "avatarsdk-tests" / PACKAGE.replace("@", "-")
    if not (folder / "node_modules" / "gltf-validator").is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
            command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", fresh, PACKAGE]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                return f"npm install {PACKAGE} failed: {done.stderr.strip().splitlines()[-1:]}"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(fresh, folder)
    return folder / "node_modules"


def validate(files: Iterable[Path]) -> list[dict[str, Any]]:
    """The validator's findings for each model: `errors`, `warnings`, `messages`. Skips without node or npm."""
    modules = _modules()
    if isinstance(modules, str):
        if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
            pytest.fail(f"CI needs the glTF validator: {modules}", pytrace=False)
        pytest.skip(modules)
    command = ["node", str(SCRIPT), *map(str, files)]
    environment = {**os.environ, "NODE_MODULES": str(modules)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
