"""A corpus of archives that lie: each is refused with its typed error, and not one byte lies outside the folder."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.errors import ArchiveError
from avatarsdk_core.transfer.unpack import unpack, unpack_all
from tests.core.hostile_zips import MODEL, Member, archive, described, harmless, hostile

HOSTILE = dict(hostile())


@pytest.fixture
def corner(tmp_path: Path) -> Path:
    """A folder for archives, in a tree that a test can watch whole."""
    (tmp_path / "victim.txt").write_text("mine")
    (tmp_path / "in").mkdir()
    return tmp_path


def everything(root: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None for path in root.rglob("*")
    }


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_archive_is_refused_and_leaves_nothing(corner: Path, name: str) -> None:
    (corner / "a.zip").write_bytes(HOSTILE[name])
    before = everything(corner)
    with pytest.raises(ArchiveError) as caught:
        unpack(corner / "a.zip", corner / "in" / "out")
    assert everything(corner) == before
    assert "\n" not in str(caught.value)
    assert "a.zip" in str(caught.value)


@pytest.mark.parametrize(("name", "data"), list(harmless()), ids=[name for name, _ in harmless()])
def test_what_real_programs_write_is_taken(corner: Path, name: str, data: bytes) -> None:
    (corner / "a.zip").write_bytes(data)
    (file,) = unpack(corner / "a.zip", corner / "in" / "avatar", identity="avatar")
    assert file.read_bytes() == MODEL


class _Pipe(io.RawIOBase):
    """Somewhere to write that can't go back, as a service streams its answer."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


@pytest.mark.parametrize("force_zip64", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("streamed", [False, True])
def test_what_python_writes_is_taken(corner: Path, streamed: bool, method: int, force_zip64: bool) -> None:
    target = _Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as packed:
        for name in ("avatar/model.glb", "avatar/é/Color.jpg"):
            with packed.open(name, "w", force_zip64=force_zip64) as entry:
                entry.write(MODEL)
    (corner / "a.zip").write_bytes(target.data if isinstance(target, _Pipe) else target.getvalue())
    files = unpack(corner / "a.zip", corner / "in" / "avatar", identity="avatar")
    assert [file.read_bytes() for file in files] == [MODEL, MODEL]


@pytest.mark.parametrize("program", ["zip", "7z", "bsdtar"])
def test_what_other_programs_write_is_taken(corner: Path, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program} here")
    (corner / "source" / "avatar" / "maps").mkdir(parents=True)
    for name in ("model.glb", "maps/é.jpg", "empty"):
        (corner / "source" / "avatar" / name).write_bytes(MODEL if name != "empty" else b"")
    command = {
        "zip": ["zip", "-qr", "../a.zip", "avatar"],
        "7z": ["7z", "a", "-bd", "../a.zip", "avatar"],
        "bsdtar": ["bsdtar", "-a", "-cf", "../a.zip", "avatar"],
    }[program]
    subprocess.run(command, cwd=corner / "source", check=True, stdout=subprocess.DEVNULL)
    files = unpack(corner / "a.zip", corner / "in" / "avatar", identity="avatar")
    assert [file.name for file in files] == ["empty", "é.jpg", "model.glb"]


def test_every_archive_that_is_cut_is_refused(corner: Path) -> None:
    data = archive(described(Member()), Member(b"avatar/b.jpg", method=0), comment=b"a comment")
    for length in range(0, len(data), 3):
        (corner / "a.zip").write_bytes(data[:length])
        with pytest.raises(ArchiveError):
            unpack(corner / "a.zip", corner / "in" / "out")
    assert list((corner / "in").iterdir()) == []


def test_whatever_byte_changes_the_content_is_right_or_refused(corner: Path) -> None:
    """A bit of an archive turned over: what comes out is what was packed, under a name inside the folder."""
    data = archive(described(Member()), Member(b"avatar/b.jpg", method=0))
    dice = random.Random(3)
    for at in sorted(dice.sample(range(len(data)), 150)):
        damaged = bytearray(data)
        damaged[at] ^= 1 << dice.randrange(8)
        (corner / "a.zip").write_bytes(damaged)
        try:
            files = unpack(corner / "a.zip", corner / "in" / "out")
        except ArchiveError:
            continue
        assert [file.read_bytes() for file in files] == [MODEL, MODEL], at
        for path in sorted((corner / "in").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        assert (corner / "victim.txt").read_text() == "mine"


def test_several_archives_appear_each_as_a_whole(corner: Path) -> None:
    for number in range(4):
        members = [Member(b"%d/%d.bin" % (number, part), bytes([number]) * (2 << 20), 0) for part in range(3)]
        (corner / f"{number}.zip").write_bytes(archive(*members))
    jobs = [(corner / f"{number}.zip", corner / "in" / str(number), str(number)) for number in range(4)]
    found = unpack_all(jobs, threads=4)
    assert [len(files) for files in found] == [3] * 4
    assert all(set(file.read_bytes()) == {number} for number, files in enumerate(found) for file in files)
    assert sorted(path.name for path in (corner / "in").iterdir()) == ["0", "1", "2", "3"]


def test_when_one_of_several_is_hostile_none_appears(corner: Path) -> None:
    (corner / "a.zip").write_bytes(archive(Member(b"a", bytes(5 << 20), 0)))
    (corner / "b.zip").write_bytes(HOSTILE["a wrong CRC"])
    before = everything(corner)
    with pytest.raises(ArchiveError, match=r"b\.zip.*CRC"):
        unpack_all([(corner / f"{name}.zip", corner / "in" / name, None) for name in "ab"], threads=2)
    assert everything(corner) == before
