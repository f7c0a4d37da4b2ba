"""An account filled with avatars of the past."""

from __future__ import annotations

from pathlib import Path

from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.pipelines import PIPELINES
from tests.sandbox.service_api import INSTANT, Api
from tests.stopwatch import Stopwatch


def test_two_thousand_avatars_are_there_in_seconds_and_share_their_content(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        with Stopwatch() as watch:
            service.seed(2000)
        assert watch.seconds < 20
        api = Api.signed_in(service, service.credentials.developer)
        avatars = []
        answer = api("GET", "avatars/")
        while True:
            avatars += answer.json()
            if "next" not in answer.links:
                break
            answer = api("GET", answer.links["next"]["url"])
        assert len(avatars) == len({avatar["code"] for avatar in avatars}) == 2000
        assert {avatar["status"] for avatar in avatars} == {"Completed", "Failed", "Timed Out"}
        assert {avatar["pipeline"] for avatar in avatars} == set(PIPELINES)
        assert len({avatar["name"] for avatar in avatars}) > 1000
        times = [avatar["created_on"] for avatar in avatars]
        assert times == sorted(times, reverse=True)
        assert len({stamp[:10] for stamp in times}) > 300
        assert not list((tmp_path / "avatars").iterdir())
        assert sum(1 for _ in (tmp_path / "seeds").iterdir()) <= 13 * 12
        completed = [avatar for avatar in avatars if avatar["status"] == "Completed"][:40]
        thumbnails = {api("GET", avatar["thumbnail"]).content for avatar in completed}
        assert len(thumbnails) > 5
        failed = api("GET", "avatars/?status=failed").json()
        assert all(avatar["status_verbose"]["message"] for avatar in failed)


def test_a_seed_is_filled_up_not_added_to(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        service.seed(30)
        api = Api.signed_in(service, service.credentials.developer)
        before = [avatar["code"] for avatar in api("GET", "avatars/").json()]
    with Sandbox(tmp_path, durations=INSTANT) as service:
        service.seed(30)
        api = Api.signed_in(service, service.credentials.developer)
        assert [avatar["code"] for avatar in api("GET", "avatars/").json()] == before
        service.seed(40)
        assert len(api("GET", "avatars/").json()) == 40


def test_a_seeded_avatar_is_computed_when_somebody_looks_at_it() -> None:
    with Sandbox(durations=INSTANT) as service:
        service.seed(60)
        api = Api.signed_in(service, service.credentials.developer)
        query = "avatars/?status=completed&pipeline=metaperson_2.0"
        first, second = api("GET", query).json()[:2]
        export = api("GET", first["exports"]).json()[0]
        assert export["status"] in ("Queued", "Computing")
        export = api.wait(export["url"])
        assert export["status"] == "Completed"
        assert api("GET", export["files"][0]["file"]).content[:2] == b"PK"
        assert api("GET", second["preview"]).headers["Content-Type"] == "image/png"
        assert api("DELETE", first["url"]).status_code == 204
        assert api("GET", second["thumbnail"]).status_code == 200, "what is shared stays for the others"
