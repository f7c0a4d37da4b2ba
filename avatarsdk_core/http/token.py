"""The access token: fetched once for any number of threads and processes, renewed ahead of its end.

Within a process time is measured on the monotonic clock, since wall clocks jump; and on the wall clock too, since the
monotonic one stands still while a laptop sleeps. Between processes there is only the wall clock: a token that comes
from the future isn't believed, and one that is older than thought costs one 401.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from avatarsdk_core.errors import AuthenticationError, ServiceUnavailable, ServiceUnreachable, Throttled
from avatarsdk_core.http.retry import Deadline, pause
from avatarsdk_core.http.token_store import KeptToken, SharedTokens
from avatarsdk_core.redaction import Secret

if TYPE_CHECKING:
    from avatarsdk_core.models import Token

_MARGIN_SECONDS = 300.0  # official samples renew 60 or 300 s ahead
_DEFAULT_LIFETIME = 3600.0
_WAIT_STEP_SECONDS = 0.05
_SECOND_TRY_SECONDS = 15.0
_MOST_REJECTED = 64


Fetch = Callable[[Deadline, "threading.Event | None", str], "Token"]


class Tokens(Protocol):
    """Where access tokens come from. `renewable`: a refused one can be replaced."""

    @property
    def renewable(self) -> bool: ...

    def get(self, deadline: Deadline, cancel: threading.Event | None = None) -> str: ...

    def reject(self, value: str) -> None: ...


@dataclass(frozen=True)
class GivenToken:
    """A token that the user has from elsewhere: it is what it is."""

    value: str = field(repr=False)
    renewable: bool = False

    def get(self, deadline: Deadline, cancel: threading.Event | None = None) -> str:
        return self.value

    def reject(self, value: str) -> None:
        """There is no other."""


@dataclass(frozen=True)
class _Held:
    value: str = field(repr=False)
    renew_at: float  # on the monotonic clock
    renew_at_wall: float
    good_until: float  # on the monotonic clock

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self.renew_at and time.time() < self.renew_at_wall


class TokenSource:
    """Hands out a valid access token; safe for any number of threads, and of processes where `shared` is given.

    Args:
        fetch: asks the service for a token, by the refresh token given unless that is "".
    """

    renewable = True

    def __init__(self, fetch: Fetch, shared: SharedTokens | None = None) -> None:
        self._fetch = fetch
        self._shared = shared
        self._flight = threading.Lock()
        self._held: _Held | None = None  # swapped whole, so that a reader never sees half a token
        self._rejected: set[str] = set()
        self._refresh = Secret("")
        self._flights = 0
        self._refusal: AuthenticationError | None = None  # of the last flight

    def get(self, deadline: Deadline, cancel: threading.Event | None = None) -> str:
        """A token that is good for a while, fetched now if there is none.

        Raises:
            AuthenticationError: the credentials are refused.
            ServiceUnreachable: no answer, or another thread's fetch took past the deadline.
        """
        held = self._usable()
        if held is not None:
            return held.value
        flights = self._flights
        while not self._flight.acquire(timeout=_WAIT_STEP_SECONDS):
            pause(0, cancel)
            if not deadline.remaining:
                raise ServiceUnreachable("No access token within the time given: try again")
        try:
            held = self._usable()
            if held is None:
                if self._refusal is not None and self._flights != flights:
                    raise copy.copy(self._refusal)  # this very question was answered while we waited
                held = self._held = self._flown(deadline, cancel)
            return held.value
        finally:
            self._flight.release()

    def reject(self, value: str) -> None:
        """The service refused this token: another is needed, unless a thread or process has one already."""
        if len(self._rejected) > _MOST_REJECTED:
            self._rejected = set()
        self._rejected.add(value)

    @property
    def expires_in(self) -> float | None:
        """Seconds for which the token held is good; None while none is held."""
        return None if self._held is None else max(0.0, self._held.good_until - time.monotonic())

    def _usable(self) -> _Held | None:
        held = self._held
        return held if held is not None and held.value not in self._rejected and held.is_fresh else None

    def _flown(self, deadline: Deadline, cancel: threading.Event | None) -> _Held:
        """Renews, and remembers a refusal for those who wait: eight threads don't try a wrong password eight times."""
        self._refusal = None
        try:
            return self._renewed(deadline, cancel)
        except AuthenticationError as error:
            self._refusal = error
            raise
        finally:
            self._flights += 1

    def _renewed(self, deadline: Deadline, cancel: threading.Event | None) -> _Held:
        if self._shared is None:
            return self._renewed_alone(deadline, cancel, None)
        with self._shared.alone(deadline, cancel):
            kept = self._shared.load()
            if kept is not None and kept.value not in self._rejected:
                held = _held(kept.value, kept.remaining, kept.lifetime)
                if held is not None and held.is_fresh:
                    return held
            return self._renewed_alone(deadline, cancel, kept)

    def _renewed_alone(self, deadline: Deadline, cancel: threading.Event | None, kept: KeptToken | None) -> _Held:
        refresh = kept.refresh if kept is not None and kept.refresh else self._refresh
        asked_at = time.monotonic()
        try:
            token = self._fetch(deadline, cancel, refresh)
        except (ServiceUnavailable, Throttled):
            old = self._held or (_held(kept.value, kept.remaining, kept.lifetime) if kept is not None else None)
            if old is not None and old.value not in self._rejected and time.monotonic() < old.good_until:
                soon = min(_SECOND_TRY_SECONDS, old.good_until - time.monotonic())
                return _Held(old.value, time.monotonic() + soon, time.time() + soon, old.good_until)
            raise
        lifetime = float(token.expires_in) if token.expires_in > 0 else _DEFAULT_LIFETIME
        self._refresh = Secret(token.refresh_token or refresh)
        passed = time.monotonic() - asked_at
        if self._shared is not None:
            now = time.time()
            kept = KeptToken(Secret(token.access_token), self._refresh, now - passed, now - passed + lifetime)
            self._shared.save(kept)
        held = _held(token.access_token, lifetime - passed, lifetime)
        assert held is not None  # its lifetime is positive
        return held


def _held(value: str, remaining: float, lifetime: float) -> _Held | None:
    """None for a token that has ended, or that claims to be from the future."""
    margin = min(_MARGIN_SECONDS, lifetime / 4)
    if remaining > lifetime + 1:
        return None
    left = remaining - margin
    now = time.monotonic()
    return _Held(Secret(value), now + left, time.time() + left, now + remaining)


def refreshed_or_new(refresh: str, by_refresh: Callable[[str], Token], anew: Callable[[], Token]) -> Token:
    """A token by the refresh token, else by the credentials themselves: a refresh token may be used up or revoked."""
    if refresh:
        try:
            return by_refresh(refresh)
        except AuthenticationError:
            pass
    return anew()
