"""docs/api says what the docstrings say, leaves nothing public out, and all its links lead somewhere."""

from __future__ import annotations

import logging
import re

import pytest

from avatarsdk_core import errors
from avatarsdk_core.resources.endpoints import ENDPOINTS

pytest.importorskip("griffe")

from scripts.document_api import FOLDER, PAGES, _anchor, _text, pages


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return pages()


def test_the_pages_are_what_the_docstrings_give(texts: dict[str, str]) -> None:
    on_disk = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*texts, *on_disk} if texts.get(name) != on_disk.get(name))
    assert stale == [], "run: python scripts/document_api.py"


def test_the_docstrings_are_read_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        pages()
    assert caplog.records == []


def test_every_operations_method_and_every_error_is_in_it(texts: dict[str, str]) -> None:
    methods = {row.call for row in ENDPOINTS if not row.call.startswith("signin.")}
    for collection in {call.partition(".")[0] for call in methods}:
        section = texts["resources.md"].split(f"\n`client.{collection}`", 1)
        assert len(section) == 2, f"no section of client.{collection}"
        body = section[1].split("\n### class ", 1)[0]
        named = set(re.findall(r"^#### (\w+)$", body, re.MULTILINE))
        assert {call.partition(".")[2] for call in methods if call.startswith(f"{collection}.")} <= named
    kinds = {name for name, value in vars(errors).items() if getattr(value, "__module__", "") == errors.__name__}
    assert len(kinds) > 20
    assert kinds - set(re.findall(r"^### class (\w+)$", texts["errors.md"], re.MULTILINE)) == set()


def test_all_links_lead_somewhere(texts: dict[str, str]) -> None:
    assert len(PAGES) > 5
    for text in texts.values():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            file, _, anchor = target.partition("#")
            page = texts.get(file) or (FOLDER / file).resolve().read_text("utf-8")
            headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
            assert not anchor or anchor in map(_anchor, headings), target


class Docstring:
    def __init__(self, value: str) -> None:
        self.value = value


class Member:
    def __init__(self, value: str) -> None:
        self.docstring = Docstring(value)


def test_sections_become_lists_and_examples_become_code() -> None:
    text = """What it does.

        Words, and an example:

            with open(x) as file:

                print(file)

        Args:
            a, b: the first
                two.
            c: third.

        Raises:
            ValueError, OSError: never.
            KeyError
        """
    assert _text(Member(text)) == (  # type: ignore[arg-type]
        "What it does.\n\nWords, and an example:\n\n"
        "```python\nwith open(x) as file:\n\n    print(file)\n```\n\n"
        "**Arguments**\n\n- `a`, `b`: the first two.\n- `c`: third.\n\n"
        "**Raises**\n\n- `ValueError`, `OSError`: never.\n- `KeyError`"
    )
