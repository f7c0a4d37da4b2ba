"""`avatarsdk avatars …`: list, show, create, change, delete and wait for avatars."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.asking import confirm, yes_option
from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.finding import AVATAR_HELP, find_avatar
from avatarsdk_core.cli.moments import MOMENT
from avatarsdk_core.cli.new_avatar import NewAvatarOptions, new_avatar_options
from avatarsdk_core.cli.printing import print_json, print_record, print_table, say
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.models import Avatar

STATUSES = ("uploading", "queued", "computing", "completed", "failed", "timed out")
_COLUMNS = [
    Column("code"),
    Column("name", flexible=True, spare=1),
    Column("status"),
    Column("pipeline", spare=2),
    Column("created", spare=3),
]


@click.group(cls=Group, context_settings=CONTEXT, help=f"The account's avatars.\n\n{AVATAR_HELP}")
def avatars() -> None:
    pass


@avatars.command("list")
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only those with this status.")
@click.option("--name", metavar="TEXT", help="Only those with this in their name.")
@click.option("--description", metavar="TEXT", help="Only those with this in their description.")
@click.option("--pipeline", type=CatalogName("pipeline"), metavar="NAME", help="Only those of this pipeline.")
@click.option("--created-after", type=MOMENT, help="Only later ones, e.g. 2026-11-01.")
@click.option("--created-before", type=MOMENT, help="Only earlier ones.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", show_default="all", help="The newest N.")
@pass_invocation
def list_avatars(
    invocation: Invocation,
    /,
    limit: int | None,
    created_after: datetime | None,
    created_before: datetime | None,
    **filters: str | None,
) -> None:
    """List avatars, newest first."""
    with invocation.client() as client:
        walk = client.avatars.list(created_after=created_after, created_before=created_before, **filters)
        found = list(itertools.islice(walk, limit))
    if invocation.json:
        print_json([avatar_json(avatar) for avatar in found])
        return
    rows = [[avatar.code, avatar.name, state(avatar), avatar.pipeline, avatar.created_on] for avatar in found]
    print_table(_COLUMNS, rows, empty="No avatars found.")


@avatars.command()
@click.argument("avatar")
@pass_invocation
def show(invocation: Invocation, avatar: str) -> None:
    """Show one avatar."""
    with invocation.client() as client:
        found = find_avatar(client, avatar)
    show_avatar(invocation, found)


@avatars.command()
@new_avatar_options
@click.option("--wait", is_flag=True, help="Wait until it is computed.")
@pass_invocation
def create(invocation: Invocation, options: NewAvatarOptions, wait: bool) -> None:
    """Upload a photo and start computing.

    Prints the new avatar's code. `avatarsdk create` goes all the way to the exported files.
    """
    if options.dry_run:
        options.rehearse(invocation)
        return
    with invocation.client() as client:
        avatar = options.send(invocation, client)
        if wait:
            avatar = wait_for_avatar(invocation, client, avatar)
    if invocation.json:
        print_json(avatar_json(avatar))
        return
    click.echo(avatar.code)
    if not wait:
        say(f"It is being computed. To wait for it: avatarsdk avatars wait {avatar.code}")


@avatars.command()
@click.argument("avatar")
@click.option("--name", help="Its new name.")
@click.option("--description", help="Its new description.")
@pass_invocation
def update(invocation: Invocation, avatar: str, name: str | None, description: str | None) -> None:
    """Change an avatar's name or description."""
    if name is None and description is None:
        raise click.UsageError("Nothing to change: give --name or --description")
    with invocation.client() as client:
        found = client.avatars.update(find_avatar(client, avatar), name=name, description=description)
    show_avatar(invocation, found)


@avatars.command()
@click.argument("avatars", nargs=-1, required=True, metavar="AVATAR…")
@yes_option
@pass_invocation
def delete(invocation: Invocation, avatars: tuple[str, ...], yes: bool) -> None:
    """Delete avatars and everything made from them, for good."""
    with invocation.client() as client:
        found = [find_avatar(client, avatar) for avatar in avatars]
        named = ", ".join(f"{avatar.code} ({avatar.name})" if avatar.name else avatar.code for avatar in found)
        confirm(f"Delete {named}, with all that was made from it, for good?", yes)
        for avatar in found:
            client.avatars.delete(avatar)
            say(f"Deleted {avatar.code}.")
    if invocation.json:
        print_json({"deleted": [avatar.code for avatar in found]})


@avatars.command()
@click.argument("avatar")
@click.option("--seconds", type=click.FloatRange(min=0), default=3600.0, show_default=True, help="Wait no longer.")
@pass_invocation
def wait(invocation: Invocation, avatar: str, seconds: float) -> None:
    """Wait until an avatar is computed, and show it."""
    with invocation.client() as client:
        found = wait_for_avatar(invocation, client, find_avatar(client, avatar), seconds)
    show_avatar(invocation, found)


def wait_for_avatar(invocation: Invocation, client: Any, avatar: Avatar, seconds: float = 3600.0) -> Avatar:
    """Raises ComputationFailed, DeadlineExceeded."""
    with invocation.steps(client).step("Wait for the avatar") as told:
        found: Avatar = client.avatars.wait(
            avatar, progress=lambda now: told(now.progress / 100, now.status), seconds=seconds
        )
    return found


def state(avatar: Avatar) -> str:
    """The status, with how far it is while it is computed."""
    return f"{avatar.status} {avatar.progress}%" if avatar.status.casefold() == "computing" else avatar.status


def avatar_json(avatar: Avatar) -> dict[str, Any]:
    from avatarsdk_core.models import to_json

    return to_json(avatar)


def show_avatar(invocation: Invocation, avatar: Avatar) -> None:
    if invocation.json:
        print_json(avatar_json(avatar))
        return
    from avatarsdk_core.resources.once import untagged

    links = ("mesh", "texture", "haircuts", "blendshapes", "thumbnail", "preview", "model_info", "exports")
    print_record(
        [
            ("code", avatar.code),
            ("name", avatar.name),
            ("description", untagged(avatar.description)),
            ("status", state(avatar)),
            ("why", avatar.status_verbose.get("message")),
            ("pipeline", avatar.pipeline),
            ("created", avatar.created_on),
            ("changed", avatar.ctime),
            ("has", [name.replace("_", " ") for name in links if getattr(avatar, name)]),
        ]
    )
