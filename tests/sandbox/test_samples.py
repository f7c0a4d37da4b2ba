"""The calls of the documentation's curl and Python samples, in their order and with their parameters.

The samples never wait: they are shown as if an avatar were made at once. `instant` is for them.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import Api, picture


@pytest.fixture(scope="module")
def instant() -> Iterator[Sandbox]:
    with Sandbox(instant=True) as service:
        yield service


@pytest.fixture
def headers(instant: Sandbox) -> dict[str, str]:
    """As the samples send them: a client's bearer token and a PlayerUID."""
    api = Api.signed_in(instant, instant.credentials.client)
    return {"Authorization": f"Bearer {api.token}", "X-PlayerUID": api("POST", "players/").json()["code"]}


def created(service: Sandbox, headers: dict[str, str], parameters: Any, **fields: str) -> dict[str, Any]:
    """As the Python samples do it: create, then ask for the avatar once."""
    data = {
        "pipeline": "animated_face",
        "pipeline_subtype": "base/legacy",
        "name": "a test",
        "parameters": json.dumps(parameters),
        **fields,
    }
    answer = requests.post(
        service.url + "avatars/", headers=headers, data=data, files={"photo": ("photo.jpg", picture())}, timeout=300
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "Uploading"
    avatar = requests.get(answer.json()["url"], headers=headers, timeout=300).json()
    assert avatar["status"] == "Completed"
    return dict(avatar)


def unzipped(answer: requests.Response) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_haircuts(instant: Sandbox, headers: dict[str, str]) -> None:
    wanted = ["female_NewSea_J086f", "male_NewSea_J003m"]
    avatar = created(instant, headers, {"haircuts": {"base": wanted}})
    haircuts = requests.get(avatar["haircuts"], headers=headers, timeout=300).json()
    assert [haircut["identity"] for haircut in haircuts] == wanted
    for haircut in haircuts:
        assert unzipped(requests.get(haircut["mesh"], headers=headers, timeout=300))
        assert requests.get(haircut["texture"], headers=headers, timeout=300).content[:4] == b"\x89PNG"


def test_blendshapes(instant: Sandbox, headers: dict[str, str]) -> None:
    avatar = created(instant, headers, {"blendshapes": {"base": ["legacy_45", "visemes_17"]}})
    answer = requests.get(avatar["blendshapes"], params={"fmt": "ply", "lod": "5"}, headers=headers, timeout=300)
    assert all(name.endswith(".ply") for name in unzipped(answer))


def test_model_info(instant: Sandbox, headers: dict[str, str]) -> None:
    avatar = created(instant, headers, {"model_info": {"base": ["hair_color"]}})
    told = requests.get(avatar["model_info"], headers=headers, timeout=300).json()
    assert set(told["hair_color"]) == {"red", "green", "blue"}


@pytest.mark.parametrize(
    ("pipeline", "subtype", "parameters"),
    [
        (
            "animated_face",
            "base/legacy",
            {"avatar_modifications": {"plus": {"lips_color": {"red": 222, "green": 173, "blue": 190}}}},
        ),
        ("animated_face", "indie/legacy_styled", {"shape_modifications": {"indie": {"cartoonish_v0.3": 0.5}}}),
        ("body_0.3", "mobile", {"body_shape": {"plus": {"gender": "male", "height": 180, "weight": 85}}}),
    ],
)
def test_modifications(
    instant: Sandbox, headers: dict[str, str], pipeline: str, subtype: str, parameters: dict[str, Any]
) -> None:
    created(instant, headers, parameters, pipeline=pipeline, pipeline_subtype=subtype)


def test_additional_textures(instant: Sandbox, headers: dict[str, str]) -> None:
    avatar = created(instant, headers, {"additional_textures": {"base": ["slightly_cartoonish_texture"]}})
    textures = requests.get(requests.compat.urljoin(avatar["url"], "textures/"), headers=headers, timeout=300).json()
    assert [texture["identity"] for texture in textures] == ["model", "slightly_cartoonish_texture"]
    for texture in textures:
        assert requests.get(texture["file"], headers=headers, timeout=300).content[:2] == b"\xff\xd8"


def test_exports(instant: Sandbox, headers: dict[str, str]) -> None:
    avatar = created(
        instant, headers, {}, pipeline="head_2.0", pipeline_subtype="bust/static", export_parameters='{"format": "glb"}'
    )
    (export,) = requests.get(avatar["exports"], headers=headers, timeout=300).json()
    assert export["status"] == "Completed"
    assert unzipped(requests.get(export["files"][0]["file"], headers=headers, timeout=300))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl(instant: Sandbox, headers: dict[str, str], tmp_path: Path) -> None:
    """`-F` fields with a file, `-v` with the filters of the documentation, `-O` of an archive."""
    (tmp_path / "photo.jpg").write_bytes(picture())
    signed = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]

    def curl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["curl", "-sS", *signed, *arguments], cwd=tmp_path, capture_output=True, check=True, timeout=300
        )

    fields = {
        "pipeline": "animated_face",
        "pipeline_subtype": "base/legacy",
        "name": "haircuts test",
        "parameters": '{"haircuts": {"base": ["female_NewSea_J086f"]}}',
        "photo": "@photo.jpg",
    }
    form = [part for name, value in fields.items() for part in ("-F", f"{name}={value}")]
    made = json.loads(curl("-X", "POST", instant.url + "avatars/", *form).stdout)
    assert set(made) == {"code", "created_on", "description", "name", "progress", "status", "url"}
    haircut = json.loads(curl("-X", "GET", made["url"] + "haircuts/").stdout)[0]
    curl("-X", "GET", haircut["mesh"], "-o", "haircut.zip")
    assert zipfile.is_zipfile(tmp_path / "haircut.zip")
    listed = curl("-v", "-X", "GET", instant.url + "avatars/?status=completed&description=fb")
    assert re.search(rb"< (HTTP/1.1 200|allow: GET, POST, HEAD, OPTIONS)", listed.stderr, re.IGNORECASE)
    assert json.loads(listed.stdout) == []
