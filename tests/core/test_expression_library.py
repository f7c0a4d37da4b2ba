# SPDX-License-Identifier: MIT
"""A person's own expressions: kept, found, renamed, deleted, shared."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avatarsdk_core.avatar import expression_library as library
from avatarsdk_core.avatar.expression_file import clean_name, write_expressions
from avatarsdk_core.avatar.expressions import Expression
from avatarsdk_core.errors import ExpressionError

GRIN = Expression("Grin", {"mouthSmileLeft": 0.5})
FROWN = Expression("Frown", {"mouthFrownLeft": 0.5})


def names(folder: Path) -> list[str]:
    return [one.name for one in library.list_expressions(folder).expressions]


def test_what_is_kept_is_found_by_name_whatever_its_case(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert library.list_expressions(folder) == library.Found((), ())
    library.save_expression(folder, GRIN)
    library.save_expression(folder, FROWN)
    assert library.list_expressions(folder).expressions == (FROWN, GRIN)
    assert library.get_expression(folder, "gRIN") == GRIN
    again = Expression("GRIN", {"jawOpen": 1.0})
    library.save_expression(folder, again)
    assert library.list_expressions(folder).expressions == (FROWN, again)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(min_size=1, max_size=80).filter(clean_name))
def test_any_name_that_is_text_can_be_kept_inside_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "library"
    file = library.save_expression(folder, Expression(name, {"jawOpen": 1.0}))
    assert file.parent == folder
    assert library.get_expression(folder, clean_name(name)).values == {"jawOpen": 1.0}
    library.delete_expression(folder, clean_name(name))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "C:\\x", "con", "…", "猫", "  spaces   inside "])
def test_a_name_with_a_slash_or_in_other_letters_stays_a_name(tmp_path: Path, name: str) -> None:
    library.save_expression(tmp_path / "library", Expression(name, {}))
    assert names(tmp_path / "library") == [clean_name(name)]
    assert [found.name for found in tmp_path.iterdir()] == ["library"]


def test_a_nameless_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpressionError, match="Give the expression a name"):
        library.save_expression(tmp_path, Expression(" \n", {}))


def test_renaming_moves_it_and_never_onto_another(tmp_path: Path) -> None:
    library.save_expression(tmp_path, GRIN)
    library.save_expression(tmp_path, FROWN)
    with pytest.raises(ExpressionError, match="'Frown' already"):
        library.rename_expression(tmp_path, "Grin", " Frown")
    assert library.rename_expression(tmp_path, "Grin", "GRIN").name == "GRIN"
    assert library.rename_expression(tmp_path, "GRIN", "Zany") == Expression("Zany", GRIN.values)
    assert names(tmp_path) == ["Frown", "Zany"]
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ExpressionError, match="'Grin' in your library any more"):
        library.rename_expression(tmp_path, "Grin", "New")


def test_deleting_takes_one_out_of_a_file_of_several(tmp_path: Path) -> None:
    write_expressions([GRIN, FROWN], tmp_path / "from a friend.json")
    library.delete_expression(tmp_path, "grin")
    assert names(tmp_path) == ["Frown"]
    library.delete_expression(tmp_path, "Frown")
    assert not list(tmp_path.iterdir())
    with pytest.raises(ExpressionError, match="no expression 'Frown'"):
        library.delete_expression(tmp_path, "Frown")


def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path) -> None:
    library.save_expression(tmp_path, GRIN)
    (tmp_path / "damaged.json").write_bytes(b"{")
    found = library.list_expressions(tmp_path)
    assert found.expressions == (GRIN,)
    assert len(found.problems) == 1
    assert "damaged.json" in found.problems[0]
    assert (tmp_path / "damaged.json").read_bytes() == b"{"


def test_what_others_gave_gets_a_number_where_its_name_is_taken_and_is_never_doubled(tmp_path: Path) -> None:
    library.save_expression(tmp_path, GRIN)
    other = Expression("grin", {"jawOpen": 1.0})
    assert library.add_expressions(tmp_path, [GRIN, other, FROWN, other]) == (Expression("grin 2", other.values), FROWN)
    assert library.add_expressions(tmp_path, [GRIN, other, FROWN]) == ()
    long = Expression("ü" * 31, {"a": 1.0})
    library.save_expression(tmp_path, long)
    added = library.add_expressions(tmp_path, [Expression(long.name, {"b": 1.0})])
    assert added[0].name == "ü" * 30 + " 2"


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.save_expression(tmp_path, GRIN)

    def full(*_arguments: object, **_options: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ExpressionError, match="No space left on device"):
        library.save_expression(tmp_path, Expression("Grin", {"jawOpen": 1.0}))
    monkeypatch.undo()
    assert library.list_expressions(tmp_path).expressions == (GRIN,)


def test_the_digest_tells_faces_apart_not_names() -> None:
    assert library.digest_of(GRIN) == library.digest_of(Expression("Other", GRIN.values))
    assert library.digest_of(GRIN) != library.digest_of(FROWN)
