"""docs/settings.md names every setting, its variable and its default, and its example is a file that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from avatarsdk_core import profiles
from avatarsdk_core.settings import CHOICES, Settings, SettingsArguments

ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (.*?) \| ?(.*?) ?\|$", re.MULTILINE)


@pytest.fixture(scope="module")
def page() -> str:
    return (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text("utf-8")


def test_the_table_names_every_setting_with_its_variable_and_choices(page: str) -> None:
    rows = {name: (variable, words) for name, variable, words, _ in ROW.findall(page)}
    assert rows.keys() == SettingsArguments.__annotations__.keys()
    assert {variable for variable, _ in rows.values()} == {f"AVATARSDK_{name.upper()}" for name in rows}
    for name, choices in CHOICES.items():
        assert all(f"`{choice}`" in rows[name][1] for choice in choices if choice), name


def test_the_examples_file_is_read_as_it_stands(page: str, own_profiles: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    own_profiles.parent.mkdir(parents=True)
    own_profiles.write_text(text, "utf-8")
    own_profiles.chmod(0o600)
    assert [(each.name, each.is_default) for each in profiles.available()] == [("sandbox", False), ("work", True)]
    settings = Settings.resolve(profile="sandbox")
    assert (settings.root_url, settings.grant) == ("http://127.0.0.1:8721/", "client_credentials")
