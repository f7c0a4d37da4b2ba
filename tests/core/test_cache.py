"""The cache gives back what was stored or nothing, keeps to its limit, and is shared by whoever runs here."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.errors import CacheError, SettingsError
from avatarsdk_core.models import Avatar, Export
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.cache_place import (
    DEFAULT_LIMIT,
    cache_folder,
    cache_limit,
    parse_size,
    picture_key,
    static_file_key,
    url_key,
)
from avatarsdk_core.transfer.export import fetch_export
from avatarsdk_core.transfer.files import copy_hashed
from avatarsdk_core.transfer.prefetch import Prefetched, Prefetching, cached_picture, prefetch
from tests.core.export_driver import no_locks
from tests.core.file_peer import Peer, noise, serving
from tests.stopwatch import Stopwatch, eventually

ROOT = "https://api.example.com/"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", limit=1_000_000)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving() as running:
        yield running


def client_of(peer: Peer, client_id: str = "an-id") -> Client:
    return Client(root_url=peer.url, client_id=client_id, client_secret="a-secret")


def aged(cache: Cache, key: str, seconds: float) -> None:
    os.utime(cache._key(key), (time.time() - seconds,) * 2)


@pytest.mark.parametrize(
    ("environ", "system", "expected"),
    [
        ({"AVATARSDK_CACHE": "/big/disk"}, "linux", "/big/disk"),
        ({"AVATARSDK_CACHE": "  "}, "linux", "/home/a/.cache/avatarsdk"),
        ({}, "linux", "/home/a/.cache/avatarsdk"),
        ({"XDG_CACHE_HOME": "/var/c"}, "linux", "/var/c/avatarsdk"),
        ({"XDG_CACHE_HOME": "relative"}, "linux", "/home/a/.cache/avatarsdk"),
        ({"XDG_CACHE_HOME": "/var/c"}, "darwin", "/home/a/Library/Caches/avatarsdk"),
        ({"LOCALAPPDATA": "/local"}, "win32", "/local/avatarsdk/Cache"),
        ({}, "win32", "/home/a/AppData/Local/avatarsdk/Cache"),
    ],
)
def test_the_folder_is_where_everybody_finds_it(environ: dict[str, str], system: str, expected: str) -> None:
    assert cache_folder(environ, system, Path("/home/a")) == Path(expected)


def test_a_folder_of_nobody_s_home_is_named() -> None:
    with pytest.raises(SettingsError, match="AVATARSDK_CACHE"):
        cache_folder({"AVATARSDK_CACHE": "~nobody-of-that-name/cache"})


@pytest.mark.parametrize(
    ("text", "size"),
    [("500", 500), ("500 MB", 5 * 10**8), ("1.5gb", 15 * 10**8), ("2 GiB", 2 << 30), ("10k", 10_000), ("0", 0)],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text, "X") == size


@pytest.mark.parametrize("text", ["much", "-1", "5 apples", "GB", "1e9", "nan"])
def test_what_is_no_size_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"AVATARSDK_CACHE_LIMIT.*500 MB"):
        cache_limit({"AVATARSDK_CACHE_LIMIT": text})
    assert cache_limit({}) == DEFAULT_LIMIT


def test_keys_are_the_documented_ones_and_hold_root_and_account() -> None:
    static = f"{ROOT}avatars/a/exports/e/files/afro/static_files/texture.png"
    key = static_file_key(static, ROOT, "me", "haircuts", "afro")
    assert key.endswith(" haircuts/afro/texture.png")
    assert key.startswith("https://api.example.com:443 ")
    assert static_file_key(f"{ROOT}x/avatars/b/normal.jpg", ROOT, "me", None, "avatar").endswith(" avatar/normal.jpg")
    others = {
        static_file_key(static, ROOT, "another", "haircuts", "afro"),
        static_file_key(static, "http://127.0.0.1:8721/", "me", "haircuts", "afro"),
        static_file_key(static, ROOT, "me", "haircuts", "bob"),
    }
    assert len(others | {key}) == 4
    resource = f"{ROOT}static_resources/metaperson_2.0/textures/avatar/AvatarHeadFemale/Normal0_2K.jpg"
    assert static_file_key(resource, ROOT, "me", None, "avatar") == resource
    assert static_file_key(resource, ROOT, "another", None, "avatar") == resource
    assert "canary" not in url_key(f"{resource}?signature=canary")
    assert url_key(f"{resource}?v=1") != url_key(f"{resource}?v=2") != url_key(resource)
    assert picture_key(ROOT, "me", "player-1", "a", "preview") != picture_key(ROOT, "me", "player-2", "a", "preview")
    assert "player-1" not in picture_key(ROOT, "me", "player-1", "a", "preview")


def test_what_is_stored_comes_back_as_a_file_of_its_own(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "texture.jpg").write_bytes(b"pixels")
    assert cache.get("key", tmp_path / "none") is None
    assert cache.put("key", tmp_path / "texture.jpg", "https://x/y")
    entry = cache.get("key", tmp_path / "copy.jpg")
    assert entry is not None
    assert (entry.url, entry.bytes) == ("https://x/y", 6)
    copy = tmp_path / "copy.jpg"
    assert copy.stat().st_nlink == 1, "a hard link would let an artist's edit spoil the cache"
    copy.write_bytes(b"edited")
    assert cache.get_bytes("key") == b"pixels"
    (tmp_path / "texture.jpg").write_bytes(b"gone on")
    assert cache.get_bytes("key") == b"pixels"


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "gone", "key", "swapped"])
def test_damage_is_found_and_never_handed_out(cache: Cache, tmp_path: Path, harm: str) -> None:
    cache.put_bytes("key", b"pixels" * 100)
    cache.put_bytes("other", b"others" * 100)
    entry = next(entry for entry in cache.entries() if entry.key == "key")
    blob = cache._blob(entry.sha256)
    if harm == "key":
        cache._key("key").write_text("{")
    elif harm == "swapped":
        cache._key("key").write_bytes(cache._key("other").read_bytes())
    elif harm == "gone":
        blob.unlink()
    else:
        data = blob.read_bytes()
        blob.write_bytes({"flip": b"P" + data[1:], "cut": data[:-1], "empty": b""}[harm])
    assert cache.get("key", tmp_path / "copy") is None
    assert not (tmp_path / "copy").exists()
    assert cache.get_bytes("key") is None
    assert cache.put_bytes("key", b"pixels" * 100)
    assert cache.get_bytes("key") == b"pixels" * 100
    assert cache.get_bytes("other") == b"others" * 100


def test_verify_reads_everything_and_removes_what_is_damaged(cache: Cache) -> None:
    for number in range(4):
        cache.put_bytes(f"key {number}", noise(str(number), 1000))
    damaged = next(entry for entry in cache.entries() if entry.key == "key 2")
    cache._blob(damaged.sha256).write_bytes(b"rot")
    seen: list[tuple[int, int]] = []
    check = cache.verify(lambda number, count: seen.append((number, count)))
    assert (check.checked, check.bytes, check.damaged) == (4, 4000, ("key 2",))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert cache.verify().damaged == ()
    assert cache.info().entries == 3


def test_what_was_used_longest_ago_goes_first_and_what_is_pinned_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", limit=10_000)
    for number in range(9):
        cache.put_bytes(f"key {number}", noise(str(number), 1000))
        aged(cache, f"key {number}", 1000 - number)
    cache.pin("key 0")
    assert cache.get_bytes("key 1") is not None  # used now
    for number in range(9, 12):
        cache.put_bytes(f"key {number}", noise(str(number), 1000))
    left = {entry.key for entry in cache.entries()}
    assert {"key 0", "key 1", "key 11"} <= left
    assert not {"key 2", "key 3"} & left
    info = cache.info()
    assert info.bytes <= 10_000
    assert info.pinned == 1
    cache.unpin("key 0")
    assert cache.info().pinned == 0


def test_a_file_larger_than_the_limit_harms_nobody(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", limit=100)
    cache.put_bytes("key", bytes(1000))
    assert cache.info().entries == 0
    assert list((tmp_path / "cache/v1/blobs").glob("*/*")) == []


def test_clear_leaves_what_is_pinned_unless_told(cache: Cache) -> None:
    for key in ("a", "b"):
        cache.put_bytes(key, key.encode() * 100)
    cache.pin("b")
    removed = cache.clear()
    assert (removed.entries, removed.bytes) == (1, 100)
    assert [entry.key for entry in cache.entries()] == ["b"]
    assert cache.clear(pinned=True).entries == 1
    assert cache.info().entries == 0
    assert list((cache.folder / "v1/blobs").glob("*/*")) == []
    assert cache.put_bytes("a", b"again")


def test_the_same_content_under_two_keys_is_there_once(cache: Cache) -> None:
    cache.put_bytes("a", b"same" * 100)
    cache.put_bytes("b", b"same" * 100)
    assert cache.info().bytes == 400
    cache._forget("a")
    assert cache.get_bytes("b") == b"same" * 100


def test_a_cache_that_can_t_be_used_is_told_of_and_stops_no_download(peer: Peer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = Cache(tmp_path / "file" / "cache")
    assert not cache.put_bytes("key", b"x")
    assert cache.get_bytes("key") is None
    with pytest.raises(CacheError, match="AVATARSDK_CACHE"):
        cache.pin("key")
    export = Export.from_json(peer.export())
    with client_of(peer) as client:
        fetch_export(client, export, tmp_path / "out", cache=cache)
    assert set(peer.asked.values()) == {1}


def test_a_new_cache_is_empty_and_makes_nothing_on_the_disk_when_asked(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    assert (cache.info().entries, cache.entries(), cache.verify().checked, cache.clear().entries) == (0, [], 0, 0)
    assert not (tmp_path / "cache").exists()


def test_a_second_export_takes_static_files_from_the_cache(peer: Peer, cache: Cache, tmp_path: Path) -> None:
    first, second = (peer.export(code=code) for code in ("one", "two"))  # the same static resources
    with client_of(peer) as client:
        fetch_export(client, Export.from_json(first), tmp_path / "one", cache=cache)
        peer.reset()
        delivery = fetch_export(client, Export.from_json(second), tmp_path / "two", cache=cache)
    assert len(delivery.from_cache) == 4
    assert not [path for path in peer.asked if "static_resources" in path]
    static = tmp_path / "two/avatar/avatar_Normal0.jpg"
    assert static.stat().st_nlink == 1
    static.write_bytes(b"edited")
    assert cache.verify().damaged == ()


def test_a_damaged_entry_is_fetched_again_for_an_export(peer: Peer, cache: Cache, tmp_path: Path) -> None:
    data = peer.export()
    with client_of(peer) as client:
        fetch_export(client, Export.from_json(data), tmp_path / "one", cache=cache)
        entry = cache.entries()[0]
        blob = cache._blob(entry.sha256)
        blob.write_bytes(bytes(entry.bytes))
        peer.reset()
        fetch_export(client, Export.from_json(data), tmp_path / "two", cache=cache)
    assert sum("static_resources" in path for path in peer.asked) == 1
    assert cache.verify().damaged == ()
    assert (tmp_path / "two/avatar/avatar_Normal0.jpg").read_bytes() in peer.files.values()


def test_another_account_s_static_files_are_its_own(peer: Peer, cache: Cache, tmp_path: Path) -> None:
    data: dict[str, Any] = peer.export(parts=1, statics=0)
    path = "/avatars/a/exports/export/files/avatar/static_files/normal.jpg"
    data["files"][0]["static_files"] = [peer.url.rstrip("/") + path]
    for account in ("one", "two"):
        peer.files[path] = account.encode() * 100
        with client_of(peer, account) as client:
            fetch_export(client, Export.from_json(data), tmp_path / account, cache=cache)
        assert (tmp_path / account / "avatar/normal.jpg").read_bytes() == account.encode() * 100


@pytest.mark.parametrize("locks", ["locks", "no locks"])
def test_exports_at_the_same_time_fetch_a_shared_file_once(
    peer: Peer, cache: Cache, tmp_path: Path, locks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if locks == "no locks":
        monkeypatch.setattr("avatarsdk_core.file_lock.lock_descriptor", no_locks)
    exports = [Export.from_json(peer.export(code=str(number))) for number in range(4)]
    peer.chunk, peer.seconds_per_chunk = 1000, 0.02
    failures: list[BaseException] = []

    def fetch(number: int) -> None:
        try:
            with client_of(peer) as client:
                fetch_export(client, exports[number], tmp_path / str(number), cache=cache)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert failures == []
    assert set(peer.asked.values()) == {1}


def test_static_resources_are_fetched_while_the_avatar_is_computed(peer: Peer, cache: Cache, tmp_path: Path) -> None:
    data = peer.export()
    urls = [url for file in data["files"] for url in file["static_files"]]
    with client_of(peer) as client:
        cache.put_bytes(url_key(urls[0]), peer.files[urls[0].removeprefix(peer.url.rstrip("/"))])
        found = prefetch(client, [urls[0], *urls], cache=cache)
        assert (found.fetched, found.present, found.received) == (3, 1, 15_000)
        assert prefetch(client, urls, cache=cache) == Prefetched(present=4)
        delivery = fetch_export(client, Export.from_json(data), tmp_path / "out", cache=cache)
    assert len(delivery.from_cache) == 4
    assert list((cache.folder / "v1/work").iterdir()) == []


def test_prefetching_stops_with_its_block_and_fails_nobody(peer: Peer, cache: Cache) -> None:
    data = peer.export()
    urls = [url for file in data["files"] for url in file["static_files"]]
    with client_of(peer) as client:
        with Prefetching(client, lambda: urls, cache=cache) as running:
            assert running.wait(300)
        assert running.result is not None
        assert running.result.fetched == 4
        cache.clear()
        peer.reset()
        peer.chunk, peer.seconds_per_chunk = 100, 60
        with Stopwatch() as watch:
            with Prefetching(client, urls, cache=cache):
                eventually(lambda: len(peer.sent) == 4)
                watch.restart()
            assert watch.seconds < 2
        peer.hurry()
        with Prefetching(client, [f"{peer.url}none"], cache=cache) as failing:
            assert failing.wait(300)
        assert failing.result is None
    assert cache.info().entries == 0


def test_a_picture_is_asked_for_once_and_by_its_own_player(peer: Peer, cache: Cache) -> None:
    peer.files["/avatars/a/thumbnail/"] = b"a face"
    avatar = Avatar.from_json({"code": "a", "status": "Completed", "thumbnail": f"{peer.url}avatars/a/thumbnail/"})
    with client_of(peer) as client:
        for _ in range(2):
            assert cached_picture(client, avatar, "thumbnail", cache=cache) == b"a face"
        assert peer.asked["/avatars/a/thumbnail/"] == 1
        client.use_player("another")
        cached_picture(client, avatar, "thumbnail", cache=cache)
        assert peer.asked["/avatars/a/thumbnail/"] == 2


HAMMER = """
import random, sys
from pathlib import Path
from avatarsdk_core.transfer.cache import Cache
from tests.core.file_peer import noise
cache, dice = Cache(Path(sys.argv[1]), limit=30_000), random.Random(int(sys.argv[2]))
for step in range(150):
    key = str(dice.randrange(12))
    if dice.random() < 0.5:
        cache.put_bytes(key, noise(key, 5_000))
    else:
        data = cache.get_bytes(key)
        assert data in (None, noise(key, 5_000)), key
    if step % 50 == 49:
        cache.verify()
print("ok")
"""


def test_many_processes_write_read_and_evict_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HAMMER, str(tmp_path / "cache")]
    running = [
        subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        for seed in range(4)
    ]
    assert [process.communicate(timeout=300)[0] for process in running] == ["ok\n"] * 4
    cache = Cache(tmp_path / "cache", limit=30_000)
    assert cache.verify().damaged == ()
    assert cache.info().bytes <= 30_000 + 4 * 5_000
    assert list((tmp_path / "cache/v1/work").iterdir()) == []


def test_what_is_evicted_while_it_is_taken_is_not_there(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy(source: Path, target: Path) -> str:
        source.unlink()  # another process, just now
        return copy_hashed(source, target)

    cache.put_bytes("key", b"content")
    monkeypatch.setattr("avatarsdk_core.transfer.cache.copy_hashed", copy)
    assert cache.get("key", tmp_path / "out") is None
    assert not (tmp_path / "out").exists()


def test_measuring_bit_by_bit_gives_the_size_of_info(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    assert sum(cache.measure()) == 0
    for number in range(5):
        cache.put_bytes(f"key {number}", bytes(number * 1000 + 1), "")
    assert sum(cache.measure()) == cache.info().bytes == 10_005
