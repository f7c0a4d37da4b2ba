"""`avatarsdk exports …`: what an avatar is delivered in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.asking import confirm, yes_option
from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.finding import AVATAR_HELP, LATEST, find_avatar, find_export
from avatarsdk_core.cli.parameter_options import Wanted, collected, exporting_options
from avatarsdk_core.cli.printing import print_json, print_record, print_table, say
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.cli.checked_parameters import Choice
    from avatarsdk_core.models import Avatar, Export

_COLUMNS = [
    Column("code"),
    Column("status"),
    Column("files", right=True, spare=1),
    Column("created", spare=2),
    Column("comment", flexible=True, spare=3),
]
_avatar = click.argument("avatar")
_export = click.argument("export", default=LATEST)


@click.group(
    cls=Group,
    context_settings=CONTEXT,
    help=f"An avatar's exports.\n\n{AVATAR_HELP} EXPORT is an export's code; without one it is the avatar's newest.",
)
def exports() -> None:
    pass


@exports.command("list")
@_avatar
@click.option("--status", metavar="STATUS", help="Only those with this status.")
@pass_invocation
def list_exports(invocation: Invocation, avatar: str, status: str | None) -> None:
    """List an avatar's exports, oldest first."""
    with invocation.client() as client:
        found = client.exports.list(find_avatar(client, avatar), status=status)
    if invocation.json:
        print_json([_json(export) for export in found])
        return
    from avatarsdk_core.resources.once import untagged

    rows = [[each.code, each.status, len(each.files) or "", each.created_on, untagged(each.comment)] for each in found]
    print_table(_COLUMNS, rows, empty="No exports found.")


@exports.command()
@_avatar
@_export
@pass_invocation
def show(invocation: Invocation, avatar: str, export: str) -> None:
    """Show one export and its files."""
    with invocation.client() as client:
        found = find_export(client, find_avatar(client, avatar), export)
    _show(invocation, found)


@exports.command()
@_avatar
@click.option("--subtype", type=CatalogName("subtype"), metavar="NAME", help="The avatar's, to check the names.")
@exporting_options
@click.option("--comment", default="", help="A comment on the export.")
@click.option("--check/--no-check", default=True, help="Judge parameters before sending [default: check].")
@click.option("--dry-run", is_flag=True, help="Print the parameters, and send nothing.")
@click.option("--wait", is_flag=True, help="Wait until it is computed.")
@pass_invocation
@collected
def create(
    invocation: Invocation,
    avatar: str,
    subtype: str | None,
    comment: str,
    check: bool,
    dry_run: bool,
    wait: bool,
    wanted: Wanted,
) -> None:
    """Ask for a further export of an avatar.

    The avatar must be computed. Prints the export's code.
    """
    with invocation.client() as client:
        owner = find_avatar(client, avatar)
        choice = _choice(owner, subtype, wanted)
        if check:
            from avatarsdk_core.cli.checked_parameters import judge

            judge(choice, None, None if dry_run else lambda: client)
        if dry_run:
            _rehearse(invocation, owner, choice, comment)
            return
        parameters = choice.exports[0] if choice.exports else {}
        made = client.exports.create(owner, parameters, comment)
        if wait:
            made = _wait(invocation, client, made)
    if invocation.json:
        print_json(_json(made))
        return
    click.echo(made.code)
    if not wait:
        say(f"It is being computed. To fetch it: avatarsdk exports download {owner.code} {made.code} --out DIR")


def _choice(owner: Avatar, subtype: str | None, wanted: Wanted) -> Choice:
    from avatarsdk_core.cli.checked_parameters import read_choice

    choice = read_choice(wanted, owner.pipeline or None, subtype)
    if choice.exports and len(choice.exports) > 1:
        raise click.UsageError("One export at a time: give --export-parameters one object")
    return choice


