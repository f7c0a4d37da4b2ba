"""Who calls: OAuth 2.0 tokens for client credentials, bearer checks, access modes and PlayerUIDs.

Rules: RFC 6749 (2.3.1, 4.4, 5.1, 5.2) and sections 2 and 3 of the API specification.
"""

from __future__ import annotations

import base64
import hmac
import time
from dataclasses import dataclass
from urllib.parse import unquote_plus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.sandbox.answers import RefusalError, forbidden
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.state import CLIENT, DEVELOPER, KeyPair, random_token

SCOPE = "read write"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True)
class Caller:
    """Who signed a request. `player` is a known PlayerUID of this client, or None when the header was absent."""

    client_id: str
    mode: str
    player: str | None

    def may_see(self, client_id: str, player: str | None) -> bool:
        """Whether data of that owner is visible: developers see their client's, players their own.

        Client access without a PlayerUID sees what belongs to no player: official samples work that way.
        """
        if client_id != self.client_id:
            return False
        return self.mode == DEVELOPER or player == self.player

    def need_developer(self) -> None:
        if self.mode != DEVELOPER:
            raise forbidden("This method is for developer access only.")

    def need_player(self) -> None:
        """In client access, lists are always a player's own."""
        if self.mode == CLIENT and self.player is None:
            raise forbidden("The header X-PlayerUID is missing: client access needs it here.")


async def token(request: Request) -> Response:
    """`POST /o/token/`: an access token for `grant_type=client_credentials`."""
    service = service_of(request)
    form = await request.form()
    pair, mode = _client(service, request, form)
    grant = form.get("grant_type")
    if not grant:
        raise _oauth_error(400, "invalid_request", "grant_type is missing.")
    if grant != "client_credentials":
        raise _oauth_error(400, "unsupported_grant_type", "The sandbox grants client_credentials only.")
    scope = str(form.get("scope") or SCOPE)
    if not set(scope.split()) <= set(SCOPE.split()):
        raise _oauth_error(400, "invalid_scope", f"The scopes are: {SCOPE}.")
    access_token = random_token(30)
    now = time.time()
    expires = now + service.token_lifetime
    await run_in_threadpool(service.store.add_token, access_token, pair.client_id, mode, expires, now)
    body = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": service.token_lifetime,
        "scope": scope,
    }
    return JSONResponse(body, headers=_NO_STORE)


def caller(request: Request, *, registering: bool = False) -> Caller:
    """The signed-in caller of a request; refuses (401, 403) whoever isn't one.

    `registering`: the request makes a PlayerUID, so it can't need one.
    """
    service = service_of(request)
    bearer = _bearer(request)
    if bearer is None:
        raise _unauthorized("Authentication credentials were not provided.")
    owner = service.store.token_owner(bearer, time.time())
    if owner is None:
        raise _unauthorized("The access token is unknown or has expired.")
    client_id, mode = owner
    if registering:
        return Caller(client_id, mode, None)
    code = request.headers.get("X-PlayerUID")
    known = bool(code) and service.store.player(str(code), client_id) is not None
    if mode == CLIENT:
        if code is not None and not known:
            raise forbidden("The header X-PlayerUID names no player of this client: register one with POST /players/.")
        if code is None and service.strict_players:
            raise forbidden("The header X-PlayerUID is missing: client access needs it.")
    return Caller(client_id, mode, code if known else None)


def _bearer(request: Request) -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    return request.query_params.get("access_token") or None


def _client(service: Service, request: Request, form: FormData) -> tuple[KeyPair, str]:
    basic = _basic(request)
    given = basic or KeyPair(str(form.get("client_id") or ""), str(form.get("client_secret") or ""))
    for mode, pair in ((DEVELOPER, service.credentials.developer), (CLIENT, service.credentials.client)):
        same_id = hmac.compare_digest(pair.client_id.encode(), given.client_id.encode())
        same_secret = hmac.compare_digest(pair.client_secret.encode(), given.client_secret.encode())
        if same_id and same_secret:
            return pair, mode
    headers = {"WWW-Authenticate": 'Basic realm="api"'} if "Authorization" in request.headers else {}
    raise _oauth_error(401, "invalid_client", "Unknown client id or wrong secret.", headers)


def _basic(request: Request) -> KeyPair | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return KeyPair("", "")
    return KeyPair(unquote_plus(client_id), unquote_plus(secret))


def _oauth_error(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> RefusalError:
    return RefusalError(status, {"error": error, "error_description": description}, {**_NO_STORE, **(headers or {})})


def _unauthorized(message: str) -> RefusalError:
    return RefusalError(401, {"detail": message}, {"WWW-Authenticate": 'Bearer realm="api"'})
