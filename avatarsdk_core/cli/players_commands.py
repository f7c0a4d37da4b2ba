"""`avatarsdk players …`: the PlayerUIDs of an application."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from avatarsdk_core.cli.asking import confirm, yes_option
from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.moments import MOMENT
from avatarsdk_core.cli.printing import print_json, print_record, print_table, say
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.models import Player


@click.group(cls=Group, context_settings=CONTEXT)
def players() -> None:
    """The application's users, as PlayerUIDs.

    In client access each sees only its own avatars.
    """


@players.command("list")
@click.option("--comment", metavar="TEXT", help="Only those with this in their comment.")
@click.option("--created-after", type=MOMENT, help="Only later ones, e.g. 2026-11-01.")
@click.option("--created-before", type=MOMENT, help="Only earlier ones.")
@pass_invocation
def list_players(
    invocation: Invocation, comment: str | None, created_after: datetime | None, created_before: datetime | None
) -> None:
    """List players; needs developer access."""
    from avatarsdk_core.models import to_json

    with invocation.client() as client:
        found = list(client.players.list(comment=comment, created_after=created_after, created_before=created_before))
    if invocation.json:
        print_json([to_json(player) for player in found])
        return
    columns = [Column("PlayerUID"), Column("created", spare=1), Column("comment", flexible=True)]
    rows = [[player.code, player.created_on, player.comment] for player in found]
    print_table(columns, rows, empty="No players found.")


@players.command()
@click.option("--comment", default="", help="What it is for.")
@pass_invocation
def create(invocation: Invocation, comment: str) -> None:
    """Register a PlayerUID and print it.

    Signed in with client access, that has been done for you: `avatarsdk whoami`.
    """
    with invocation.client() as client:
        player = client.players.create(comment)
    if invocation.json:
        _show(invocation, player)
    else:
        click.echo(player.code)


@players.command()
@click.argument("player")
@pass_invocation
def show(invocation: Invocation, player: str) -> None:
    """Show one player."""
    with invocation.client() as client:
        found = client.players.get(player)
    _show(invocation, found)


@players.command()
@click.argument("player")
@click.option("--comment", required=True, help="Its new comment.")
@pass_invocation
def update(invocation: Invocation, player: str, comment: str) -> None:
    """Change a player's comment."""
    with invocation.client() as client:
        found = client.players.update(player, comment)
    _show(invocation, found)


@players.command()
@click.argument("player")
@yes_option
@pass_invocation
def delete(invocation: Invocation, player: str, yes: bool) -> None:
    """Delete a player, for good; needs developer access."""
    with invocation.client() as client:
        found = client.players.get(player)
        confirm(f"Delete the player {found.code}{f' ({found.comment})' if found.comment else ''}, for good?", yes)
        client.players.delete(found)
    say(f"Deleted {found.code}.")
    if invocation.json:
        print_json({"deleted": [found.code]})


def _show(invocation: Invocation, player: Player) -> None:
    from avatarsdk_core.models import to_json

    if invocation.json:
        print_json(to_json(player))
    else:
        print_record([("PlayerUID", player.code), ("created", player.created_on), ("comment", player.comment)])
