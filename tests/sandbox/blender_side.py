"""What Blender does with the worker, without Blender: a `Parent`, ticked until something has come true."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from avatarsdk_core.sandbox import KeyPair, Sandbox
from avatarsdk_core.worker.job import Job
from avatarsdk_core.worker.messages import Answer
from avatarsdk_core.worker.parent import Parent
from avatarsdk_core.worker.places import Home
from tests.stopwatch import eventually

LIMIT = 240.0
LOOK_SECONDS = 2.0  # in place of two minutes
HEAD = {
    "format": "glb",
    "lod": "LOD2",
    "embed": False,
    "avatar": {"list": ["AvatarHead"]},
    "textures": {"list": ["Color"], "profile": "1K.jpg", "embed": False},
}


def is_gone(pid: int) -> bool:
    """Whether a process has ended, all its threads too (it may wait to be cleared away)."""
    try:
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
        return threads < 2 and Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


class BlenderSide:
    """One Blender. `parent` is replaced when it "crashes"."""

    def __init__(self, home: Path, refusal: Callable[[], str] = lambda: "") -> None:
        self.home = Home(home)
        self.out = home.parent / "out"
        self._refusal = refusal
        self.parent = Parent(self.home, refusal)

    def until(self, happened: Callable[[], object], seconds: float = LIMIT) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, f"not within {seconds} s: {self.parent.jobs()}"
            self.parent.tick()
            time.sleep(0.005)

    def ask(self, kind: str, **fields: Any) -> Answer:
        """The last answer."""
        request = self.parent.ask(kind, fields)
        self.until(lambda: any(answer.final for answer in self.parent.answers(request)))
        return self.parent.answers(request)[-1]

    def sign_in(self, service: Sandbox, pair: KeyPair, **more: Any) -> Answer:
        keys = {"client_id": pair.client_id, "client_secret": pair.client_secret}
        answer = self.ask("sign_in", root_url=service.url, keep="file", **keys, **more)
        assert answer.failure is None, answer.failure
        return answer

    def create(self, photo: Path, name: str, **more: Any) -> str:
        """A small job that goes through all stages."""
        asked = {"pipeline": "metaperson_2.0", "pipeline_subtype": "female", "export_parameters": HEAD}
        asked["look_seconds"] = LOOK_SECONDS
        return self.parent.start(
            "create", name, {"photo": str(photo), "name": name, "folder": str(self.out), **asked, **more}
        )

    def job(self, name: str) -> Job:
        job = self.parent.job(name)
        assert job is not None
        return job

    def state(self, name: str) -> str:
        """As the panel shows it."""
        return next((view.state for view in self.parent.jobs() if view.id == name), "gone")

    def until_state(self, name: str, *states: str) -> None:
        self.until(lambda: self.state(name) in states)

    def kill_worker(self) -> None:
        """kill -9, and it is gone."""
        pid = self.parent.worker_pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: is_gone(pid))

    def crash(self) -> None:
        """Blender and its worker are killed; another Blender starts."""
        if self.parent.worker_pid:
            self.kill_worker()
        self.parent = Parent(self.home, self._refusal)
        for _ in self.parent.scan():
            pass

    def quit(self) -> None:
        self.parent.stop()
