"""Places that a person may choose: full, read-only, far away, with long or foreign names, open in another program."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.errors import ArchiveError, TransferError
from avatarsdk_core.models import Export
from avatarsdk_core.transfer import files
from avatarsdk_core.transfer.check import check_export
from avatarsdk_core.transfer.export import fetch_export
from avatarsdk_core.transfer.files import copy_hashed, extended, free_name, rename, replace_file
from avatarsdk_core.transfer.unpack import unpack
from tests.core.export_driver import no_locks
from tests.core.export_folders import names, on_disk
from tests.core.file_peer import Peer, noise, serving, zipped

Mount = Callable[[str], Path]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving() as running:
        yield running


@pytest.fixture
def sdk(peer: Peer) -> Iterator[Client]:
    with Client(root_url=peer.url, client_id="an-id", client_secret="a-secret") as client:
        yield client


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a small file system in memory with these options; the test is skipped where that isn't allowed."""
    places: list[Path] = []

    def mounted(options: str) -> Path:
        place = tmp_path / f"disk{len(places)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("mount") else None
        if done is None or done.returncode:
            pytest.skip(f"no small disk here: {done.stderr.strip() if done else 'no mount command'}")
        places.append(place)
        return place

    yield mounted
    for place in places:
        subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.parametrize("announced", [True, False], ids=["found before", "found in the middle"])
def test_a_full_disk_is_told_and_left_clean(
    sdk: Client, peer: Peer, mount: Mount, announced: bool, tmp_path: Path
) -> None:
    disk = mount("size=1m")
    (disk / "mine.txt").write_text("keep")
    peer.announce = announced
    peer.chunk, peer.seconds_per_chunk = 20_000, 0.02
    export = Export.from_json(peer.export(parts=2, size=900_000, statics=0))
    with pytest.raises(TransferError, match="make room") as caught:
        fetch_export(sdk, export, disk / "new" / "out", cache=None)
    assert names(disk) == ["mine.txt"]
    assert "\n" not in str(caught.value)


def test_a_disk_that_takes_the_archives_and_not_what_is_in_them_is_left_clean(
    sdk: Client, peer: Peer, mount: Mount
) -> None:
    disk = mount("size=1m")
    export = peer.export(parts=1, statics=0)
    peer.files["/avatars/a/exports/export/files/avatar/file/"] = zipped({"avatar/model.glb": bytes(3_000_000)}, 8)
    with pytest.raises(TransferError, match=r"3\.0 MB are needed and .* make room"):
        fetch_export(sdk, Export.from_json(export), disk / "out")
    assert names(disk) == []


def test_a_disk_that_is_too_small_for_what_is_packed_is_told_before_unpacking(mount: Mount, tmp_path: Path) -> None:
    disk = mount("size=1m")
    (tmp_path / "a.zip").write_bytes(zipped({"zeros": bytes(3_000_000)}, 8))
    with pytest.raises(ArchiveError, match=r"3\.0 MB are needed and 1\.0 MB are free"):
        unpack(tmp_path / "a.zip", disk / "out")
    assert names(disk) == []


