"""What becomes of avatars and exports: told to fail, renamed, counted, exported again, published, deleted."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests

from avatarsdk_core.sandbox import Durations, Sandbox
from tests.sandbox.service_api import INSTANT, Api, picture
from tests.sandbox.service_clock import ServiceClock
from tests.stopwatch import eventually

GLB = '{"format": "glb", "avatar": {"list": ["AvatarTeethUpper"], "textures": {"list": []}}}'


@pytest.fixture(scope="module")
def completed(service: Sandbox) -> dict[str, Any]:
    """One avatar with two exports."""
    api = Api.signed_in(service, service.credentials.developer)
    small = json.loads(Api.SMALL)
    avatar = api.wait(api.create(export_parameters=json.dumps([small, {**small, "format": "glb"}])).json()["url"])
    for export in api("GET", avatar["exports"]).json():
        api.wait(export["url"])
    return avatar


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"name": "Ann sandbox:fail"}, "Failed", 1),
        ({"description": "please sandbox:timeout"}, "Timed Out", 2),
        ({"headers": {"X-Sandbox-Outcome": "fail"}}, "Failed", 1),
    ],
)
def test_an_avatar_can_be_told_to_end_badly(developer: Api, how: dict[str, Any], status: str, code: int) -> None:
    headers = how.pop("headers", {})
    data = {"name": "Test", "pipeline": "metaperson_2.0", "export_parameters": Api.SMALL, **how}
    answer = developer("POST", "avatars/", data=data, files={"photo": ("p.jpg", picture())}, headers=headers)
    assert answer.json()["status"] == "Uploading"
    avatar = developer.wait(answer.json()["url"])
    assert avatar["status"] == status
    assert avatar["status_verbose"]["code"] == code
    assert "told" in avatar["status_verbose"]["message"]
    assert not {"thumbnail", "exports", "model_info"} & set(avatar)
    assert developer("GET", f"{avatar['url']}thumbnail/").status_code == 404
    exports = developer("GET", f"{avatar['url']}exports/").json()
    assert [export["status"] for export in exports] == ["Failed"]
    assert [found["url"] for found in developer("GET", f"avatars/?status={status.upper()}").json()].count(
        avatar["url"]
    ) == 1


def test_a_failing_avatar_computes_before_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(durations=Durations(1000, 1000, 2000, 0)) as service:
        clock = ServiceClock(monkeypatch)
        api = Api.signed_in(service, service.credentials.developer)
        url = api.create(name="sandbox:fail").json()["url"]
        for status in ("Uploading", "Queued", "Computing", "Failed"):
            assert api("GET", url).json()["status"] == status
            clock.ahead += 1000


def test_an_export_alone_can_be_told_to_fail(developer: Api) -> None:
    avatar = developer.wait(developer.create(export_comment="sandbox:fail-export").json()["url"])
    assert avatar["status"] == "Completed"
    export = developer.wait(developer("GET", avatar["exports"]).json()[0]["url"])
    assert export["status"] == "Failed"
    assert export["files"] == []
    assert export["status_verbose"]["message"] == "The export was told to fail."


def test_an_export_computes_after_its_avatar(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(durations=Durations(0, 0, 1000, 1000)) as service:
        clock = ServiceClock(monkeypatch)
        api = Api.signed_in(service, service.credentials.developer)
        url = api.create().json()["url"]

        def export() -> str:
            return str(api("GET", f"{url}exports/").json()[0]["status"])

        for _ in range(2):
            assert api("GET", url).json()["status"] == "Computing"
            assert export() not in ("Computing", "Completed")
            clock.ahead += 499
        clock.ahead += 2
        assert api.wait(url)["status"] == "Completed"
        eventually(lambda: export() == "Computing", 300)
        clock.ahead += 1001
        eventually(lambda: export() == "Completed", 300)


def test_the_array_form_makes_one_export_for_each_in_order(developer: Api, completed: dict[str, Any]) -> None:
    exports = developer("GET", completed["exports"]).json()
    times = [export["created_on"] for export in exports]
    assert len(exports) == 2
    assert times == sorted(set(times)), "clients sort by the time of creation"
    names = []
    for export in exports:
        archive = zipfile.ZipFile(io.BytesIO(developer("GET", export["files"][0]["file"]).content))
        names.append(next(name for name in archive.namelist() if "/model.gl" in name))
    assert names == ["avatar/model.gltf", "avatar/model.glb"]


@pytest.mark.parametrize("field", ["export_parameters", "parameters"])
@pytest.mark.parametrize("comment", ["export_comment", "comment"])
def test_a_further_export_takes_either_spelling(
    developer: Api, completed: dict[str, Any], field: str, comment: str
) -> None:
    answer = developer("POST", completed["exports"], data={field: GLB, comment: "again"})
    assert answer.status_code == 201
    assert answer.json()["comment"] == "again"
    assert answer.json()["status"] in ("Queued", "Computing")
    assert developer("DELETE", answer.json()["url"]).status_code == 204


def test_a_further_export_needs_a_completed_avatar() -> None:
    with Sandbox(durations=Durations(0, 0, 60, 0)) as service:
        api = Api.signed_in(service, service.credentials.developer)
        url = api.create().json()["url"]
        answer = api("POST", f"{url}exports/", data={"export_parameters": GLB})
        assert answer.status_code == 400
        assert api("POST", f"{url}exports/", data={"export_parameters": "{"}).status_code == 400


def test_a_list_is_no_further_export(developer: Api, completed: dict[str, Any]) -> None:
    answer = developer("POST", completed["exports"], data={"export_parameters": f"[{GLB}, {GLB}]"})
    assert answer.status_code == 400
    assert "export_parameters" in answer.json()


def test_a_public_export_needs_no_sign_in(developer: Api, completed: dict[str, Any]) -> None:
    refused = json.dumps({**json.loads(GLB), "make_public": True})
    assert "embed" in developer("POST", completed["exports"], data={"parameters": refused}).json()["parameters"][0]
    public = json.dumps({**json.loads(GLB), "make_public": True, "textures": {"embed": True}})
    export = developer.wait(developer("POST", completed["exports"], data={"parameters": public}).json()["url"])
    assert export["public_file"] == f"{developer.url}public/{export['code']}/avatar.zip"
    bare = requests.get(export["public_file"], timeout=300)
    assert bare.status_code == 200
    assert bare.content == developer("GET", export["files"][0]["file"]).content
    assert requests.get(export["files"][0]["file"], timeout=300).status_code == 401
    for name in ("model.glb", "photo.jpg", "../../photo.jpg", "%2e%2e/photo.jpg"):
        url = f"{developer.url}public/{export['code']}/{name}"
        assert requests.get(url, timeout=300).status_code == 404
    assert developer("DELETE", export["url"]).status_code == 204
    assert requests.get(export["public_file"], timeout=300).status_code == 404


def test_a_public_model_is_unpacked(developer: Api, completed: dict[str, Any]) -> None:
    public = json.dumps({**json.loads(GLB), "make_public_direct": True, "textures": {"embed": True}})
    export = developer.wait(developer("POST", completed["exports"], data={"parameters": public}).json()["url"])
    assert export["public_file"] == f"{developer.url}public/{export['code']}/model.glb"
    bare = requests.get(export["public_file"], timeout=300)
    assert bare.headers["Content-Type"] == "model/gltf-binary"
    archive = zipfile.ZipFile(io.BytesIO(developer("GET", export["files"][0]["file"]).content))
    assert bare.content == archive.read("avatar/model.glb")


def test_other_exports_arent_public(developer: Api, completed: dict[str, Any]) -> None:
    for export in developer("GET", completed["exports"]).json()[:2]:
        assert "public_file" not in export
        assert requests.get(f"{developer.url}public/{export['code']}/avatar.zip", timeout=300).status_code == 404


def test_an_avatar_is_renamed(developer: Api) -> None:
    avatar = developer.create(name="before", description="kept").json()
    answer = developer("PATCH", avatar["url"], files={"name": (None, "after")})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["description"]) == ("after", "kept")
    assert answer.json()["ctime"]
    assert developer("PATCH", avatar["url"], data={"description": ""}).json()["description"] == ""
    assert developer("PATCH", avatar["url"], data={"name": " "}).json() == {"name": ["This field is required."]}
    assert developer("GET", avatar["url"]).json()["name"] == "after"


def test_what_was_created_is_counted_also_when_it_is_gone() -> None:
    with Sandbox(durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        first, second = (api.create().json() for _ in range(2))
        assert api("GET", "avatars/count/").json() == {"created": 2, "prepaid": 0, "to_pay": 2}
        api("DELETE", first["url"])
        assert api("GET", "avatars/count/").json()["created"] == 2
        assert api("GET", f"avatars/count/?since={second['created_on']}").json() == {"created": 1}
        assert api("GET", f"avatars/count/?until={second['created_on']}").json() == {"created": 1}
        assert api("GET", "avatars/count/?until=2001-01-01").json() == {"created": 0}
        assert api("GET", "avatars/count/?since=now").status_code == 400
        client = Api.signed_in(service, service.credentials.client)
        assert client("GET", "avatars/count/").status_code == 403


def test_an_avatar_counts_from_the_moment_that_its_creation_shows(developer: Api) -> None:
    """Whole microseconds are shown, rounded up half of the time."""
    shown = []
    for _ in range(8):
        avatar = developer.create().json()
        developer("DELETE", avatar["url"])
        shown.append(avatar["created_on"])
    for index, moment in enumerate(shown):
        assert developer("GET", f"avatars/count/?since={moment}&until=2100-01-01").json() == {"created": 8 - index}


def test_deleting_leaves_no_file_of_an_export(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        avatar = api.wait(api.create().json()["url"])
        export = api.wait(api("GET", avatar["exports"]).json()[0]["url"])
        assert list(tmp_path.glob("avatars/*/exports/*/avatar.zip"))
        assert api("DELETE", export["url"]).status_code == 204
        assert not list(tmp_path.glob("avatars/*/exports/*"))
        assert api("GET", export["files"][0]["file"]).status_code == 404
        assert api("DELETE", avatar["url"]).status_code == 204
        assert not list((tmp_path / "avatars").iterdir())


def test_files_that_a_kill_left_behind_are_swept_away(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        avatar = api.wait(api.create().json()["url"])
        api.wait(api("GET", avatar["exports"]).json()[0]["url"])
    kept = {path for path in tmp_path.rglob("*") if path.is_file() and "sqlite3" not in path.name}
    left = [
        tmp_path / "avatars" / "0000" / "photo.jpg",
        tmp_path / "avatars" / avatar["code"] / "exports" / "1111" / "avatar.zip",
        tmp_path / "avatars" / avatar["code"] / "exports" / "2222.part" / "work" / "x",
        tmp_path / "selfies" / "3333",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    with Sandbox(tmp_path, durations=INSTANT):
        now = {path for path in tmp_path.rglob("*") if path.is_file() and "sqlite3" not in path.name}
        assert now == kept
