# SPDX-License-Identifier: MIT
"""Pictures of haircuts come from avatars that have them; where there are none, nothing is asked in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core import Client
from avatarsdk_core.errors import UnknownNameError
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.worker.kinds import asset_pictures
from avatarsdk_core.worker.places import Home
from avatarsdk_core.worker.work import Clients, Work
from tests.sandbox.service_api import picture


class _OneClient(Clients):
    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    def get(self, profile: str) -> Client:
        return self._client


def test_each_haircut_of_the_latest_avatars_is_told_once(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    with Sandbox(durations=Durations(0, 0, 0, 0)) as service:
        pair = service.credentials.developer
        keys = {"client_id": pair.client_id, "client_secret": pair.client_secret}
        with Client(root_url=service.url, access="developer", token_store="memory", **keys) as client:
            work = Work(Home(tmp_path), _OneClient(client), lambda **fields: told.append(fields))
            assert asset_pictures.answer(work, "animated_face") == {"count": 0}
            asked = {"haircuts": {"base": ["female_NewSea_J086f", "male_NewSea_J003m"]}}
            avatar = client.avatars.create(photo=picture(), name="Ann", pipeline="animated_face", parameters=asked)
            client.avatars.wait(avatar)
            assert asset_pictures.answer(work, "animated_face") == {"count": 2}
            before = client.traffic.requests
            assert asset_pictures.answer(work, "metaperson_2.0") == {"count": 0}
            assert client.traffic.requests == before
            with pytest.raises(UnknownNameError):
                asset_pictures.answer(work, "metaperson_9")
    assert {each["name"] for each in told} == {"female_NewSea_J086f", "male_NewSea_J003m"}
    for each in told:
        assert Path(each["path"]).read_bytes().startswith((b"\x89PNG", b"\xff\xd8"))
        assert Path(each["path"]).parent == tmp_path / "pictures"
