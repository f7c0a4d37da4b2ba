"""One place where errors become one line on stderr and an exit code.

0 done, 1 an error with a way out, 2 wrong arguments, 70 a bug of ours, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from avatarsdk_core.errors import AvatarSDKError, OperationCancelledError

INTERRUPTED = 130
BUG = 70


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; no traceback reaches the user."""
    try:
        command.main(args=arguments, prog_name="avatarsdk", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, click.Abort, OperationCancelledError):
        return _say("Interrupted", INTERRUPTED)
    except click.ClickException as error:
        return _say(f"Error: {error.format_message()} (avatarsdk --help lists what there is)", error.exit_code)
    except AvatarSDKError as error:
        return _say(f"Error: {error}", 1)
    except BrokenPipeError:
        # Whoever read our output has enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        words = f"Error: unexpected {type(error).__name__}; details for a bug report: {_written(error)}"
        return _say(words, BUG)
    return 0


def _say(line: str, code: int) -> int:
    click.echo(" ".join(line.split()), err=True)
    return code


def _written(error: Exception) -> Path:
    """A private file with the traceback: places and lines of the code, no values of variables."""
    handle, name = tempfile.mkstemp(prefix="avatarsdk-error-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return Path(name)