def test_a_disk_that_fills_while_a_zip_is_unpacked_is_left_clean(
    mount: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = mount("size=1m")
    monkeypatch.setattr("avatarsdk_core.transfer.unpack.free_bytes", lambda _: None)
    (tmp_path / "a.zip").write_bytes(zipped({"a": noise("a", 600_000), "b": noise("b", 600_000)}))
    with pytest.raises(ArchiveError, match=r"No space left on device; make room there"):
        unpack(tmp_path / "a.zip", disk / "out")
    assert names(disk) == []


def test_a_disk_without_inodes_is_told_and_left_clean(sdk: Client, peer: Peer, mount: Mount) -> None:
    disk = mount("size=50m,nr_inodes=12")
    export = Export.from_json(peer.export())
    with pytest.raises(TransferError, match="make room"):
        fetch_export(sdk, export, disk / "out")
    assert names(disk) == []


def test_a_read_only_disk_is_told_and_a_whole_export_on_it_is_used(sdk: Client, peer: Peer, mount: Mount) -> None:
    disk = mount("size=5m")
    export = Export.from_json(peer.export())
    fetch_export(sdk, export, disk / "out")
    for path in (disk / "out").rglob("*"):
        os.utime(path, (1, 1))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    peer.reset()
    assert fetch_export(sdk, export, disk / "out", verify=True).fetched == ()
    assert not peer.asked
    with pytest.raises(TransferError, match="Read-only file system; choose another place"):
        fetch_export(sdk, export, disk / "other")


def test_a_mounted_folder_is_filled_where_it_is(sdk: Client, peer: Peer, mount: Mount, tmp_path: Path) -> None:
    disk = mount("size=5m")
    data = peer.export()
    fetch_export(sdk, Export.from_json(data), disk)
    assert on_disk(disk) == peer.content(data)
    assert names(tmp_path) == ["disk0"]
    (disk / "avatar/model.glb").unlink()
    fetch_export(sdk, Export.from_json(data), disk)
    assert on_disk(disk) == peer.content(data)
    assert check_export(disk, verify=True).ok


def test_a_move_out_that_was_cut_is_done_again(
    sdk: Client, peer: Peer, mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = mount("size=5m")
    data = peer.export()

    class KilledError(BaseException):
        pass

    def cut(source: Path, target: Path, seconds: float = 0) -> None:
        if target.name == "top_2" and target.parent == disk:
            raise KilledError
        rename(source, target)

    monkeypatch.setattr("avatarsdk_core.transfer.work_area.rename", cut)
    with pytest.raises(KilledError):
        fetch_export(sdk, Export.from_json(data), disk)
    assert (disk / "avatar").exists()
    assert not (disk / "export.json").exists()
    monkeypatch.undo()
    peer.reset()
    fetch_export(sdk, Export.from_json(data), disk, cache=None)
    assert on_disk(disk) == peer.content(data)
    assert not peer.asked


def test_a_folder_whose_parent_may_not_be_written(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    parent, folder = tmp_path / "parent", tmp_path / "parent" / "out"
    folder.mkdir(parents=True)
    parent.chmod(0o555)
    data = peer.export()
    try:
        fetch_export(sdk, Export.from_json(data), folder)
        assert on_disk(folder) == peer.content(data)
        assert names(parent) == ["out"]
    finally:
        parent.chmod(0o755)


def test_what_somebody_put_into_a_work_area_s_place_harms_nobody(
    sdk: Client, peer: Peer, mount: Mount, tmp_path: Path
) -> None:
    disk, victim = mount("size=5m"), tmp_path / "victim"
    victim.mkdir()
    (victim / "mine.txt").write_text("keep")
    (disk / "mine").mkdir()
    (disk / ".avatarsdk.download").mkdir()
    (disk / ".avatarsdk.download/about.json").write_text('{"code": "export"}')
    (disk / ".avatarsdk.download/moves.json").write_text('{"names": ["../victim", "..", "/"]}')
    export = Export.from_json(peer.export())
    with pytest.raises(TransferError, match="isn't an empty folder"):
        fetch_export(sdk, export, disk)
    (disk / "mine").rmdir()
    fetch_export(sdk, export, disk)
    assert on_disk(victim) == {"mine.txt": b"keep"}
    planted = tmp_path / f".out.{hashlib.sha256(b'out').hexdigest()[:8]}.download"
    planted.symlink_to(victim)
    (victim / "downloads").mkdir()
    (victim / "downloads/mine.txt").write_text("keep")
    with pytest.raises(TransferError, match="isn't ours"):
        fetch_export(sdk, export, tmp_path / "out")
    assert on_disk(victim) == {"mine.txt": b"keep", "downloads/mine.txt": b"keep"}


@pytest.mark.parametrize("name", ["Ünïcode – 日本語 😀", "e\u0301 and é", "a b'c\"d", "-rf", "x" * 250, "字" * 80])
def test_names_of_any_script_and_length(sdk: Client, peer: Peer, tmp_path: Path, name: str) -> None:
    data = peer.export(parts=1)
    fetch_export(sdk, Export.from_json(data), tmp_path / name)
    assert on_disk(tmp_path / name) == peer.content(data)
    assert names(tmp_path) == [name]


def test_long_paths_work_as_far_as_the_system_goes_and_are_told_beyond(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    data = peer.export(parts=1)
    deep = tmp_path.joinpath(*["d" * 200] * 16)
    fetch_export(sdk, Export.from_json(data), deep / "out")
    assert on_disk(deep / "out") == peer.content(data)
    deeper = deep.joinpath(*["d" * 200] * 10)
    with pytest.raises(TransferError, match="path"):
        fetch_export(sdk, Export.from_json(data), deeper / "out")


def test_a_file_in_the_way_is_named(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    export = Export.from_json(peer.export())
    (tmp_path / "file").touch()
    with pytest.raises(TransferError, match=r"file' is no folder.*choose another place"):
        fetch_export(sdk, export, tmp_path / "file" / "deep" / "out")
    with pytest.raises(TransferError, match="can be no folder's name"):
        fetch_export(sdk, export, f"{tmp_path}/a\0b")
    fetch_export(sdk, export, tmp_path / "out")
    shutil.rmtree(tmp_path / "out/avatar")
    (tmp_path / "out/avatar").write_text("mine")
    with pytest.raises(TransferError, match="avatar' is a file where a folder should be: move it away"):
        fetch_export(sdk, export, tmp_path / "out")
    assert (tmp_path / "out/avatar").read_text() == "mine"
    assert names(tmp_path / "out") == ["avatar", "export.json", "top_1", "top_2", "top_3"]


@pytest.mark.parametrize("place", [".", "relative/out", "./a/../b/out"])
def test_relative_places(sdk: Client, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    data = peer.export(parts=1)
    delivery = fetch_export(sdk, Export.from_json(data), place)
    assert delivery.folder == Path(place)
    assert on_disk((tmp_path / "here" / place).resolve()) == peer.content(data)


def test_a_link_to_a_folder_stays_a_link(sdk: Client, peer: Peer, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    data = peer.export(parts=1)
    fetch_export(sdk, Export.from_json(data), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert on_disk(tmp_path / "real") == peer.content(data)


def test_a_drive_without_locks_works(sdk: Client, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatarsdk_core.file_lock.lock_descriptor", no_locks)
    data = peer.export()
    fetch_export(sdk, Export.from_json(data), tmp_path / "out")
    assert on_disk(tmp_path / "out") == peer.content(data)
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(("number", "works"), [(errno.EINVAL, True), (errno.ENOSYS, True), (errno.EIO, False)])
def test_a_drive_that_can_t_sync_works_and_one_that_fails_is_told(
    sdk: Client, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, works: bool
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    data = peer.export()
    if works:
        fetch_export(sdk, Export.from_json(data), tmp_path / "out")
        assert on_disk(tmp_path / "out") == peer.content(data)
    else:
        with pytest.raises(TransferError, match="Input/output error"):
            fetch_export(sdk, Export.from_json(data), tmp_path / "out")
        assert not (tmp_path / "out").exists()


def refusing(monkeypatch: pytest.MonkeyPatch, target: Path, times: int) -> list[int]:
    """As Windows does while another program has `target` open; what is left of the refusals."""
    left = [times]
    real = os.replace

    def replace(source: Any, destination: Any, **options: Any) -> None:
        if Path(destination) == target and left[0] > 0:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(source))
        real(source, destination, **options)

    monkeypatch.setattr(os, "replace", replace)
    return left


def test_a_file_that_is_open_for_a_moment_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "model.glb").write_bytes(b"old")
    left = refusing(monkeypatch, tmp_path / "model.glb", 4)
    replace_file(tmp_path / "new", tmp_path / "model.glb")
    assert left == [0]
    assert (tmp_path / "model.glb").read_bytes() == b"new"


def test_a_file_that_stays_open_keeps_the_new_one_beside_it_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.glb").write_bytes(b"old")
    refusing(monkeypatch, tmp_path / "model.glb", 10**6)
    for kept in ("model.new.glb", "model.new (2).glb"):
        (tmp_path / "new").write_bytes(b"new")
        with pytest.raises(TransferError, match="open in another program") as caught:
            replace_file(tmp_path / "new", tmp_path / "model.glb", seconds=0.05)
        assert repr(kept) in str(caught.value)
        assert (tmp_path / kept).read_bytes() == b"new"
    assert (tmp_path / "model.glb").read_bytes() == b"old"


def test_an_export_s_file_that_is_open_is_put_back_by_the_next_run(
    sdk: Client, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = peer.export()
    folder = fetch_export(sdk, Export.from_json(data), tmp_path / "out").folder
    spoilt = folder / "avatar/model.glb"
    found = spoilt.stat()
    spoilt.write_bytes(bytes(found.st_size))
    os.utime(spoilt, ns=(found.st_atime_ns, found.st_mtime_ns))
    monkeypatch.setattr(files, "REPLACE_SECONDS", 0.05)
    monkeypatch.setattr(rename, "__defaults__", (0.05,))
    refusing(monkeypatch, spoilt, 10**6)
    with pytest.raises(TransferError, match=r"if another program has it open.*what was fetched is kept"):
        fetch_export(sdk, Export.from_json(data), folder, verify=True)
    monkeypatch.undo()
    peer.reset()
    assert fetch_export(sdk, Export.from_json(data), folder, verify=True).repaired == ("avatar/model.glb",)
    assert not peer.asked
    assert on_disk(folder) == peer.content(data)
    assert names(tmp_path) == ["out"]


def test_a_folder_that_an_indexer_holds_for_a_moment_appears(
    sdk: Client, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = refusing(monkeypatch, tmp_path / "out", 3)
    data = peer.export()
    fetch_export(sdk, Export.from_json(data), tmp_path / "out")
    assert left == [0]
    assert on_disk(tmp_path / "out") == peer.content(data)


def test_paths_beyond_260_characters_are_written_as_windows_takes_them() -> None:
    long = "C:\\" + "\\".join(["folder"] * 40)
    assert extended(long, windows=True) == "\\\\?\\" + long
    assert extended("\\\\server\\share\\" + "x" * 300, windows=True) == "\\\\?\\UNC\\server\\share\\" + "x" * 300
    assert extended("\\\\?\\" + long, windows=True) == "\\\\?\\" + long
    assert extended("C:\\short", windows=True) == "C:\\short"
    assert extended("/" + "x" * 300, windows=False) == "/" + "x" * 300


def test_free_names_count_on(tmp_path: Path) -> None:
    assert free_name(tmp_path / "a.jpg").name == "a.jpg"
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a (2).jpg").symlink_to("nowhere")
    assert free_name(tmp_path / "a.jpg").name == "a (3).jpg"


def test_blocks_are_shared_where_the_file_system_can(tmp_path: Path) -> None:
    """On Btrfs, where a copy of 20 MB takes no room until it is edited."""
    if shutil.which("mkfs.btrfs") is None:
        pytest.skip("no mkfs.btrfs: install btrfs-progs to see blocks shared")
    image, disk = tmp_path / "image", tmp_path / "disk"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(200 << 20)
    subprocess.run(["mkfs.btrfs", "-q", str(image)], check=True, capture_output=True)
    mounted = subprocess.run(
        ["mount", "-o", "loop", str(image), str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no Btrfs here: {mounted.stderr.strip()}")
    try:
        (disk / "source").write_bytes(noise("a", 1 << 20) * 20)
        os.sync()
        before = shutil.disk_usage(disk).free
        copy_hashed(disk / "source", disk / "copy")
        os.sync()
        assert before - shutil.disk_usage(disk).free < 5 << 20
        (disk / "copy").write_bytes(b"edited")
        assert (disk / "source").stat().st_size == 20 << 20
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
