"""Settings as every client gets them."""

from __future__ import annotations

import pickle

import pytest

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.settings import Settings


def test_settings_come_from_arguments_then_environment_at_the_moment_of_asking() -> None:
    environ = {
        "AVATARSDK_CLIENT_ID": "env-id",
        "AVATARSDK_CLIENT_SECRET": "canary",
        "AVATARSDK_ROOT_URL": "https://e/v1",
    }
    settings = Settings.resolve(client_id="mine", environ=environ)
    assert (settings.client_id, settings.root_url) == ("mine", "https://e/v1/")
    assert settings.token_url == "https://e/v1/o/token/"
    assert "canary" not in repr(settings)
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(SettingsError, match="set AVATARSDK_CLIENT_SECRET"):
        Settings.resolve(environ={"AVATARSDK_CLIENT_ID": "i"})
