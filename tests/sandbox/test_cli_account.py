"""Signing in from the command line, and what it says when that isn't so."""

from __future__ import annotations

import io
import json
import socket
from pathlib import Path

import pytest

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.cli_runs import Run, Said, Terminal, said_here


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on a machine that knows nobody yet; `stdin` is what is typed into it."""
    monkeypatch.chdir(tmp_path)
    for name in ("ROOT_URL", "CLIENT_ID", "CLIENT_SECRET", "ACCESS", "PROFILE"):
        monkeypatch.delenv(f"AVATARSDK_{name}", raising=False)
    monkeypatch.setenv("AVATARSDK_CONFIG", str(tmp_path / "config" / "profiles.toml"))

    def run(*arguments: object, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        return said_here(capsys, *arguments)

    return run


def login(here: Run, service: Sandbox, *words: str, mode: str = "developer", secret: str | None = None) -> Said:
    keys = getattr(service.credentials, mode)
    given = ("--client-id", keys.client_id, "--root-url", service.url, "--secret-stdin", "--keep", "file")
    return here("login", *given, *words, stdin=(secret or keys.client_secret) + "\n")


def test_signing_in_is_remembered_and_signing_out_forgotten(here: Run, service: Sandbox, tmp_path: Path) -> None:
    signed = login(here, service)
    assert signed.code == 0, signed.err
    assert service.url in signed.out
    assert "developer" in signed.out
    told = here("whoami", "--json").json
    assert (told["root_url"], told["access"], told["profile"]) == (service.url, "developer", "default")
    assert here("avatars", "list", "--json").json == []
    assert here("logout").code == 0
    after = here("avatars", "list")
    assert (after.code, "avatarsdk login" in after.err) == (3, True)


def test_secrets_are_in_no_output_and_in_no_file_that_others_read(here: Run, service: Sandbox, tmp_path: Path) -> None:
    secret = service.credentials.developer.client_secret
    said = [login(here, service), here("whoami"), here("doctor"), here("profiles", "--json"), here("logout", "--json")]
    assert [each for each in said if secret in each.out + each.err] == []
    login(here, service)
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and secret in path.read_text("utf-8", "replace")]
    assert holding
    assert {path.stat().st_mode & 0o077 for path in holding} == {0}


def test_profiles_stand_side_by_side_and_may_be_named_anywhere(here: Run, service: Sandbox) -> None:
    login(here, service, "--profile", "work")
    login(here, service, "--profile", "home", mode="client")
    assert here("usage", "--profile", "work").code == 0
    assert here("--profile", "home", "usage").code == 5
    listed = here("profiles", "--json").json
    assert [(each["name"], each["default"]) for each in listed] == [("home", False), ("work", True)]
    assert here("profiles", "--default", "home").code == 0
    assert here("usage").code == 5
    unknown = here("usage", "--profile", "nobody")
    assert (unknown.code, "nobody" in unknown.err) == (3, True)


def test_a_secret_that_is_wrong_is_refused_and_not_kept(here: Run, service: Sandbox) -> None:
    refused = login(here, service, secret="0" * 64)
    assert refused.code == 4
    assert "0" * 64 not in refused.err
    assert here("profiles", "--json").json == []


def test_nobody_can_be_asked_without_a_terminal(here: Run, service: Sandbox) -> None:
    assert here("login", "--root-url", service.url).code == 2
    refused = here("login", "--root-url", service.url, "--client-id", "x")
    assert (refused.code, "--secret-stdin" in refused.err) == (2, True)
    empty = here("login", "--root-url", service.url, "--client-id", "x", "--secret-stdin", stdin="\n")
    assert (empty.code, "stdin is empty" in empty.err) == (2, True)


def test_a_user_signs_in_with_a_password_that_is_not_kept(here: Run, service: Sandbox, tmp_path: Path) -> None:
    keys, user = service.credentials.developer, service.user
    words = ("--by", "password", "--username", user.username, "--client-id", keys.client_id, "--keep", "file")
    signed = here(
        "login", *words, "--root-url", service.url, "--secret-stdin", stdin=f"{user.password}\n{keys.client_secret}\n"
    )
    assert signed.code == 0, signed.err
    assert here("whoami", "--json").json["grant"] == "password"
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and user.password.encode() in path.read_bytes()
    ] == []


def test_a_token_that_one_has_is_enough(here: Run, service: Sandbox) -> None:
    from tests.sandbox.service_api import Api

    token = Api.signed_in(service, service.credentials.developer).token
    words = ("--by", "token", "--root-url", service.url, "--secret-stdin", "--keep", "file")
    signed = here("login", *words, stdin=token + "\n")
    assert signed.code == 0, signed.err
    assert token not in signed.out + signed.err
    assert here("avatars", "list", "--json").json == []


def test_without_a_sign_in_the_way_to_one_is_told(here: Run) -> None:
    for words in (("avatars", "list"), ("whoami",), ("usage",)):
        said = here(*words)
        assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
        assert "avatarsdk login" in said.err
    assert here("logout").code == 3


def test_a_service_that_is_not_there_is_exit_code_9(here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    monkeypatch.setenv("AVATARSDK_ROOT_URL", url)
    monkeypatch.setenv("AVATARSDK_CLIENT_ID", "x")
    monkeypatch.setenv("AVATARSDK_CLIENT_SECRET", "y")
    said = here("avatars", "list")
    assert (said.code, "nobody listens there" in said.err) == (9, True)
    checked = here("doctor", "--json")
    assert checked.code == 1
    verdicts = {finding["subject"]: finding for finding in checked.json}
    assert verdicts["service"]["verdict"] == "error"


def test_the_doctor_tells_each_setting_and_its_source(
    here: Run, service: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    login(here, service, "--profile", "work")
    monkeypatch.setenv("AVATARSDK_PROFILE", "work")
    said = here("doctor", "--json")
    assert said.code == 0, said.out
    found = {finding["subject"]: finding["words"] for finding in said.json}
    assert found["root url"] == f"{service.url}, from profile 'work'"
    assert "profiles.state" in found["client secret"] or "file" in found["client secret"]
    assert found["clock"].startswith("within")
    assert {"Python", "packages", "keychain", "service", "sign-in", "Blender", "cache"} <= set(found)
    assert service.credentials.developer.client_secret not in here("doctor").out


def test_a_clock_that_is_wrong_is_found(here: Run, service: Sandbox) -> None:
    login(here, service)
    with service.faults("clock-skew", seconds=3600):
        said = here("doctor", "--json")
    words = next(finding for finding in said.json if finding["subject"] == "clock")
    assert words["verdict"] == "warning"
    assert "behind the service's" in words["words"] or "ahead of the service's" in words["words"]


def test_every_request_is_told_on_stderr_when_asked_for(service: Sandbox, tmp_path: Path) -> None:
    keys = service.credentials.developer
    done = Terminal.at(service, keys, tmp_path).run("-v", "avatars", "list", "--json")
    assert json.loads(done.stdout) == []
    assert "/avatars/: 200" in done.stderr
    assert keys.client_secret not in done.stderr
    louder = Terminal.at(service, keys, tmp_path).run("avatars", "list", "-vv")
    assert keys.client_secret not in louder.stderr
