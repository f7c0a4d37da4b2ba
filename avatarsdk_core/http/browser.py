"""Signing in with the browser: the authorization code comes back to a listener on this machine (RFC 8252, 7636).

    with Redirect() as redirect:
        asked = authorization_request(settings, redirect.url)
        redirect.expect(asked.state)
        open_browser(asked.url)
        code = redirect.wait(deadline, cancel)

The listener takes one answer, on 127.0.0.1 alone, at a free port. An answer with another state isn't ours: it is
refused, and the waiting goes on.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from oauthlib.common import add_params_to_uri
from oauthlib.oauth2 import WebApplicationClient

from avatarsdk_core.errors import AccessDenied, AuthenticationError, Cancelled, DeadlineExceeded
from avatarsdk_core.http.grants import SCOPE
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.redaction import Secret, hide
from avatarsdk_core.settings import Settings

_HOST = "127.0.0.1"
_PATH = "/callback"
_LOOK_SECONDS = 0.1
_REQUEST_SECONDS = 5.0  # browsers open connections ahead that say nothing
_VERIFIER_LENGTH = 64
_MAX_LENGTH = 2048


@dataclass(frozen=True)
class AuthorizationRequest:
    """Where the browser goes, and what proves that the answer is to it."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def authorization_request(settings: Settings, redirect_url: str) -> AuthorizationRequest:
    """A new request for an authorization code, with a state and a PKCE challenge (S256) of its own."""
    client = WebApplicationClient(settings.client_id)
    verifier, state = client.create_code_verifier(_VERIFIER_LENGTH), secrets.token_urlsafe(32)
    hide(verifier, state)
    query = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect_url,
        "scope": SCOPE,
        "state": state,
        "code_challenge": client.create_code_challenge(verifier, "S256"),
        "code_challenge_method": "S256",
    }
    url = add_params_to_uri(settings.authorize_url, list(query.items()))
    return AuthorizationRequest(str(url), Secret(state), Secret(verifier))


class Redirect:
    """Listens for the browser's return; ends with its block."""

    def __init__(self) -> None:
        self._answered = threading.Event()
        self._answer: dict[str, str] = {}
        self._state = ""
        self._foreign = 0
        handler = type("Handler", (_Handler,), {"redirect": self})
        self._server = _Server((_HOST, 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK_SECONDS,), daemon=True)

    @property
    def url(self) -> str:
        """What the service has to send the browser to."""
        return f"http://{_HOST}:{self._server.server_port}{_PATH}"

    def expect(self, state: str) -> None:
        """The state that the answer must carry; call it before the browser is opened."""
        self._state = state

    def wait(self, deadline: Deadline, cancel: threading.Event | None = None) -> str:
        """The authorization code.

        Raises:
            AccessDenied: the person said no.
            AuthenticationError: the service refuses, with its words.
            DeadlineExceeded: no answer in time.
            Cancelled: `cancel` was set.
        """
        while not self._answered.wait(min(_LOOK_SECONDS, deadline.remaining)):
            if cancel is not None and cancel.is_set():
                raise Cancelled("Cancelled")
            if not deadline.remaining:
                foreign = " (an answer to another sign-in came, and was refused)" if self._foreign else ""
                raise DeadlineExceeded(
                    f"Nobody signed in within {deadline.seconds:.0f} s{foreign}: try again, and finish in the browser"
                )
        code = self._answer.get("code", "")
        if code:
            hide(code)
            return Secret(code)
        error = self._answer.get("error", "")
        words = " ".join((self._answer.get("error_description", "") or error or "no code came").split())[:300]
        if error == "access_denied":
            raise AccessDenied(f"The sign-in was refused in the browser: {words}", detail=words, advice="try again")
        raise AuthenticationError(
            f"The service refused the sign-in: {words} (check the client id and its redirect address {_HOST})",
            detail=words,
            advice="check the client id and its redirect address",
        )

    def take(self, query: str) -> tuple[int, str]:
        """Judge what the browser brought: the status and text of its page. The first good answer counts."""
        values = {name: found[0] for name, found in parse_qs(query, max_num_fields=32).items() if len(found) == 1}
        if not self._state or not hmac.compare_digest(values.get("state", "").encode(), self._state.encode()):
            self._foreign += 1
            return 400, "This sign-in wasn't asked for here, or is over. Start again from the program that sent you."
        if self._answered.is_set():
            return 400, "This sign-in is over already. You may close this page."
        self._answer = values
        self._answered.set()
        if values.get("code"):
            return 200, "Thank you. You may close this page and go back to the program."
        return 200, "The sign-in was refused. You may close this page; the program says more."

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False  # nobody may take the port over

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news, and a traceback on stderr would be for nobody."""


class _Handler(BaseHTTPRequestHandler):
    redirect: Redirect
    timeout = _REQUEST_SECONDS
    server_version = "avatarsdk"
    sys_version = ""

    def do_GET(self) -> None:
        parts = urlsplit(self.path[:_MAX_LENGTH])
        if self.headers.get("Host") != urlsplit(self.redirect.url).netloc:  # a name that somebody points at us
            self._say(400, "This address is for one program on this machine.")
        elif parts.path != _PATH or len(self.path) > _MAX_LENGTH:
            self._say(404, "There is nothing here.")
        else:
            self._say(*self.redirect.take(parts.query))

    def _say(self, status: int, words: str) -> None:
        page = _PAGE.format(words=escape(words)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 as in the base class
        """Requests hold the code: they are written nowhere."""


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Avatar SDK</title>
<style>body {{ font: 18px/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 32em; padding: 0 1em;
color: #222; background: #fff; text-align: center }}
@media (prefers-color-scheme: dark) {{ body {{ color: #eee; background: #1d1d1d }} }}</style>
<h1>Avatar SDK</h1><p>{words}</p></html>
"""
