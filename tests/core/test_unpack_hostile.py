"""A corpus of archives that lie: each is refused with its typed error, and not one byte lies outside the folder."""

from __future__ import annotations

import random
from pathlib import Path

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
