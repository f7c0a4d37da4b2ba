"""A scripted HTTP peer for faults, and a client that talks to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer

from avatarsdk_core.client import Client
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET

TOKEN = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 36000, "scope": "read write"}


@pytest.fixture
def service(httpserver: HTTPServer) -> HTTPServer:
    """A peer on loopback that hands out a token."""
    httpserver.expect_request("/o/token/", method="POST").respond_with_json(TOKEN)
    return httpserver


@pytest.fixture
def client(service: HTTPServer) -> Iterator[Client]:
    with Client(root_url=service.url_for("/"), client_id="an-id", client_secret=CLIENT_SECRET) as client:
        yield client


@pytest.fixture
def raw_server() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """Serve each connection by a function of the bare socket; returns the URL."""
    listeners = []
    stop = threading.Event()

    def start(handle: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def one(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(65536)
                    handle(connection)
                except OSError:
                    pass  # the client hung up, as it should

        def loop() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    stop.set()
    for listener in listeners:
        listener.close()
