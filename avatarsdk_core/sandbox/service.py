"""What the endpoints of one running sandbox share."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from avatarsdk_core.sandbox.builder import Builder
from avatarsdk_core.sandbox.state import TOKEN_LIFETIME, Credentials, StateFolder
from avatarsdk_core.sandbox.status import Durations
from avatarsdk_core.sandbox.store import Store


@dataclass(frozen=True)
class Service:
    """One sandbox: where it keeps things, who builds, and how it is set.

    `token_lifetime` in seconds; `strict_players`: client access always needs X-PlayerUID, not only for lists.
    """

    state: StateFolder
    store: Store
    credentials: Credentials
    builder: Builder
    durations: Durations
    token_lifetime: int = TOKEN_LIFETIME
    strict_players: bool = False


def service_of(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service
