"""Settings: argument, environment, profile, default, in that order, each with its source; secrets go nowhere else."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from avatarsdk_core import profiles
from avatarsdk_core.client import Client
from avatarsdk_core.errors import SettingsError
from avatarsdk_core.settings import KeptSecrets, Settings
from avatarsdk_core.vault.files import FileVault
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, MARK, PASSWORD, PLAYER_UID

ROOT = "https://service.example/"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROOT_URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET", "PLAYER_UID", "TOKEN", "PROFILE", "ACCESS"):
        monkeypatch.delenv(f"AVATARSDK_{name}", raising=False)


def kept_profile(name: str = "work", **values: str) -> FileVault:
    """A profile with its secret in the file vault."""
    profiles.save(name, {"client_id": "an-id", "root_url": ROOT, "secrets": "file", **values})
    here = profiles.places()
    assert here is not None
    vault = FileVault(here.state)
    KeptSecrets(ROOT, f"{ROOT}o/token/", "an-id", CLIENT_SECRET).write(vault, name)
    return vault


def test_an_argument_wins_over_the_environment_over_the_profile_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept_profile(access="client", player_uid="from-profile")
    assert Settings.resolve().player_uid == "from-profile"
    monkeypatch.setenv("AVATARSDK_PLAYER_UID", "from-environment")
    assert Settings.resolve().player_uid == "from-environment"
    assert Settings.resolve(player_uid="from-argument").player_uid == "from-argument"
    assert Settings.resolve(player_uid="").player_uid == ""
    sources = {fact.name: fact.source for fact in Settings.resolve().facts()}
    assert sources["player_uid"] == "environment (AVATARSDK_PLAYER_UID)"
    assert sources["access"] == "profile 'work'"
    assert sources["client_secret"].startswith("files in ")
    assert sources["client_auth"] == "default"


def test_settings_are_read_when_asked_and_kept_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATARSDK_CLIENT_ID", "first")
    monkeypatch.setenv("AVATARSDK_CLIENT_SECRET", CLIENT_SECRET)
    settings = Settings.resolve()
    monkeypatch.setenv("AVATARSDK_CLIENT_ID", "second")
    assert (settings.client_id, Settings.resolve().client_id) == ("first", "second")


def test_facts_and_repr_tell_no_secret() -> None:
    settings = Settings.resolve(
        client_id="an-application-of-mine",
        client_secret=CLIENT_SECRET,
        password=PASSWORD,
        token=ACCESS_TOKEN,
        player_uid=PLAYER_UID,
        username="somebody@example.org",
    )
    told = repr(settings) + repr(settings.facts()) + repr(settings.client_secret) + repr([settings.token])
    assert MARK not in told
    assert "an-application-of-mine" not in told
    assert "somebody" not in told
    shown = {fact.name: fact.shown for fact in settings.facts()}
    assert (shown["client_secret"], shown["grant"], shown["profile"]) == ("set", "token", "none")


def test_the_profile_is_the_one_asked_for_else_of_the_environment_else_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("one", "two", "three"):
        profiles.save(name, {"client_id": name, "client_secret": CLIENT_SECRET})
    assert Settings.resolve().profile == "one"
    profiles.set_default("two")
    assert Settings.resolve().client_id == "two"
    monkeypatch.setenv("AVATARSDK_PROFILE", "three")
    assert Settings.resolve().client_id == "three"
    assert Settings.resolve(profile="one").client_id == "one"
    with pytest.raises(SettingsError, match=r"No profile 'four' in .*there: one, three, two.*login --profile four"):
        Settings.resolve(profile="four")


@pytest.mark.parametrize(
    "changed",
    [
        {"root_url": "https://elsewhere.example/"},
        {"token_url": "https://elsewhere.example/o/token/"},
        {"client_id": "another-id"},
    ],
)
def test_a_kept_secret_goes_nowhere_but_where_it_was_given_for(changed: dict[str, str]) -> None:
    kept_profile()
    assert Settings.resolve().client_secret == CLIENT_SECRET
    with pytest.raises(SettingsError, match="No client secret for"):
        Settings.resolve(**changed)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="No client secret for"):
        Settings.resolve(
            environ={**{f"AVATARSDK_{name.upper()}": value for name, value in changed.items()}, **config_only()}
        )


def config_only() -> dict[str, str]:
    path = profiles.config_path()
    return {profiles.CONFIG_VARIABLE: str(path)}


def test_the_grant_follows_the_foremost_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    kept_profile(grant="authorization_code")
    assert Settings.resolve().grant == "authorization_code"
    monkeypatch.setenv("AVATARSDK_TOKEN", ACCESS_TOKEN)
    assert Settings.resolve().grant == "token"
    assert Settings.resolve(client_secret="x").grant == "client_credentials"
    assert Settings.resolve(username="me", password="x").grant == "password"
    assert Settings.resolve(username="me", grant="client_credentials").grant == "client_credentials"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"grant": "implicit"}, "AVATARSDK_GRANT is 'implicit': it may be client_credentials, password"),
        ({"access": "root"}, "AVATARSDK_ACCESS is 'root': it may be developer, client"),
        ({"token": "two words"}, r"The token \(AVATARSDK_TOKEN\) holds a character"),
        ({"token": "a\r\nX-Evil: 1"}, r"The token \(AVATARSDK_TOKEN\) holds a character"),
        ({"client_secret": "a\nb"}, r"client secret \(AVATARSDK_CLIENT_SECRET\) holds a line break"),
        ({"player_uid": "a\r\nX-Evil: 1"}, "PLAYER_UID"),
        ({"authorize_url": "http://elsewhere.example/"}, "The authorize URL .* unencrypted: use https"),
        ({"revoke_url": "https://me:pw@elsewhere.example/"}, "The revoke URL holds a user name"),
        ({"client_secret": ""}, "No client secret for https://api.avatarsdk.com/: set AVATARSDK_CLIENT_SECRET"),
    ],
)
def test_nonsense_is_one_clear_line(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        Settings.resolve(**{"client_id": "i", "client_secret": "s", **arguments})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_misspelt_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="clientid"):
        Client(clientid="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="not both"):
        Client(Settings(), client_id="x")


def test_a_pickle_takes_along_what_only_the_sender_knows() -> None:
    settings = Settings.resolve(client_id="i", client_secret=CLIENT_SECRET, environ={})
    again = pickle.loads(pickle.dumps(settings))
    assert again == settings
    assert again.client_secret == CLIENT_SECRET
    assert MARK not in repr(again)


def test_a_pickle_leaves_a_kept_secret_where_it_is_and_finds_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept_profile()
    data = pickle.dumps(Settings.resolve())
    assert MARK.encode() not in data
    again = pickle.loads(data)
    assert (again.client_secret, again.profile) == (CLIENT_SECRET, "work")
    monkeypatch.setenv(profiles.CONFIG_VARIABLE, "/nowhere/profiles.toml")
    with pytest.raises(SettingsError, match="No profile 'work'"):
        pickle.loads(data)


def test_a_client_pickles_as_its_settings_with_the_player_in_use() -> None:
    with Client(root_url=ROOT, client_id="i", client_secret=CLIENT_SECRET, access="client") as client:
        client.use_player(PLAYER_UID)
        with pickle.loads(pickle.dumps(client)) as again:
            assert (again.settings.root_url, again.http.player_uid) == (ROOT, PLAYER_UID)
            assert again.settings.client_secret == CLIENT_SECRET


def test_without_platformdirs_only_the_variable_leads_to_profiles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept_profile()
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    assert Settings.resolve().profile == "work"
    monkeypatch.delenv(profiles.CONFIG_VARIABLE)
    assert profiles.config_path() is None
    assert profiles.available() == []
    settings = Settings.resolve(client_id="i", client_secret="s")
    assert (settings.profile, settings.token_vault()) == ("", None)
    with pytest.raises(SettingsError, match=r"Profile 'work' can't be looked up: set AVATARSDK_CONFIG"):
        Settings.resolve(profile="work")
    with pytest.raises(SettingsError, match="set AVATARSDK_CONFIG or install platformdirs"):
        Settings.resolve(client_id="i", client_secret="s", token_store="file").token_vault()
