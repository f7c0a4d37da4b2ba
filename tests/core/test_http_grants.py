"""Every grant over https (requests_oauthlib) and on loopback (oauthlib over our own session): the same on the wire."""

from __future__ import annotations

import gzip
import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core import profiles, signin
from avatarsdk_core.client import Client
from avatarsdk_core.errors import AuthenticationError, ProtocolError, SettingsError
from avatarsdk_core.settings import Settings
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, MARK, PASSWORD, REFRESH_TOKEN
from tests.core.peers import CLIENT_ID, OAuthPeer

BASIC = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


@pytest.fixture(params=["http", "https"])
def peer(request: pytest.FixtureRequest) -> OAuthPeer:
    return OAuthPeer(request.getfixturevalue("https" if request.param == "https" else "httpserver"))


def told_with_variables(error: BaseException) -> str:
    """The traceback with every variable of the core's own frames."""
    trace = error.__traceback__
    while trace is not None and "avatarsdk_core" not in trace.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    assert trace is not None
    told = "".join(traceback.TracebackException(type(error), error, trace, capture_locals=True).format())
    assert "self = " in told
    return told


def lists(client: Client) -> None:
    assert list(client.avatars.list()) == []


def test_client_credentials_by_a_header(peer: OAuthPeer) -> None:
    with Client(root_url=peer.root, **BASIC) as client:
        lists(client)
    assert peer.basic == [(CLIENT_ID, CLIENT_SECRET)]
    assert peer.requests == [{"grant_type": "client_credentials"}]


def test_client_credentials_by_fields_of_the_form(peer: OAuthPeer) -> None:
    with Client(root_url=peer.root, client_auth="form", **BASIC) as client:
        lists(client)
    assert peer.basic == [None]
    assert peer.requests == [{"grant_type": "client_credentials", **BASIC}]


@pytest.mark.parametrize("client_auth", ["basic", "form"])
def test_odd_characters_in_credentials_arrive_as_they_are(peer: OAuthPeer, client_auth: str) -> None:
    peer.secret = f"{CLIENT_SECRET}:&=+%20é \"'"
    with Client(root_url=peer.root, client_id=CLIENT_ID, client_secret=peer.secret, client_auth=client_auth) as client:
        lists(client)
    assert len(peer.requests) == 1


