"""Waiting for something that the service computes, and finding what a lost answer left behind."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from avatarsdk_core.errors import AnswerLostError, ApiError, ComputationError, WaitTimeoutError
from avatarsdk_core.http.retry import Deadline, pause
from avatarsdk_core.models import Avatar, Computed, Export

Thing = TypeVar("Thing", bound=Computed)
Described = TypeVar("Described", Avatar, Export)

WAIT_SECONDS = 3600.0
_FIRST_SECONDS = 0.5
_GROWTH = 1.3
_LAST_SECONDS = 4.0  # what the vendor's own clients wait
_LOOKS = 4  # for what a lost answer may have made
_AMBIGUOUS_STATUSES = frozenset({502, 503, 504})  # a proxy's words: the service behind it may have acted


def poll_delays() -> Iterator[float]:
    """Seconds between polls: quick at first, for what is done at once, then calm."""
    delay = _FIRST_SECONDS
    while True:
        yield delay
        delay = min(_LAST_SECONDS, delay * _GROWTH)


def wait(
    what: str,
    thing: Thing,
    poll: Callable[[Thing, float], Thing],
    progress: Callable[[Thing], None] | None,
    cancel: threading.Event | None,
    seconds: float,
    way_out: str,
) -> Thing:
    """Poll until the status is final; `progress` sees every state, `way_out` ends the message of a failure.

    Raises:
        ComputationError: it ended as Failed or Timed Out.
        WaitTimeoutError: it isn't final after `seconds`; the service goes on.
        OperationCancelledError: `cancel` was set; the service goes on.
    """
    deadline = Deadline(seconds)
    for delay in poll_delays():
        if progress is not None:
            progress(thing)
        if thing.is_failed:
            raise ComputationError(f"{what} ended as {thing.status}{_why(thing)}: {way_out}")
        if thing.is_final:
            return thing
        if delay >= deadline.remaining:
            raise WaitTimeoutError(
                f"{what} is still {thing.status or 'unfinished'} after {seconds:.0f} s: ask again later"
            )
        pause(delay, cancel)
        thing = poll(thing, deadline.remaining)
    raise AssertionError("poll_delays never ends")


def _why(thing: Computed) -> str:
    verbose = getattr(thing, "status_verbose", {})
    message = " ".join(str(verbose.get("message") or "").split())
    return f" ({message})" if message else ""


def new_tag() -> str:
    """A mark for a description, by which a thing is found again whose creation lost its answer."""
    return f"[avatarsdk {secrets.token_hex(8)}]"


def tagged(text: str, tag: str) -> str:
    return f"{text} {tag}".strip()


def create_once(
    create: Callable[[], Described],
    candidates: Callable[[], Iterable[Described]],
    mark: Callable[[Described], str],
    tag: str,
    cancel: threading.Event | None,
) -> Described:
    """Create something that carries `tag`, exactly once.

    When the answer is lost, look among `candidates` for the tag; a second request is never sent.

    Raises:
        AnswerLostError, ApiError: the answer was lost, and nothing with the tag has appeared.
    """
    try:
        return create()
    except AnswerLostError as error:
        lost: AnswerLostError | ApiError = error
    except ApiError as error:
        if error.status not in _AMBIGUOUS_STATUSES:
            raise
        lost = error
    for delay, _ in zip(poll_delays(), range(_LOOKS), strict=False):
        pause(delay, cancel)
        for candidate in candidates():
            if tag in mark(candidate):
                return candidate
    raise lost
