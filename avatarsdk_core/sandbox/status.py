"""What status an avatar or an export has at a moment: pure functions of the times that were noted down.

Status names and their order come from the service's documentation (Uploading, Queued, Computing, then a final one).
An object is Completed only when its content has really been built and its time is up, whichever comes later.
"""

from __future__ import annotations

from dataclasses import dataclass

UPLOADING = "Uploading"
QUEUED = "Queued"
COMPUTING = "Computing"
COMPLETED = "Completed"
FAILED = "Failed"

FINAL = frozenset({COMPLETED, FAILED})


@dataclass(frozen=True)
class Durations:
    """How long the sandbox stays in each status, in seconds: the least, real work may take longer.

    `uploading`, `queued` and `computing` are an avatar's; `export` is the least time an export computes.
    """

    uploading: float = 0.3
    queued: float = 0.4
    computing: float = 1.5
    export: float = 0.3

    def __post_init__(self) -> None:
        for name, seconds in vars(self).items():
            if not 0 <= seconds < float("inf"):
                raise ValueError(f"{name} must be a number of seconds from 0 up, not {seconds!r}")

    @property
    def avatar(self) -> float:
        """Seconds from an avatar's creation to its completion."""
        return self.uploading + self.queued + self.computing


@dataclass(frozen=True)
class Progress:
    """A status and how far it has come, 0..100 per cent of that status."""

    status: str
    progress: int


def avatar_progress(durations: Durations, elapsed: float, built: bool, failed: bool = False) -> Progress:
    """The status of an avatar `elapsed` seconds after its creation.

    `built`: its computation has ended well; `failed`: it has ended badly. A failure shows when computing would.
    """
    if elapsed < durations.uploading:
        return Progress(UPLOADING, _percent(elapsed, durations.uploading))
    elapsed -= durations.uploading
    if elapsed < durations.queued:
        return Progress(QUEUED, _percent(elapsed, durations.queued))
    if failed:
        return Progress(FAILED, 100)
    elapsed -= durations.queued
    if elapsed < durations.computing:
        return Progress(COMPUTING, _percent(elapsed, durations.computing))
    return Progress(COMPLETED, 100) if built else Progress(COMPUTING, 99)


def export_status(
    durations: Durations,
    avatar_completed: bool,
    since_start: float | None,
    built: bool,
    failed: bool = False,
) -> str:
    """The status of an export; `since_start`: seconds since its building began, None while it waits.

    An export never overtakes its avatar: it stays Queued until the avatar is Completed, however early it was built.
    """
    if not avatar_completed or since_start is None:
        return QUEUED
    if failed:
        return FAILED
    return COMPLETED if built and since_start >= durations.export else COMPUTING


def _percent(elapsed: float, of: float) -> int:
    return max(0, min(99, int(100 * elapsed / of)))
