"""Killed at any moment: what is there after the next start is whole, and what was begun goes on."""

from __future__ import annotations

import contextlib
import io
import json
import random
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
import requests

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import INSTANT, Api, picture
from tests.stopwatch import eventually

PROGRAM = """
import sys, time
from avatarsdk_core.sandbox import Durations, Sandbox
with Sandbox(sys.argv[1], durations=Durations(0, 0, 0, 0)) as service:
    print(service.url, flush=True)
    time.sleep(600)
"""


def busy(api: Api, stop: threading.Event, made: list[str]) -> None:
    """Create, upload, rename and delete until the sandbox is gone."""
    chance = random.Random(len(made))
    with contextlib.suppress(requests.RequestException):
        while not stop.is_set():
            answer = api.create(pipeline=chance.choice(["metaperson_2.0", "animated_face"]), export_parameters="")
            made.append(answer.json()["url"].rsplit("/", 2)[1])
            selfie = api("POST", "selfies/").json()
            requests.post(selfie["upload_page_url"], files={"photo": ("p.jpg", picture())}, timeout=300)
            api("PATCH", answer.json()["url"], data={"description": "x" * chance.randrange(3000)})
            if chance.random() < 0.5:
                api("DELETE", answer.json()["url"])


def until_more(made: list[str]) -> None:
    """Until two more avatars were made, however busy the machine is."""
    enough = len(made) + 2
    eventually(lambda: len(made) >= enough, 300)


def test_killed_in_the_middle_of_everything_it_starts_whole_again(tmp_path: Path) -> None:
    made: list[str] = []
    chance = random.Random(4)
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            url = run.stdout.readline().strip()
            pairs = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
            form = {"grant_type": "client_credentials", **pairs["applications"][0]["developer"]}
            token = requests.post(url + "o/token/", data=form, timeout=300).json()["access_token"]
            stop = threading.Event()
            threads = [threading.Thread(target=busy, args=[Api(url, token), stop, made]) for _ in range(3)]
            for thread in threads:
                thread.start()
            until_more(made)
            time.sleep(chance.uniform(0, 0.9))
            run.kill()
            stop.set()
            for thread in threads:
                thread.join()
    assert len(made) > 5
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api(service.url, token)
        avatars = api("GET", "avatars/").json()
        assert {path.name for path in (tmp_path / "avatars").iterdir()} == {avatar["code"] for avatar in avatars}
        for avatar in avatars:
            assert list((tmp_path / "avatars" / avatar["code"]).glob("photo.jpg")), "every avatar has its photo, whole"
            assert (tmp_path / "avatars" / avatar["code"] / "photo.jpg").read_bytes() == picture()
        newest = avatars[:3]
        for avatar in newest:
            done = api.wait(avatar["url"])
            assert done["status"] == "Completed"
            assert api("GET", done["thumbnail"]).status_code == 200
        for selfie in api("GET", "selfies/").json():
            file = api("GET", selfie["file_url"])
            assert file.status_code == 404 or file.content == picture(), "a photo is whole or not there"


@pytest.mark.parametrize("seconds", [0.2, 1.5])
def test_an_export_that_was_cut_off_is_made_anew(tmp_path: Path, seconds: float) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        pairs = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
        form = {"grant_type": "client_credentials", **pairs["applications"][0]["developer"]}
        token = requests.post(url + "o/token/", data=form, timeout=300).json()["access_token"]
        avatar = Api(url, token).create().json()
        Api(url, token).wait(f"{url}avatars/{avatar['code']}/")
        time.sleep(seconds)
        run.kill()
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api(service.url, token)
        (export,) = api("GET", f"avatars/{avatar['code']}/exports/").json()
        export = api.wait(export["url"])
        assert export["status"] == "Completed"
        with zipfile.ZipFile(io.BytesIO(api("GET", export["files"][0]["file"]).content)) as archive:
            assert archive.testzip() is None
    assert not list(tmp_path.rglob("*.part"))
