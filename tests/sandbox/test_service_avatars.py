"""Avatars over real HTTP: created with a photo, shown, listed page by page, deleted."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.sandbox import Durations, Sandbox
from tests.sandbox.service_api import INSTANT, Api, picture
from tests.sandbox.service_clock import ServiceClock


def test_creation_answers_with_the_short_form(developer: Api) -> None:
    answer = developer.create(name="Ann", description="a test")
    assert answer.status_code == 201
    avatar = answer.json()
    assert set(avatar) == {"url", "code", "status", "progress", "created_on", "name", "description"}
    assert (avatar["name"], avatar["description"]) == ("Ann", "a test")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", avatar["created_on"])
    assert avatar["url"] == f"{developer.url}avatars/{avatar['code']}/"


def test_an_avatar_passes_through_all_its_statuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(durations=Durations(1000, 1000, 1000, 0)) as service:
        clock = ServiceClock(monkeypatch)
        api = Api.signed_in(service, service.credentials.developer)
        avatar = api.create().json()
        assert avatar["status"] == "Uploading"
        assert api("GET", f"{avatar['url']}thumbnail/").status_code == 404
        for status in ("Uploading", "Queued", "Computing"):
            shown = api("GET", avatar["url"]).json()
            assert shown["status"] == status
            assert "exports" not in shown
            clock.ahead += 1000
        shown = api.wait(avatar["url"])
        assert shown["status"] == "Completed"
        assert shown["pipeline"] == "metaperson_2.0"
        assert shown["ctime"]


def test_the_thumbnail_is_the_photo_upright_and_without_its_metadata(developer: Api) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "a camera"
    file = io.BytesIO()
    Image.new("RGB", (600, 400), (10, 200, 30)).save(file, "JPEG", exif=exif)
    avatar = developer.wait(developer.create(file.getvalue()).json()["url"])
    shown = developer("GET", avatar["thumbnail"])
    assert shown.headers["Content-Type"] == "image/jpeg"
    thumbnail = Image.open(io.BytesIO(shown.content))
    assert thumbnail.height > thumbnail.width
    assert max(thumbnail.size) <= 256
    assert not dict(thumbnail.getexif())


def test_the_preview_is_a_picture_of_the_avatar(developer: Api) -> None:
    pictures = []
    for colour in ((224, 178, 150), (110, 70, 52)):
        avatar = developer.wait(developer.create(picture(colour=colour)).json()["url"])
        shown = developer("GET", avatar["preview"])
        assert shown.headers["Content-Type"] == "image/png"
        pictures.append(np.asarray(Image.open(io.BytesIO(shown.content)).convert("RGB"), dtype=float))
    height, width, _ = pictures[0].shape
    light, dark = (image[height // 3 : height // 2, width * 2 // 5 : width * 3 // 5].mean() for image in pictures)
    assert light > dark + 20


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 nothing", "no JPEG or PNG"),
        (picture()[:-400], "damaged"),
        (picture("GIF"), "no JPEG or PNG"),
        (picture("WEBP"), "no JPEG or PNG"),
    ],
)
def test_a_photo_that_cant_be_decoded_is_refused(developer: Api, photo: bytes, why: str) -> None:
    answer = developer(
        "POST", "avatars/", data={"name": "x", "pipeline": "metaperson_2.0"}, files={"photo": ("p.jpg", photo)}
    )
    assert answer.status_code == 400
    assert why in answer.json()["photo"][0]


def test_png_photos_are_taken(developer: Api) -> None:
    assert developer.create(picture("PNG")).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 6000),
        ("pipeline", "head_9"),
        ("pipeline_subtype", "neither"),
        ("parameters", "{"),
        ("parameters", "[1]"),
        ("parameters", '{"unknown": {}}'),
        ("parameters", '{"model_info": {"plus": ["shoe_size"]}}'),
        ("export_parameters", "no json"),
        ("export_parameters", '"gltf"'),
        ("export_parameters", '{"format": "doc"}'),
    ],
)
def test_a_bad_field_is_named(developer: Api, field: str, value: str) -> None:
    before = len(developer("GET", "avatars/").json())
    answer = developer.create(**{field: value})
    assert answer.status_code == 400
    assert set(answer.json()) == {field}
    assert isinstance(answer.json()[field][0], str)
    assert len(developer("GET", "avatars/").json()) == before


def test_a_photo_is_needed(developer: Api) -> None:
    answer = developer("POST", "avatars/", data={"name": "x", "pipeline": "metaperson_2.0"})
    assert answer.status_code == 400
    assert "photo" in answer.json()


def test_parameters_are_taken_grouped_and_ungrouped(developer: Api) -> None:
    available = developer("GET", "parameters/available/metaperson_2.0/?pipeline_subtype=male").json()
    assert list(available) == ["male"]
    assert developer.create(parameters=json.dumps(available["male"])).status_code == 201
    assert developer.create(parameters='{"avatar_modifications": {"remove_smile": true}}').status_code == 201
    assert developer("GET", "parameters/available/nothing/").status_code == 404


def test_a_deleted_avatar_leaves_nothing(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        avatar = api.wait(api.create().json()["url"])
        assert list((tmp_path / "avatars").iterdir())
        assert api("DELETE", avatar["url"]).status_code == 204
        for url in (avatar["url"], avatar["thumbnail"], avatar["exports"]):
            assert api("GET", url).status_code == 404
        assert api("DELETE", avatar["url"]).status_code == 404
        assert api("GET", "avatars/").json() == []
    assert list((tmp_path / "avatars").iterdir()) == []


def test_a_list_has_pages_of_a_hundred_with_links() -> None:
    with Sandbox(durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        assert "Link" not in api("GET", "players/").headers
        codes = [api("POST", "players/", data={"comment": str(n)}).json()["code"] for n in range(201)]
        first = api("GET", "players/")
        assert len(first.json()) == 100
        assert set(first.links) == {"first", "next", "last"}
        seen = first.json()
        answer = first
        while "next" in answer.links:
            answer = api("GET", answer.links["next"]["url"])
            seen += answer.json()
        assert [player["code"] for player in seen] == codes[::-1]
        assert set(answer.links) == {"first", "prev", "last"}
        assert answer.links["first"]["url"] == f"{service.url}players/"
        assert answer.links["last"]["url"] == f"{service.url}players/?page=3"
        for page in ("0", "4", "-1", "x", "99999999999999"):
            assert api("GET", f"players/?page={page}").status_code == 404


def test_avatars_are_listed_newest_first_and_filtered() -> None:
    with Sandbox(durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        for name, description in (("Ann", "for Facebook"), ("Bob", "fb"), ("Cy", "none")):
            api.wait(api.create(name=name, description=description).json()["url"])
        times = [avatar["created_on"] for avatar in api("GET", "avatars/").json()]
        assert times == sorted(times, reverse=True)

        def names(query: str) -> list[str]:
            return [avatar["name"] for avatar in api("GET", f"avatars/?{query}").json()]

        assert names("") == ["Cy", "Bob", "Ann"]
        assert names("description=F") == ["Bob", "Ann"]
        assert names("description=f&description=book") == ["Ann"]
        assert names("status=completed&description=FB") == ["Bob"]
        assert names("status=queued") == []
        assert names("name=bo&pipeline=metaperson_2.0") == ["Bob"]
        assert names(f"created_after={times[1]}") == ["Cy"]
        assert names(f"created_before={times[1]}") == ["Ann"]
        assert api("GET", "avatars/?created_before=yesterday").status_code == 400


def test_wrong_paths_and_methods_answer_in_the_services_shape(developer: Api) -> None:
    assert developer("GET", "nowhere/").json() == {"detail": "Not found."}
    assert developer("GET", "avatars").status_code == 404
    answer = developer("PUT", "avatars/")
    assert answer.status_code == 405
    assert answer.json() == {"detail": 'Method "PUT" not allowed.'}
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
    assert developer("GET", "avatars/not-a-code/").json() == {"detail": "Not found."}
