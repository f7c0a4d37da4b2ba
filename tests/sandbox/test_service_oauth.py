"""Grants with a user: the authorization page, codes with PKCE, refresh tokens, passwords; and the end of tokens."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from avatarsdk_core.sandbox import KeyPair, Sandbox
from tests.sandbox.service_api import INSTANT, Api

CALLBACK = "http://127.0.0.1:8999/callback?kept=1"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def pair(service: Sandbox) -> KeyPair:
    return service.credentials.developer


def token(service: Sandbox, pair: KeyPair, *, secret: bool = True, **fields: str) -> requests.Response:
    auth = (pair.client_id, pair.client_secret) if secret else None
    form = fields if secret else {**fields, "client_id": pair.client_id}
    return requests.post(service.url + "o/token/", data=form, auth=auth, timeout=300)


def wish(pair: KeyPair, **changed: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": pair.client_id,
        "redirect_uri": CALLBACK,
        "state": "a state & more",
        **changed,
    }


def allow(service: Sandbox, fields: dict[str, str], **changed: str) -> requests.Response:
    form = {**fields, "username": service.user.username, "password": service.user.password, "decision": "allow"}
    return requests.post(service.url + "o/authorize/", data=form | changed, allow_redirects=False, timeout=300)


def came_back(answer: requests.Response) -> dict[str, str]:
    """What the redirect tells the application, in the query or behind the #."""
    assert answer.status_code == 302, answer.text
    address = urlsplit(answer.headers["Location"])
    assert address.netloc == "127.0.0.1:8999"
    return {name: values[0] for name, values in parse_qs(address.fragment or address.query).items()}


def code_of(service: Sandbox, pair: KeyPair, **changed: str) -> str:
    return came_back(allow(service, wish(pair, **changed)))["code"]


def lists_players(service: Sandbox, access_token: str) -> bool:
    return Api(service.url, access_token)("GET", "players/").status_code == 200


def refused(answer: requests.Response, error: str, status: int = 400) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_names_the_application_and_keeps_what_was_asked(service: Sandbox, pair: KeyPair) -> None:
    answer = requests.get(service.url + "o/authorize/", params=wish(pair, scope="read"), timeout=300)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "<strong>demo</strong> wants to read your avatars" in answer.text
    assert 'name="state" value="a state &amp; more"' in answer.text
    assert service.user.password not in answer.text


def test_a_code_becomes_tokens_and_the_state_comes_back(service: Sandbox, pair: KeyPair) -> None:
    told = came_back(allow(service, wish(pair, code_challenge=CHALLENGE, code_challenge_method="S256")))
    assert told["state"] == "a state & more"
    assert told["kept"] == "1"
    form = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": CALLBACK}
    answer = token(service, pair, **form, code_verifier=VERIFIER)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    assert lists_players(service, answer.json()["access_token"])


def test_with_pkce_no_secret_is_needed_and_without_it_one_is(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    code = code_of(service, pair, code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = token(service, pair, secret=False, **form, code=code, code_verifier=VERIFIER)
    assert answer.status_code == 200
    renewed = token(
        service, pair, secret=False, grant_type="refresh_token", refresh_token=answer.json()["refresh_token"]
    )
    assert renewed.status_code == 200
    refused(token(service, pair, secret=False, **form, code=code_of(service, pair)), "invalid_client", 401)


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "wrong"}, {"code_verifier": ""}, {"redirect_uri": "http://127.0.0.1:8999/other"}],
)
def test_a_code_is_bound_to_the_request_that_it_was_made_for(
    service: Sandbox, pair: KeyPair, wrong: dict[str, str]
) -> None:
    code = code_of(service, pair, code_challenge=CHALLENGE, code_challenge_method="S256")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    refused(token(service, pair, **form | wrong), "invalid_grant")


def test_a_code_is_another_clients_affair(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "authorization_code", "code": code_of(service, pair), "redirect_uri": CALLBACK}
    refused(token(service, service.credentials.client, **form), "invalid_grant")
    refused(token(service, pair, grant_type="authorization_code"), "invalid_request")
    refused(token(service, pair, grant_type="authorization_code", code="unknown"), "invalid_grant")


def test_a_code_used_twice_ends_what_came_of_it(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "authorization_code", "code": code_of(service, pair), "redirect_uri": CALLBACK}
    access_token = token(service, pair, **form).json()["access_token"]
    assert lists_players(service, access_token)
    refused(token(service, pair, **form), "invalid_grant")
    assert not lists_players(service, access_token)


def test_the_implicit_grant_answers_behind_the_hash(service: Sandbox, pair: KeyPair) -> None:
    answer = allow(service, wish(pair, response_type="token", scope="read"))
    told = came_back(answer)
    assert "access_token" not in answer.headers["Location"].partition("#")[0]
    assert (told["token_type"], told["scope"], told["state"]) == ("Bearer", "read", "a state & more")
    api = Api(service.url, told["access_token"])
    assert api("GET", "players/").status_code == 200
    assert api("POST", "players/").status_code == 403, "the scope is read alone"


def test_a_wrong_password_shows_the_page_again(service: Sandbox, pair: KeyPair) -> None:
    answer = allow(service, wish(pair), password="wrong")
    assert answer.status_code == 200
    assert re.search(r'role="alert">Unknown username or wrong password', answer.text)


