"""What the endpoints of one running sandbox share."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from avatarsdk_core.sandbox.accounts import Accounts
from avatarsdk_core.sandbox.builder import Builder
from avatarsdk_core.sandbox.state import StateFolder
from avatarsdk_core.sandbox.status import Durations
from avatarsdk_core.sandbox.store import Store
from avatarsdk_core.sandbox.throttle import Throttle


@dataclass(frozen=True)
class Service:
    """One sandbox: where it keeps things, who builds, and how it is set.

    Attributes:
        host: the address that it listens on.
        token_lifetime: seconds that an access token is good for.
        strict_players: client access always needs X-PlayerUID, not only for lists.
        tolerant: parameters that aren't known are left out with a notice, instead of being refused.
        instant: a creation is answered when what it creates is there, for samples that don't wait.
        single_page_links: a list of one page has a Link header too.
        redirect_uris: where the authorization page may lead, beside loopback addresses.
    """

    state: StateFolder
    store: Store
    accounts: Accounts
    builder: Builder
    durations: Durations
    throttle: Throttle
    host: str
    token_lifetime: int
    strict_players: bool
    tolerant: bool
    single_page_links: bool
    instant: bool
    redirect_uris: tuple[str, ...]


def service_of(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service
