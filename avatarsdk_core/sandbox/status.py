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
TIMED_OUT = "Timed Out"

FINAL = frozenset({COMPLETED, FAILED, TIMED_OUT})

FAIL = "fail"
TIMEOUT = "timeout"
FAIL_EXPORT = "fail-export"
_MARKER = "sandbox:"  # in a name, a description or a comment: `sandbox:fail`
_FAILURES = {
    FAIL: (1, "The photo was told to fail."),
    TIMEOUT: (2, "The computation was told to take too long."),
}


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


def told_outcome(*texts: str) -> str:
    """How an avatar or an export is told to end by one of these texts: FAIL, TIMEOUT, FAIL_EXPORT or empty.

    The word stands alone, as in a header, or behind `sandbox:` within a longer text.
    """
    for text in texts:
        words = text.casefold().split()
        for outcome in (FAIL, TIMEOUT, FAIL_EXPORT):
            if f"{_MARKER}{outcome}" in words or words == [outcome]:
                return outcome
    return ""


def avatar_progress(
    durations: Durations, elapsed: float, built: bool, failed: bool = False, outcome: str = ""
) -> Progress:
    """The status of an avatar `elapsed` seconds after its creation.

    `built`: its computation has ended well; `failed`: it has ended badly. A failure shows halfway through computing;
    what is told to time out computes to the end.
    """
    if elapsed < durations.uploading:
        return Progress(UPLOADING, _percent(elapsed, durations.uploading))
    elapsed -= durations.uploading
    if elapsed < durations.queued:
        return Progress(QUEUED, _percent(elapsed, durations.queued))
    elapsed -= durations.queued
    failing = outcome == FAIL or (failed and outcome != TIMEOUT)
    if failing and elapsed >= durations.computing / 2:
        return Progress(FAILED, 100)
    if elapsed < durations.computing:
        return Progress(COMPUTING, _percent(elapsed, durations.computing))
    if outcome == TIMEOUT:
        return Progress(TIMED_OUT, 100)
    return Progress(COMPLETED, 100) if built else Progress(COMPUTING, 99)


def avatar_status(durations: Durations, now: float, created: float, built: bool, failed: bool, outcome: str) -> str:
    """The same, as a filter asks for it."""
    return avatar_progress(durations, now - created, built, failed, outcome).status


def failure_shown(failure: str | None, outcome: str) -> dict[str, int | str]:
    """`status_verbose` of an avatar that ended badly."""
    code, message = _FAILURES.get(outcome, (3, failure or ""))
    return {"code": code, "message": message}


def export_status(
    durations: Durations, avatar_status: str, since_start: float | None, built: bool, failed: bool = False
) -> str:
    """The status of an export.

    `since_start`: seconds since its building had begun and its avatar was Completed, whichever came later; None while
    it waits. An export never overtakes its avatar, however early it was built; without one it fails.
    """
    if avatar_status in (FAILED, TIMED_OUT):
        return FAILED
    if avatar_status != COMPLETED or since_start is None:
        return QUEUED
    if since_start < durations.export:
        return COMPUTING
    if failed:
        return FAILED
    return COMPLETED if built else COMPUTING


def _percent(elapsed: float, of: float) -> int:
    return max(0, min(99, int(100 * elapsed / of)))
