"""Selfies over HTTP: a page that takes one photo, polled and used by somebody else."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import INSTANT, Api, picture

FIELDS = {"code", "url", "expires", "file_url", "upload_page_qr", "upload_page_url", "upload_page_visited"}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def upload(selfie: dict[str, Any], photo: bytes, **options: Any) -> requests.Response:
    return requests.post(selfie["upload_page_url"], files={"photo": ("me.jpg", photo)}, timeout=300, **options)


def test_a_selfie_becomes_an_avatar(client: Api) -> None:
    selfie = client("POST", "selfies/", data={"comment": "hall"}).json()
    assert set(selfie) == FIELDS
    assert selfie["upload_page_visited"] is False
    assert client("GET", selfie["file_url"]).status_code == 404
    early = client("POST", "avatars/", data={"name": "x", "pipeline": "metaperson_2.0", "selfie": selfie["code"]})
    assert early.status_code == 400
    assert "uploaded" in early.json()["selfie"][0]

    page = requests.get(selfie["upload_page_url"], headers=BROWSER, timeout=300)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert client("GET", selfie["url"]).json() == {**selfie, "upload_page_visited": True}

    photo = picture("PNG")
    assert upload(selfie, photo, headers=BROWSER).status_code == 200
    file = client("GET", selfie["file_url"])
    assert (file.content, file.headers["Content-Type"]) == (photo, "image/png")
    created = client(
        "POST",
        "avatars/",
        data={
            "name": "x",
            "pipeline": "metaperson_2.0",
            "selfie": selfie["code"],
            "export_parameters": Api.SMALL,
        },
    )
    assert created.status_code == 201
    assert client.wait(created.json()["url"])["status"] == "Completed"


def test_a_page_takes_one_photo(client: Api) -> None:
    selfie = client("POST", "selfies/").json()
    assert upload(selfie, b"no picture").status_code == 400
    assert upload(selfie, picture()).status_code == 200
    second = upload(selfie, picture(colour=(90, 60, 40)))
    assert (second.status_code, second.json()) == (400, {"detail": "This page has got its photo already."})
    assert client("GET", selfie["file_url"]).content == picture()
    assert "arrived" in requests.get(selfie["upload_page_url"], headers=BROWSER, timeout=300).text


def test_what_is_wrong_with_a_photo_is_told_on_the_page(client: Api) -> None:
    selfie = client("POST", "selfies/").json()
    answer = upload(selfie, picture("GIF"), headers=BROWSER)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "no JPEG or PNG" in answer.text
    assert requests.post(selfie["upload_page_url"], data={"photo": "text"}, timeout=300).status_code == 400


def test_the_qr_code_is_a_picture(client: Api) -> None:
    selfie = client("POST", "selfies/").json()
    answer = client("GET", selfie["upload_page_qr"])
    assert answer.headers["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content))
    assert image.width == image.height > 200


def test_selfies_are_their_players_own(service: Sandbox, client: Api, developer: Api) -> None:
    selfie = client("POST", "selfies/").json()
    other = Api.signed_in(service, service.credentials.client)
    assert other("GET", "selfies/").status_code == 403
    other.player = other("POST", "players/").json()["code"]
    for api in (other, developer):
        assert api("GET", selfie["url"]).status_code == 404
        assert selfie["code"] not in [shown["code"] for shown in api("GET", "selfies/").json()]
        data = {"name": "x", "pipeline": "metaperson_2.0", "selfie": selfie["code"]}
        assert "selfie" in api("POST", "avatars/", data=data).json()
    assert client("GET", "selfies/").json()[0]["code"] == selfie["code"]
    assert requests.get(selfie["url"], timeout=300).status_code == 401


def test_after_a_day_nothing_is_left(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        selfie = api("POST", "selfies/").json()
        upload(selfie, picture())
        assert (tmp_path / "selfies" / selfie["code"]).read_bytes() == picture()
        with sqlite3.connect(tmp_path / "sandbox.sqlite3") as database:
            database.execute("UPDATE selfies SET expires = expires - 86401")
        database.close()
        for url in (selfie["url"], selfie["file_url"], selfie["upload_page_qr"], selfie["upload_page_url"]):
            assert api("GET", url).status_code == 404
        gone = requests.get(selfie["upload_page_url"], headers=BROWSER, timeout=300)
        assert (gone.status_code, gone.headers["Content-Type"].split(";")[0]) == (404, "text/html")
        assert upload(selfie, picture()).status_code == 404
        assert api("GET", "selfies/").json() == []
        assert not list((tmp_path / "selfies").iterdir())
