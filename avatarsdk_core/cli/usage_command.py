"""`avatarsdk usage`: how many avatars were made, and are to be paid."""

from __future__ import annotations

from datetime import datetime

import click

from avatarsdk_core.cli.common import Command, Invocation, pass_invocation
from avatarsdk_core.cli.moments import MOMENT
from avatarsdk_core.cli.printing import print_json, print_record


@click.command(cls=Command)
@click.option("--since", type=MOMENT, help="From then on, e.g. 2026-11-01.")
@click.option("--until", type=MOMENT, help="Up to then.")
@pass_invocation
def usage(invocation: Invocation, since: datetime | None, until: datetime | None) -> None:
    """Count the avatars made, and those to be paid.

    Those of this billing period, or of a time of your own. Needs developer access.
    """
    from avatarsdk_core.models import to_json

    with invocation.client() as client:
        counted = client.avatars.count(since=since, until=until)
    if invocation.json:
        print_json(to_json(counted))
        return
    rows = [("avatars created", counted.created), ("prepaid", counted.prepaid), ("to be paid", counted.to_pay)]
    print_record((name, str(value)) for name, value in rows if value is not None)
