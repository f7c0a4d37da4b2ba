"""What every command has: --json, --profile and --verbose, wherever they stand, and one way to a client."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from avatarsdk_core.cli.steps import Steps
    from avatarsdk_core.client import Client

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@dataclass
class Invocation:
    """What the user asked of the command line as a whole."""

    json: bool = False
    profile: str | None = None
    verbose: int = 0

    @contextlib.contextmanager
    def client(self) -> Iterator[Client]:
        """A client for the profile; closed at the end.

        Raises SettingsError when nobody is signed in.
        """
        from avatarsdk_core.client import Client
        from avatarsdk_core.settings import Settings

        with Client(Settings.resolve(profile=self.profile)) as client:
            yield client

    def root_url(self) -> str:
        """Where requests would go, signed in or not."""
        from avatarsdk_core.settings import Settings

        return Settings.partial(profile=self.profile).root_url

    def steps(self, client: Client) -> Steps:
        """Long work, shown on stderr while it runs."""
        from avatarsdk_core.cli.console import stderr
        from avatarsdk_core.cli.steps import Steps

        return Steps(stderr(), lambda: client.traffic)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def _note(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Keeps an option's value for the whole invocation; the innermost that is given wins."""

    def keep(context: click.Context, _: click.Parameter, value: Any) -> None:
        invocation = context.ensure_object(Invocation)
        if value:
            setattr(invocation, name, value)
        if name == "verbose" and value:
            log_to_stderr(value)

    return keep


def common_options() -> list[click.Parameter]:
    """For the program itself and for each of its commands."""
    return [
        click.Option(
            ["--profile"],
            metavar="NAME",
            expose_value=False,
            callback=_note("profile"),
            help="Settings and sign-in of this name.",
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            expose_value=False,
            callback=_note("verbose"),
            help="Tell each request on stderr; -vv tells more.",
        ),
    ]


def json_option() -> click.Option:
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_note("json"),
        help="Data as JSON, for scripts.",
    )


class Command(click.Command):
    """A command with the common options at the end of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, json_option(), *common_options()]


class Group(click.Group):
    """Commands in it are `Command`, groups in it are of its own kind; listed in the order in which they were added."""

    command_class = Command
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def log_to_stderr(level: int) -> None:
    """What the package logs (requests; with level 2, details), on stderr."""
    logger = logging.getLogger("avatarsdk_core")
    logger.setLevel(logging.DEBUG if level > 1 else logging.INFO)
    if not any(isinstance(handler, _Stderr) for handler in logger.handlers):
        logger.addHandler(_Stderr())


class _Stderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError, ValueError):
            print(" ".join(self.format(record).split()), file=sys.stderr)  # noqa: T201 - the log of the command line
