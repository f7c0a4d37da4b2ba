"""The one way out to the service: signs, bounds, retries, follows and counts every request."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests.utils import get_environ_proxies

from avatarsdk_core import __version__
from avatarsdk_core.errors import (
    AnswerLost,
    ProtocolError,
    ServiceError,
    ServiceUnavailable,
    ServiceUnreachable,
    SettingsError,
    Throttled,
)
from avatarsdk_core.http.answers import Answer, api_error
from avatarsdk_core.http.bodies import whole_body
from avatarsdk_core.http.failures import own_errors, too_late
from avatarsdk_core.http.origin import bare, followed, origin
from avatarsdk_core.http.player import PlayerSource
from avatarsdk_core.http.retry import Deadline, next_delay, parse_retry_after, pause
from avatarsdk_core.http.token import GivenToken, Tokens, TokenSource, refreshed_or_new
from avatarsdk_core.http.token_store import SharedTokens, player_store
from avatarsdk_core.http.watchdog import Guard, Watchdog, WatchedAdapter
from avatarsdk_core.redaction import LOGGER, Secret, guard_logs, redacted
from avatarsdk_core.settings import TOKEN, Settings, is_loopback

if TYPE_CHECKING:
    from avatarsdk_core.http.grants import TokenEndpoint
    from avatarsdk_core.models import Token

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
REQUEST_SECONDS = 120.0  # all tries of one request together
MAX_JSON_BYTES = 64 << 20
MAX_REDIRECTS = 5
_PLAYERS = "players/"
_log = logging.getLogger(LOGGER)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_PROXY = {"http": None, "https": None, "all": None}
USER_AGENT = f"avatarsdk-core/{__version__} (Python {platform.python_version()})"


@dataclass(frozen=True)
class Traffic:
    """What went over the wire: requests made (token requests and retries too), bytes of bodies sent and received."""

    requests: int = 0
    sent: int = 0
    received: int = 0

    def __sub__(self, other: Traffic) -> Traffic:
        return Traffic(self.requests - other.requests, self.sent - other.sent, self.received - other.received)


@dataclass(frozen=True)
class RequestRecord:
    """One request, for a log. `status` is None where no answer came; `seconds` are those until its headers came."""

    method: str
    host: str
    path: str
    status: int | None
    seconds: float


class _Signature(AuthBase):
    """Sets the secrets, or none; given with every request, so that requests never looks into a .netrc."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


