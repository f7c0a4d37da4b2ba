"""`/o/token/` and `/o/revoke_token/`: access tokens for each grant of OAuth 2.0, and their end.

Rules: RFC 6749 (2.3.1, 4.1, 4.3, 4.4, 5.1, 5.2, 6), RFC 7009, RFC 7636 and section 2 of the API specification.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.sandbox.accounts import KeyPair, random_token
from avatarsdk_core.sandbox.answers import RefusalError
from avatarsdk_core.sandbox.auth import token_digest
from avatarsdk_core.sandbox.records import Token, TokenKind
from avatarsdk_core.sandbox.service import Service, service_of

SCOPE = "read write"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CODE_LIFETIME = 60  # seconds
_REFRESH_LIFETIME = 30 * 86400
_TOKEN_LENGTH = 30


@dataclass(frozen=True)
class _Client:
    """An OAuth client; `proven` by its secret. One that can't keep a secret proves itself with PKCE instead."""

    client_id: str
    mode: str
    proven: bool


async def token(request: Request) -> Response:
    """`POST /o/token/`."""
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        client = _client(request, form)
    grant = fields.get("grant_type")
    if not grant:
        raise oauth_error(400, "invalid_request", "grant_type is missing.")
    granted = _GRANTS.get(grant)
    if granted is None:
        raise oauth_error(400, "unsupported_grant_type", f"There are: {', '.join(_GRANTS)}.")
    return JSONResponse(await run_in_threadpool(granted, service_of(request), client, fields), headers=NO_STORE)


async def revoke(request: Request) -> Response:
    """`POST /o/revoke_token/`: 200 for a token that the client has, and for one that it hasn't (RFC 7009, 2.2).

    With a refresh token goes everything that came of the same sign-in.
    """
    async with request.form() as form:
        given = form.get("token")
        client = _client(request, form)
    if not isinstance(given, str) or not given:
        raise oauth_error(400, "invalid_request", "token is missing.")
    store = service_of(request).store
    found = await run_in_threadpool(store.token, token_digest(given))
    if found is not None and found.client_id == client.client_id and (client.proven or found.public):
        if found.kind == "refresh":
            await run_in_threadpool(store.revoke_family, found.family)
        else:
            await run_in_threadpool(store.revoke_token, found.digest)
    return JSONResponse({}, headers=NO_STORE)


def new_token(
    service: Service, kind: TokenKind, client_id: str, mode: str, scope: str, family: str = "", public: bool = False
) -> tuple[str, Token]:
    """A token's text and what is kept of it."""
    lifetimes = {"access": service.token_lifetime, "refresh": _REFRESH_LIFETIME, "code": CODE_LIFETIME}
    text = random_token(_TOKEN_LENGTH)
    kept = Token(
        digest=token_digest(text),
        kind=kind,
        client_id=client_id,
        mode=mode,
        scope=scope,
        expires=time.time() + lifetimes[kind],
        family=family or uuid.uuid4().hex,
        public=public,
    )
    return text, kept


def checked_scope(given: str, allowed: str = SCOPE) -> str | None:
    """The scope asked for, all of `allowed` without one; None when it is more than that."""
    scope = given.split() or allowed.split()
    return " ".join(dict.fromkeys(scope)) if set(scope) <= set(allowed.split()) else None


def oauth_error(status: int, error: str, description: str, headers: Mapping[str, str] | None = None) -> RefusalError:
    return RefusalError(status, {"error": error, "error_description": description}, {**NO_STORE, **(headers or {})})


def _by_client_credentials(service: Service, client: _Client, fields: Mapping[str, str]) -> dict[str, object]:
    _need_secret(client)
    return _issued(service, client, _scope(fields), refreshable=False)


def _by_password(service: Service, client: _Client, fields: Mapping[str, str]) -> dict[str, object]:
    _need_secret(client)
    if not service.accounts.user.signs_in_with(fields.get("username", ""), fields.get("password", "")):
        raise oauth_error(400, "invalid_grant", "Unknown username or wrong password.")
    return _issued(service, client, _scope(fields))


