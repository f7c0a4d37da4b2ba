"""Every operation of the service has a command, and the manual names only what there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from avatarsdk_core.cli.app import SECTIONS, cli
from avatarsdk_core.resources.endpoints import ENDPOINTS

PROJECT = Path(__file__).resolve().parents[2]
MANUAL = (PROJECT / "docs" / "command_line.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)[^\n]*\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name), command


COMMANDS = dict(commands(cli))


def examples() -> list[list[str]]:
    """Every call of `avatarsdk` on the page, as its words; shell's own words end it."""
    lines = [line for _, block in BLOCKS for line in block.replace("\\\n", " ").splitlines()]
    calls = [
        call for line in lines for call in re.findall(r"\bavatarsdk ([^|#)]*)", re.sub(r"^pip .*|^echo '.*", "", line))
    ]
    return [shlex.split(re.split(r" [<>]", call)[0]) for call in calls]


def test_every_operation_has_a_command_and_every_command_named_is_there() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([a-z -]+)` \|$", MANUAL, re.MULTILINE))
    assert set(rows) == {endpoint.operation for endpoint in ENDPOINTS}
    assert {name for name in rows.values() if tuple(name.split()) not in COMMANDS} == set()


@pytest.mark.parametrize("words", examples(), ids=lambda words: " ".join(words)[:60])
def test_an_example_s_command_and_options_exist(words: list[str]) -> None:
    context = click.Context(cli, info_name="avatarsdk")
    command: click.Command = cli
    left = list(words)
    while isinstance(command, click.Group):
        left = [word for word in left if word]
        while left and left[0].startswith("-"):
            left = left[2:] if left[0] == "--profile" else left[1:]
            if not left:
                return  # avatarsdk --help
        assert left[0] in command.commands, words
        command = command.commands[left.pop(0)]
    known = {option for param in command.get_params(context) for option in (*param.opts, *param.secondary_opts)}
    assert {word.split("=")[0] for word in left if re.match(r"--?[a-z]", word)} - known == set()


def test_every_command_of_the_program_is_in_the_manual() -> None:
    shown = {tuple(words[:2]) for words in examples()} | {tuple(words[:1]) for words in examples()}
    named = {tuple(name.split()) for name in re.findall(r"`(?:avatarsdk )?([a-z-]+(?: [a-z-]+)?)[^`]*`", MANUAL)}
    assert {" ".join(path) for path in COMMANDS} - {" ".join(path) for path in shown | named} == set()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    context = click.Context(command, info_name="avatarsdk " + " ".join(path), terminal_width=80)
    text = command.get_help(context)
    assert max(map(len, text.splitlines())) <= 80
    short = command.get_short_help_str(120)
    assert 0 < len(short) <= 64, short
    for param in command.get_params(context):
        assert not isinstance(param, click.Option) or param.help, param.name


def test_every_command_takes_the_common_options() -> None:
    alone = {("sandbox",), ("demo",), ("completion",)}  # they speak to no account, and print no data
    for path in COMMANDS.keys() - alone:
        names = {name for param in COMMANDS[path].params for name in param.opts}
        assert {"--profile", "--verbose", "--json"} <= names, path


def test_the_program_s_help_lists_every_command() -> None:
    assert {command.name for commands in SECTIONS.values() for command in commands} == set(cli.commands)


def test_secrets_are_never_taken_as_arguments() -> None:
    names = {name for command in COMMANDS.values() for param in command.params for name in param.opts}
    assert names & {"--client-secret", "--password", "--token", "--secret"} == set()
