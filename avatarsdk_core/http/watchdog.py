"""Deadlines and cancelling that hold even while a read blocks.

A socket's timeout restarts with every byte, so that a server which drips holds a thread for hours, and an event can't
interrupt a read. One small thread a session looks at the running operations and shuts the socket of one that is late
or cancelled; its blocked read then ends at once. The thread ends soon after the last operation.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from avatarsdk_core.errors import Cancelled
from avatarsdk_core.http.retry import Deadline

_LOOK_SECONDS = 0.1
_LINGER_SECONDS = 0.3  # starting a thread for every small request would cost more than the look
_current = threading.local()


class Guard:
    """One operation of one thread."""

    def __init__(self, deadline: Deadline, cancel: threading.Event | None) -> None:
        self.deadline = deadline
        self.cancel = cancel
        self.connection: Any = None
        self.url = ""  # of the hop that is under way

    @property
    def cancelled(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()

    def check(self) -> None:
        """Raise `Cancelled` or `TimeoutError` if nothing more may come of this operation."""
        if self.cancelled:
            raise Cancelled("Cancelled")
        if not self.deadline.remaining:
            raise TimeoutError

    def strike(self) -> None:
        """End a blocked read: to the reader it looks like the other side hanging up."""
        watched = getattr(self.connection, "watched_socket", None)
        if watched is not None:
            with contextlib.suppress(OSError):
                watched.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Looks after the guarded operations of one session, of any number of threads."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._guards: set[Guard] = set()
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextlib.contextmanager
    def guard(self, deadline: Deadline, cancel: threading.Event | None) -> Iterator[Guard]:
        """Requests of this thread within the block end when the deadline passes or `cancel` is set."""
        guard = Guard(deadline, cancel)
        outer = getattr(_current, "guard", None)
        with self._condition:
            self._guards.add(guard)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="avatarsdk-watchdog")
                self._thread.start()  # one that is there already looks soon enough: waking it costs more than a request
        _current.guard = guard
        try:
            yield guard
        finally:
            _current.guard = outer
            with self._condition:  # a strike holds the lock too: none hits a connection that went on to somebody else
                self._guards.discard(guard)

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify()

    def _look(self) -> None:
        idle_since = time.monotonic()
        with self._condition:
            while True:
                now = time.monotonic()
                if self._guards:
                    idle_since = now
                    for guard in self._guards:
                        if guard.cancelled or not guard.deadline.remaining:
                            guard.strike()
                elif self._closed or now - idle_since >= _LINGER_SECONDS:
                    self._thread = None
                    return
                self._condition.wait(_LOOK_SECONDS)


def _note(connection: Any) -> None:
    guard: Guard | None = getattr(_current, "guard", None)
    if guard is not None:
        guard.connection = connection


class _Watched:
    """Mixed into a connection: a guard can reach its socket."""

    sock: Any
    watched_socket: Any = None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        # Kept apart from `sock`, which http.client forgets as soon as an answer will close the connection.
        self.watched_socket = self.sock

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        _note(self)
        super().putrequest(*args, **kwargs)  # type: ignore[misc]


class _WatchedHttp(_Watched, HTTPConnection):
    pass


class _WatchedHttps(_Watched, HTTPSConnection):
    pass


class _WatchedHttpPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHttp


class _WatchedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHttps


_POOLS = {"http": _WatchedHttpPool, "https": _WatchedHttpsPool}


class WatchedAdapter(HTTPAdapter):
    """requests' adapter over connections that a `Watchdog` can reach."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not str(proxy).lower().startswith("socks"):  # those bring pools of their own
            manager.pool_classes_by_scheme = _POOLS
        return manager
