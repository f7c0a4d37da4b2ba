"""A real sandbox on loopback for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import INSTANT, Api


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    """A sandbox in which avatars take no longer than their real work."""
    with Sandbox(durations=INSTANT) as running:
        yield running


@pytest.fixture
def developer(service: Sandbox) -> Api:
    return Api.signed_in(service, service.credentials.developer)


@pytest.fixture
def client(service: Sandbox) -> Api:
    """Client access, registered as a new player."""
    api = Api.signed_in(service, service.credentials.client)
    api.player = api("POST", "players/").json()["code"]
    return api
