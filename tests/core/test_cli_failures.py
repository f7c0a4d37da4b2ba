"""Every error is one line and an exit code that the manual names; no traceback, no secret, nothing that steers."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import click
import pytest

from avatarsdk_core import errors
from avatarsdk_core.cli import exit_codes, failures
from avatarsdk_core.cli.app import cli
from avatarsdk_core.cli.exit_codes import INTERRUPTED, MEANINGS, USAGE, exit_code
from avatarsdk_core.redaction import hide

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "command_line.md"
ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.AvatarSDKError)]


def ended(error: BaseException) -> int:
    @click.command()
    def failing() -> None:
        raise error

    return failures.run(failing, [])


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_each_error_has_an_exit_code_that_is_explained(
    kind: type[errors.AvatarSDKError], capsys: pytest.CaptureFixture[str]
) -> None:
    error = kind("A thing is wrong:\n do another")
    code = ended(error)
    assert code == exit_code(error)
    assert code in MEANINGS
    if code != INTERRUPTED:
        assert capsys.readouterr().err == "Error: A thing is wrong: do another\n"


def test_kinds_of_errors_can_be_told_apart() -> None:
    told = {
        errors.SettingsError: 3,
        errors.AuthenticationError: 4,
        errors.AccessDenied: 5,
        errors.NotFound: 6,
        errors.InvalidRequest: 7,
        errors.PhotoError: 7,
        errors.Throttled: 8,
        errors.ServiceUnreachable: 9,
        errors.ProtocolError: 9,
        errors.ComputationFailed: 10,
        errors.DeadlineExceeded: 11,
        errors.ArchiveError: 12,
        errors.SandboxError: 13,
        errors.BlenderError: 14,
        errors.AvatarSDKError: 1,
    }
    assert {kind: exit_code(kind("x")) for kind in told} == told


def test_the_manual_has_every_exit_code() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.+) \|$", MANUAL.read_text("utf-8"), re.MULTILINE))
    assert {int(code): words for code, words in rows.items()} == exit_codes.MEANINGS


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort(), errors.Cancelled("x")])
def test_an_interruption_is_130(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(error) == INTERRUPTED
    assert capsys.readouterr().err.strip() == "Interrupted"


def test_an_exit_of_a_command_s_own_is_kept() -> None:
    assert ended(click.exceptions.Exit(12)) == 12


def test_wrong_arguments_name_the_command_s_help(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    @click.option("--port", type=int)
    def serving(port: int) -> None:
        pass

    assert failures.run(serving, ["--port", "high"]) == USAGE
    assert "avatarsdk --help" in capsys.readouterr().err


def test_a_stranger_s_words_can_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(errors.InvalidRequest("bad \x1b]0;title\x07 name")) == 7
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize(("words", "meant"), [(["avatar"], "'avatars'"), (["avatars", "lst"], "'list'")])
def test_an_unknown_command_is_answered_with_what_was_meant(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.run(cli, words) == USAGE
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_the_common_options_may_stand_before_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--json", "pipelines"], ["pipelines", "--json"]):
        assert failures.run(cli, words) == 0
        assert json.loads(capsys.readouterr().out)[0]["name"] == "animated_face"


def test_a_bug_s_details_hold_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    hide("a-secret-of-somebody")
    assert ended(ZeroDivisionError("with a-secret-of-somebody")) == exit_codes.BUG
    (written,) = tmp_path.glob("avatarsdk-error-*.txt")
    assert "a-secret-of-somebody" not in written.read_text("utf-8") + capsys.readouterr().err
    assert "ZeroDivisionError" in written.read_text("utf-8")
