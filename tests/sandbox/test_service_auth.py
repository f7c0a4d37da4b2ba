"""Tokens, access modes and PlayerUIDs, over real HTTP."""

from __future__ import annotations

import base64

import pytest
import requests

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import INSTANT, Api, picture
from tests.sandbox.service_clock import ServiceClock


def token(service: Sandbox, **request: object) -> requests.Response:
    return requests.post(service.url + "o/token/", timeout=300, **request)  # type: ignore[arg-type]


def test_a_token_is_given_for_basic_and_for_form_credentials(service: Sandbox) -> None:
    pair = service.credentials.client
    grant = {"grant_type": "client_credentials"}
    by_form = token(service, data={**grant, "client_id": pair.client_id, "client_secret": pair.client_secret})
    by_basic = token(service, data=grant, auth=(pair.client_id, pair.client_secret))
    for answer in (by_form, by_basic):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json() | {"access_token": ""} == {
            "access_token": "",
            "token_type": "Bearer",
            "expires_in": 36000,
            "scope": "read write",
        }
        assert answer.json()["access_token"].isalnum()
        assert len(answer.json()["access_token"]) == 30


def test_token_errors_are_those_of_rfc_6749(service: Sandbox) -> None:
    pair = service.credentials.client
    auth = (pair.client_id, pair.client_secret)
    wrong = token(service, data={"grant_type": "client_credentials"}, auth=(pair.client_id, "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    mixed = token(
        service,
        data={"grant_type": "client_credentials"},
        auth=(pair.client_id, service.credentials.developer.client_secret),
    )
    assert mixed.status_code == 401
    broken = token(service, data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic §"})
    assert (broken.status_code, broken.json()["error"]) == (401, "invalid_client")
    assert token(service).json()["error"] == "invalid_client"
    device = token(service, data={"grant_type": "device_code"}, auth=auth)
    assert (device.status_code, device.json()["error"]) == (400, "unsupported_grant_type")
    no_secret = token(service, data={"grant_type": "client_credentials", "client_id": pair.client_id})
    assert (no_secret.status_code, no_secret.json()["error"]) == (401, "invalid_client")
    none = token(service, data={}, auth=auth)
    assert (none.status_code, none.json()["error"]) == (400, "invalid_request")
    scope = token(service, data={"grant_type": "client_credentials", "scope": "admin"}, auth=auth)
    assert (scope.status_code, scope.json()["error"]) == (400, "invalid_scope")
    assert requests.get(service.url + "o/token/", timeout=300).status_code == 405


def test_requests_without_a_good_token_are_refused(service: Sandbox) -> None:
    pair = service.credentials.developer
    basic = base64.b64encode(f"{pair.client_id}:{pair.client_secret}".encode()).decode()
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Basic {basic}"}):
        answer = requests.get(service.url + "avatars/", headers=headers, timeout=300)
        assert answer.status_code == 401
        assert answer.json()["detail"]
        assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_the_token_may_stand_in_the_query(service: Sandbox, developer: Api) -> None:
    url = service.url + "avatars/"
    query = {"access_token": developer.token}
    assert requests.get(url, params=query, timeout=300).status_code == 200
    for header in ("", "nonsense", "Basic eDp5", "Bearer another"):
        answer = requests.get(url, params=query, headers={"Authorization": header}, timeout=300)
        assert answer.status_code == 401, "a header that is there has to be right"


def test_a_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(durations=INSTANT, token_lifetime=1000) as service:
        clock = ServiceClock(monkeypatch)
        api = Api.signed_in(service, service.credentials.developer)
        assert api("GET", "avatars/").status_code == 200
        clock.ahead = 1000
        assert api("GET", "avatars/").status_code == 401


def test_a_player_is_registered_with_the_token_alone(service: Sandbox) -> None:
    api = Api.signed_in(service, service.credentials.client)
    answer = api("POST", "players/", data={"comment": "a phone"})
    assert answer.status_code == 201
    player = answer.json()
    assert set(player) == {"url", "code", "created_on", "comment"}
    assert player["comment"] == "a phone"
    api.player = player["code"]
    assert api("GET", player["url"]).json() == player


def test_client_access_lists_only_with_a_known_player(service: Sandbox) -> None:
    api = Api.signed_in(service, service.credentials.client)
    assert api("GET", "avatars/").status_code == 403
    api.player = "00000000-0000-4000-8000-000000000000"
    assert api("GET", "avatars/").status_code == 403
    assert api("GET", "parameters/available/metaperson_2.0/").status_code == 403


def test_a_player_sees_only_its_own(service: Sandbox, client: Api) -> None:
    url = client.create().json()["url"]
    other = Api.signed_in(service, service.credentials.client)
    other.player = other("POST", "players/").json()["code"]
    assert [avatar["url"] for avatar in client("GET", "avatars/").json()] == [url]
    assert other("GET", "avatars/").json() == []
    assert other("GET", url).status_code == 404
    assert other("DELETE", url).status_code == 404
    assert other("GET", f"players/{client.player}/").status_code == 404
    assert client("GET", url).status_code == 200


def test_without_a_player_client_access_works_on_nobodys_avatars(service: Sandbox, client: Api) -> None:
    """The vendor's samples create and poll without the header (spec, section 3)."""
    nobody = Api.signed_in(service, service.credentials.client)
    url = nobody.create().json()["url"]
    assert nobody("GET", url).status_code == 200
    assert client("GET", url).status_code == 404
    assert nobody("GET", client.create().json()["url"]).status_code == 404


def test_strict_players_refuse_whoever_names_none() -> None:
    with Sandbox(durations=INSTANT, strict_players=True) as service:
        api = Api.signed_in(service, service.credentials.client)
        assert api.create().status_code == 403
        api.player = api("POST", "players/").json()["code"]
        assert api.create().status_code == 201


def test_developer_access_sees_all_of_its_client(developer: Api, client: Api) -> None:
    mine = developer.create(name="mine").json()["url"]
    theirs = client.create(name="theirs").json()["url"]
    player = developer("POST", "players/").json()["code"]
    developer.player = player
    for_player = developer.create(name="for a player").json()["url"]
    developer.player = None
    shown = [avatar["url"] for avatar in developer("GET", "avatars/").json()]
    assert {mine, for_player} <= set(shown)
    assert theirs not in shown
    assert developer("GET", theirs).status_code == 404
    assert player in [shown["code"] for shown in developer("GET", "players/").json()]


def test_players_are_listed_in_developer_access_only(client: Api) -> None:
    assert client("GET", "players/").status_code == 403


@pytest.mark.parametrize("credential", ["client_secret", "access_token"])
def test_secrets_dont_show_in_the_log_or_in_reprs(
    credential: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    with Sandbox(durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        requests.get(f"{service.url}avatars/?access_token={api.token}", timeout=300)
        api.create(picture())
        written = capfd.readouterr()
        secret = service.credentials.developer.client_secret if credential == "client_secret" else api.token
        ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("urllib3"))
        assert secret not in ours + written.out + written.err + repr(service.credentials) + repr(service)
