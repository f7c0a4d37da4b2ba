"""A scripted HTTP peer for faults, and a client that talks to it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
import trustme
from pytest_httpserver import HTTPServer

from avatarsdk_core.client import Client
from avatarsdk_core.http.session import HttpSession
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET
from tests.core.file_service import FileService

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


@pytest.fixture(scope="session")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> tuple[HTTPServer, str]:
    """A peer over TLS for the whole run (starting and stopping one takes half a second), and its authority's file."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "service.example").configure_cert(context)
    bundle = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    server = HTTPServer(ssl_context=context)
    server.start()  # type: ignore[no-untyped-call]
    return server, str(bundle)


@pytest.fixture
def https(trusting: tuple[HTTPServer, str], monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """A peer with a certificate of an authority that REQUESTS_CA_BUNDLE names."""
    server, bundle = trusting
    server.clear()  # type: ignore[no-untyped-call]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    return server


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


@pytest.fixture
def file_service() -> Iterator[FileService]:
    """A peer that serves files with ranges."""
    service = FileService()
    yield service
    service.close()


@pytest.fixture
def http() -> Iterator[HttpSession]:
    """A session whose own service nobody asks anything: files come from elsewhere, without secrets."""
    with Client(root_url="http://127.0.0.1:9/", client_id="an-id", client_secret="a-secret") as client:
        yield client.http
