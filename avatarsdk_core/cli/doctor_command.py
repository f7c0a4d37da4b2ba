"""`avatarsdk doctor`: is everything in order?"""

from __future__ import annotations

import click

from avatarsdk_core.cli.common import Command, Invocation, pass_invocation
from avatarsdk_core.cli.printing import print_json, print_record, say


@click.command(cls=Command)
@click.option("--blender", metavar="PROGRAM", help="A Blender program to look for.")
@pass_invocation
def doctor(invocation: Invocation, blender: str | None) -> None:
    """Check that everything is in order.

    Versions, settings and where they come from, the service, the clock, the keychain, Blender. Exit code 1 when
    something that is needed is wrong. No secret is shown.
    """
    from dataclasses import asdict

    from avatarsdk_core.cli.doctor import examine

    found = list(examine(invocation.profile, blender))
    if invocation.json:
        print_json([asdict(finding) for finding in found])
    else:
        marks = {"ok": "", "warning": "Warning: ", "error": "Error: "}
        print_record((finding.subject, marks[finding.verdict] + finding.words) for finding in found)
    wrong = sum(finding.verdict == "error" for finding in found)
    if wrong:
        say(f"{wrong} thing{'s' if wrong > 1 else ''} must be mended.")
        raise click.exceptions.Exit(1)
