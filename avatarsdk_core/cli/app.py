"""What can be said to `avatarsdk`. Each command is thin; the work is elsewhere."""

from __future__ import annotations

import click

from avatarsdk_core import __version__
from avatarsdk_core.cli.sandbox_command import demo, sandbox


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="avatarsdk", message="%(prog)s %(version)s")
def cli() -> None:
    """Photos become 3D avatars: the Avatar SDK on the command line."""


cli.add_command(sandbox)
cli.add_command(demo)
