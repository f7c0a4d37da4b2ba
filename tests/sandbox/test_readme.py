# SPDX-License-Identifier: MIT
"""What the README promises: its Python runs as it stands, its shell commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from avatarsdk_core.avatar.bundle import read_bundle
from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import picture


def blocks(project: Path, language: str) -> list[str]:
    """Fenced code of the README."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", (project / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


def test_its_python_makes_an_avatar_and_brings_its_export(
    project: Path, service: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks(project, "python")
    (tmp_path / "me.jpg").write_bytes(picture())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVATARSDK_ROOT_URL", service.url)
    monkeypatch.setenv("AVATARSDK_CLIENT_ID", service.credentials.client.client_id)
    monkeypatch.setenv("AVATARSDK_CLIENT_SECRET", service.credentials.client.client_secret)
    exec(compile(code, "README.md", "exec"), {})
    bundle = read_bundle(tmp_path / "my-export")
    assert bundle.models


def test_its_scripts_and_commands_exist(project: Path) -> None:
    code = "\n".join(blocks(project, "sh"))
    scripts = set(re.findall(r"scripts/\w+\.py", (project / "README.md").read_text("utf-8")))
    assert {"scripts/bootstrap.py", "scripts/import_avatar.py"} <= scripts
    assert [script for script in scripts if not (project / script).is_file()] == []
    for command in set(re.findall(r"bin/avatarsdk (\w+)", code)) | {"demo"}:
        help_text = [sys.executable, "-m", "avatarsdk_core.cli", command, "--help"]
        told = subprocess.run(help_text, cwd=project, capture_output=True, text=True, check=True).stdout
        for line in re.findall(rf"^.*(?:avatarsdk|bootstrap\.py) {command} .*$", code, re.MULTILINE):
            wanted = re.findall(r" (--\w+)", line)
            assert [option for option in wanted if option not in told] == []
