"""How often somebody may call: so many requests in so many seconds, counted for each caller apart."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from avatarsdk_core.errors import SandboxError

_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_RATE = re.compile(r"([1-9]\d{0,8})\s*/\s*(?:(\d+(?:\.\d+)?)\s*s|(second|minute|hour|day))")


@dataclass(frozen=True)
class Rate:
    """`requests` in any stretch of `seconds`."""

    requests: int
    seconds: float

    @classmethod
    def parsed(cls, text: str) -> Rate:
        """`60/minute`, `5/10s`. Raises SandboxError."""
        match = _RATE.fullmatch(text.strip())
        if match is None or (match[2] and not float(match[2])):
            raise SandboxError(f"{text!r} is no limit; write e.g. 60/minute, 5/10s, 1000/day.")
        return cls(int(match[1]), float(match[2]) if match[2] else _UNITS[match[3]])


class Throttle:
    """Counts requests. Safe to use from several threads; without a rate nobody ever waits."""

    def __init__(self, rate: Rate | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[Hashable, deque[float]] = {}

    def wait(self, key: Hashable) -> int:
        """Count a request of `key`; 0 when it may pass, else whole seconds until one may. What waits isn't counted."""
        if self._rate is None:
            return 0
        with self._lock:
            now = self._clock()
            seen = self._seen.setdefault(key, deque())
            while seen and seen[0] <= now - self._rate.seconds:
                seen.popleft()
            if len(seen) < self._rate.requests:
                seen.append(now)
                return 0
            return max(1, math.ceil(seen[0] + self._rate.seconds - now))
