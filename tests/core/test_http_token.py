"""One token for any number of threads; no secret in a log; credentials are never sent on."""

from __future__ import annotations

import json
import logging
import threading
import time
from types import SimpleNamespace

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import AuthenticationError, ProtocolError, ServiceUnreachable
from avatarsdk_core.http import token as token_module
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.http.token import TokenSource
from avatarsdk_core.models import Token
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, MARK

TOKEN = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 36000, "scope": "read write"}


def client_of(server: HTTPServer) -> Client:
    return Client(root_url=server.url_for("/"), client_id="an-id", client_secret=CLIENT_SECRET)


def test_eight_threads_over_an_expiring_token_fetch_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    ahead = 0.0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead, time=lambda: time.time() + ahead)
    monkeypatch.setattr(token_module, "time", clock)

    def fetch(*_: object) -> Token:
        fetched.append(1)
        time.sleep(0.1)
        return Token(access_token=f"token-{len(fetched)}", expires_in=2000)

    source = TokenSource(fetch)
    got: list[str] = []

    def use(_: int) -> None:
        got.append(source.get(Deadline(1000)))

    for round_ in (1, 2):
        threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(fetched) == round_
        assert set(got) == {f"token-{round_}"}
        got.clear()
        ahead += 1800  # not quite over: renewed ahead of its end


def test_rejecting_an_old_token_leaves_a_newer_one() -> None:
    tokens = iter(["one", "two", "three"])
    source = TokenSource(lambda *_: Token(access_token=next(tokens), expires_in=3600))
    assert source.get(Deadline(60)) == "one"
    source.reject("one")
    assert source.get(Deadline(60)) == "two"
    source.reject("one")
    assert source.get(Deadline(60)) == "two"


def test_over_https_the_oauth_session_logs_nothing(https: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Request] = []

    def hand_out(request: Request) -> Response:
        request.get_data()
        seen.append(request)
        return Response(json.dumps(TOKEN), content_type="application/json")

    https.expect_request("/o/token/").respond_with_handler(hand_out)
    https.expect_request("/avatars/a/").respond_with_json({"code": "a"})
    caplog.set_level(logging.DEBUG)
    with client_of(https) as client:
        assert client.avatars.get("a").code == "a"
        assert MARK not in repr(client) + repr(client.settings) + repr(client.http.__dict__.get("_player_uid"))
    assert seen[0].authorization is not None
    assert (seen[0].authorization.username, seen[0].authorization.password) == ("an-id", CLIENT_SECRET)
    assert seen[0].form["grant_type"] == "client_credentials"
    assert MARK not in caplog.text


def test_an_untrusted_certificate_is_named(https: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with client_of(https) as client, pytest.raises(ServiceUnreachable, match="certificate can't be trusted"):
        client.players.create()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refused_credentials(scheme: str, request: pytest.FixtureRequest) -> None:
    server: HTTPServer = request.getfixturevalue("https" if scheme == "https" else "httpserver")
    server.expect_request("/o/token/").respond_with_json({"error": "invalid_client"}, status=401)
    with client_of(server) as client, pytest.raises(AuthenticationError) as caught:
        client.players.create()
    assert "refused the credentials: invalid_client (check AVATARSDK_CLIENT_ID" in str(caught.value)
    assert MARK not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_redirected_token_request_is_refused(scheme: str, request: pytest.FixtureRequest) -> None:
    server: HTTPServer = request.getfixturevalue("https" if scheme == "https" else "httpserver")
    seen: list[Request] = []
    server.expect_request("/o/token/").respond_with_response(Response(status=307, headers={"Location": "/elsewhere"}))
    server.expect_request("/elsewhere").respond_with_handler(lambda asked: seen.append(asked) or Response("{}"))
    with client_of(server) as client, pytest.raises(ProtocolError, match="credentials are never sent on"):
        client.players.create()
    assert not seen


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("body", "status"), [("<html>", 200), ("{}", 200), ("[]", 200), ('{"access_token": ""}', 200)])
def test_an_answer_without_a_token_names_the_url(
    scheme: str, body: str, status: int, request: pytest.FixtureRequest
) -> None:
    server: HTTPServer = request.getfixturevalue("https" if scheme == "https" else "httpserver")
    server.expect_request("/o/token/").respond_with_data(body, status=status, content_type="application/json")
    with client_of(server) as client, pytest.raises(ProtocolError, match=r"/o/token/|access_token") as caught:
        client.players.create()
    assert "\n" not in str(caught.value)


def test_an_https_service_cannot_send_us_to_plain_http(https: HTTPServer, httpserver: HTTPServer) -> None:
    seen: list[Request] = []
    https.expect_request("/o/token/").respond_with_json(TOKEN)
    httpserver.expect_request("/file").respond_with_handler(lambda asked: seen.append(asked) or Response("{}"))
    https.expect_request("/avatars/a/").respond_with_response(
        Response(status=302, headers={"Location": httpserver.url_for("/file")})
    )
    with client_of(https) as client, pytest.raises(ProtocolError, match="isn't encrypted: not followed"):
        client.avatars.get("a")
    assert not seen
