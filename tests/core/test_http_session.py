"""The one HTTP seam: secrets to one origin, one replay after a 401, GET alone repeated, deadlines that hold."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import (
    AnswerLost,
    AuthenticationError,
    Cancelled,
    DeadlineExceeded,
    InvalidRequest,
    NotFound,
    ProtocolError,
    ServiceUnreachable,
    SettingsError,
    Throttled,
)
from tests.canary import ACCESS_TOKEN
from tests.stopwatch import Stopwatch, eventually

RawServer = Callable[[Callable[[socket.socket], None]], str]


def recorded(requests: list[Request], answer: Callable[[int], Response]) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        request.get_data()
        requests.append(request)
        return answer(len(requests))

    return handle


def test_a_request_carries_token_and_player_and_counts(client: Client, service: HTTPServer) -> None:
    seen: list[Request] = []
    service.expect_request("/players/").respond_with_handler(recorded(seen, lambda _: Response("[]")))
    client.use_player("player-1")
    assert client.http.request("GET", "players/").json() == []
    assert seen[0].headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert seen[0].headers["X-PlayerUID"] == "player-1"
    assert seen[0].headers["User-Agent"].startswith("avatarsdk-core/")
    assert (client.traffic.requests, client.traffic.received) == (2, 2)


def test_a_401_is_replayed_once_with_a_fresh_token(httpserver: HTTPServer) -> None:
    tokens = iter(["old", "new", "newer"])
    httpserver.expect_request("/o/token/").respond_with_handler(
        lambda _: Response(f'{{"access_token": "{next(tokens)}", "token_type": "Bearer"}}')
    )
    seen: list[Request] = []

    def answer(count: int) -> Response:
        return Response('{"detail": "expired"}', 401) if count == 1 else Response('{"code": "p"}', 201)

    httpserver.expect_request("/players/").respond_with_handler(recorded(seen, answer))
    with Client(root_url=httpserver.url_for("/"), client_id="i", client_secret="s") as client:
        assert client.players.create("hello").code == "p"
    assert [request.headers["Authorization"] for request in seen] == ["Bearer old", "Bearer new"]
    assert b"hello" in seen[1].get_data()


def test_a_second_401_is_an_error_with_the_services_words(client: Client, service: HTTPServer) -> None:
    seen: list[Request] = []
    refusal = Response('{"detail": "No."}', 401)
    service.expect_request("/players/").respond_with_handler(recorded(seen, lambda _: refusal))
    with pytest.raises(AuthenticationError, match=r"answered 401: No\. \(check AVATARSDK_CLIENT_ID") as caught:
        client.http.request("GET", "players/")
    assert (len(seen), caught.value.status, caught.value.detail) == (2, 401, "No.")


def test_429_waits_as_long_as_told(client: Client, service: HTTPServer) -> None:
    times: list[float] = []

    def handle(_: Request) -> Response:
        times.append(time.monotonic())
        return Response("{}", 429, {"Retry-After": "1"}) if len(times) == 1 else Response("[]")

    service.expect_request("/avatars/").respond_with_handler(handle)
    with Stopwatch() as watch:
        assert list(client.avatars.list()) == []
    assert times[1] - times[0] >= 1.0
    assert watch.seconds < 1.8


def test_429_beyond_the_deadline_says_when_to_come_back(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/").respond_with_data(
        '{"detail": "Request was throttled."}', status=429, headers={"Retry-After": "3600"}
    )
    with Stopwatch() as watch, pytest.raises(Throttled, match=r"throttled\. \(try again in 60 min\)"):
        client.http.request("GET", "avatars/", seconds=60)
    assert watch.seconds < 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_post_is_never_repeated(client: Client, service: HTTPServer, status: int) -> None:
    seen: list[Request] = []
    service.expect_request("/players/").respond_with_handler(recorded(seen, lambda _: Response("{}", status)))
    with pytest.raises(Exception, match=str(status)):
        client.players.create()
    assert len(seen) == 1


def test_a_get_is_repeated_after_a_503(client: Client, service: HTTPServer) -> None:
    seen: list[Request] = []
    service.expect_request("/avatars/a/").respond_with_handler(
        recorded(seen, lambda count: Response("busy", 503) if count < 3 else Response('{"code": "a"}'))
    )
    assert client.avatars.get("a").code == "a"
    assert len(seen) == 3


def test_field_messages_of_a_400_are_in_the_line(client: Client, service: HTTPServer) -> None:
    service.expect_request("/players/").respond_with_json({"comment": ["Too long.", "Odd."]}, status=400)
    with pytest.raises(InvalidRequest, match=r"comment: Too long\., Odd\."):
        client.players.create("x")


def test_404_is_its_own_error_and_queries_stay_out_of_messages(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/no/").respond_with_json({"detail": "Not found."}, status=404)
    with pytest.raises(NotFound, match=r"Not found\.") as caught:
        client.http.request("GET", "avatars/no/", params={"access_token": "hidden"})
    assert "hidden" not in str(caught.value) + repr(vars(caught.value))


def test_a_cross_origin_redirect_gets_no_secrets(client: Client, service: HTTPServer) -> None:
    with HTTPServer(host="localhost") as other:
        seen: list[Request] = []
        other.expect_request("/file").respond_with_handler(recorded(seen, lambda _: Response('{"code": "a"}')))
        service.expect_request("/avatars/a/").respond_with_response(
            Response(status=302, headers={"Location": other.url_for("/file")})
        )
        client.use_player("player-1")
        assert client.avatars.get("a").code == "a"
    assert not {"Authorization", "X-Playeruid", "Cookie"} & set(dict(seen[0].headers))


def test_netrc_never_replaces_our_token_nor_signs_for_others(
    client: Client, service: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\nmachine localhost login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[Request] = []
    service.expect_request("/avatars/a/").respond_with_handler(recorded(seen, lambda _: Response('{"code": "a"}')))
    client.avatars.get("a")
    client.http.request("GET", f"http://127.0.0.1:{service.port}/avatars/a/")
    assert seen[0].headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert "Authorization" not in seen[1].headers


def test_loopback_bypasses_proxies(client: Client, service: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    service.expect_request("/avatars/a/").respond_with_json({"code": "a"})
    assert client.avatars.get("a").code == "a"


def test_redirects_of_a_post_and_in_a_circle_are_refused(client: Client, service: HTTPServer) -> None:
    service.expect_request("/players/").respond_with_response(Response(status=307, headers={"Location": "/x/"}))
    with pytest.raises(ProtocolError, match="never followed"):
        client.players.create()
    service.expect_request("/avatars/a/").respond_with_response(Response(status=302, headers={"Location": "."}))
    with pytest.raises(ProtocolError, match="more than 5 redirects"):
        client.avatars.get("a")


def test_cookies_are_not_kept(client: Client, service: HTTPServer) -> None:
    seen: list[Request] = []
    service.expect_request("/avatars/a/").respond_with_handler(
        recorded(seen, lambda _: Response('{"code": "a"}', headers={"Set-Cookie": "session=1; Path=/"}))
    )
    client.avatars.get("a")
    client.avatars.get("a")
    assert "Cookie" not in seen[1].headers


def test_html_instead_of_json_names_the_setting(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/a/").respond_with_data("<html>", content_type="text/html")
    with pytest.raises(ProtocolError, match=r"text/html where JSON was expected.*AVATARSDK_ROOT_URL"):
        client.avatars.get("a")


def drip(connection: socket.socket, head: bytes) -> None:
    connection.sendall(head)
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Endless: "]
)
def test_a_dripping_server_is_given_up_at_the_deadline(raw_server: RawServer, head: bytes) -> None:
    other = raw_server(lambda connection: drip(connection, head))
    with Client(root_url="http://127.0.0.1:9", client_id="i", client_secret="s") as client:
        with Stopwatch() as watch, pytest.raises(DeadlineExceeded, match="not done within 1 s"):
            client.http.request("GET", other, seconds=1)
        assert watch.seconds < 1.6


def test_cancel_interrupts_a_blocked_read_at_once(raw_server: RawServer) -> None:
    asked = threading.Event()

    def stall(_: socket.socket) -> None:
        asked.set()
        time.sleep(60)

    other = raw_server(stall)
    with Client(root_url="http://127.0.0.1:9", client_id="i", client_secret="s") as client:
        with Stopwatch() as watch, pytest.raises(Cancelled):
            client.http.request("GET", other, cancel=watch.cancel_after(asked))
        assert watch.seconds < 0.5


def test_a_body_that_is_cut_off_is_no_answer(raw_server: RawServer) -> None:
    other = raw_server(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]"))
    client = Client(root_url="http://127.0.0.1:9", client_id="i", client_secret="s")
    with client, pytest.raises(ServiceUnreachable, match=r"cut off|broke off"):
        client.http.request("GET", other)


def test_nobody_listening_names_url_and_how_to_start_the_sandbox() -> None:
    with Client(root_url="http://127.0.0.1:9", client_id="i", client_secret="s") as client:
        with Stopwatch() as watch, pytest.raises(ServiceUnreachable) as caught:
            client.players.create()
        assert not isinstance(caught.value, AnswerLost)
        assert "http://127.0.0.1:9/" in str(caught.value)
        assert "nobody listens there; start the sandbox: avatarsdk sandbox --port 9" in str(caught.value)
        assert watch.seconds < 3
        with Stopwatch() as watch, pytest.raises(ServiceUnreachable):
            client.avatars.get("a")
        assert watch.seconds < 3


def test_a_host_that_does_not_exist() -> None:
    client = Client(root_url="https://nowhere.invalid/", client_id="i", client_secret="s")
    with client, pytest.raises(ServiceUnreachable, match="no such host is known; check the network"):
        client.players.create()


def test_a_post_whose_answer_was_lost_is_told_apart(raw_server: RawServer, service: HTTPServer) -> None:
    root = raw_server(lambda connection: None)  # reads the request and hangs up
    with (
        Client(root_url=root, token_url=service.url_for("/o/token/"), client_id="i", client_secret="s") as client,
        pytest.raises(AnswerLost),
    ):
        client.players.create()


def test_the_watchdog_leaves_no_thread_behind(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/a/").respond_with_json({"code": "a"})
    client.avatars.get("a")
    client.close()
    eventually(lambda: "avatarsdk-watchdog" not in {thread.name for thread in threading.enumerate()})


@pytest.mark.parametrize("bad", ["http://api.example.com/", "ftp://x/", "nonsense", "https://u:p@h/", "https://h:x/"])
def test_a_root_url_that_would_leak_or_is_none_is_refused(bad: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Client(root_url=bad, client_id="i", client_secret="s")
    assert "\n" not in str(caught.value)


def test_a_player_uid_with_a_line_break_is_refused(client: Client) -> None:
    with pytest.raises(SettingsError, match="PLAYER_UID"):
        client.use_player("a\r\nX-Evil: 1")
