"""What every command has: --json, --profile and --verbose, wherever they stand, and one way to a client."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from avatarsdk_core.cli.steps import Steps
    from avatarsdk_core.client import Client

F = TypeVar("F", bound=Callable[..., Any])

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

        with Client(profile=self.profile) as client:
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
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_note("json"),
            help="Data as JSON, for scripts.",
        ),
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


class Command(click.Command):
    """A command with the common options at the end of its own; its help lists options by section."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *common_options()]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                sections.setdefault(self._section(param), []).append(record)
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)

    def _section(self, param: click.Parameter) -> str:
        if "--help" in param.opts or param in self.params[-_COMMON:]:
            return "Common to all commands"
        return _SECTIONS.get(param, "Options")


_COMMON = 3  # --json, --profile, --verbose
_SECTIONS: dict[click.Parameter, str] = {}


def in_section(title: str, *options: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator, under a title of their own in the help."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
            _SECTIONS[command.__click_params__[-1]] = title  # type: ignore[attr-defined]
        return command

    return decorate


class Group(click.Group):
    """Commands in it are `Command`; listed in the order in which they were added. Takes the common options too, for
    those who say them before the command.
    """

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *common_options()]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command is answered with those that were probably meant."""
        from avatarsdk_core.catalog.names import near

        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            ctx.fail(f"No command {name!r}; {near(name, self.commands)}")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def log_to_stderr(level: int) -> None:
    """What the package logs, on stderr: each request, and with level 2 everything. Secrets aren't in it."""
    logger = logging.getLogger("avatarsdk_core")
    logger.setLevel(logging.DEBUG if level > 1 else logging.INFO)
    logging.getLogger("avatarsdk_core.http").setLevel(logging.DEBUG)
    if not any(isinstance(handler, _Stderr) for handler in logger.handlers):
        logger.addHandler(_Stderr())


class _Stderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError, ValueError):
            print(" ".join(self.format(record).split()), file=sys.stderr)  # noqa: T201 - the log of the command line
