"""The Asset Browser's catalog file: ours come in, everybody else's stay."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.asset_catalogs import FILE_NAME, catalog_id, with_catalogs, write_catalogs
from avatarsdk_core.errors import BlenderError

HAIR = "Avatar SDK/Haircuts"
THEIRS = "# mine\nVERSION 1\n\n11111111-1111-1111-1111-111111111111:Props/Chairs:Props-Chairs\n"


def test_a_new_file_begins_with_its_version() -> None:
    made = with_catalogs("", [HAIR])
    told = [line for line in made.text.splitlines() if line and not line.startswith("#")]
    assert told == ["VERSION 1", f"{made.ids[HAIR]}:{HAIR}:Avatar SDK-Haircuts"]
    assert uuid.UUID(made.ids[HAIR])
    assert made.ids[HAIR] == catalog_id(HAIR)


def test_what_others_wrote_stays_byte_for_byte() -> None:
    for theirs in (THEIRS, THEIRS.rstrip("\n"), THEIRS.replace("\n", "\r\n")):
        made = with_catalogs(theirs, [HAIR])
        assert made.text.startswith(theirs)
        assert made.text.count("VERSION") == 1
        assert made.added == (HAIR,)


def test_a_catalog_that_is_there_keeps_its_id_and_nothing_is_added() -> None:
    text = THEIRS + f"22222222-2222-2222-2222-222222222222:{HAIR}:anything\n"
    made = with_catalogs(text, [HAIR])
    assert (made.text, made.added) == (text, ())
    assert made.ids[HAIR] == "22222222-2222-2222-2222-222222222222"


def test_a_catalog_that_somebody_renamed_keeps_its_id_for_itself() -> None:
    text = f"VERSION 1\n{catalog_id(HAIR)}:My Hair:My Hair\n"
    assert with_catalogs(text, [HAIR]).ids[HAIR] != catalog_id(HAIR)


@given(st.lists(st.sampled_from([HAIR, "Avatar SDK/Avatars", "A/B/C", "X"]), max_size=6))
def test_the_second_time_changes_nothing(wanted: list[str]) -> None:
    once = with_catalogs(THEIRS, wanted)
    again = with_catalogs(once.text, wanted)
    assert (again.text, again.ids, again.added) == (once.text, once.ids, ())


def test_a_newer_version_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text("VERSION 2\n")
    with pytest.raises(BlenderError, match="VERSION 2"):
        write_catalogs(tmp_path, [HAIR])
    assert file.read_text() == "VERSION 2\n"


def test_what_is_no_text_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BlenderError, match="isn't text"):
        write_catalogs(tmp_path, [HAIR])
    assert (tmp_path / FILE_NAME).read_bytes() == b"\xff\xfe\x00"


def test_a_folder_that_is_gone_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BlenderError, match="can't be written"):
        write_catalogs(tmp_path / "nowhere", [HAIR])


def test_the_file_alone_is_left_in_the_folder(tmp_path: Path) -> None:
    write_catalogs(tmp_path, [HAIR])
    before = (tmp_path / FILE_NAME).stat().st_mtime_ns
    write_catalogs(tmp_path, [HAIR])
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    assert (tmp_path / FILE_NAME).stat().st_mtime_ns == before, "nothing is written without need"
