"""An export's folder is whole or absent, whoever ends the download; run again, only what isn't whole is fetched."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.errors import Cancelled, NotFound, ServiceUnavailable, TransferError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.http import retry
from avatarsdk_core.models import Export
from avatarsdk_core.transfer import work_area
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.cache_place import static_file_key
from avatarsdk_core.transfer.check import check_export
from avatarsdk_core.transfer.export import download_export, fetch_export
from avatarsdk_core.transfer.export_order import ExportProgress
from tests.core.export_folders import names, on_disk, whole_files
from tests.core.file_peer import Peer, serving
from tests.stopwatch import Stopwatch


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving() as running:
        yield running


@pytest.fixture
def sdk(peer: Peer) -> Iterator[Client]:
    with Client(root_url=peer.url, client_id="an-id", client_secret="a-secret") as client:
        yield client


@pytest.fixture
def gone(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """For downloads that are given up, soon: what it asks isn't counted, since some of it may be read later."""
    monkeypatch.setattr(retry, "_BASE_SECONDS", 0.01)
    with Client(root_url=peer.url, client_id="an-id", client_secret="a-secret", player_uid="gone") as client:
        yield client


@pytest.fixture
def data(peer: Peer) -> dict[str, Any]:
    return peer.export()


@pytest.fixture
def export(data: dict[str, Any]) -> Export:
    return Export.from_json(data)


def test_everything_is_there_and_the_manifest_says_what_came_from_where(
    sdk: Client, peer: Peer, data: dict[str, Any], export: Export, tmp_path: Path
) -> None:
    delivery = fetch_export(sdk, export, tmp_path / "out")
    assert on_disk(tmp_path / "out") == peer.content(data)
    assert names(tmp_path) == ["out"]
    assert sorted(delivery.fetched) == sorted(
        [file.identity for file in export.files]
        + [f"{file.identity}/{url.rpartition('/')[2]}" for file in export.files for url in file.static_files]
    )
    assert delivery.received == sum(map(len, peer.files.values()))
    manifest = json.loads((tmp_path / "out/export.json").read_text())
    assert manifest["code"] == "export"
    assert manifest["files"][0]["etag"].startswith('"')
    check = check_export(tmp_path / "out", verify=True)
    assert check.ok
    assert check.files == len(peer.content(data))


