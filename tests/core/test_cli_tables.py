"""Tables as wide as the terminal, and never a code that is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from avatarsdk_core.cli.tables import GAP, Column, clean, lay_out, table_lines

AVATARS = [Column("code"), Column("name", flexible=True, spare=1), Column("status"), Column("created", spare=2)]
ROWS = [["c" * 36, "A rather long name for an avatar", "Completed", "2026-11-23 18:00"], ["d" * 36, "", "Queued", ""]]


def test_a_wide_terminal_shows_everything() -> None:
    lines = table_lines(AVATARS, ROWS, 120)
    assert lines[0] == ["code" + " " * 32, "name" + " " * 28, "status   ", "created"]
    assert lines[1][1] == "A rather long name for an avatar"


def test_first_names_shrink_then_spare_columns_go_and_codes_stay_whole() -> None:
    narrow = table_lines(AVATARS, ROWS, 80)
    assert narrow[1] == ["c" * 36, "A rather lon…", "Completed", "2026-11-23 18:00"]
    narrower = table_lines(AVATARS, ROWS, 64)
    assert [cell.strip() for cell in narrower[0]] == ["code", "name", "status"]
    for width in (50, 20, 1):
        assert table_lines(AVATARS, ROWS, width)[1] == ["c" * 36, "Completed"]


def test_no_limit_means_nothing_is_cut() -> None:
    rows = [["c", "n" * 500, "s", "t"]]
    assert table_lines(AVATARS, rows, None)[1][1] == "n" * 500


def test_numbers_stand_to_the_right() -> None:
    lines = table_lines([Column("n", right=True), Column("x")], [["7", "a"], ["1,234", "b"]], 80)
    assert [line[0] for line in lines] == ["    n", "    7", "1,234"]


def test_wide_characters_count_by_cells() -> None:
    (_, row) = table_lines([Column("name", flexible=True), Column("x")], [["頭像" * 10, "y"]], 20)
    assert cell_len(row[0]) <= 17
    assert row[0].rstrip().endswith("…")


@given(st.lists(st.lists(st.text(max_size=60).map(clean), min_size=4, max_size=4), max_size=6), st.integers(1, 200))
def test_a_table_fits_wherever_its_needed_columns_do(rows: list[list[str]], width: int) -> None:
    layout = lay_out(AVATARS, rows, width)
    needed = sum(max([cell_len(AVATARS[i].title), *(cell_len(row[i]) for row in rows)]) for i in (0, 2)) + GAP
    widths = [sum(map(cell_len, line)) + GAP * (len(line) - 1) for line in table_lines(AVATARS, rows, width)]
    assert {0, 2} <= set(layout.columns)
    assert max(widths) <= max(width, needed)


def test_a_stranger_s_text_can_not_steer_the_terminal() -> None:
    assert clean("a\x1b[2Jb\nc\td\u202ee\x9b") == "a\ufffd[2Jb c d\ufffde\ufffd"
