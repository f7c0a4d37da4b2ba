"""docs/sandbox_levels.md says what the sandbox makes."""

from __future__ import annotations

from scripts.document_levels import PAGE, page


def test_the_page_is_what_the_sandbox_makes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python scripts/document_levels.py"
