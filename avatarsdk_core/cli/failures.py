"""One place where errors become one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from avatarsdk_core.cli.exit_codes import BROKEN_PIPE, BUG, INTERRUPTED, OK, USAGE, exit_code
from avatarsdk_core.cli.printing import say
from avatarsdk_core.errors import AvatarSDKError, Cancelled
from avatarsdk_core.redaction import redacted

_PROGRAM = "avatarsdk"
COMPLETION = "_AVATARSDK_COMPLETE"


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; no traceback reaches the user."""
    try:
        code = _run(command, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def _run(command: click.Command, arguments: Sequence[str] | None) -> int:
    try:
        _invoke(command, sys.argv[1:] if arguments is None else list(arguments))
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, click.Abort, Cancelled):
        if sys.stderr.isatty():
            click.echo(err=True)  # the line holds ^C
        return _say("Interrupted", INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "avatarsdk"
        return _say(f"Error: {error.format_message()} ({path} --help tells more)", USAGE)
    except click.ClickException as error:
        return _say(f"Error: {error.format_message()}", error.exit_code)
    except AvatarSDKError as error:
        return _say(f"Error: {error}", exit_code(error))
    except BrokenPipeError:
        raise
    except Exception as error:
        words = f"Error: unexpected {type(error).__name__}; details for a bug report: {_written(error)}"
        return _say(words, BUG)
    return OK


def _invoke(command: click.Command, arguments: list[str]) -> None:
    """As `command.main` does, but for its own ends at Ctrl+C and closed pipes, whose exit codes are others."""
    if COMPLETION in os.environ:
        command.main(args=arguments, prog_name=_PROGRAM, complete_var=COMPLETION)
    with command.make_context(_PROGRAM, arguments) as context:
        command.invoke(context)


def _say(line: str, code: int) -> int:
    say(line)
    return code


def _written(error: Exception) -> Path:
    """A private file with the traceback: places and lines of the code, no values of variables and no secrets."""
    handle, name = tempfile.mkstemp(prefix="avatarsdk-error-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(redacted("".join(traceback.format_exception(error))))
    return Path(name)
