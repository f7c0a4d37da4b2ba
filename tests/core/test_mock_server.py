"""Every operation against an independent server that was made from the service's description alone: Stoplight Prism.

It refuses a request that the description doesn't allow, and answers with what the description allows: foreign example
URLs, a nonsense Link header, random words where it may (`-d`).
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.session import RequestRecord
from avatarsdk_core.models import Avatar, Export, Selfie
from avatarsdk_core.resources.endpoints import ENDPOINTS
from tests.canary import CLIENT_SECRET
from tests.core.test_photo import jpeg
from tests.npm import node_modules
from tests.openapi import openapi_file
from tests.stopwatch import eventually

PACKAGE = "@stoplight/prism-cli@5.14.2"
CODE = "d4a31ac7-4aab-4cdc-b70b-75e75fc6bd91"
SINCE, UNTIL = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00.5+02:00"
EXPORT = Export(code="e", avatar_code=CODE)

CALLS: dict[str, Callable[[Client, Path], object]] = {
    "listPlayers": lambda c, _: [*c.players.list(comment="x", created_before=UNTIL, created_after=SINCE)],
    "createPlayer": lambda c, _: c.players.create("a comment"),
    "getPlayer": lambda c, _: c.players.get(CODE),
    "updatePlayer": lambda c, _: c.players.update(CODE, "new"),
    "deletePlayer": lambda c, _: c.players.delete(CODE),
    "availableParameters": lambda c, _: c.parameters.available("animated_face", "base/legacy"),
    "defaultParameters": lambda c, _: c.parameters.default("head_1.2"),
    "availableExportParameters": lambda c, _: c.export_parameters.available("metaperson_2.0", "male"),
    "listStaticResources": lambda c, _: c.static_resources.list(
        "metaperson_2.0", lod=["LOD1", "LOD2"], pipeline_subtype="male", category="avatar", texture_profile="2K.jpg"
    ),
    "getStaticResource": lambda c, to: c.static_resources.download(
        c.static_resources.url("metaperson_2.0", "avatar", "AvatarHeadFemale", "AvatarHeadFemale_Color_2K.jpg"), to
    ),
    "listAvatars": lambda c, _: [
        *c.avatars.list(
            status="completed",
            description="fb",
            name="n",
            pipeline="head_1.2",
            created_before=UNTIL,
            created_after=SINCE,
        )
    ],
    "createAvatar": lambda c, _: c.avatars.create(
        photo=jpeg(),
        name="Ann",
        description="words",
        pipeline="metaperson_2.0",
        pipeline_subtype="female",
        parameters={},
        export_parameters=[{"format": "glb"}],
        export_comment="mine",
    ),
    "countAvatars": lambda c, _: c.avatars.count(since=SINCE, until=UNTIL),
    "getAvatar": lambda c, _: c.avatars.get(CODE),
    "updateAvatar": lambda c, _: c.avatars.update(CODE, name="new", description="words"),
    "deleteAvatar": lambda c, _: c.avatars.delete(CODE),
    "getThumbnail": lambda c, _: c.avatars.thumbnail(CODE),
    "getPreview": lambda c, _: c.avatars.preview(CODE),
    "getMesh": lambda c, to: c.meshes.download(CODE, to, lod=8, fmt="gltf"),
    "getPointcloud": lambda c, to: c.meshes.download_pointcloud(CODE, to, lod=0),
    "getTexture": lambda c, to: c.textures.download_default(CODE, to),
    "listTextures": lambda c, _: c.textures.list(CODE),
    "getTextureFile": lambda c, to: c.textures.download(CODE, "lips_mask", to),
    "getBlendshapes": lambda c, to: c.blendshapes.download(CODE, to, fmt="bin", lod=3),
    "getModelInfo": lambda c, _: c.model_info.get(CODE),
    "listHaircuts": lambda c, _: [*c.haircuts.list(CODE)],
    "getAllHaircutPointclouds": lambda c, to: c.haircuts.download_all_pointclouds(CODE, to),
    "getHaircut": lambda c, _: c.haircuts.get(CODE, "female_NewSea_J086f"),
    "getHaircutMesh": lambda c, to: c.haircuts.download_mesh(CODE, "facegen_afro", to),
    "getHaircutPointcloud": lambda c, to: c.haircuts.download_pointcloud(CODE, "facegen_afro", to),
    "getHaircutTexture": lambda c, to: c.haircuts.download_texture(CODE, "facegen_afro", to),
    "getHaircutPreview": lambda c, _: c.haircuts.preview(CODE, "facegen_afro"),
    "listExports": lambda c, _: c.exports.list(CODE, status="completed"),
    "createExport": lambda c, _: c.exports.create(CODE, {"format": "glb"}, "further"),
    "getExport": lambda c, _: c.exports.get("e", CODE),
    "deleteExport": lambda c, _: c.exports.delete("e", CODE),
    "getExportFile": lambda c, to: c.exports.download_file(EXPORT, "avatar", to),
    "getExportStaticFile": lambda c, to: c.exports.download_static_file(EXPORT, "afro", "texture.png", to),
    "listSelfies": lambda c, _: [*c.selfies.list()],
    "createSelfie": lambda c, _: c.selfies.create("a comment"),
    "getSelfie": lambda c, _: c.selfies.get("s"),
    "getSelfieFile": lambda c, _: c.selfies.photo("s"),
    "getSelfieQr": lambda c, _: c.selfies.qr("s"),
    "selfieUpload": lambda c, _: c.selfies.upload("s", jpeg()),
}
ELSEWHERE = {
    "createToken",  # with every client's first request
    "authorize",  # a page for a browser
    "revokeToken",  # tests/core/test_auth_*: signing out
    "selfieUploadPage",  # a page for a phone; page_url tells where
}
ROWS = [row for row in ENDPOINTS if row.operation not in ELSEWHERE]


@pytest.fixture(scope="module", params=["examples", "random"])
def mock(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Prism's URL."""
    program = node_modules(PACKAGE) / ".bin" / "prism"
    mode = ["-d", "--seed", "5"] if request.param == "random" else []
    log = tmp_path_factory.mktemp("prism") / "log"
    for _ in range(5):  # it can't choose a port itself, and a free one may be taken before it comes
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with log.open("wb") as output:
            command = [str(program), "mock", *mode, "-h", "127.0.0.1", "-p", str(port), str(openapi_file())]
            process = subprocess.Popen(command, stdout=output, stderr=output)
        if answers(f"http://127.0.0.1:{port}/o/authorize/", process):
            break
    assert process.poll() is None, log.read_text("utf-8")
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait(300)


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """True once `process` answers at `url`; False where it has ended instead."""

    def settled() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=60):
            return True
        return process.poll() is not None

    eventually(settled, 300)
    return process.poll() is None


