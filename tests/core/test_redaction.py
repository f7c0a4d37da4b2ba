"""Secrets that don't show: in a repr, a pickle's text, a log record, a traceback with its variables."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from urllib3.connection import HTTPConnection

from avatarsdk_core.client import Client
from avatarsdk_core.errors import AvatarSDKError, InvalidRequest, SettingsError
from avatarsdk_core.redaction import MASK, Secret, guard_logs, hide, redacted
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, MARK, PASSWORD, PLAYER_UID


def test_a_secret_is_a_text_that_hides_its_repr() -> None:
    secret = Secret(CLIENT_SECRET)
    assert f"{secret}" == CLIENT_SECRET == "".join([secret])
    assert MARK not in repr(secret) + repr({"a": [secret]}) + ascii(secret)
    assert repr(Secret("")) == "''"
    again = pickle.loads(pickle.dumps(secret))
    assert (type(again), again, type(copy.deepcopy(secret))) == (Secret, CLIENT_SECRET, Secret)
    assert json.dumps(secret) == f'"{CLIENT_SECRET}"'


@pytest.mark.parametrize(
    "line",
    [
        'http://h:1 "GET /avatars/?access_token={} HTTP/1.1" 200 5',
        "Supplying headers {{'Authorization': 'Bearer {}', 'X-PlayerUID': '{}'}}",
        "headers were Authorization: Basic {}",
        'content {{"access_token": "{}", "refresh_token": "{}"}}',
        "body was grant_type=password&username=me&password={}&client_secret={}",
        "Requesting url https://h/o/token/?code={}&state={}",
        "code_verifier={}",
        "X-PlayerUID: {}",
        "https://files.example/a.zip?X-Amz-Signature={}",
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_told(line: str) -> None:
    unknown = "Zx81-unheard.of_value"
    shown = redacted(line.replace("{}", unknown))
    assert "Zx81" not in shown
    assert MASK in shown


def test_what_is_no_secret_stays_readable() -> None:
    for line in ("GET /avatars/ answered 200 in 0.3 s", "Starting new HTTPS connection (1): api.avatarsdk.com:443"):
        assert redacted(line) == line


def test_a_value_that_was_told_is_masked_wherever_it_stands() -> None:
    hide("hush-hush-1", "hush-hush-1-and-more", "abc")
    assert redacted("x hush-hush-1-and-more y hush-hush-1 abc") == f"x {MASK} y {MASK} abc"


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "avatarsdk_core.http"])
def test_messages_arguments_and_tracebacks_of_a_record_are_masked(name: str, caplog: pytest.LogCaptureFixture) -> None:
    guard_logs()
    guard_logs()
    hide("hush-hush-2")
    logger = logging.getLogger(name)
    caplog.set_level(logging.DEBUG, name)
    logger.debug("told %s and %d", {"a": "hush-hush-2"}, 3)
    try:
        raise ValueError("hush-hush-2")
    except ValueError:
        logger.exception("failed")
    logger.debug("%d", "not a number: hush-hush-2")
    assert "hush-hush-2" not in caplog.text
    assert f"told {{'a': '{MASK}'}} and 3" in caplog.text
    assert f"ValueError: {MASK}" in caplog.text
    assert len(logger.filters) == 1


@pytest.mark.parametrize("name", ["requests_oauthlib.oauth2_session", "oauthlib.oauth2.rfc6749.tokens"])
def test_the_oauth_libraries_debug_records_are_left_out(name: str, caplog: pytest.LogCaptureFixture) -> None:
    guard_logs()
    logger = logging.getLogger(name)
    caplog.set_level(logging.DEBUG, name)
    logger.debug("Obtained token %s.", "whatever")
    logger.warning("Obtained token=%s.", "whatever")
    assert [record.getMessage() for record in caplog.records] == [f"Obtained token={MASK}"]


def told_with_variables(error: BaseException) -> str:
    """The traceback with the variables of every frame but the first, the test's own, which knows the secrets."""
    trace = error.__traceback__
    assert trace is not None
    assert trace.tb_next is not None
    return "".join(traceback.TracebackException(type(error), error, trace.tb_next, capture_locals=True).format())


def test_a_refused_requests_traceback_tells_no_secret(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/a/").respond_with_json({"detail": "No."}, status=403)
    client.use_player(PLAYER_UID)
    with pytest.raises(AvatarSDKError) as caught:
        client.avatars.get("a")
    told = told_with_variables(caught.value)
    assert "deadline = " in told
    assert MARK not in told + repr(caught.value) + repr(vars(caught.value)) + repr(pickle.dumps(caught.value))


@pytest.mark.parametrize("by", ["argument", "environment"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"root_url": "nonsense"},
        {"access": "cleint"},
        {"grant": "password"},
        {"player_uid": "ü"},
        {"client_secret": "a\nb"},
    ],
)
def test_settings_that_are_refused_tell_no_secret_by_the_variables_on_the_way(
    monkeypatch: pytest.MonkeyPatch, by: str, wrong: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "client_id": "id",
        "client_secret": CLIENT_SECRET,
        "password": PASSWORD,
        "token": ACCESS_TOKEN,
    }
    if wrong == {"client_secret": "a\nb"}:
        wrong = {"client_secret": f"{CLIENT_SECRET}\nb"}
    if by == "environment":
        for name, value in given.items():
            monkeypatch.setenv(f"AVATARSDK_{name.upper()}", value)
        given = {}
    with pytest.raises(SettingsError) as caught:
        Client(**{**given, **wrong})
    told = told_with_variables(caught.value)
    assert "arguments = " in told
    assert MARK not in told


def test_a_service_that_quotes_the_token_is_not_quoted(client: Client, service: HTTPServer) -> None:
    said = {"detail": f"bad {ACCESS_TOKEN}", "name": [f"is {ACCESS_TOKEN}"]}
    service.expect_request("/avatars/a/").respond_with_json(said, status=400)
    with pytest.raises(InvalidRequest, match=r"bad \*\*\*") as caught:
        client.avatars.get("a")
    assert caught.value.fields == {"name": ("is ***",)}
    assert ACCESS_TOKEN not in repr(vars(caught.value))


@pytest.mark.parametrize("place", ["request", "getresponse"])
def test_a_bug_deep_in_a_library_tells_no_secret_with_all_its_variables(
    client: Client, service: HTTPServer, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    service.expect_request("/avatars/a/").respond_with_json({"code": "a"})
    client.use_player(PLAYER_UID)
    client.avatars.get("a")  # the token is there

    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(HTTPConnection, place, broken)
    with pytest.raises(RuntimeError) as caught:
        client.avatars.get("a")
    told = told_with_variables(caught.value)
    assert "connectionpool.py" in told
    assert "headers = " in told
    assert f"'Authorization': '{MASK}'" in told
    assert MARK not in told


def test_no_public_object_tells_a_secret_by_its_repr(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/").respond_with_json([])
    client.use_player(PLAYER_UID)
    list(client.avatars.list())
    things = [client, client.settings, client.http, client.http.tokens, client.http._player, *vars(client).values()]
    told = "".join(map(repr, things)) + repr(vars(client.http)) + repr(vars(client.http.tokens))
    assert ACCESS_TOKEN not in told
    assert MARK not in told
    assert MARK not in repr(dataclasses.asdict(client.settings))
