"""Applications and their plans, throttling, and what the files of an account look like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.throttle import Rate, Throttle
from tests.sandbox.service_api import INSTANT, Api


def test_each_application_has_two_pairs_a_plan_and_its_own_data(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT, applications={"shop": "Pro"}) as service:
        assert {name: application.plan for name, application in service.applications.items()} == {
            "demo": "Enterprise",
            "shop": "Pro",
        }
        shop, demo = (Api.signed_in(service, service.applications[name].developer) for name in ("shop", "demo"))
        code = shop("POST", "players/").json()["code"]
        assert shop("GET", f"players/{code}/").status_code == 200
        assert demo("GET", f"players/{code}/").status_code == 404
        before = service.applications
    with Sandbox(tmp_path, durations=INSTANT) as service:
        assert service.applications == before
    with Sandbox(tmp_path, durations=INSTANT, plan="Plus") as service:
        assert service.credentials.plan == "Plus"
        assert service.credentials.client == before["demo"].client


def test_a_pipeline_beyond_the_plan_is_forbidden() -> None:
    with Sandbox(durations=INSTANT, plan="Pro", applications={"small": "Plus", "large": "Enterprise"}) as service:
        pro, small, large = (
            Api.signed_in(service, service.applications[name].developer) for name in ("demo", "small", "large")
        )
        answer = pro.create(pipeline="metaperson_2.0")
        assert answer.status_code == 403
        assert answer.json() == {"detail": "metaperson_2.0 starts with the plan Enterprise; this account has Pro."}
        for path in ("parameters/available", "parameters/default", "export_parameters/available", "static_resources"):
            for api in (pro, small):
                assert api("GET", f"{path}/metaperson_2.0/").status_code == 403, path
            assert large("GET", f"{path}/metaperson_2.0/").status_code == 200, path
        assert large.create(pipeline="metaperson_2.0").status_code == 201


@pytest.mark.parametrize(
    ("applications", "named"), [({"shop": "Gold"}, "Gold"), ({"": "Pro"}, "name"), ({"a\nb": "Pro"}, "name")]
)
def test_a_plan_or_a_name_that_makes_no_sense_is_named(applications: dict[str, str | None], named: str) -> None:
    with pytest.raises(SandboxError, match=named), Sandbox(applications=applications):
        pass


def test_an_account_file_of_other_content_is_named(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT):
        pass
    stored = json.loads((tmp_path / "credentials.json").read_text())
    stored["applications"][0]["plan"] = "Gold"
    (tmp_path / "credentials.json").write_text(json.dumps(stored))
    with pytest.raises(SandboxError, match=r"credentials\.json"), Sandbox(tmp_path):
        pass


def test_too_many_requests_are_told_when_to_come_back() -> None:
    with Sandbox(durations=INSTANT, throttle="3/hour") as service:
        api = Api.signed_in(service, service.credentials.developer)
        assert [api("GET", "players/").status_code for _ in range(3)] == [200, 200, 200]
        answer = api("GET", "avatars/")
        wait = int(answer.headers["Retry-After"])
        assert answer.status_code == 429
        assert 3590 < wait <= 3600
        assert answer.json() == {"detail": f"Request was throttled. Expected available in {wait}.0 seconds."}
        assert Api.signed_in(service, service.credentials.client)("POST", "players/").status_code == 201


def test_in_client_access_each_player_has_its_own_limit() -> None:
    with Sandbox(durations=INSTANT, throttle="2/hour") as service:
        api = Api.signed_in(service, service.credentials.client)
        players = [api("POST", "players/").json()["code"] for _ in range(2)]
        assert api("POST", "players/").status_code == 429, "without a player the address counts"
        for player in players:
            api.player = player
            assert [api("GET", "avatars/").status_code for _ in range(3)] == [200, 200, 429]


def test_a_rate_counts_any_stretch_of_its_time() -> None:
    now = 100.0
    throttle = Throttle(Rate(2, 10.0), lambda: now)
    assert [throttle.wait("a"), throttle.wait("a"), throttle.wait("a")] == [0, 0, 10]
    assert throttle.wait("b") == 0
    now = 104.5
    assert throttle.wait("a") == 6
    now = 110.0
    assert [throttle.wait("a"), throttle.wait("a"), throttle.wait("a")] == [0, 0, 10]


@pytest.mark.parametrize(
    ("text", "rate"), [("60/minute", Rate(60, 60)), ("5/10s", Rate(5, 10)), ("1 / 0.5s", Rate(1, 0.5))]
)
def test_a_rate_is_written_as_requests_in_a_time(text: str, rate: Rate) -> None:
    assert Rate.parsed(text) == rate


@pytest.mark.parametrize("text", ["fast", "0/minute", "5/0s", "5/week", "-1/day", "5"])
def test_a_rate_that_makes_no_sense_is_named(text: str) -> None:
    with pytest.raises(SandboxError, match="no limit"):
        Rate.parsed(text)
