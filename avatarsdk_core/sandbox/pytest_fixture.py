"""A sandbox for your own tests. In your conftest.py:

    pytest_plugins = ["avatarsdk_core.sandbox.pytest_fixture"]

and in a test:

    def test_something(avatarsdk_client):
        assert list(avatarsdk_client.avatars.list()) == []
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.sandbox.server import Sandbox
from avatarsdk_core.sandbox.status import Durations

QUICK = Durations(uploading=0, queued=0, computing=0, export=0)


@pytest.fixture(scope="session")
def avatarsdk_sandbox() -> Iterator[Sandbox]:
    """A sandbox for the whole run, in which nothing takes longer than its real work.

    Tests share its account: name what you create, and look for that name.
    """
    with Sandbox(durations=QUICK) as service:
        yield service


@pytest.fixture
def avatarsdk_client(avatarsdk_sandbox: Sandbox) -> Iterator[Client]:
    """A client of that sandbox, in developer access."""
    pair = avatarsdk_sandbox.credentials.developer
    with Client(
        root_url=avatarsdk_sandbox.url, client_id=pair.client_id, client_secret=pair.client_secret, access="developer"
    ) as client:
        yield client
