# SPDX-License-Identifier: MIT
"""A running sandbox is found by programs of the same user, and by nobody else."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from avatarsdk_core.running_sandbox import RunningSandbox, announced, folder, running
from tests.canary import Canary

URL = "http://127.0.0.1:8721/"


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AVATARSDK_SANDBOXES", str(tmp_path / "sandboxes"))
    return tmp_path / "sandboxes"


def test_it_is_found_as_long_as_it_runs(place: Path, canary: Canary) -> None:
    ours = RunningSandbox(URL, "client", "the-id", "the-secret-of-the-sandbox")
    canary.watch("the-secret-of-the-sandbox")
    assert running() == []
    with announced(ours):
        assert running() == [ours]
        assert "secret" not in repr(ours)
        (file,) = place.iterdir()
        if os.name == "posix":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert running() == []
    assert folder() == place


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 3000,
        json.dumps({"url": "http://example.com/", "access": "client", "client_id": "a", "client_secret": "b"}).encode(),
        json.dumps({"url": URL, "access": "client", "client_id": 5, "client_secret": "b"}).encode(),
    ],
)
def test_a_file_that_makes_no_sense_is_passed_by(place: Path, content: bytes) -> None:
    place.mkdir(mode=0o700)
    (place / "1.json").write_bytes(content)
    assert running() == []


@pytest.mark.skipif(os.name != "posix", reason="links in a shared folder are a matter of POSIX")
def test_a_folder_that_leads_elsewhere_is_not_trusted(place: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    place.symlink_to(tmp_path / "other")
    with announced(RunningSandbox(URL, "client", "a", "b")):
        assert list((tmp_path / "other").iterdir()) == []
        assert running() == []
