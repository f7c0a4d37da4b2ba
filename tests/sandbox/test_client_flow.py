"""The core's client against the real sandbox: from a photo to a folder on disk."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.client import Client
from avatarsdk_core.creation import dressed_export
from avatarsdk_core.errors import AuthenticationError, Cancelled, NotFound, ServiceUnreachable
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.transfer.export import download_export
from tests.sandbox.service_api import INSTANT

CHEAP: dict[str, Any] = {"pipeline": "animated_face", "parameters": {}}  # for what isn't about what is computed


def photo(size: int = 96) -> bytes:
    """A JPEG with something to see, so that it isn't tiny."""
    pixels = np.random.default_rng(7).integers(0, 255, (size, size, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG")
    return stream.getvalue()


def sdk_of(service: Sandbox, player: str | None = None) -> Client:
    keys = service.credentials.client
    return Client(
        root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret, player_uid=player or ""
    )


@pytest.fixture
def sdk(service: Sandbox) -> Iterator[Client]:
    """Client access, registered as a new player."""
    with sdk_of(service) as client:
        client.use_player(client.players.create("test"))
        yield client


def test_from_photo_to_folder(sdk: Client, tmp_path: Path) -> None:
    asked = dressed_export(sdk.export_parameters.available("metaperson_2.0", "female"))
    avatar = sdk.avatars.create(
        photo=photo(),
        name="Ann",
        pipeline="metaperson_2.0",
        pipeline_subtype="female",
        export_parameters={**asked, "textures": {"list": ["Color"], "profile": "1K.jpg"}},
    )
    assert not avatar.is_final
    seen: list[str] = []
    avatar = sdk.avatars.wait(avatar, progress=lambda state: seen.append(state.status))
    assert seen[-1] == "Completed"
    (export,) = sdk.exports.list(avatar)
    export = sdk.exports.wait(export)
    assert "avatar" in {file.identity for file in export.files}
    folder = download_export(sdk, export, tmp_path / "export")
    for file in export.files:
        assert (folder / file.identity / "model.glb").read_bytes()[:4] == b"glTF"
        assert len(list((folder / file.identity).iterdir())) > len(file.static_files)
    assert "avatar" in (folder / "export.json").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_list_get_delete(sdk: Client) -> None:
    avatars = [sdk.avatars.create(photo=photo(), name=name, **CHEAP) for name in ("one", "two")]
    assert {avatar.name for avatar in sdk.avatars.list()} == {"one", "two"}
    assert sdk.avatars.get(avatars[0].code).name == "one"
    sdk.avatars.delete(avatars[0])
    with pytest.raises(NotFound):
        sdk.avatars.get(avatars[0])
    assert [avatar.name for avatar in sdk.avatars.list()] == ["two"]


def test_another_player_sees_nothing(sdk: Client, service: Sandbox) -> None:
    avatar = sdk.avatars.create(photo=photo(), name="mine", **CHEAP)
    with sdk_of(service) as other:
        other.use_player(other.players.create())
        assert list(other.avatars.list()) == []
        with pytest.raises(NotFound):
            other.avatars.get(avatar.code)


def test_the_tag_in_the_description_finds_the_avatar(sdk: Client) -> None:
    avatar = sdk.avatars.create(photo=photo(), name="tagged", description="words", **CHEAP)
    tag = sdk.avatars.get(avatar).description.removeprefix("words ")
    assert [found.code for found in sdk.avatars.list(description=tag)] == [avatar.code]


def test_wrong_credentials_name_the_variables(service: Sandbox) -> None:
    client = Client(root_url=service.url, client_id="wrong", client_secret="canary")
    with client, pytest.raises(AuthenticationError, match="check AVATARSDK_CLIENT_ID") as caught:
        client.players.create()
    assert "canary" not in str(caught.value)


def test_a_token_that_ends_is_renewed_unseen() -> None:
    with Sandbox(durations=INSTANT, token_lifetime=1) as service, sdk_of(service) as client:
        client.use_player(client.players.create())
        tokens = client.traffic.requests
        for _ in range(5):
            threading.Event().wait(0.5)
            assert list(client.avatars.list()) == []
        assert client.traffic.requests - tokens > 5  # lists and renewals


def test_a_sandbox_that_went_down_is_named_with_the_way_out() -> None:
    with Sandbox(durations=INSTANT) as service:
        client = sdk_of(service)
        client.use_player(client.players.create())
        url = service.url
    port = url.rsplit(":", 1)[1].strip("/")
    with client, pytest.raises(ServiceUnreachable, match=f"avatarsdk sandbox --port {port}"):
        client.avatars.get("a")


def test_one_connection_serves_many_requests(sdk: Client) -> None:
    avatar = sdk.avatars.create(photo=photo(), name="a", **CHEAP)
    for _ in range(10):
        sdk.avatars.get(avatar)
    pools = sdk.http._http.get_adapter(sdk.settings.root_url).poolmanager.pools  # type: ignore[attr-defined]
    assert [pools[key].num_connections for key in pools.keys()] == [1]  # noqa: SIM118 no mapping


def test_a_cancelled_download_leaves_nothing(sdk: Client, tmp_path: Path) -> None:
    small = {
        "format": "glb",
        "avatar": {"list": ["AvatarEyelashes"]},
        "textures": {"list": ["Color"], "profile": "1K.jpg"},
    }
    avatar = sdk.avatars.create(photo=photo(), name="a", pipeline="metaperson_2.0", export_parameters=small)
    export = sdk.exports.wait(sdk.exports.list(sdk.avatars.wait(avatar))[0])
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        download_export(sdk, export, tmp_path / "export", progress=lambda _: cancel.set(), cancel=cancel)
    assert list(tmp_path.iterdir()) == []
