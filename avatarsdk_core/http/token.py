"""The access token: fetched once for any number of threads, renewed ahead of its end.

Over https `requests_oauthlib` fetches it. It refuses plain http, and the switch that would allow that holds for the
whole process, so that the sandbox on loopback is asked by oauthlib's client over our own session.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from avatarsdk_core.errors import AuthenticationError, ProtocolError, ServiceUnreachableError
from avatarsdk_core.http.answers import Answer, api_error
from avatarsdk_core.http.retry import Deadline, pause
from avatarsdk_core.models import Token
from avatarsdk_core.settings import Settings

_MARGIN_SECONDS = 300.0  # official samples renew 60 or 300 s ahead
_DEFAULT_LIFETIME = 3600.0
_WAIT_STEP_SECONDS = 0.05


@dataclass(frozen=True)
class _Held:
    value: str
    renew_at: float  # on the monotonic clock: a laptop's wall clock jumps


class TokenSource:
    """Hands out a valid access token; safe for any number of threads."""

    def __init__(self, fetch: Callable[[Deadline], Token]) -> None:
        self._fetch = fetch
        self._flight = threading.Lock()
        self._held: _Held | None = None

    def get(self, deadline: Deadline, cancel: threading.Event | None = None) -> str:
        """A token that is good for a while, fetched now if there is none.

        Raises:
            AuthenticationError: the credentials are refused.
            ServiceUnreachableError: no answer, or another thread's fetch took past the deadline.
        """
        held = self._held  # swapped whole, so that a reader never sees half a token
        if held is not None and time.monotonic() < held.renew_at:
            return held.value
        while not self._flight.acquire(timeout=_WAIT_STEP_SECONDS):
            pause(0, cancel)
            if not deadline.remaining:
                raise ServiceUnreachableError("No access token within the time given: try again")
        try:
            held = self._held
            if held is not None and time.monotonic() < held.renew_at:
                return held.value
            asked_at = time.monotonic()
            token = self._fetch(deadline)
            lifetime = float(token.expires_in or _DEFAULT_LIFETIME)
            renew_at = asked_at + lifetime - min(_MARGIN_SECONDS, lifetime / 4)
            self._held = _Held(token.access_token, renew_at)
            return token.access_token
        finally:
            self._flight.release()

    def reject(self, value: str) -> None:
        """The service refused this token: forget it, unless another thread has renewed it already."""
        with self._flight:
            if self._held is not None and self._held.value == value:
                self._held = None


def fetch_token(settings: Settings, http: requests.Session, **options: Any) -> Token:
    """Ask for a token by client credentials.

    Args:
        http: our own session, whose adapter the OAuth session borrows so that deadlines hold.
        options: timeout and proxies of the request.

    Raises:
        AuthenticationError, ServiceUnreachableError, ProtocolError
    """
    url = settings.token_url
    client = BackendApplicationClient(settings.client_id)
    auth = HTTPBasicAuth(settings.client_id.encode(), settings.client_secret.encode())
    try:
        fetch = _over_oauth_session if url.startswith("https:") else _over_own_session
        data = fetch(url, client, auth, http, options)
    except OAuth2Error as error:
        raise _refusal(url, error) from None
    except requests.TooManyRedirects:
        raise ProtocolError(f"{url} redirects: credentials are never sent on; correct AVATARSDK_TOKEN_URL") from None
    except ValueError:
        raise ProtocolError(f"{url} gave no token as JSON: is AVATARSDK_TOKEN_URL right?") from None
    return Token.from_json(data)


def _over_oauth_session(
    url: str, client: BackendApplicationClient, auth: HTTPBasicAuth, http: requests.Session, options: dict[str, Any]
) -> dict[str, Any]:
    _silence_details()
    oauth = OAuth2Session(client=client)  # not closed: its only connections are those of our adapter
    oauth.mount("https://", http.get_adapter(url))
    oauth.register_compliance_hook("access_token_response", _checked)
    oauth.max_redirects = 0  # a redirected POST would take the credentials along
    return dict(oauth.fetch_token(url, auth=auth, **options))


def _over_own_session(
    url: str, client: BackendApplicationClient, auth: HTTPBasicAuth, http: requests.Session, options: dict[str, Any]
) -> dict[str, Any]:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = client.prepare_request_body()
    answer = http.post(url, data=body, auth=auth, headers=form, allow_redirects=False, **options)
    if answer.is_redirect:
        raise requests.TooManyRedirects
    return dict(client.parse_request_body_response(_checked(answer).text))


def _checked(response: requests.Response) -> requests.Response:
    """An error in OAuth's own form is oauthlib's to read; any other is the service's."""
    if response.status_code >= 400 and b'"error"' not in response.content:
        headers = response.headers
        raise api_error(Answer("POST", response.url, response.status_code, headers, response.content))
    if not response.is_redirect and not isinstance(response.json(), dict):
        raise ValueError("no JSON object")  # oauthlib takes its keys for granted
    return response


def _refusal(url: str, error: OAuth2Error) -> Exception:
    code = str(error.error or "")
    words = str(error.description or "").strip() or code
    if code in ("missing_token", "missing_token_type"):
        return ProtocolError(f"{url} gave no token ({words}): is AVATARSDK_TOKEN_URL right?")
    way_out = "check AVATARSDK_CLIENT_ID and AVATARSDK_CLIENT_SECRET"
    return AuthenticationError(f"{url} refused the credentials: {words} ({way_out})", 401, words, url)


def _silence_details() -> None:
    """requests_oauthlib writes requests and answers, tokens included, to its log at DEBUG."""
    logger = logging.getLogger("requests_oauthlib.oauth2_session")
    if _above_debug not in logger.filters:
        logger.addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