def test_netrc_adds_nothing_to_a_form(peer: OAuthPeer, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:

    netrc = Path(str(tmp_path)) / "netrc"
    netrc.write_text("default login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Client(root_url=peer.root, client_auth="form", **BASIC) as client:
        lists(client)
    assert peer.basic == [None]


def test_a_users_password_and_then_the_refresh_token_that_came_with_it(peer: OAuthPeer) -> None:
    peer.gives_refresh = True
    with Client(root_url=peer.root, username="me", password=PASSWORD, **BASIC) as client:
        lists(client)
        peer.good_tokens.clear()
        lists(client)
    first, second = peer.requests
    assert first == {"grant_type": "password", "username": "me", "password": PASSWORD}
    assert second == {"grant_type": "refresh_token", "refresh_token": f"{REFRESH_TOKEN}-1"}


def test_a_refresh_token_that_is_used_up_falls_back_on_the_credentials(peer: OAuthPeer) -> None:
    peer.gives_refresh = True
    with Client(root_url=peer.root, client_auth="form", **BASIC) as client:
        lists(client)
        peer.good_tokens.clear()
        peer.good_refresh.clear()
        lists(client)
    assert [form["grant_type"] for form in peer.requests] == [
        "client_credentials",
        "refresh_token",
        "client_credentials",
    ]
    assert peer.requests[1] == {"grant_type": "refresh_token", "refresh_token": f"{REFRESH_TOKEN}-1", **BASIC}


def test_a_wrong_password_says_so_without_it(peer: OAuthPeer) -> None:
    with (
        Client(root_url=peer.root, username="you", password=PASSWORD, **BASIC) as client,
        pytest.raises(AuthenticationError, match=r"Wrong user name or password\. \(check the user's name") as caught,
    ):
        lists(client)
    assert MARK not in told_with_variables(caught.value)


def test_a_token_that_is_given_is_used_as_it_is_and_never_renewed(peer: OAuthPeer) -> None:
    peer.good_tokens.add(ACCESS_TOKEN)
    with Client(root_url=peer.root, token=ACCESS_TOKEN) as client:
        lists(client)
        peer.good_tokens.clear()
        with pytest.raises(AuthenticationError, match="answered 401"):
            lists(client)
    assert (peer.requests, peer.served) == ([], 2)


def test_a_public_application_tells_its_id_alone(peer: OAuthPeer) -> None:
    peer.secret = ""
    with Client(root_url=peer.root, client_id=CLIENT_ID, username="me", password=PASSWORD) as client:
        lists(client)
    assert peer.requests == [{"grant_type": "password", "username": "me", "password": PASSWORD, "client_id": CLIENT_ID}]


def test_revoking_sends_the_token_and_who_asks(peer: OAuthPeer) -> None:
    peer.gives_refresh = True
    peer.server.expect_request("/players/").respond_with_json([])
    account = signin.login("work", keep="file", root_url=peer.root, **BASIC)  # type: ignore[arg-type]
    assert (account.access, account.client_id, account.grant) == ("developer", "set", "client_credentials")
    done = signin.logout("work")
    assert done.revoked, done.words
    assert peer.revoked == [
        {"token": f"{REFRESH_TOKEN}-1", "token_type_hint": "refresh_token"},
        {"token": f"{ACCESS_TOKEN}-1", "token_type_hint": "access_token"},
    ]
    with pytest.raises(SettingsError, match="sign in with avatarsdk login"):
        Client(profile="work")


def test_nothing_is_kept_of_a_sign_in_that_fails(peer: OAuthPeer) -> None:
    with pytest.raises(AuthenticationError):
        signin.login("work", keep="file", root_url=peer.root, client_id=CLIENT_ID, client_secret="wrong")
    here = profiles.places()
    assert here is not None
    assert profiles.available() == []
    assert not here.state.exists() or not any(
        path.name.startswith(("profile", "token")) for path in here.state.iterdir()
    )


def test_a_sign_in_that_cannot_be_kept_leaves_the_one_before(peer: OAuthPeer, own_profiles: Path) -> None:
    peer.server.expect_request("/players/").respond_with_json([])
    signin.login("work", keep="file", root_url=peer.root, **BASIC)  # type: ignore[arg-type]
    good = own_profiles.read_text("utf-8")
    own_profiles.write_text('profiles = { work = { client_id = "an-id" } }', "utf-8")
    peer.secret = "another"
    with pytest.raises(SettingsError, match="too unusual to be edited"):
        signin.login("work", keep="file", root_url=peer.root, client_id=CLIENT_ID, client_secret="another")
    own_profiles.write_text(good, "utf-8")
    assert Settings.resolve(profile="work").client_secret == CLIENT_SECRET


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response('{"access_token": "a\\r\\nX-Evil: 1", "token_type": "Bearer"}', 200),
        lambda _: Response('{"access_token": ["x"], "token_type": "Bearer"}', 200),
        lambda _: Response('{"access_token": "x", "expires_in": Infinity}', 200),
        lambda _: Response('{"access_token": "x", "expires_in": "soon"}', 200),
        lambda _: Response("null", 200),
        lambda _: Response(gzip.compress(b" " * (50 << 20)), 200, {"Content-Encoding": "gzip"}),
    ],
    ids=["header", "list", "infinite", "words", "null", "bomb"],
)
def test_a_token_answer_that_lies_is_one_clear_line(
    answer: Callable[[Request], Response], httpserver: HTTPServer, https: HTTPServer
) -> None:
    for server in (httpserver, https):
        server.expect_request("/o/token/").respond_with_handler(answer)
        with Client(root_url=server.url_for("/"), **BASIC) as client, pytest.raises(ProtocolError) as caught:
            lists(client)
        assert "\n" not in str(caught.value)


def test_no_log_at_any_level_tells_a_secret(peer: OAuthPeer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests_oauthlib", "oauthlib", "avatarsdk_core"):
        caplog.set_level(logging.DEBUG, name)
    peer.gives_refresh = True
    with Client(root_url=peer.root, username="me", password=PASSWORD, client_auth="form", **BASIC) as client:
        lists(client)
        peer.good_tokens.clear()
        lists(client)
    assert len(peer.requests) == 2
    assert any(record.name == "urllib3.connectionpool" for record in caplog.records)
    assert any(record.name == "avatarsdk_core.http" for record in caplog.records)
    assert MARK not in caplog.text


def test_an_explicit_grant_needs_what_it_needs() -> None:
    with pytest.raises(SettingsError, match="No username for"):
        Settings.resolve(grant="password", client_id="i", client_secret="s")
    with pytest.raises(SettingsError, match="No token for"):
        Settings.resolve(grant="token")
