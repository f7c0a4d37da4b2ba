"""Exports of the real sandbox: four processes at one folder, a storm of faults, a hostile archive, a second export."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.errors import ArchiveError
from avatarsdk_core.models import Export, to_json
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.check import check_export
from avatarsdk_core.transfer.export import fetch_export
from avatarsdk_core.transfer.prefetch import cached_picture, prefetch
from tests.sandbox.service_api import Api

FETCH = """
import json, sys
from avatarsdk_core.client import Client
from avatarsdk_core.models import Export
from avatarsdk_core.transfer.export import fetch_export
with Client() as client:
    delivery = fetch_export(client, Export.from_json(json.load(sys.stdin)), sys.argv[1])
print(json.dumps([delivery.fetched, delivery.from_cache]))
"""


@pytest.fixture(scope="module")
def owner(service: Sandbox) -> Iterator[Client]:
    keys = service.credentials.developer
    with Client(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret) as client:
        yield client


@pytest.fixture(scope="module")
def exports(service: Sandbox, owner: Client) -> tuple[Export, Export]:
    """Two alike: a part of an avatar, shoes and bottoms in files of their own, with static textures beside them."""
    available = owner.export_parameters.available("metaperson_2.0", "female")
    textures = {"list": ["Color", "Normal"], "profile": "1K.jpg", "embed": False}
    wanted = {"format": "glb", "embed": False, "avatar": {"list": ["AvatarTeethUpper"], "textures": textures}}
    for category in ("outfits_shoes", "outfits_bottom"):
        wanted[category] = {"list": available[category]["list"][:1], "embed": False, "textures": textures}
    api = Api.signed_in(service, service.credentials.developer)
    avatar = api.wait(api.create(export_parameters=json.dumps([wanted, wanted])).json()["url"])
    first, second = (Export.from_json(api.wait(export["url"])) for export in api("GET", avatar["exports"]).json())
    assert len(first.files) == 3
    assert sum(len(file.static_files) for file in first.files) >= 3
    return first, second


@pytest.fixture(scope="module")
def reference(owner: Client, exports: tuple[Export, Export], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first export as it arrives when nothing goes wrong."""
    folder = tmp_path_factory.mktemp("reference") / "out"
    return fetch_export(owner, exports[0], folder, cache=None).folder


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "export.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_four_processes_fetch_each_file_of_an_export_once(
    service: Sandbox, exports: tuple[Export, Export], reference: Path, tmp_path: Path
) -> None:
    keys = service.credentials.developer
    own = {"ROOT_URL": service.url, "CLIENT_ID": keys.client_id, "CLIENT_SECRET": keys.client_secret}
    environ = os.environ | {f"AVATARSDK_{name}": value for name, value in own.items()}
    command = [sys.executable, "-c", FETCH, str(tmp_path / "out")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with service.faults("latency", seconds=0.2, path="*/file/"):
        running = [subprocess.Popen(command, text=True, env=environ, **pipes) for _ in range(4)]  # type: ignore[call-overload]
        for process in running:
            process.stdin.write(json.dumps(to_json(exports[0])))
            process.stdin.close()
        answers = [json.loads(process.stdout.read()) for process in running]
    assert [process.wait(300) for process in running] == [0] * 4
    for process in running:
        process.stdout.close()
    fetched = [name for names, cached in answers for name in (*names, *cached)]
    assert len(fetched) == len(set(fetched)) == 3 + sum(len(file.static_files) for file in exports[0].files)
    assert content(tmp_path / "out") == content(reference)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_storm_of_faults_is_weathered(
    service: Sandbox, owner: Client, exports: tuple[Export, Export], reference: Path, tmp_path: Path
) -> None:
    before = sum(service.faults.fired.values())
    # As many as a file stands in a row (five without progress), whichever it hits; who is throttled loses no try.
    for number, fault in enumerate(("truncated", "reset-in-body", "reset", "chunked", "truncated")):
        options = {} if fault == "reset" else {"at": 3000}
        service.faults.add(fault, skip=number, times=1, path="*/file/", **options)
    service.faults.add("throttled", seconds=0, times=3, skip=2, method="GET")
    try:
        fetch_export(owner, exports[0], tmp_path / "out", cache=None)
    finally:
        service.faults.clear()
    assert sum(service.faults.fired.values()) - before > 5
    assert content(tmp_path / "out") == content(reference)
    assert check_export(tmp_path / "out", verify=True).ok


@pytest.mark.parametrize("fault", ["slipping-zip", "damaged-zip", "truncated-zip", "zip-bomb"])
def test_after_a_hostile_archive_it_alone_is_fetched_again(
    service: Sandbox, owner: Client, exports: tuple[Export, Export], reference: Path, tmp_path: Path, fault: str
) -> None:
    options = {"megabytes": 300} if fault == "zip-bomb" else {}
    with service.faults(fault, path="*/avatar/file/", **options), pytest.raises(ArchiveError, match="avatar"):
        fetch_export(owner, exports[0], tmp_path / "in" / "out", cache=None)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert all(name.startswith("in/.out.") for name in left), "nothing but what was good, in the work area"
    delivery = fetch_export(owner, exports[0], tmp_path / "in" / "out", cache=None)
    assert "avatar" in delivery.fetched
    assert content(tmp_path / "in" / "out") == content(reference)
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["out"]


def test_a_second_export_of_the_avatar_takes_its_static_files_from_the_cache(
    owner: Client, exports: tuple[Export, Export], tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache")
    urls = [url for file in exports[0].files for url in file.static_files]
    ahead = prefetch(owner, urls[:1], cache=cache)
    assert ahead.fetched == 1
    first, second = (fetch_export(owner, export, tmp_path / export.code, cache=cache) for export in exports)
    assert len(first.from_cache) == 1
    assert sorted(second.fetched) == sorted(file.identity for file in exports[1].files)
    assert len(second.from_cache) == len(urls)
    assert cache.verify().damaged == ()


def test_a_thumbnail_is_kept(owner: Client, exports: tuple[Export, Export], tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    avatar = owner.avatars.get(exports[0].avatar_code)
    first = cached_picture(owner, avatar, "thumbnail", cache=cache)
    asked = owner.traffic.requests
    assert cached_picture(owner, avatar, "thumbnail", cache=cache) == first
    assert owner.traffic.requests == asked
    assert first[:2] == b"\xff\xd8"