def _by_code(service: Service, client: _Client, fields: Mapping[str, str]) -> dict[str, object]:
    code = _of_client(service, client, "code", fields.get("code", ""))
    if not service.store.use_token(code.digest):
        service.store.revoke_family(code.family)  # somebody has stolen it, now or before (RFC 6749, 4.1.2)
        raise oauth_error(400, "invalid_grant", "The code was used before.")
    if fields.get("redirect_uri", "") != code.redirect_uri:
        raise oauth_error(400, "invalid_grant", "redirect_uri isn't the one that the code was sent to.")
    if code.challenge and not _verifies(code, fields.get("code_verifier", "")):
        raise oauth_error(400, "invalid_grant", "code_verifier is missing or wrong.")
    if not code.challenge:
        _need_secret(client)
    return _issued(service, client, code.scope, family=code.family)


def _by_refresh_token(service: Service, client: _Client, fields: Mapping[str, str]) -> dict[str, object]:
    old = _of_client(service, client, "refresh", fields.get("refresh_token", ""))
    if not old.public:
        _need_secret(client)
    scope = _scope(fields, old.scope)
    if not service.store.use_token(old.digest):
        service.store.revoke_family(old.family)
        raise oauth_error(400, "invalid_grant", "The refresh token was used before.")
    return _issued(service, client, scope, family=old.family)


_GRANTS: Mapping[str, Callable[[Service, _Client, Mapping[str, str]], dict[str, object]]] = {
    "client_credentials": _by_client_credentials,
    "password": _by_password,
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
}


def _issued(
    service: Service, client: _Client, scope: str, *, refreshable: bool = True, family: str = ""
) -> dict[str, object]:
    text, access = new_token(service, "access", client.client_id, client.mode, scope, family, not client.proven)
    tokens = [access]
    body: dict[str, object] = {
        "access_token": text,
        "token_type": "Bearer",
        "expires_in": service.token_lifetime,
        "scope": scope,
    }
    if refreshable:
        body["refresh_token"], refresh = new_token(
            service, "refresh", client.client_id, client.mode, scope, access.family, not client.proven
        )
        tokens.append(refresh)
    service.store.add_tokens(tokens, time.time())
    return body


def _scope(fields: Mapping[str, str], allowed: str = SCOPE) -> str:
    scope = checked_scope(fields.get("scope", ""), allowed)
    if scope is None:
        raise oauth_error(400, "invalid_scope", f"The scopes are: {allowed}.")
    return scope


def _of_client(service: Service, client: _Client, kind: TokenKind, given: str) -> Token:
    if not given:
        raise oauth_error(400, "invalid_request", f"{'code' if kind == 'code' else 'refresh_token'} is missing.")
    found = service.store.token(token_digest(given))
    known = found is not None and found.kind == kind and found.client_id == client.client_id
    if found is None or not known or found.expires <= time.time():
        raise oauth_error(400, "invalid_grant", "It is unknown, has expired or is another client's.")
    return found


def _verifies(code: Token, verifier: str) -> bool:
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(code.challenge.encode(), verifier.encode())


def _client(request: Request, form: FormData) -> _Client:
    """The client that asks; a wrong secret is refused, a missing one is left to the grant."""
    given = _basic(request) or KeyPair(_text(form, "client_id"), _text(form, "client_secret"))
    owner = service_of(request).accounts.owner(given.client_id)
    if owner is None or (given.client_secret and not owner[2].has_secret(given.client_secret)):
        raise _invalid_client("Authorization" in request.headers)
    return _Client(given.client_id, owner[1], proven=bool(given.client_secret))


def _need_secret(client: _Client) -> None:
    if not client.proven:
        raise _invalid_client(False)


def _invalid_client(challenge: bool) -> RefusalError:
    headers = {"WWW-Authenticate": 'Basic realm="api"'} if challenge else {}
    return oauth_error(401, "invalid_client", "Unknown client id or wrong secret.", headers)


def _basic(request: Request) -> KeyPair | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return KeyPair("", "")
    return KeyPair(unquote_plus(client_id), unquote_plus(secret))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return "" if value is None or isinstance(value, UploadFile) else value
