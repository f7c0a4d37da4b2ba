"""Manners: proxies and authorities of the environment, hooks, the hop that fails, limits, when to come back."""

from __future__ import annotations

import logging
import pickle
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import (
    AnswerLost,
    AvatarSDKError,
    Cancelled,
    DeadlineExceeded,
    ProtocolError,
    ServiceUnavailable,
    ServiceUnreachable,
    Throttled,
)
from avatarsdk_core.http.session import RequestRecord
from tests.canary import CLIENT_SECRET, MARK
from tests.core.peers import CLIENT_ID, OAuthPeer
from tests.stopwatch import Stopwatch

RawServer = Callable[[Callable[[socket.socket], None]], str]
WHO: dict[str, Any] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


class Proxy:
    """Carries CONNECT tunnels to one real port, whatever host they ask for; remembers their first lines."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.heads: list[str] = []
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            self.heads.append(head.decode())
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    (server if ready is client else client).sendall(data)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def proxy(https: HTTPServer) -> Iterator[Proxy]:
    running = Proxy(https.port)
    yield running
    running.close()


def test_a_proxy_of_the_environment_carries_token_and_requests_over_tls(
    https: HTTPServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, host = OAuthPeer(https), "service.example"
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", "://user:proxy-pass@"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Client(root_url=f"https://{host}/", **WHO) as client:
        assert list(client.avatars.list()) == []
    assert (len(peer.requests), peer.served) == (1, 1)
    assert {head.split()[1] for head in proxy.heads} == {f"{host}:443"}
    assert all("Proxy-Authorization: Basic" in head for head in proxy.heads)
    assert MARK not in "".join(proxy.heads)


def test_a_proxy_that_is_not_there_is_named(https: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:proxy-pass@127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with (
        Client(root_url="https://service.example/", **WHO) as client,
        pytest.raises(
            ServiceUnreachable, match=r"the proxy of the environment \(HTTPS_PROXY\) doesn't answer"
        ) as caught,
    ):
        client.players.create()
    assert "proxy-pass" not in str(caught.value)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_authorities_of_the_environment_are_trusted(
    https: HTTPServer, trusting: tuple[HTTPServer, str], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv(variable, trusting[1])
    peer = OAuthPeer(https)
    with Client(root_url=peer.root, **WHO) as client:
        assert list(client.avatars.list()) == []


def test_a_bundle_that_is_not_there_is_one_clear_line(https: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with (
        Client(root_url=OAuthPeer(https).root, **WHO) as client,
        pytest.raises(AvatarSDKError, match=r"/nowhere/ca\.pem.*REQUESTS_CA_BUNDLE") as caught,
    ):
        list(client.avatars.list())
    assert "\n" not in str(caught.value)


def test_every_request_is_told_to_the_hook_and_logged_without_its_query(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    peer = OAuthPeer(httpserver)
    caplog.set_level(logging.DEBUG, "avatarsdk_core.http")
    told: list[RequestRecord] = []
    with Client(root_url=peer.root, on_request=told.append, **WHO) as client:
        client.http.request("GET", "avatars/", params={"secret_query": "hidden-value"})
        peer.good_tokens.clear()
        client.http.request("GET", "avatars/")
    host = f"localhost:{httpserver.port}"
    assert [(record.method, record.host, record.path, record.status) for record in told] == [
        ("POST", host, "/o/token/", 200),
        ("GET", host, "/avatars/", 200),
        ("GET", host, "/avatars/", 401),
        ("POST", host, "/o/token/", 200),
        ("GET", host, "/avatars/", 200),
    ]
    assert all(0 < record.seconds < 10 for record in told)
    lines = [record.getMessage() for record in caplog.records if record.name == "avatarsdk_core.http"]
    assert len(lines) == 5
    assert f"GET {host}/avatars/: 401, " in lines[2]
    assert "hidden-value" not in repr(told) + "".join(lines)


def test_a_hook_that_fails_stops_nothing(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    peer = OAuthPeer(httpserver)
    with Client(root_url=peer.root, on_request=lambda _: 1 / 0, **WHO) as client:
        assert list(client.avatars.list()) == []
    assert "on_request failed" in caplog.text


def test_no_answer_is_told_to_the_hook_too() -> None:
    told: list[RequestRecord] = []
    with (
        Client(root_url="http://127.0.0.1:9/", token="x", on_request=told.append) as client,
        pytest.raises(ServiceUnreachable) as caught,
    ):
        client.players.create()
    assert [(record.status, record.path) for record in told] == [(None, "/players/")]
    assert (caught.value.method, caught.value.path) == ("POST", "/players/")


def test_a_redirect_to_a_host_that_is_gone_names_that_hop(client: Client, service: HTTPServer) -> None:
    gone = Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
    service.expect_request("/avatars/a/").respond_with_response(gone)
    with pytest.raises(ServiceUnreachable) as caught:
        client.avatars.get("a")
    told = (
        "No answer from http://127.0.0.1:9/elsewhere: nobody listens there; the service sent us there: try again later"
    )
    assert str(caught.value) == told


def test_a_connection_that_breaks_is_no_reason_to_start_a_sandbox(raw_server: RawServer) -> None:
    with (
        Client(root_url=raw_server(lambda connection: None), token="x") as client,
        pytest.raises(AnswerLost, match="try again, or look at the sandbox's terminal"),
    ):
        client.players.create()


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize(("status", "kind"), [(429, Throttled), (503, ServiceUnavailable)])
def test_throttled_past_the_deadline_says_when_to_come_back(
    client: Client, service: HTTPServer, form: str, status: int, kind: type[Throttled | ServiceUnavailable]
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    value = "3600" if form == "seconds" else later
    service.expect_request("/avatars/a/").respond_with_data("{}", status, {"Retry-After": value})
    with Stopwatch() as watch, pytest.raises(kind, match=r"try again in 60 min") as caught:
        client.avatars.get("a")
    assert watch.seconds < 2
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.retry_after == pytest.approx(3600, abs=5)
    assert (again.status, again.method, again.path) == (status, "GET", "/avatars/a/")


def test_a_date_of_the_past_means_now_and_a_503_is_tried_again(client: Client, service: HTTPServer) -> None:
    asked: list[float] = []

    def answer(_: Request) -> Response:
        asked.append(time.monotonic())
        past = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
        return Response("{}", 503, past) if len(asked) == 1 else Response('{"code": "a"}')

    service.expect_request("/avatars/a/").respond_with_handler(answer)
    with Stopwatch() as watch:
        assert client.avatars.get("a").code == "a"
    assert len(asked) == 2
    assert watch.seconds < 1


def test_a_throttled_token_endpoint_is_waited_for_by_a_get_and_told_by_a_post(httpserver: HTTPServer) -> None:
    asked: list[float] = []

    def answer(_: Request) -> Response:
        asked.append(time.monotonic())
        if len(asked) < 3:
            return Response('{"detail": "Request was throttled."}', 429, {"Retry-After": "1"})
        return Response('{"access_token": "x", "token_type": "Bearer"}')

    httpserver.expect_request("/o/token/").respond_with_handler(answer)
    httpserver.expect_request("/avatars/a/").respond_with_json({"code": "a"})
    with Client(root_url=httpserver.url_for("/"), **WHO) as client:
        with pytest.raises(Throttled, match=r"throttled\. \(try again in 1 s\)"):
            client.players.create()
        assert client.avatars.get("a").code == "a"
    assert len(asked) == 3
    assert asked[2] - asked[1] >= 1


def test_cancelling_interrupts_the_wait_for_a_token_too(raw_server: RawServer) -> None:
    asked = threading.Event()

    def stall(_: socket.socket) -> None:
        asked.set()
        time.sleep(60)

    with Client(root_url=raw_server(stall), **WHO) as client:
        with Stopwatch() as watch, pytest.raises(Cancelled):
            client.http.request("GET", "avatars/", cancel=watch.cancel_after(asked))
        assert watch.seconds < 1


def test_a_token_endpoint_that_drips_is_given_up_at_the_deadline(raw_server: RawServer) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with Client(root_url=raw_server(drip), **WHO) as client:
        with Stopwatch() as watch, pytest.raises(DeadlineExceeded, match="not done within 1 s"):
            client.http.request("GET", "avatars/", seconds=1)
        assert watch.seconds < 2


def test_an_answer_without_end_is_given_up(raw_server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatarsdk_core.http.session.MAX_JSON_BYTES", 2 << 20)

    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b" " * 65536)

    with (
        Client(root_url=raw_server(pour), token="x") as client,
        pytest.raises(ProtocolError, match="answers with more than 2 MB: given up"),
    ):
        client.http.request("GET", "avatars/")


def test_requests_say_who_we_are(httpserver: HTTPServer) -> None:
    peer = OAuthPeer(httpserver)
    with Client(root_url=peer.root, **WHO) as client:
        list(client.avatars.list())
    for request, _ in httpserver.log:
        assert request.headers["User-Agent"].startswith("avatarsdk-core/")
        assert request.headers["X-User-Agent"] == request.headers["User-Agent"]
