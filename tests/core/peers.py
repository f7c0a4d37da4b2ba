"""An OAuth 2.0 service in miniature, for tests of every grant: it holds its callers to the RFCs' letter."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, PASSWORD, REFRESH_TOKEN

CLIENT_ID = "an-id"


@dataclass
class OAuthPeer:
    """`requests` are those of the token endpoint; `unsigned` counts API requests without a good token."""

    server: HTTPServer
    secret: str = CLIENT_SECRET
    lifetime: int = 36000
    gives_refresh: bool = False
    hold: Callable[[], object] = lambda: None  # called before a token is handed out
    requests: list[dict[str, str]] = field(default_factory=list)
    basic: list[tuple[str, str] | None] = field(default_factory=list)
    revoked: list[dict[str, str]] = field(default_factory=list)
    good_tokens: set[str] = field(default_factory=set)
    good_refresh: set[str] = field(default_factory=set)
    challenges: dict[str, tuple[str, str]] = field(default_factory=dict)  # code → challenge, redirect URI
    unsigned: int = 0
    served: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.server.expect_request("/o/token/", method="POST").respond_with_handler(self.token)
        self.server.expect_request("/o/revoke_token/", method="POST").respond_with_handler(self.revoke)
        self.server.expect_request("/avatars/", method="GET").respond_with_handler(self.resource)

    @property
    def root(self) -> str:
        return self.server.url_for("/")

    def token(self, request: Request) -> Response:
        form = dict(request.form.items())
        self.hold()
        with self._lock:
            self.requests.append(form)
            basic = self._basic(request)
            self.basic.append(basic)
            client = basic or (form.get("client_id", ""), form.get("client_secret", ""))
            if client != (CLIENT_ID, self.secret):
                return _json({"error": "invalid_client"}, 401)
            return self._granted(form)

    def _granted(self, form: dict[str, str]) -> Response:
        grant = form.get("grant_type")
        if grant == "password" and (form.get("username"), form.get("password")) != ("me", PASSWORD):
            return _json({"error": "invalid_grant", "error_description": "Wrong user name or password."}, 400)
        if grant == "refresh_token":
            if form.get("refresh_token") not in self.good_refresh:
                return _json({"error": "invalid_grant"}, 400)
            self.good_refresh.discard(form["refresh_token"])
        if grant == "authorization_code":
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if self.challenges.pop(form.get("code", ""), None) != (challenge, form.get("redirect_uri")):
                return _json({"error": "invalid_grant"}, 400)
        number = len(self.requests)
        answer: dict[str, object] = {"access_token": f"{ACCESS_TOKEN}-{number}", "token_type": "Bearer"}
        answer |= {"expires_in": self.lifetime, "scope": "read write"}
        self.good_tokens.add(str(answer["access_token"]))
        if self.gives_refresh:
            answer["refresh_token"] = f"{REFRESH_TOKEN}-{number}"
            self.good_refresh.add(f"{REFRESH_TOKEN}-{number}")
        return _json(answer)

    def revoke(self, request: Request) -> Response:
        form = dict(request.form.items())
        self.revoked.append(form)
        self.good_tokens.discard(form["token"])
        return Response("")

    def resource(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        with self._lock:
            self.served += 1
            if scheme != "Bearer":
                self.unsigned += 1
            if token not in self.good_tokens:
                return _json({"detail": "The token is unknown or has expired."}, 401)
        return _json([])

    def _basic(self, request: Request) -> tuple[str, str] | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return None
        user, _, password = base64.b64decode(value).decode().partition(":")
        return unquote_plus(user), unquote_plus(password)


def _json(data: object, status: int = 200) -> Response:
    return Response(json.dumps(data), status, content_type="application/json")
