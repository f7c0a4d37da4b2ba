"""Programs of npm that tests use, each kept in a cache folder of the user."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest


def node_modules(package: str) -> Path:
    """The folder of node modules of `name@version`, installed at the first use. Skips without node and npm."""
    found = _installed(package)
    if isinstance(found, Path):
        return found
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"CI needs {package}: {found}", pytrace=False)
    pytest.skip(found)


@cache
def _installed(package: str) -> Path | str:
    """The folder, or why there is none."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "no node and npm on PATH"
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_home / "avatarsdk-tests" / package.replace("@", "-").strip("-").replace("/", "-")
    name = package.rpartition("@")[0]
    if not (folder / "node_modules" / name).is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = tempfile.mkdtemp(dir=folder.parent)
        try:
            command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", fresh, package]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                return f"npm install {package} failed: {done.stderr.strip().splitlines()[-1:]}"
            with contextlib.suppress(OSError):  # another run was first
                Path(fresh).rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder / "node_modules"