def _rehearse(invocation: Invocation, owner: Avatar, choice: Choice, comment: str) -> None:
    from avatarsdk_core.catalog.values import plain
    from avatarsdk_core.cli.rehearsal import show_request
    from avatarsdk_core.resources.endpoints import CREATE_EXPORT

    sent = json.dumps(plain(choice.exports[0]) if choice.exports else {})
    form = {"export_parameters": sent, "export_comment": comment}
    show_request(invocation, CREATE_EXPORT.at(code=owner.code), form, None, choice.explained())


@exports.command()
@_avatar
@_export
@click.option("--seconds", type=click.FloatRange(min=0), default=3600.0, show_default=True, help="Wait no longer.")
@pass_invocation
def wait(invocation: Invocation, avatar: str, export: str, seconds: float) -> None:
    """Wait until an export is computed, and show it."""
    with invocation.client() as client:
        found = find_export(client, find_avatar(client, avatar), export)
        found = _wait(invocation, client, found, seconds)
    _show(invocation, found)


@exports.command()
@_avatar
@_export
@yes_option
@pass_invocation
def delete(invocation: Invocation, avatar: str, export: str, yes: bool) -> None:
    """Delete an export and its files, for good; the avatar stays."""
    with invocation.client() as client:
        found = find_export(client, find_avatar(client, avatar), export)
        confirm(f"Delete the export {found.code} with its files, for good?", yes)
        client.exports.delete(found)
    say(f"Deleted {found.code}.")
    if invocation.json:
        print_json({"deleted": [found.code]})


def download_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How an export is brought to the disk; the command gets them as `transfer`."""

    def call(*args: Any, verify: bool, edited: str, no_cache: bool, **given: Any) -> Any:
        transfer: dict[str, Any] = {"verify": verify, "edited": edited}
        return command(*args, transfer=transfer | ({"cache": None} if no_cache else {}), **given)

    call.__name__, call.__doc__ = command.__name__, command.__doc__
    for option in (
        click.option("--no-cache", is_flag=True, help="Fetch everything from the service."),
        click.option(
            "--edited",
            type=click.Choice(["aside", "keep"]),
            default="aside",
            show_default=True,
            help="Files that you changed: set aside and fetched again, or kept.",
        ),
        click.option("--verify", is_flag=True, help="Check all files by digest, and fetch the damaged again."),
    ):
        call = option(call)
    return call


@exports.command()
@_avatar
@_export
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for the files.")
@pass_invocation
@download_options
def download(invocation: Invocation, avatar: str, export: str, out: Path, transfer: dict[str, Any]) -> None:
    """Download an export into a folder.

    Run again, it fetches only what is missing.
    """
    from avatarsdk_core.cli.deliver import deliver_export, delivery_json

    with invocation.client() as client:
        found = find_export(client, find_avatar(client, avatar), export)
        delivery = deliver_export(invocation, client, found, out, transfer)
    if invocation.json:
        print_json({"export": found.code, **delivery_json(delivery)})
    else:
        click.echo(str(out))


def _wait(invocation: Invocation, client: Any, export: Export, seconds: float = 3600.0) -> Export:
    with invocation.steps(client).step("Wait for the export") as told:
        found: Export = client.exports.wait(export, progress=lambda now: told(None, now.status), seconds=seconds)
    return found


def _show(invocation: Invocation, export: Export) -> None:
    from avatarsdk_core.resources.once import untagged

    if invocation.json:
        print_json(_json(export))
        return
    print_record(
        [
            ("code", export.code),
            ("avatar", export.avatar_code),
            ("status", export.status),
            ("created", export.created_on),
            ("comment", untagged(export.comment)),
            ("public file", export.public_file),
        ]
    )
    if export.files:
        click.echo()
        columns = [Column("file"), Column("category"), Column("static files", right=True)]
        rows = [[file.identity, file.category, len(file.static_files)] for file in export.files]
        print_table(columns, rows, empty="")


def _json(export: Export) -> dict[str, Any]:
    from avatarsdk_core.models import to_json

    return to_json(export)