def test_run_again_asks_nothing(sdk: Client, peer: Peer, export: Export, tmp_path: Path) -> None:
    download_export(sdk, export, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    peer.reset()
    for verify in (False, True):
        assert fetch_export(sdk, export, tmp_path / "out", verify=verify).fetched == ()
    assert not peer.asked
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_quick_look_at_forty_files_takes_5_ms(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    export = Export.from_json(peer.export(parts=14, size=100))
    download_export(sdk, export, tmp_path / "out")

    def look() -> float:
        began = time.perf_counter()
        download_export(sdk, export, tmp_path / "out")
        return time.perf_counter() - began

    assert any(look() < 0.005 for _ in range(300)), "and not once on a machine that does nothing else for 5 ms"


def test_what_is_missing_or_spoilt_is_fetched_and_nothing_else(
    sdk: Client, peer: Peer, data: dict[str, Any], export: Export, tmp_path: Path
) -> None:
    folder = download_export(sdk, export, tmp_path / "out", cache=None)
    (folder / "top_1/model.glb").unlink()
    (folder / "top_2/top_2_Normal0.jpg").unlink()
    spoilt = folder / "avatar/maps/Color.jpg"  # the disk's doing: neither size nor time tell
    found = spoilt.stat()
    spoilt.write_bytes(bytes(found.st_size))
    os.utime(spoilt, ns=(found.st_atime_ns, found.st_mtime_ns))
    peer.reset()
    delivery = fetch_export(sdk, export, folder, cache=None)
    assert sorted(delivery.repaired) == ["top_1/model.glb", "top_2/top_2_Normal0.jpg"]
    assert sorted(peer.asked.values()) == [1, 1]
    delivery = fetch_export(sdk, export, folder, cache=None, verify=True)
    assert delivery.repaired == ("avatar/maps/Color.jpg",)
    assert delivery.set_aside == ()
    assert on_disk(folder) == peer.content(data)
    assert check_export(folder, verify=True).ok
    assert names(tmp_path) == ["out"]


def test_an_edited_file_is_never_lost_and_always_told(
    sdk: Client, data: dict[str, Any], peer: Peer, export: Export, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = download_export(sdk, export, tmp_path / "out")
    edited = folder / "avatar/maps/Color.jpg"
    edited.write_bytes(b"an artist's work")
    (folder / "avatar/notes.txt").write_text("mine")
    assert check_export(folder).edited == ("avatar/maps/Color.jpg",)
    kept = fetch_export(sdk, export, folder, edited="keep")
    assert (kept.edited, kept.fetched) == (("avatar/maps/Color.jpg",), ())
    assert edited.read_bytes() == b"an artist's work"
    delivery = fetch_export(sdk, export, folder)
    (aside,) = delivery.set_aside
    assert aside == tmp_path / "out.edited/avatar/maps/Color.jpg"
    assert aside.read_bytes() == b"an artist's work"
    assert on_disk(folder) == peer.content(data) | {"avatar/notes.txt": b"mine"}
    edited.write_bytes(b"another day's work")
    download_export(sdk, export, folder)
    second = aside.with_name("Color (2).jpg")
    assert second.read_bytes() == b"another day's work"
    assert str(second) in caplog.text
    assert aside.read_bytes() == b"an artist's work"


def test_what_an_export_has_got_since_is_fetched_and_takes_nobody_s_place(
    sdk: Client, peer: Peer, tmp_path: Path
) -> None:
    folder = download_export(sdk, Export.from_json(peer.export(parts=2, statics=1)), tmp_path / "out")
    for own in ("top_2/model.glb", "avatar/avatar_Normal1.jpg"):
        (folder / own).parent.mkdir(exist_ok=True)
        (folder / own).write_bytes(b"mine")
    grown = peer.export(parts=3, statics=2)
    delivery = fetch_export(sdk, Export.from_json(grown), folder)
    assert sorted(delivery.set_aside) == [
        tmp_path / "out.edited/avatar/avatar_Normal1.jpg",
        tmp_path / "out.edited/top_2/model.glb",
    ]
    assert {path.read_bytes() for path in delivery.set_aside} == {b"mine"}
    assert on_disk(folder) == peer.content(grown)
    assert check_export(folder, verify=True).ok
    peer.reset()
    assert fetch_export(sdk, Export.from_json(grown), folder).fetched == ()


def test_a_copied_folder_is_recognised_and_quick_again_after_one_look(
    sdk: Client, peer: Peer, export: Export, tmp_path: Path
) -> None:
    folder = download_export(sdk, export, tmp_path / "out")
    for path in folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    peer.reset()
    assert fetch_export(sdk, export, folder).repaired == ()
    assert not peer.asked
    assert check_export(folder).touched == {}


@pytest.mark.parametrize("content", ["", "{}", '{"version": 2, "code": 3}', '{"version": 99}', "[1]"])
def test_a_manifest_that_can_t_be_read_is_left_alone_and_named(
    sdk: Client, export: Export, tmp_path: Path, content: str
) -> None:
    folder = download_export(sdk, export, tmp_path / "out")
    (folder / "export.json").write_text(content)
    before = on_disk(folder)
    with pytest.raises(TransferError, match=r"export\.json.*another folder"):
        download_export(sdk, export, folder)
    assert on_disk(folder) == before


def test_a_manifest_names_nothing_outside_its_folder(sdk: Client, export: Export, tmp_path: Path) -> None:
    folder = download_export(sdk, export, tmp_path / "out")
    manifest = json.loads((folder / "export.json").read_text())
    manifest["files"][0]["files"]["../../victim"] = manifest["files"][0]["files"]["model.glb"]
    (folder / "export.json").write_text(json.dumps(manifest))
    with pytest.raises(TransferError, match="isn't inside"):
        download_export(sdk, export, folder)


def test_another_export_s_folder_and_a_file_are_refused(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    folder = download_export(sdk, Export.from_json(peer.export(code="one")), tmp_path / "out")
    before = on_disk(folder)
    other = Export.from_json(peer.export(code="two"))
    with pytest.raises(TransferError, match=r"another export \(one\)"):
        download_export(sdk, other, folder)
    assert on_disk(folder) == before
    (tmp_path / "file").write_text("mine")
    with pytest.raises(TransferError, match="isn't an empty folder"):
        download_export(sdk, other, tmp_path / "file")
    assert names(tmp_path) == ["file", "out"]


def test_a_link_in_the_folder_leads_nowhere(sdk: Client, export: Export, tmp_path: Path) -> None:
    folder = download_export(sdk, export, tmp_path / "out")
    elsewhere = tmp_path / "elsewhere"
    (folder / "avatar/maps").rename(elsewhere)
    (elsewhere / "Color.jpg").unlink()
    (folder / "avatar/maps").symlink_to(elsewhere)
    with pytest.raises(TransferError, match="is a link"):
        download_export(sdk, export, folder)
    assert list(elsewhere.iterdir()) == []


def test_after_a_break_what_is_whole_is_kept_and_the_rest_fetched(
    sdk: Client, gone: Client, peer: Peer, data: dict[str, Any], export: Export, tmp_path: Path
) -> None:
    last = data["files"][-1]["file"].removeprefix(peer.url.rstrip("/"))
    peer.broken.add(last)
    peer.breaks_when = lambda: len(whole_files(tmp_path)) >= 3
    with pytest.raises((ServiceUnavailable, TransferError)):
        download_export(gone, export, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (area,) = tmp_path.iterdir()
    assert area.name.startswith(".out.")
    whole = whole_files(tmp_path)
    assert len(whole) >= 3
    peer.broken.clear()
    download_export(sdk, export, tmp_path / "out")
    assert peer.asked[last] == 1
    assert sum(peer.asked.values()) <= len(peer.files) - len(whole)
    assert on_disk(tmp_path / "out") == peer.content(data)
    assert names(tmp_path) == ["out"]


def test_a_refusal_leaves_nothing(
    sdk: Client, peer: Peer, export: Export, data: dict[str, Any], tmp_path: Path
) -> None:
    del peer.files[data["files"][-1]["file"].removeprefix(peer.url.rstrip("/"))]
    with pytest.raises(NotFound):
        download_export(sdk, export, tmp_path / "new" / "out")
    assert names(tmp_path) == []


def test_a_work_area_of_another_export_is_not_used(sdk: Client, gone: Client, peer: Peer, tmp_path: Path) -> None:
    first = peer.export(code="one")
    peer.broken.add(first["files"][-1]["file"].removeprefix(peer.url.rstrip("/")))
    peer.breaks_when = lambda: whole_files(tmp_path)
    with pytest.raises((ServiceUnavailable, TransferError)):
        download_export(gone, Export.from_json(first), tmp_path / "out")
    assert whole_files(tmp_path)
    second = peer.export(code="two", size=30_000)
    download_export(sdk, Export.from_json(second), tmp_path / "out")
    assert on_disk(tmp_path / "out") == peer.content(second)
    assert names(tmp_path) == ["out"]


def test_areas_that_nobody_came_back_to_are_removed_after_a_week(
    sdk: Client, gone: Client, peer: Peer, data: dict[str, Any], export: Export, tmp_path: Path
) -> None:
    peer.broken.add(data["files"][-1]["file"].removeprefix(peer.url.rstrip("/")))
    for name in ("old", "young"):
        with pytest.raises((ServiceUnavailable, TransferError)):
            download_export(gone, export, tmp_path / name)
    old = next(path for path in tmp_path.iterdir() if path.name.startswith(".old"))
    for path in (*old.rglob("*"), old):
        os.utime(path, (time.time() - 8 * 86400,) * 2)
    peer.broken.clear()
    download_export(sdk, export, tmp_path / "out")
    assert [name.split(".")[1] for name in names(tmp_path) if name.startswith(".")] == ["young"]


def test_cancelled_within_a_second_and_resumed(
    sdk: Client, peer: Peer, data: dict[str, Any], export: Export, tmp_path: Path
) -> None:
    peer.chunk, peer.seconds_per_chunk = 2_000, 60
    begun = threading.Event()
    with Stopwatch() as watch, pytest.raises(Cancelled):
        download_export(
            sdk,
            export,
            tmp_path / "out",
            cancel=watch.cancel_after(begun),
            progress=lambda step: begun.set() if step.received else None,
        )
    assert watch.seconds < 1
    assert not (tmp_path / "out").exists()
    peer.hurry()
    download_export(sdk, export, tmp_path / "out")
    assert on_disk(tmp_path / "out") == peer.content(data)


def test_progress_tells_the_phase_and_ends_at_the_last_file(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    export = Export.from_json(peer.export(size=200_000))
    peer.chunk, peer.seconds_per_chunk = 20_000, 60
    seen: list[ExportProgress] = []

    def report(step: ExportProgress) -> None:
        seen.append(step)
        if step.transfer is not None and step.transfer.done and step.transfer.total is not None:
            peer.hurry()  # it was shown on the way

    folder = download_export(sdk, export, tmp_path / "out", progress=report)
    assert seen[0].phase == "downloading"
    assert seen[-1].phase == "unpacking"
    assert (seen[-1].number, seen[-1].count) == (8, 8)
    assert [step.received for step in seen] == sorted(step.received for step in seen)
    assert any(step.transfer is not None and 0 < step.transfer.done < (step.transfer.total or 0) for step in seen)
    seen.clear()
    download_export(sdk, export, folder, verify=True, progress=seen.append)
    assert {step.phase for step in seen} == {"checking"}


def test_pause_stops_the_bytes(sdk: Client, peer: Peer, export: Export, tmp_path: Path) -> None:
    pause = threading.Event()
    pause.set()
    paused: list[ExportProgress] = []

    def report(step: ExportProgress) -> None:
        if step.transfer is not None and step.transfer.paused:
            paused.append(step)
        if len(paused) == 4:
            pause.clear()

    download_export(sdk, export, tmp_path / "out", pause=pause, progress=report)
    assert len(paused) >= 4
    assert {step.received for step in paused} == {0}


def test_a_folder_that_somebody_never_gives_back_is_told(
    sdk: Client, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_area, "_LOCK_SECONDS", 0.05)
    area = work_area.WorkArea(tmp_path / "out", export.code)
    area.root.mkdir()
    with (
        FileLock(area.root / "lock"),
        pytest.raises(TransferError, match=r"busy with the export in '.*out' .*: end it, or choose another folder"),
    ):
        download_export(sdk, export, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_who_is_paused_over_a_static_file_keeps_nobody_for_ever(
    peer: Peer, data: dict[str, Any], sdk: Client, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatarsdk_core.transfer.fetching._OTHERS_SECONDS", 0.2)
    with contextlib.ExitStack() as stack:
        for file in export.files:
            for url in file.static_files:
                lock = Cache().lock(static_file_key(url, peer.url, "an-id", file.category, file.identity))
                assert lock is not None
                stack.enter_context(lock)
        fetch_export(sdk, export, tmp_path / "out")
    assert on_disk(tmp_path / "out") == peer.content(data)


def test_a_manifest_of_brackets_is_damaged_and_no_more(sdk: Client, export: Export, tmp_path: Path) -> None:
    fetch_export(sdk, export, tmp_path / "out")
    (tmp_path / "out/export.json").write_text("[" * 200_000)
    with pytest.raises(TransferError, match=r"export\.json' can't be read: it is damaged"):
        fetch_export(sdk, export, tmp_path / "out")
