"""Importing costs only what is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "requests",
    "requests_oauthlib",
    "oauthlib",
    "urllib3",
    "numpy",
    "click",
    "rich",
    "keyring",
    "platformdirs",
    "tomllib",
    "avatarsdk_core.catalog",
    "avatarsdk_core.transfer.engine",
)


def loaded(code: str) -> set[str]:
    show = f"import sys\n{code}\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["avatarsdk_core", "avatarsdk_core.models", "avatarsdk_core.photo", "avatarsdk_core.settings"]
)
def test_the_ground_floor_loads_no_library(module: str) -> None:
    assert loaded(f"import {module}") == set()


def test_the_client_loads_requests_and_nothing_of_numpy_or_the_command_line() -> None:
    assert loaded("from avatarsdk_core import Client") == {"requests", "urllib3"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    import avatarsdk_core

    with pytest.raises(AttributeError, match="Klient"):
        avatarsdk_core.Klient  # noqa: B018
