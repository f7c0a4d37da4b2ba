# SPDX-License-Identifier: MIT
"""The manual leads somewhere: every link, every anchor, every page, every operator that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    """A page without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.S)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ +(.+)$", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path, text: str) -> list[str]:
    """Relative links that lead nowhere."""
    found = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            found.append(target)
    return found


def named_operators(text: str) -> set[str]:
    return set(re.findall(r"bpy\.ops\.(\w+\.(?:avatar_sdk\w*|\w+))", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page, prose(page)) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    page = DOCS / "index.md"
    text = "[a](nowhere.md), [b](face.md#no-such-heading), [c](face.md), ![d](pictures/none.png)"
    assert broken(page, text) == ["nowhere.md", "face.md#no-such-heading", "pictures/none.png"]


def test_every_page_is_found_from_the_index() -> None:
    reached, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = (target.partition("#")[0] for target in LINK.findall(prose(page)))
        pages = ((page.parent / target).resolve() for target in targets if target.endswith(".md"))
        ahead += [found for found in pages if found.is_relative_to(DOCS)]
    assert {page for page in PAGES if page.is_relative_to(DOCS)} - reached == set()


def test_operators_that_the_manual_names_exist() -> None:
    sources = "\n".join(file.read_text("utf-8") for file in (PROJECT / "blender_addon").rglob("*.py"))
    there = set(re.findall(r'bl_idname = "([\w.]+)"', sources))
    named = {name for page in PAGES for name in named_operators(page.read_text("utf-8")) if "avatar_sdk" in name}
    assert len(named) > 3
    assert named - there == set()
