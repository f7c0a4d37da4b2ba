# SPDX-License-Identifier: MIT
"""Every text of the interface reaches Blender's translation, and German has all of them."""

from __future__ import annotations

import importlib.util
import string
import sys
from pathlib import Path
from types import ModuleType

import pytest

from avatarsdk_core import wording
from avatarsdk_core.catalog import categories
from avatarsdk_core.creation.words import meaning, tip

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def strings() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collect_strings", PROJECT / "scripts" / "collect_strings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["collect_strings"] = module
    spec.loader.exec_module(module)
    return module


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_text_is_put_together_past_the_translation(strings: ModuleType) -> None:
    assert [f"{each.place}: {each.why}" for each in strings.bypasses()] == []


def test_german_has_every_text(strings: ModuleType) -> None:
    there = strings.dictionary("de")
    assert len(there) > 300
    missing = [each for each in strings.messages() if each.text not in there]
    assert [f"{each.place}: {each.text}" for each in missing] == []


def test_german_has_what_the_catalogue_says_of_each_parameter(strings: ModuleType) -> None:
    german = strings.dictionary("de")
    rows = [row for category in categories().values() for row in category.parameters.values() if row.meaning]
    assert len(rows) > 60
    texts = {text for row in rows for text in (meaning(row), tip(row, None))}  # in a list; as a property's tooltip
    assert sorted(texts - set(german)) == []


def test_translations_fill_in_the_same_fields(strings: ModuleType) -> None:
    german = strings.dictionary("de")
    assert [english for english, text in german.items() if fields(english) != fields(text) or not text] == []


def test_a_stray_text_is_found(strings: ModuleType) -> None:
    stray = PROJECT / "blender_addon" / "panels" / "text.py"
    assert strings.bypasses([stray]) == []
    for code in (
        'layout.label(text=f"{count} new parts")',
        'self.report({"INFO"}, f"Took {name} away")',
        'cls.poll_message_set("Select an avatar")',
        'words.iface(f"{count} parts")',
        'layout.label(text="{count} parts".format(count=3))',
    ):
        assert list(strings._bypasses(strings.ast.parse(code))), code
    for code in (
        'layout.label(text=words.iface("{count} parts", count=count))',
        'raise ValueError(f"no such part: {name}")',
        'cls.poll_message_set(words.tip("Select an avatar"))',
        'layout.label(text=f"{done} / {all}")',
    ):
        assert not list(strings._bypasses(strings.ast.parse(code))), code


def test_labels_tooltips_items_and_reports_are_collected(strings: ModuleType) -> None:
    found = {each.text for each in strings.messages()}
    assert {"Create Avatar", "Pick this avatar", "Avatars Folder", "Access Token", "Copied", "Downloading"} <= found


def test_the_core_says_what_the_program_around_it_wants_and_english_otherwise() -> None:
    german = {"about {minutes} min left": "noch etwa {minutes} min"}
    assert wording.say("about {minutes} min left", minutes=3) == "about 3 min left"
    wording.speak(lambda text: german.get(text, text))
    try:
        assert wording.say("about {minutes} min left", minutes=3) == "noch etwa 3 min"
    finally:
        wording.speak()
    assert wording.say("{braces} stay without values") == "{braces} stay without values"
