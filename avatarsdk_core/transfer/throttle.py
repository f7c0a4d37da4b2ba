"""One brake for all transfers of a run: whoever is told to wait makes everybody wait, and fewer go on at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from avatarsdk_core.http.retry import next_delay


class Throttle:
    """Not safe for threads: its owner's lock guards it.

    Attributes:
        allowed: how many requests may be under way now.
    """

    def __init__(self, connections: int, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._most = self.allowed = connections
        self._until = self._told_at = -1.0
        self._waves = 0

    @property
    def waiting(self) -> float:
        """Seconds until the next request may be sent."""
        return max(0.0, self._until - self._now())

    def hit(
        self,
        asked_at: float,
        status: int,
        retry_after: float | None,
        remaining: float,
        jitter: Callable[[], float] = random.random,
    ) -> bool:
        """A request sent at `asked_at` was told to wait. False when waiting is no use: too often, or too long.

        Requests that were under way together are one wave, which counts once; an answer ends the count.
        """
        first = asked_at > self._told_at
        waves = self._waves + 1 if first else max(1, self._waves)
        delay = next_delay(waves, status, retry_after, remaining, jitter)
        if delay is None:
            return False
        if first:
            self._waves, self._told_at = waves, self._now()
            self.allowed = max(1, self.allowed // 2)
        self._until = max(self._until, self._now() + delay)
        return True

    def eased(self, asked_at: float) -> None:
        """A request sent at `asked_at` was answered."""
        if asked_at > self._told_at:
            self._waves = 0
            self.allowed = min(self._most, self.allowed + 1)