@pytest.fixture(scope="module")
def records() -> list[RequestRecord]:
    return []


@pytest.fixture(scope="module")
def client(mock: str, records: list[RequestRecord]) -> Iterator[Client]:
    with Client(root_url=mock, client_id="i", client_secret=CLIENT_SECRET, on_request=records.append) as client:
        yield client


def test_there_is_a_call_for_every_operation() -> None:
    assert {*CALLS, *ELSEWHERE} == {row.operation for row in ENDPOINTS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
def test_its_request_is_valid_and_its_answer_is_read(
    client: Client, records: list[RequestRecord], tmp_path: Path, row: Any
) -> None:
    records.clear()
    CALLS[row.operation](client, tmp_path / "file")
    asked = [(record.method, record.status) for record in records if not record.path.startswith("/o/")]
    assert len(asked) == 1, "a nonsense Link ends the pages"
    assert asked[0][0] == row.method
    assert asked[0][1] in row.codes


def test_objects_with_foreign_addresses_are_still_asked_of_the_service_itself(
    client: Client, records: list[RequestRecord], mock: str
) -> None:
    avatar, export, selfie = client.avatars.get(CODE), client.exports.get("e", CODE), client.selfies.get("s")
    own = mock.split("/")[2]
    for thing in (avatar, export, selfie):
        assert own not in str(getattr(thing, "url", ""))
    records.clear()
    assert isinstance(client.avatars.get(avatar), Avatar)
    assert isinstance(client.exports.get(export), Export)
    assert isinstance(client.selfies.get(selfie), Selfie)
    client.exports.list(avatar)
    [*client.haircuts.list(avatar)]
    client.model_info.get(avatar)
    client.avatars.update(avatar, name="new")
    client.exports.delete(export)
    client.avatars.delete(avatar)
    assert {record.host for record in records} == {own}
    assert len(records) == 9


def test_a_foreign_address_of_a_file_matters_only_when_it_is_followed(client: Client, tmp_path: Path) -> None:
    selfie = client.selfies.get("s")  # a list may be empty: the mock's answers are drawn by chance
    assert isinstance(selfie, Selfie)
    if selfie.file_url and not selfie.file_url.startswith("https:"):
        with pytest.raises(ProtocolError, match=r"not followed|Not a URL"):
            client.selfies.download(selfie, tmp_path / "photo")
