"""Before something is gone for good."""

from __future__ import annotations

import sys

import click


def confirm(question: str, yes: bool) -> None:
    """Goes on if `yes`, or if a person at a terminal says so.

    Raises:
        click.UsageError: there is nobody to ask.
        click.exceptions.Exit: the answer was no (exit code 1).
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Nobody can be asked here: say --yes")
    if not click.confirm(question, err=True):
        click.echo("Nothing was deleted.", err=True)
        raise click.exceptions.Exit(1)


yes_option = click.option("-y", "--yes", is_flag=True, help="Don't ask.")
