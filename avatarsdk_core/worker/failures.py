"""An exception as a person may read it, and what becomes of a job that met it. Pure."""

from __future__ import annotations

import traceback

from avatarsdk_core.errors import (
    AnswerLost,
    ArchiveError,
    AvatarSDKError,
    DeadlineExceeded,
    NoFileError,
    ServiceError,
    ServiceUnavailable,
    Throttled,
    TransferError,
)
from avatarsdk_core.redaction import redacted
from avatarsdk_core.transfer.files import explain, is_full
from avatarsdk_core.worker.messages import Failure

_DELAYS = (3.0, 6.0, 12.0, 30.0)  # then every minute
_MOST_DELAY = 60.0
_TRANSFER_TRIES = 3  # a transfer has tried again by itself before it gave up


def failure_of(error: BaseException) -> Failure:
    """What to tell of an error. No secret is in it."""
    name = type(error).__name__
    if isinstance(error, AvatarSDKError):
        return Failure(name, _line(error), getattr(error, "advice", ""), redacted(getattr(error, "detail", "") or ""))
    if isinstance(error, OSError):
        place = f" {error.filename!r}" if error.filename else ""
        if is_full(error):
            words = f"The disk is full: make room{f' where{place} is' if place else ''}, and retry"
            return Failure("DiskFull", words, "make room, and retry")
        return Failure(name, f"Can't write or read{place}: {explain(error)}", "", "")
    trace = "".join(traceback.format_exception(error)[-6:])
    words = f"The add-on's worker failed ({name}): please report it, with the details"
    return Failure(name, words, "report it, with the details", redacted(trace))


def next_try(error: BaseException, tries: int) -> float | None:
    """Seconds until a job that met this error is tried again by itself; None where that wouldn't help.

    Args:
        tries: how many in a row have failed so far, this one included.
    """
    if is_full(error):
        return None
    if isinstance(error, TransferError):
        worth = not isinstance(error, ArchiveError | NoFileError) and tries < _TRANSFER_TRIES
    else:
        worth = isinstance(error, ServiceUnavailable | Throttled | DeadlineExceeded | AnswerLost)
    if not worth:
        return None
    delay = _DELAYS[tries - 1] if tries <= len(_DELAYS) else _MOST_DELAY
    return max(delay, getattr(error, "retry_after", None) or 0.0)


def _line(error: AvatarSDKError) -> str:
    text = " ".join(redacted(str(error)).split())
    if isinstance(error, ServiceError) and error.advice and error.advice not in text:
        text = f"{text} ({error.advice})"
    return text
