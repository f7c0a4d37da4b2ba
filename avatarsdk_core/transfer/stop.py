"""A cancel event for one request, set by the caller's own or by us, and why."""

from __future__ import annotations

import threading
from enum import Enum


class Why(Enum):
    """Why we end a request."""

    OVER = "nothing more is wanted"
    SLOW = "its rate is too low"
    ANEW = "the file is begun anew"


class Stop(threading.Event):
    """Set when the caller cancels, or when one of us does with `because`."""

    def __init__(self, cancel: threading.Event | None) -> None:
        super().__init__()
        self._cancel = cancel
        self.why: Why | None = None

    def because(self, why: Why) -> None:
        if self.why is None:
            self.why = why
        self.set()

    def is_set(self) -> bool:
        return super().is_set() or (self._cancel is not None and self._cancel.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout) or self.is_set()