def test_whoever_denies_is_believed(service: Sandbox, pair: KeyPair) -> None:
    told = came_back(allow(service, wish(pair), decision="deny", password=""))
    assert (told["error"], told["state"]) == ("access_denied", "a state & more")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "S512"}, "invalid_request"),
    ],
)
def test_the_application_is_told_what_was_wrong(
    service: Sandbox, pair: KeyPair, changed: dict[str, str], error: str
) -> None:
    url = service.url + "o/authorize/"
    answer = requests.get(url, params=wish(pair, **changed), allow_redirects=False, timeout=300)
    told = came_back(answer)
    assert (told["error"], told["state"]) == (error, "a state & more")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "unknown"},
        {"client_id": ""},
        {"redirect_uri": ""},
        {"redirect_uri": "https://elsewhere.example/"},
        {"redirect_uri": "http://127.0.0.1@elsewhere.example/"},
        {"redirect_uri": "http://127.0.0.1:8999\\@elsewhere.example/"},
        {"redirect_uri": "http://127.0.0.1.elsewhere.example/"},
        {"redirect_uri": "http://127.0.0.1:8999/#fragment"},
        {"redirect_uri": "http://127.0.0.1:port/"},
        {"redirect_uri": "javascript://127.0.0.1/%0aalert(1)"},
        {"redirect_uri": "http://[::1"},
    ],
)
def test_nobody_is_sent_to_an_address_that_isnt_trusted(
    service: Sandbox, pair: KeyPair, changed: dict[str, str]
) -> None:
    for answer in (
        requests.get(service.url + "o/authorize/", params=wish(pair, **changed), allow_redirects=False, timeout=300),
        allow(service, wish(pair, **changed)),
    ):
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        assert answer.headers["Content-Type"].startswith("text/html")


def test_further_addresses_are_named_at_the_start() -> None:
    named = "com.example.app:/signed-in"
    with Sandbox(durations=INSTANT, redirect_uris=[named]) as service:
        answer = allow(service, wish(service.credentials.client, redirect_uri=named))
        assert answer.headers["Location"].startswith(named + "?code=")
        assert allow(service, wish(service.credentials.client, redirect_uri=named + "/more")).status_code == 400


def test_a_password_becomes_a_token(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "password", "username": service.user.username}
    answer = token(service, pair, **form, password=service.user.password)
    assert lists_players(service, answer.json()["access_token"])
    refused(token(service, pair, **form, password="wrong"), "invalid_grant")
    refused(token(service, pair, secret=False, **form, password=service.user.password), "invalid_client", 401)


def test_a_refresh_token_is_good_for_one_time(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "password", "username": service.user.username, "password": service.user.password}
    first = token(service, pair, **form).json()
    second = token(service, pair, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert lists_players(service, second["access_token"])
    refused(token(service, pair, grant_type="refresh_token", refresh_token=first["refresh_token"]), "invalid_grant")
    assert not lists_players(service, second["access_token"]), "a stolen refresh token ends them all"


def test_a_refresh_token_gives_no_more_than_it_has(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "password", "username": service.user.username, "password": service.user.password}
    first = token(service, pair, **form, scope="read").json()
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    refused(token(service, pair, **refresh, scope="read write"), "invalid_scope")
    assert token(service, pair, **refresh).json()["scope"] == "read"
    refused(
        token(service, pair, grant_type="refresh_token", refresh_token=first["access_token"]),
        "invalid_grant",
    )


def test_client_credentials_come_without_a_refresh_token(service: Sandbox, pair: KeyPair) -> None:
    assert "refresh_token" not in token(service, pair, grant_type="client_credentials").json()


def revoke(service: Sandbox, pair: KeyPair, **fields: Any) -> requests.Response:
    auth = (pair.client_id, pair.client_secret)
    return requests.post(service.url + "o/revoke_token/", data=fields, auth=auth, timeout=300)


def test_a_revoked_token_is_refused(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "password", "username": service.user.username, "password": service.user.password}
    one, other = token(service, pair, **form).json(), token(service, pair, **form).json()
    assert revoke(service, pair, token=one["access_token"]).status_code == 200
    assert not lists_players(service, one["access_token"])
    assert lists_players(service, other["access_token"])
    assert revoke(service, pair, token=other["refresh_token"]).status_code == 200
    assert not lists_players(service, other["access_token"]), "all that came of one sign-in ends with its refresh token"


def test_only_its_own_client_revokes_a_token(service: Sandbox, pair: KeyPair) -> None:
    mine = token(service, pair, grant_type="client_credentials").json()["access_token"]
    assert revoke(service, service.credentials.client, token=mine).status_code == 200
    assert lists_players(service, mine)
    assert revoke(service, pair, token="unknown").status_code == 200
    refused(revoke(service, pair), "invalid_request")
    refused(revoke(service, KeyPair(pair.client_id, "wrong"), token=mine), "invalid_client", 401)
    form = {"token": mine, "client_id": pair.client_id}
    assert requests.post(service.url + "o/revoke_token/", data=form, timeout=300).status_code == 200
    assert lists_players(service, mine), "whoever has no secret revokes only what was made without one"


def test_a_token_isnt_a_code_nor_a_refresh_token(service: Sandbox, pair: KeyPair) -> None:
    form = {"grant_type": "password", "username": service.user.username, "password": service.user.password}
    refresh_token = token(service, pair, **form).json()["refresh_token"]
    assert Api(service.url, refresh_token)("GET", "players/").status_code == 401
    assert Api(service.url, code_of(service, pair))("GET", "players/").status_code == 401
