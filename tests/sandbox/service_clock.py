"""The sandbox's wall clock, moved by a test instead of waited for."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest


class ServiceClock:
    """What `time` is to the modules of a sandbox in this process: so many seconds `ahead` of the real clock.

    Durations of thousands of seconds and steps of the same size show each status for certain, and at once.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        for name, module in list(sys.modules.items()):
            if name.startswith("avatarsdk_core.sandbox") and getattr(module, "time", None) is time:
                monkeypatch.setattr(module, "time", self)

    def time(self) -> float:
        return time.time() + self.ahead

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
