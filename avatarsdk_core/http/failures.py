"""What requests and urllib3 raise, as one error of ours in one line."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from requests.exceptions import (
    ChunkedEncodingError,
    ConnectTimeout,
    InvalidHeader,
    ProxyError,
    RequestException,
    SSLError,
    Timeout,
)
from urllib3.exceptions import HTTPError, NewConnectionError

from avatarsdk_core.errors import AnswerLost, Cancelled, DeadlineExceeded, ServiceUnreachable
from avatarsdk_core.http.answers import NOBODY_LISTENS, unreachable
from avatarsdk_core.http.watchdog import Guard


@contextlib.contextmanager
def own_errors(method: str, url: str, guard: Guard, root: str) -> Iterator[None]:
    """What requests and urllib3 raise, in one line of ours; the reason of a guard's strike comes first."""
    try:
        yield
    except (RequestException, HTTPError, TimeoutError) as error:
        if guard.cancelled:
            raise Cancelled("Cancelled") from None
        reason = _reason(error) if guard.deadline.remaining else f"not done within {guard.deadline.seconds:.0f} s"
        kind = ServiceUnreachable if method == "GET" or _never_sent(error) else AnswerLost
        url = guard.url or url
        raise kind(unreachable(url, reason, root), reason, method=method, path=urlsplit(url).path) from None


def too_late(error: ServiceUnreachable) -> DeadlineExceeded:
    return DeadlineExceeded(str(error), method=error.method, path=error.path)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _never_sent(error: Exception) -> bool:
    if any(isinstance(link, ssl.SSLEOFError | ssl.SSLZeroReturnError) for link in _chain(error)):
        return False  # nothing tells whether the connection ended before the request or after it
    kinds = (ConnectTimeout, ProxyError, SSLError, InvalidHeader, NewConnectionError)
    return any(isinstance(link, kinds) for link in _chain(error))


def _reason(error: Exception) -> str:
    for kind, words in _REASONS:
        if any(isinstance(link, kind) for link in _chain(error)):
            return words
    return "the connection broke off"


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLEOFError, "the connection broke off"),
    (SSLError, "its TLS certificate can't be trusted (REQUESTS_CA_BUNDLE names other authorities)"),
    (ProxyError, "the proxy of the environment (HTTPS_PROXY) doesn't answer"),
    (socket.gaierror, "no such host is known"),
    (ConnectionRefusedError, NOBODY_LISTENS),
    (ConnectTimeout, "connecting took too long"),
    (Timeout, "it stopped sending"),
    (ChunkedEncodingError, "its answer was cut off"),
    (NewConnectionError, "it can't be reached"),
)
