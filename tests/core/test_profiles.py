"""The profiles' file: read strictly, edited by one profile at a time, whole whenever a process is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avatarsdk_core import profiles
from avatarsdk_core.errors import SettingsError

HAND_WRITTEN = """# my services
default = "work"  # the usual one

[profiles.work]   # at work
client_id = "w"

# the one at home
[profiles."at.home"]
client_id = "h"
root_url = "https://home.example/"
"""


def written(config: Path, text: str) -> Path:
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(text, "utf-8")
    config.chmod(0o600)
    return config


def test_saving_one_profile_leaves_the_rest_of_the_file_as_it_is(own_profiles: Path) -> None:
    written(own_profiles, HAND_WRITTEN)
    profiles.save("work", {"client_id": "new", "access": "client", "username": ""})
    text = own_profiles.read_text("utf-8")
    assert text.startswith("# my services\ndefault = ")
    assert '[profiles."at.home"]\nclient_id = "h"' in text
    assert tomllib.loads(text)["profiles"]["work"] == {"client_id": "new", "access": "client"}
    profiles.save("third", {"client_id": "3"})
    assert [(each.name, each.is_default) for each in profiles.available()] == [
        ("at.home", False),
        ("third", False),
        ("work", True),
    ]
    profiles.set_default("at.home")
    assert [each.name for each in profiles.available() if each.is_default] == ["at.home"]


def test_the_first_profile_becomes_the_default_and_the_file_is_private(own_profiles: Path) -> None:
    old = os.umask(0)
    try:
        profiles.save("mine", {"client_id": "i"})
    finally:
        os.umask(old)
    assert own_profiles.stat().st_mode & 0o777 == 0o600
    assert [(each.name, each.is_default) for each in profiles.available()] == [("mine", True)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[profiles.a]\nclient_idd = 'x'", "Profile 'a' in .* has no setting 'client_idd': there are access,"),
        ("[profiles.a]\nclient_id = 3", "Profile 'a' in .*: every setting is a text in quotes"),
        ("[profile.a]\n", "holds something besides default"),
        ("[profiles.a\n", "can't be read: "),
        ("profiles = 1", "holds something besides default"),
    ],
)
def test_a_file_that_makes_no_sense_is_one_clear_line(own_profiles: Path, text: str, message: str) -> None:
    written(own_profiles, text)
    with pytest.raises(SettingsError, match=message) as caught:
        profiles.available()
    assert "\n" not in str(caught.value)


def test_a_secret_by_hand_is_taken_only_from_a_private_file(own_profiles: Path) -> None:
    written(own_profiles, '[profiles.a]\nclient_secret = "s"')
    assert profiles.available()[0].values["client_secret"] == "s"
    own_profiles.chmod(0o640)
    with pytest.raises(SettingsError, match=r"others may read it: chmod 600"):
        profiles.available()


def test_a_file_that_anybody_may_write_is_not_believed(own_profiles: Path) -> None:
    written(own_profiles, '[profiles.a]\nroot_url = "https://evil.example/"').chmod(0o606)
    with pytest.raises(SettingsError, match=r"Anybody may write .*: chmod 600"):
        profiles.available()


def test_an_unusual_file_is_left_alone(own_profiles: Path) -> None:
    text = 'profiles = { a = { client_id = "x" } }\n'
    written(own_profiles, text)
    assert profiles.available()[0].name == "a"
    with pytest.raises(SettingsError, match="too unusual to be edited by a program"):
        profiles.save("b", {"client_id": "y"})
    assert own_profiles.read_text("utf-8") == text


@pytest.mark.parametrize("name", ["", "a b", "../x", "a]", "-a", "x" * 65, 'a"b'])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="can't be a profile's name"):
        profiles.save(name, {"client_id": "i"})


@given(
    st.dictionaries(st.sampled_from(sorted(profiles.NAMES - profiles.SECRET_NAMES)), st.text(min_size=1), min_size=1)
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_survives_being_saved(values: dict[str, str]) -> None:
    try:
        for value in values.values():
            value.encode()
    except UnicodeEncodeError:
        return  # lone surrogates are no text
    profiles.save("any", values)
    assert next(each for each in profiles.available() if each.name == "any").values == values


def test_processes_that_save_at_once_lose_nothing(own_profiles: Path) -> None:
    code = "import sys; from avatarsdk_core import profiles; profiles.save(sys.argv[1], {'client_id': sys.argv[1]})"
    running = [subprocess.Popen([sys.executable, "-c", code, f"p{number}"]) for number in range(6)]
    assert [process.wait(300) for process in running] == [0] * 6
    assert [each.name for each in profiles.available()] == [f"p{number}" for number in range(6)]
    assert sorted(path.name for path in own_profiles.parent.iterdir()) == ["profiles.state", "profiles.toml"]
