"""How far a run of downloads is, in bytes, with its rate and the time left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_WINDOW_SECONDS = 4.0


@dataclass(frozen=True)
class FileProgress:
    """One file. `state` is "waiting", "downloading" or "done"; `total` None while the service hasn't told it."""

    name: str
    done: int
    total: int | None
    state: str


@dataclass(frozen=True)
class Progress:
    """All files of a run.

    Attributes:
        done: bytes on the disk, those of an earlier run included.
        total: bytes of all files; None until the size of each is known.
        rate: bytes a second over the last few seconds.
        seconds_left: at that rate; None while it can't be told.
        files: in the order in which they were asked for.
        waiting: seconds until the service, which throttles us, is asked again; else 0.
        paused: the caller's pause event is set.
    """

    done: int
    total: int | None
    rate: float
    seconds_left: float | None
    files: tuple[FileProgress, ...]
    waiting: float = 0.0
    paused: bool = False


class RateMeter:
    """Bytes a second over a sliding window, from samples of bytes received so far."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def rate(self, now: float, received: int) -> float:
        """Take a sample, and tell the rate."""
        self._samples.append((now, received))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW_SECONDS:
            self._samples.popleft()
        began, first = self._samples[0]
        return max(0.0, (received - first) / (now - began)) if now > began else 0.0
