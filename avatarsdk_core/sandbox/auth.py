"""Who calls: bearer tokens, access modes, PlayerUIDs and plans (sections 2, 3 and 8.1 of the API specification)."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from starlette.requests import Request

from avatarsdk_core.catalog import pipeline, reaches
from avatarsdk_core.sandbox.accounts import CLIENT, DEVELOPER, Application
from avatarsdk_core.sandbox.answers import RefusalError, forbidden
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.store import Condition

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Caller:
    """Who signed a request. `player` is a known PlayerUID of this client, or None when the header was absent."""

    application: Application
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

    @property
    def visible(self) -> list[Condition]:
        """The same, for lists."""
        own = Condition("client_id = ?", (self.client_id,))
        return [own] if self.mode == DEVELOPER else [own, Condition("player IS ?", (self.player,))]

    def need_developer(self) -> None:
        if self.mode != DEVELOPER:
            raise forbidden("This method is for developer access only.")

    def need_player(self) -> None:
        """In client access, lists are always a player's own."""
        if self.mode == CLIENT and self.player is None:
            raise forbidden("The header X-PlayerUID is missing: client access needs it here.")

    def need_plan(self, pipeline_name: str) -> None:
        """The account's plan has to include the pipeline."""
        needed = pipeline(pipeline_name).plan
        if not reaches(self.application.plan, needed):
            raise forbidden(f"{pipeline_name} starts with the plan {needed}; this account has {self.application.plan}.")


def caller(request: Request, *, registering: bool = False) -> Caller:
    """The signed-in caller of a request; refuses (401, 403, 429) whoever isn't one, or calls too often.

    `registering`: the request makes or lists PlayerUIDs, so it can't need one.
    """
    service = service_of(request)
    bearer = _bearer(request)
    token = service.store.token(token_digest(bearer))
    owner = service.accounts.owner(token.client_id) if token is not None else None
    if token is None or owner is None or token.kind != "access" or token.expires <= time.time():
        raise _unauthorized("The access token is unknown or has expired.")
    if ("read" if request.method in _READING else "write") not in token.scope.split():
        raise forbidden("The access token's scope doesn't allow this.")
    player = None if registering else _player(service, request, token.client_id, token.mode)
    _throttle(service, request, token.client_id, token.mode, player)
    return Caller(owner[0], token.client_id, token.mode, player)


def token_digest(token: str) -> str:
    """All that is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _bearer(request: Request) -> str:
    """The token of the header, or where there is none of the query; 401 without one and for two that differ."""
    query = request.query_params.get("access_token", "")
    if "Authorization" not in request.headers:
        if not query:
            raise _unauthorized("Authentication credentials were not provided.")
        return query
    scheme, _, value = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise _unauthorized("The Authorization header holds no bearer token.")
    if query and query != value.strip():
        raise _unauthorized("The header and the query hold different access tokens.")
    return value.strip()


def _player(service: Service, request: Request, client_id: str, mode: str) -> str | None:
    """The PlayerUID of the header; developer access ignores one that isn't its own."""
    code = request.headers.get("X-PlayerUID")
    if code and service.store.player(code, client_id) is not None:
        return code
    if mode == DEVELOPER:
        return None
    if code is not None:
        raise forbidden("The header X-PlayerUID names no player of this client: register one with POST /players/.")
    if service.strict_players:
        raise forbidden("The header X-PlayerUID is missing: client access needs it.")
    return None


def _throttle(service: Service, request: Request, client_id: str, mode: str, player: str | None) -> None:
    """Limits count an account's requests in developer access, and each player's or address's in client access."""
    address = request.client.host if request.client else ""
    wait = service.throttle.wait((client_id, (player or address) if mode == CLIENT else ""))
    if wait:
        body = {"detail": f"Request was throttled. Expected available in {wait:.1f} seconds."}
        raise RefusalError(429, body, {"Retry-After": str(wait)})


def _unauthorized(message: str) -> RefusalError:
    return RefusalError(401, {"detail": message}, {"WWW-Authenticate": 'Bearer realm="api"'})
