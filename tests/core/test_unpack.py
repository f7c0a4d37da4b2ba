"""Zips are untrusted: whole or not at all, and never a byte outside the folder."""

from __future__ import annotations

import stat
import struct
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avatarsdk_core.errors import ArchiveError
from avatarsdk_core.transfer.unpack import unpack
from avatarsdk_core.transfer.zip_checks import Limits


def make_zip(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name) if name.endswith("/") else name, data)
    return path


def snapshot(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def refused(tmp_path: Path, archive: Path, **options: object) -> str:
    """Unpacking fails with one line, and leaves the disk as it was."""
    before = snapshot(tmp_path)
    with pytest.raises(ArchiveError) as caught:
        unpack(archive, tmp_path / "deep" / "out", **options)  # type: ignore[arg-type]
    left = {path for path in snapshot(tmp_path) - before if path != tmp_path / "deep"}
    assert not left
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nested_and_flat_archives_give_the_same_folder(tmp_path: Path) -> None:
    nested = make_zip(tmp_path / "nested.zip", {"avatar/": b"", "avatar/model.glb": b"glTF", "avatar/maps/a.jpg": b"j"})
    flat = make_zip(tmp_path / "flat.zip", {"model.glb": b"glTF", "maps/a.jpg": b"j"})
    for name, archive in (("one", nested), ("two", flat)):
        files = unpack(archive, tmp_path / name / "avatar", identity="avatar")
        assert [path.relative_to(tmp_path / name).as_posix() for path in files] == [
            "avatar/maps/a.jpg",
            "avatar/model.glb",
        ]
        assert (tmp_path / name / "avatar/model.glb").read_bytes() == b"glTF"


def test_a_top_folder_of_another_name_is_kept(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"other/model.glb": b"1", "readme.txt": b"2"})
    unpack(archive, tmp_path / "avatar", identity="avatar")
    assert (tmp_path / "avatar/other/model.glb").exists()


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../x", "a/../../x", "..\\x", "C:\\x", "C:x", "\\\\host\\share\\x", "a/CON", "nul.txt", "LPT¹.jpg",
     "a./b", "a /b", "a\x01b", "what?.png", "a:stream", "x" * 300, "./", "a/../b"],
)  # fmt: skip
def test_harmful_names_are_refused_and_named(tmp_path: Path, name: str) -> None:
    archive = make_zip(tmp_path / "a.zip", {"model.glb": b"fine", name: b"harm"})
    assert repr(name)[1:-1].split("\\x")[0][:8] in refused(tmp_path, archive)


@pytest.mark.parametrize(
    "names",
    [("Model.glb", "model.glb"), ("é.png", "e\u0301.png"), ("a", "a/b"), ("A/x", "a/y"), ("a\\b", "a/b"), ("ß", "SS")],
)
def test_names_that_some_file_system_takes_for_the_same_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    archive = make_zip(tmp_path / "a.zip", dict.fromkeys(names, b"x"))
    assert "another entry of that name" in refused(tmp_path, archive)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("avatar/link")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "avatar/link" in refused(tmp_path, tmp_path / "a.zip")


def test_encrypted_entries_are_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"model.glb": b"secret"})
    data = bytearray(archive.read_bytes())
    data[6] |= 1  # flags of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the central directory
    archive.write_bytes(data)
    assert "encrypted" in refused(tmp_path, archive)


@pytest.mark.parametrize("cut", [0, 10, 200, 1500, 2100])
def test_truncated_archives_are_refused(tmp_path: Path, cut: int) -> None:
    archive = make_zip(tmp_path / "a.zip", {"model.glb": bytes(range(256)) * 8}, zipfile.ZIP_STORED)
    archive.write_bytes(archive.read_bytes()[:cut])
    assert "a.zip" in refused(tmp_path, archive)


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"model.glb": bytes(4000)}, zipfile.ZIP_STORED)
    data = bytearray(archive.read_bytes())
    data[2000] ^= 1
    archive.write_bytes(data)
    assert "CRC" in refused(tmp_path, archive)


def test_sizes_and_ratio_are_counted_and_not_believed(tmp_path: Path) -> None:
    bomb = make_zip(tmp_path / "bomb.zip", {"zeros": bytes(3_000_000)})
    tight = Limits(ratio_from_bytes=1_000_000)
    assert "200 times" in refused(tmp_path, bomb, limits=tight)
    assert "1 MB" in refused(tmp_path, bomb, limits=Limits(total_bytes=1 << 20))
    data = bytearray(bomb.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)  # the directory now claims 10 bytes
    bomb.write_bytes(data)
    refused(tmp_path, bomb, limits=tight)


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {f"{number}": b"" for number in range(30)})
    assert "30 entries" in refused(tmp_path, archive, limits=Limits(entries=20))


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"a": b"x" * 500, "b": b"x" * 500}, zipfile.ZIP_STORED)
    data = bytearray(archive.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)  # both entries share the first one's bytes
    archive.write_bytes(data)
    assert "overlap" in refused(tmp_path, archive)


def test_not_a_zip_no_file_and_missing(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"glTF")
    assert "not a whole zip" in refused(tmp_path, tmp_path / "a.zip")
    assert "holds no file" in refused(tmp_path, make_zip(tmp_path / "b.zip", {"avatar/": b""}))
    assert "c.zip" in refused(tmp_path, tmp_path / "c.zip")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"model.glb": b"new"})
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("keep")
    with pytest.raises(ArchiveError, match="isn't an empty folder"):
        unpack(archive, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


LETTERS = st.characters(min_codepoint=1, max_codepoint=0x2FF)
PART = st.text(st.sampled_from("aAbé.\\ :C") | LETTERS, min_size=1, max_size=6)
NAMES = st.lists(
    st.lists(PART | st.just(".."), min_size=1, max_size=3).map("/".join), min_size=1, max_size=4, unique=True
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=NAMES)
def test_whatever_the_names_nothing_lands_outside_and_nothing_half(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    root = tmp_path_factory.mktemp("zips")
    with zipfile.ZipFile(root / "a.zip", "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, str(number))
    try:
        files = unpack(root / "a.zip", root / "in" / "out")
    except ArchiveError:
        assert snapshot(root) <= {root / "a.zip", root / "in"}
    else:
        assert all(path.is_relative_to(root / "in" / "out") for path in files)
        assert len(files) == len([name for name in names if not name.endswith("/")])


def test_unpacking_loads_no_network_library_and_no_numpy() -> None:
    import subprocess

    code = (
        "import sys, avatarsdk_core.transfer.unpack;"
        "print([m for m in ('requests', 'numpy', 'urllib3', 'oauthlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
