# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Blender is killed (kill -9) at one moment of its job after the other: one avatar is made, and it arrives."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.settings import Settings
from tests.canary import Canary
from tests.sandbox.blender_side import is_gone
from tests.sandbox.service_api import picture
from tests.sandbox.service_clock import ServiceClock
from tests.stopwatch import eventually

SCRIPT = Path(__file__).with_name("killed_script.py")
MOMENTS = {  # and how many seconds the service's clock has gone on since the one before
    "asked": 0,
    "sending": 0,
    "created": 0,
    "computing": 2500,
    "exporting": 1000,
    "downloading": 2000,
    "importing": 0,
    "the end": 0,
}
SLOW: dict[
    str, tuple[str, dict[str, Any]]
] = {  # what isn't taken in, and answers that are still on the way, when it is killed
    "asked": ("stall", {"method": "POST", "path": "/avatars/"}),
    "sending": ("drip", {"rate": 1, "method": "POST", "path": "/avatars/"}),
    "downloading": ("drip", {"rate": 1, "method": "GET", "path": "*/file/"}),
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")


@pytest.fixture(scope="module")
def service(canary: Canary) -> Iterator[Sandbox]:
    """In each status until the clock is moved."""
    with Sandbox(durations=Durations(1000, 1000, 1000, 1000)) as running:
        canary.watch(running.credentials.developer.client_secret)
        yield running


class Blenders:
    """One after the other, each with the same user folders."""

    def __init__(self, project: Path, folder: Path, service: Sandbox) -> None:
        self.project = project
        keys = service.credentials.developer
        self.environ = {
            **os.environ,
            "PYTHONPATH": str(project),
            "HOME": str(folder),
            "BLENDER_USER_RESOURCES": str(folder / "blender"),
            "AVATARSDK_CONFIG": str(folder / "profiles.toml"),
            "AVATARSDK_CACHE": str(folder / "cache"),
            "AVATARSDK_TEST_ID": keys.client_id,
            "AVATARSDK_TEST_SECRET": keys.client_secret,
            "AVATARSDK_TEST_URL": service.url,
        }

    def run(self, moment: str, *first: object) -> dict[str, Any]:
        """What the Blender told before it was killed (all but the last one are); its worker has ended too."""
        ran = subprocess.run(
            [sys.executable, str(SCRIPT), moment, *map(str, first)],
            cwd=self.project,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert ran.returncode == (0 if moment == "the end" else -9), ran.stderr[-3000:]
        told: dict[str, Any] = {}
        for line in ran.stdout.splitlines():
            if line.startswith("{"):
                told |= json.loads(line)
        if told.get("worker"):
            eventually(lambda: is_gone(told["worker"]))
        return told


def test_killed_again_and_again_the_job_is_offered_and_its_one_avatar_arrives(
    project: Path, service: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ServiceClock(monkeypatch)
    photo = tmp_path / "me.jpg"
    photo.write_bytes(picture())
    blenders = Blenders(project, tmp_path, service)
    found = []
    for moment, seconds in MOMENTS.items():
        clock.ahead += seconds
        first = (photo, tmp_path / "out") if moment == "asked" else ()
        with contextlib.ExitStack() as slow:
            if moment in SLOW:
                fault, options = SLOW[moment]
                slow.enter_context(service.faults(fault, **options))
            last = blenders.run(moment, *first)
        if not first:
            found.append(last["found"])
            assert bool(last.get("objects")) is (moment == "importing")
            assert not last["by_itself"], "nothing runs before a person says so"
    assert found == ["interrupted"] * 6 + ["ready"]
    assert last["state"] == "done", last["failure"]
    assert len(last["heads"]) == 1
    keys = service.credentials.developer
    with Client(Settings(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret)) as client:
        assert [avatar.code for avatar in client.avatars.list()] == [last["avatar"]]
