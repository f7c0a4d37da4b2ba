"""Waiting for something that the service computes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from avatarsdk_core.errors import ComputationFailed, DeadlineExceeded, NotFound, ServiceUnavailable, Throttled
from avatarsdk_core.http.retry import Deadline, pause
from avatarsdk_core.models import Computed
from avatarsdk_core.resources.pace import EVERY_SECONDS, Pace

Thing = TypeVar("Thing", bound=Computed)
Answer = TypeVar("Answer")

WAIT_SECONDS = 3600.0
PATIENCE_SECONDS = 120.0  # a network that comes back within this doesn't end a wait
_TURN_SECONDS = 0.1
_LEAST_SECONDS = 5.0  # for the first question, even where there is no time to wait


class Turns:
    """One at a time for each key: two waits for the same avatar never ask at once."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextlib.contextmanager
    def turn(self, key: str, cancel: threading.Event | None) -> Iterator[None]:
        """Within the block nobody else has a turn with this key.

        Raises:
            Cancelled: `cancel` was set before it came.
        """
        with self._guard:
            lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = lock, users + 1
        try:
            while not lock.acquire(timeout=_TURN_SECONDS):
                pause(0, cancel)
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._guard:
                lock, users = self._locks.pop(key)
                if users > 1:
                    self._locks[key] = lock, users - 1


def patiently(ask: Callable[[float], Answer], deadline: Deadline, cancel: threading.Event | None) -> Answer:
    """One answer, through a while without any: throttled until the deadline, without a service for two minutes.

    Args:
        ask: asks once, within the seconds given.

    Raises:
        ServiceUnavailable, Throttled: the time was up.
        Cancelled: `cancel` was set.
    """
    since = time.monotonic()
    while True:
        try:
            return ask(deadline.remaining)
        except (ServiceUnavailable, Throttled) as error:
            delay = max(error.retry_after or 0.0, EVERY_SECONDS)
            too_long = isinstance(error, ServiceUnavailable) and time.monotonic() - since + delay > PATIENCE_SECONDS
            if too_long or delay >= deadline.remaining:
                raise
        pause(delay, cancel)


@dataclass(frozen=True)
class Wait(Generic[Thing]):
    """How to wait for one thing until its status is final.

    Attributes:
        what: names it in messages ("The avatar 0f1e…").
        ask: one question to the service, within the seconds given.
        progress: called with every state that was seen.
        seconds: for all of it.
        way_out: ends the message of a failure.
    """

    what: str
    ask: Callable[[float], Thing]
    progress: Callable[[Thing], None] | None
    cancel: threading.Event | None
    seconds: float
    way_out: str

    def run(self, known: Thing | None = None) -> Thing:
        """Ask until the status is final; `known` is a state that needs no question.

        Raises:
            ComputationFailed: it ended as Failed or Timed Out.
            NotFound: it isn't there, or was deleted meanwhile.
            DeadlineExceeded: it isn't final after `seconds`; the service goes on.
            Cancelled: `cancel` was set; the service goes on.
            ServiceUnavailable: no answer for two minutes.
        """
        deadline = Deadline(self.seconds)
        pace = Pace(time.monotonic())
        asked = known is None
        thing = self.ask(max(_LEAST_SECONDS, deadline.remaining)) if known is None else known
        while True:
            if self.progress is not None:
                self.progress(thing)
            if thing.is_failed:
                raise self._failure(thing)
            if thing.is_final:
                return thing
            delay = pace.next(time.monotonic(), thing.status, getattr(thing, "progress", 0), asked)
            if delay >= deadline.remaining:
                pause(deadline.remaining, self.cancel)
                raise self._late(thing)
            pause(delay, self.cancel)
            try:
                thing, asked = patiently(self.ask, deadline, self.cancel), True
            except NotFound as error:
                raise NotFound(
                    f"{self.what} is gone: it was deleted while it was waited for", **_about(error)
                ) from None
            except DeadlineExceeded:
                if deadline.remaining:
                    raise
                raise self._late(thing) from None  # the time was up while it was asked

    def _late(self, thing: Thing) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"{self.what} is still {thing.status or 'unfinished'} after {self.seconds:.0f} s: ask again later",
            advice="the service goes on computing: wait again later",
        )

    def _failure(self, thing: Thing) -> ComputationFailed:
        verbose = getattr(thing, "status_verbose", None) or {}
        words = " ".join(str(verbose.get("message") or "").split())
        why = f" ({words})" if words else ""
        message = f"{self.what} ended as {thing.status}{why}: {self.way_out}"
        return ComputationFailed(message, status_verbose=verbose, detail=words, advice=self.way_out)


def _about(error: NotFound) -> dict[str, Any]:
    return {
        "status": error.status,
        "method": error.method,
        "path": error.path,
        "detail": error.detail,
        "advice": "create it again",
    }
