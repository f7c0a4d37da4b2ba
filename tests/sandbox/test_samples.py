"""The documentation's Python and curl samples, as their own text: nothing is changed in it but the root URL.

The sandbox is told beforehand of the access token and the PlayerUID that they show, and gives the code that they show
to the avatar. They never wait: they are written as if an avatar were made at once. `instant` is for them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.auth import token_digest
from avatarsdk_core.sandbox.formats.fbx import fbx_available
from avatarsdk_core.sandbox.records import Player, Token
from tests.sandbox.documented_samples import PAGE, ROOT_URL, curl_samples, python_samples
from tests.sandbox.service_api import picture

TOKEN, PLAYER = "F88pQWs8hoPzbeCg4xTGifDxxs1eKu", "9418fd52-baef-401c-a2b3-e6fe16d93596"
AVATAR = "d4a31ac7-4aab-4cdc-b70b-75e75fc6bd91"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "X-PlayerUID": PLAYER}
# Python sample by its avatar's name, in the order of the documentation -> the files that it saves.
SAVED = (
    {"female_NewSea_J086f.jpg", "female_NewSea_J086f.ply", "male_NewSea_J003m.jpg", "male_NewSea_J003m.ply"},
    {"model.fbx"},
    set(),
    set(),
    set(),
    set(),
    {"model.jpg", "slightly_cartoonish_texture.jpg"},
)

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason=f"the documentation's page isn't here ({PAGE})")


@pytest.fixture(scope="module")
def instant() -> Iterator[Sandbox]:
    """A sandbox that knows the documentation's token and PlayerUID."""
    with Sandbox(instant=True) as service:
        client = service.credentials.client.client_id
        store = service._store
        assert store is not None
        kept = Token(token_digest(TOKEN), "access", client, "client", "read write", time.time() + 36000, "documented")
        store.add_tokens([kept], time.time())
        store.add_player(Player(PLAYER, client, "documented", time.time()))
        yield service


@pytest.fixture
def folder(instant: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a sample runs: a photo is there. The avatar that it makes gets the documentation's code, and goes after."""
    monkeypatch.setattr("avatarsdk_core.sandbox.avatars.uuid", SimpleNamespace(uuid4=lambda: AVATAR))
    (tmp_path / "photo.jpg").write_bytes(picture())
    yield tmp_path
    assert requests.delete(f"{instant.url}avatars/{AVATAR}/", headers=HEADERS, timeout=300).status_code == 204


def needs(text: str) -> None:
    if "fbx" in text and not fbx_available():
        pytest.skip("no Blender to write FBX with")


def avatar_of(service: Sandbox) -> dict[str, Any]:
    return dict(requests.get(f"{service.url}avatars/{AVATAR}/", headers=HEADERS, timeout=300).json())


def test_the_page_has_the_samples_that_are_run_here() -> None:
    assert len(python_samples()) == len(SAVED) == len(curl_samples()) == 7


@pytest.mark.parametrize("number", range(len(SAVED)))
def test_a_python_sample_runs_as_it_is(instant: Sandbox, folder: Path, number: int) -> None:
    source = python_samples()[number]
    needs(source)
    assert ROOT_URL in source
    done = subprocess.run(
        [sys.executable, "-c", source.replace(ROOT_URL, instant.url)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert avatar_of(instant)["status"] == "Completed"
    saved = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "photo.jpg"}
    assert set(saved) == SAVED[number]
    assert all(saved.values())
    if "print(" in source.replace(" ", ""):
        assert "'hair_color': {" in done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.parametrize("number", range(len(SAVED)))
def test_a_curl_sample_runs_as_it_is(instant: Sandbox, folder: Path, number: int) -> None:
    commands = curl_samples()[number]
    needs(" ".join(commands))
    said = []
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command.replace(ROOT_URL, instant.url)],
            cwd=folder,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    made = json.loads(said[0])
    assert (made["code"], made["status"], made["progress"]) == (AVATAR, "Uploading", 0)
    assert set(made) == {"code", "created_on", "description", "name", "progress", "status", "url"}
    assert avatar_of(instant)["status"] == "Completed"
    for command, answer in zip(commands[1:], said[1:], strict=True):
        file = folder / command.rpartition("> ")[2] if " > " in command else None
        if file is None:
            assert isinstance(json.loads(answer), list | dict)
        elif file.suffix == ".zip":
            assert zipfile.is_zipfile(file)
        else:
            assert file.read_bytes()[:2] in (b"\xff\xd8", b"\x89P")
