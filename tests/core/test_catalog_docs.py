"""docs/parameters.md says what the catalogue says, and its example runs."""

from __future__ import annotations

import re

import pytest

from scripts.document_parameters import INTRODUCTION, PAGE, page


def test_the_page_is_what_the_catalogue_gives() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python scripts/document_parameters.py"


def test_the_pages_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", INTRODUCTION, re.DOTALL)
    exec(compile(example, str(PAGE), "exec"), {})
    said = capsys.readouterr().out
    assert "warning" not in said
    assert "haircuts: Haircut1 in the avatar's file" in said
    assert "recoloured to #5a3825" in said
