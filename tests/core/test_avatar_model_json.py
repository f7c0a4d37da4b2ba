"""What model.json tells beside colours: the pipeline, and guesses for those who ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from avatarsdk_core.avatar.model_json import Guess, read_guesses, read_pipeline


def test_the_first_folder_that_tells_names_the_pipeline(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"pipeline": "head_2.0", "pipeline_subtype": "female"}', "utf-8")
    assert read_pipeline([tmp_path / "missing", tmp_path]) == "head_2.0"
    assert read_pipeline([]) == ""


def test_only_guesses_that_were_made_are_told_and_no_repr_does(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text('{"age": "child", "age_confidence": 0.5, "gender": null, "race": "", "lips_color": {}}', "utf-8")
    guesses = read_guesses(file)
    assert guesses == (Guess("age", "child", 0.5),)
    assert "child" not in repr(guesses)


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000, '{"age": 3, "pipeline": {}}'])
def test_a_damaged_file_tells_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "model.json").write_text(content, "utf-8")
    assert read_guesses(tmp_path / "model.json") == ()
    assert read_pipeline([tmp_path]) == ""
