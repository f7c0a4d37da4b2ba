"""A real sandbox on loopback for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avatarsdk_core.sandbox import KeyPair, Sandbox
from avatarsdk_core.sandbox.human.portrait import make_portrait
from tests.canary import Canary
from tests.sandbox.cli_runs import Run, Said, Terminal, said_here
from tests.sandbox.legacy_avatars import LegacyAvatars
from tests.sandbox.service_api import INSTANT, Api


@pytest.fixture(scope="module")
def service(canary: Canary) -> Iterator[Sandbox]:
    """A sandbox in which avatars take no longer than their real work. Its secrets may show nowhere."""
    with Sandbox(durations=INSTANT) as running:
        pairs = (running.credentials.developer, running.credentials.client)
        canary.watch(running.user.password, *(pair.client_secret for pair in pairs))
        yield running


@pytest.fixture(scope="session")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> LegacyAvatars:
    """Avatars of the older pipelines."""
    return LegacyAvatars(tmp_path_factory.mktemp("legacy"))


@pytest.fixture(scope="session")
def portrait() -> bytes:
    """The human's own photo: rendered once, it takes seconds."""
    return make_portrait("female")


@pytest.fixture
def developer(service: Sandbox) -> Api:
    return Api.signed_in(service, service.credentials.developer)


@pytest.fixture
def client(service: Sandbox) -> Api:
    """Client access, registered as a new player."""
    api = Api.signed_in(service, service.credentials.client)
    api.player = api("POST", "players/").json()["code"]
    return api


@pytest.fixture(scope="module")
def cli_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the command line keeps profiles, tokens and its PlayerUID, for all tests of a module."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run_as(
    service: Sandbox,
    cli_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Callable[[KeyPair], Run]:
    """Runs the command line in this process, with the environment of a key pair, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def choose(keys: KeyPair) -> Run:
        def run(*arguments: object) -> Said:
            for name, value in Terminal.at(service, keys, cli_home).environ.items():
                monkeypatch.setenv(name, value)
            capsys.readouterr()
            said = said_here(capsys, *arguments)
            assert keys.client_secret not in said.out + said.err
            return said

        return run

    return choose


@pytest.fixture
def run(service: Sandbox, run_as: Callable[[KeyPair], Run]) -> Run:
    """The command line with client access."""
    return run_as(service.credentials.client)


@pytest.fixture
def developer_run(service: Sandbox, run_as: Callable[[KeyPair], Run]) -> Run:
    """The command line with developer access."""
    return run_as(service.credentials.developer)