class HttpSession:
    """May be shared between threads. Proxies and CA bundles come from the environment; loopback bypasses proxies.

    Args:
        request_seconds: the total deadline of a request that is given none of its own.
        on_request: called after every request, in the thread that made it; the logger "avatarsdk_core.http" gets the
            same at DEBUG. What the function raises is logged, and stops nothing.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        request_seconds: float = REQUEST_SECONDS,
        on_request: Callable[[RequestRecord], object] | None = None,
    ) -> None:
        guard_logs()
        self.settings = settings
        self.request_seconds = request_seconds
        self._on_request = on_request
        self._counter = threading.Lock()
        self._traffic = Traffic()
        self._watchdog = Watchdog()
        self._player = PlayerSource(settings.player_uid, player_store(settings))
        self.tokens: Tokens = GivenToken(settings.token)
        if settings.grant != TOKEN:
            self.tokens = TokenSource(self._fetch_token, SharedTokens(settings))
        self._root_origin = origin(settings.root_url)
        self._ways: dict[tuple[str, str, int], dict[str, Any]] = {}
        self._http = requests.Session()
        self._http.trust_env = False  # it would look at the environment, and for a .netrc, with every request
        self._http.headers.update({"User-Agent": USER_AGENT, "X-User-Agent": USER_AGENT})
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._http.mount(scheme, WatchedAdapter(pool_maxsize=16))

    def close(self) -> None:
        self._http.close()
        self._watchdog.close()

    @property
    def root_url(self) -> str:
        return self.settings.root_url

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    @property
    def player_uid(self) -> str:
        """The PlayerUID that goes with requests, or "" while there is none."""
        return self._player.value

    def use_player(self, player_uid: str) -> None:
        """Send this PlayerUID with every request from now on.

        Raises:
            SettingsError: it holds a character that no PlayerUID has.
        """
        self._player.use(player_uid)

    def ensure_player(self, *, cancel: threading.Event | None = None) -> str:
        """The PlayerUID of these credentials: the one in use, else the one kept, else a new one, which is kept.

        Raises as `request`.
        """
        url = self.root_url
        with (
            self._watchdog.guard(Deadline(self.request_seconds), cancel) as guard,
            own_errors("POST", url, guard, url),
        ):
            return self._player.get(functools.partial(self._register_player, guard), guard.deadline, cancel)

    @contextlib.contextmanager
    def token_endpoint(
        self, deadline: Deadline, cancel: threading.Event | None = None, *, url: str = ""
    ) -> Iterator[TokenEndpoint]:
        """For the block and one request, the service's token endpoint, or the one for revoking.

        Counted, recorded, bounded by the deadline. Raises as `request`.
        """
        from avatarsdk_core.http.grants import TokenEndpoint  # oauthlib costs a tenth of the whole import

        url = url or self.settings.token_url
        self._count(requests=1)
        # Nothing is changed by asking for a token once more: an answer that was lost is lost, and that is all.
        with (
            self._watchdog.guard(deadline, cancel) as guard,
            own_errors("GET", url, guard, url),
            self._recorded("POST", url) as answered,
        ):

            def arrived(status: int) -> None:
                guard.check()  # a shut socket looks like the end of an answer
                answered(status)

            yield TokenEndpoint(self.settings, self._http, arrived, **self._transport(url, deadline))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        accept: str = "application/json",
        signed: bool = True,
        seconds: float | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """One request and its whole answer (at most 64 MB), of a status below 400.

        A GET is repeated after a lost answer, 429 and 5xx, within `seconds` in total; nothing else ever is.

        Args:
            url: absolute, or relative to the root URL.
            form, files: fields of a multipart body; a file is (name, bytes, media type).
            accept: media types of the answer.
            signed: False for the few addresses that are for anybody; no secret is sent to those.

        Raises:
            ApiError: the service refused, in the subclass of the status.
            ServiceUnreachable: no answer; `AnswerLost` where a change may have been made all the same.
            DeadlineExceeded: no answer to a GET within `seconds`.
            ProtocolError: an answer or a redirect that can't be used.
            Cancelled: `cancel` was set.
        """
        url = followed(url, self.root_url)
        deadline = Deadline(self.request_seconds if seconds is None else seconds)
        multipart = {**{name: (None, value) for name, value in (form or {}).items()}, **(files or {})}
        options = {"params": params, "files": multipart or None, "headers": {"Accept": accept}, "signed": signed}
        attempt = 0
        while True:
            attempt += 1
            status = retry_after = None
            failure: ServiceError
            try:
                with self._open(method, url, deadline, cancel, **options) as response:
                    body = whole_body(response, MAX_JSON_BYTES)
                    answer = Answer(method, url, response.status_code, response.headers, body)
            except (Throttled, ServiceUnavailable) as error:  # by the token endpoint, or nobody answered at all
                failure, status, retry_after = error, error.status, error.retry_after
                if isinstance(error, ServiceUnreachable) and method == "GET" and not deadline.remaining:
                    failure = too_late(error)
            else:
                if answer.status < 400:
                    return answer
                failure, status = api_error(answer), answer.status
                retry_after = parse_retry_after(answer.headers.get("Retry-After"))
            # A GET may have registered a PlayerUID first, and an answer to that which was lost forbids another try.
            again = method == "GET" and not isinstance(failure, AnswerLost)
            delay = next_delay(attempt, status, retry_after, deadline.remaining) if again else None
            if delay is None:
                raise failure
            pause(delay, cancel)

    @contextlib.contextmanager
    def stream(
        self, url: str, *, headers: Mapping[str, str], deadline: Deadline, cancel: threading.Event | None = None
    ) -> Iterator[requests.Response]:
        """An open GET of any status, read by the caller within the block; tried once. Raises as `request`."""
        with self._open("GET", followed(url, self.root_url), deadline, cancel, headers=headers) as response:
            yield response

    @contextlib.contextmanager
    def _open(
        self, method: str, url: str, deadline: Deadline, cancel: threading.Event | None, **options: Any
    ) -> Iterator[requests.Response]:
        with self._watchdog.guard(deadline, cancel) as guard, own_errors(method, url, guard, self.root_url):
            response = self._follow(method, url, guard, **options)
            try:
                guard.check()
                yield response
                guard.check()  # a shut socket looks like the end of an answer
            finally:
                self._count(received=response.raw.tell())
                response.close()

    def _follow(self, method: str, url: str, guard: Guard, **options: Any) -> requests.Response:
        """Redirects are followed by hand: each hop is checked, and signed only for our own origin."""
        for _ in range(MAX_REDIRECTS + 1):
            response = self._exchange(method, url, guard, **options)
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not location:
                return response
            response.close()
            if method != "GET":
                raise ProtocolError(f"{method} {bare(url)} was redirected, which is never followed: check the root URL")
            url = followed(location, self.root_url, base=url)
            options.pop("params", None)
        raise ProtocolError(f"GET {bare(url)}: more than {MAX_REDIRECTS} redirects")

    def _exchange(
        self, method: str, url: str, guard: Guard, *, signed: bool = True, **options: Any
    ) -> requests.Response:
        """One request, sent once more with a fresh token after a 401 (which means that nothing was done)."""
        if not signed or origin(url) != self._root_origin:
            return self._send(method, url, guard, {}, **options)
        if self.settings.access == "client" and not self._player.value and not self._is_registration(method, url):
            self._player.get(functools.partial(self._register_player, guard), guard.deadline, guard.cancel)
        token = self.tokens.get(guard.deadline, guard.cancel)
        response = self._send(method, url, guard, self._secrets(token), **options)
        if response.status_code != 401 or not self.tokens.renewable:
            return response
        response.close()
        self.tokens.reject(token)
        token = self.tokens.get(guard.deadline, guard.cancel)
        return self._send(method, url, guard, self._secrets(token), **options)

    def _secrets(self, token: str) -> dict[str, str]:
        player = {"X-PlayerUID": self._player.value} if self._player.value else {}
        return {"Authorization": Secret(f"Bearer {token}"), **player}

    def _is_registration(self, method: str, url: str) -> bool:
        return method == "POST" and url == self.root_url + _PLAYERS

    def _register_player(self, guard: Guard) -> str:
        url = self.root_url + _PLAYERS
        with own_errors("POST", url, guard, self.root_url):
            response = self._exchange("POST", url, guard, files={"comment": (None, "")})
            try:
                body = whole_body(response, MAX_JSON_BYTES)
            finally:
                response.close()
            guard.check()
        answer = Answer("POST", url, response.status_code, response.headers, body)
        if answer.status >= 400:
            raise api_error(answer)
        from avatarsdk_core.models import Player

        return Player.from_json(answer.json()).code

    def _send(
        self, method: str, url: str, guard: Guard, secrets: Mapping[str, str], **options: Any
    ) -> requests.Response:
        headers = {"Accept": "application/json", **(options.pop("headers", None) or {})}
        guard.url = url
        with self._recorded(method, url) as answered:
            response = self._http.request(
                method,
                url,
                auth=_Signature(secrets),
                headers=headers,
                allow_redirects=False,
                stream=True,
                **self._transport(url, guard.deadline),
                **options,
            )
            answered(response.status_code)
        sent = response.request.body
        self._count(requests=1, sent=len(sent) if isinstance(sent, bytes | str) else 0)
        return response

    @contextlib.contextmanager
    def _recorded(self, method: str, url: str) -> Iterator[Callable[[int], None]]:
        """Logs the request of the block, and tells the hook; yields what is to be called with the answer's status."""
        status: list[int] = []
        started = time.perf_counter()
        try:
            yield status.append
        finally:
            if self._on_request is not None or _log.isEnabledFor(logging.DEBUG):
                parts = urlsplit(url)
                seconds = time.perf_counter() - started
                path = redacted(parts.path)  # that of a player is its PlayerUID
                record = RequestRecord(method, parts.netloc, path, status[0] if status else None, seconds)
                _log.debug("%s %s%s: %s, %.3f s", method, record.host, record.path, record.status or "-", seconds)
                self._tell(record)

    def _tell(self, record: RequestRecord) -> None:
        try:
            if self._on_request is not None:
                self._on_request(record)
        except Exception:
            _log.exception("on_request failed")

    def _fetch_token(self, deadline: Deadline, cancel: threading.Event | None, refresh: str) -> Token:
        def ask(how: Callable[[TokenEndpoint], Token]) -> Token:
            with self.token_endpoint(deadline, cancel) as endpoint:
                return how(endpoint)

        return refreshed_or_new(
            refresh,
            lambda value: ask(lambda endpoint: endpoint.by_refresh(value)),
            lambda: ask(lambda endpoint: endpoint.by_settings()),
        )

    def _transport(self, url: str, deadline: Deadline) -> dict[str, Any]:
        """Time limits, proxies and authorities; the environment is asked when a host is first spoken to."""
        host = origin(url)
        way = self._ways.get(host)
        if way is None:
            way = self._ways[host] = _way(url)
        left = max(0.001, deadline.remaining)
        return {"timeout": (min(CONNECT_SECONDS, left), min(READ_SECONDS, left)), **way}

    def _count(self, requests: int = 0, sent: int = 0, received: int = 0) -> None:
        with self._counter:
            before = self._traffic
            self._traffic = Traffic(before.requests + requests, before.sent + sent, before.received + received)


def _way(url: str) -> dict[str, Any]:
    """Proxies and authorities for a host, as the environment tells them; loopback bypasses proxies."""
    local = is_loopback(urlsplit(url).hostname)
    proxies = dict(_NO_PROXY) if local else get_environ_proxies(url, no_proxy=None)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(name)
        if bundle and url.startswith("https:"):
            if not Path(bundle).exists():
                raise SettingsError(f"There is no {bundle!r}, where {name} says that the trusted authorities are")
            return {"proxies": proxies, "verify": bundle}
    return {"proxies": proxies, "verify": True}
