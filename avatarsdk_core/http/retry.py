"""When to try again, and how long to wait. Only GET is ever repeated; the waits are jittered and capped."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from avatarsdk_core.errors import Cancelled

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
MAX_RETRIES = 5
MAX_RETRIES_UNREACHED = 2  # nobody listens: a person waits for the message
_BASE_SECONDS = 0.4
_CAP_SECONDS = 8.0


class Deadline:
    """A point on the monotonic clock by which all of an operation must be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.at = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        return max(0.0, self.at - time.monotonic())


def parse_retry_after(value: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None where there is none to understand."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())


def duration(seconds: float) -> str:
    """A time to wait as a person says it, never shorter than it is: '90 s', '15 min', '2 h', '3 days'."""
    if seconds <= 120:
        return f"{seconds:.0f} s"
    for unit, length, most in (("min", 60, 120), ("h", 3600, 48)):
        count = math.ceil(round(seconds) / length)
        if count < most:
            return f"{count} {unit}"
    return f"{math.ceil(round(seconds) / 86400)} days"


def next_delay(
    attempt: int,
    status: int | None,
    retry_after: float | None,
    remaining: float,
    jitter: Callable[[], float] = random.random,
    *,
    reached: bool = False,
) -> float | None:
    """Seconds until a GET is tried again, or None to give up.

    Args:
        attempt: how many tries have failed, from 1.
        status: HTTP status of the last answer; None where none came.
        retry_after: what the service asked for; never undercut.
        remaining: seconds left until the deadline.
        reached: the service has answered before, so that it is worth waiting for a network that comes back.
    """
    allowed = MAX_RETRIES_UNREACHED if status is None and not reached else MAX_RETRIES
    if attempt > allowed or (status is not None and status not in RETRIED_STATUSES):
        return None
    backoff = min(_CAP_SECONDS, _BASE_SECONDS * 2 ** (attempt - 1)) * (0.5 + jitter() / 2)
    delay = backoff if retry_after is None else retry_after + 0.25 * jitter()
    return delay if delay < remaining else None


def pause(seconds: float, cancel: threading.Event | None) -> None:
    """Sleep, but wake at once when `cancel` is set.

    Raises:
        Cancelled: it was.
    """
    if cancel is None:
        time.sleep(seconds)
    elif cancel.wait(seconds):
        raise Cancelled("Cancelled")
