"""`avatarsdk exports file|public`: single files of an export, as the service sends them."""

from __future__ import annotations

from pathlib import Path

import click

from avatarsdk_core.cli.common import Group, Invocation, pass_invocation
from avatarsdk_core.cli.finding import LATEST, find_avatar, find_export
from avatarsdk_core.cli.output_files import bytes_of, force_option, free_target, tell_written
from avatarsdk_core.cli.printing import print_json, say

_out = click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write [default: the service's name].")


@click.argument("avatar")
@click.argument("export")
@click.argument("file")
@click.option("--static-file", metavar="NAME", help="One of its static files in place of the zip.")
@_out
@force_option
@pass_invocation
def file(
    invocation: Invocation, avatar: str, export: str, file: str, static_file: str | None, out: Path | None, force: bool
) -> None:
    """Download one file of an export as it is: a zip, e.g. `avatar`.

    EXPORT may be `latest`. `exports download` fetches all files and unpacks them.
    """
    target = free_target(out or Path((static_file or f"{file}.zip").replace("/", "_")), force)
    with invocation.client() as client:
        found = find_export(client, find_avatar(client, avatar), export)
        with invocation.steps(client).step("Download the file") as show:
            if static_file is None:
                client.exports.download_file(found, file, target, progress=bytes_of(show))
            else:
                client.exports.download_static_file(found, file, static_file, target, progress=bytes_of(show))
    tell_written(invocation, target)


@click.argument("avatar")
@click.argument("export", default=LATEST)
@_out
@force_option
@pass_invocation
def public(invocation: Invocation, avatar: str, export: str, out: Path | None, force: bool) -> None:
    """Download the public file of an export.

    Of one that was made with make_public.
    """
    target = free_target(out or Path("avatar.zip"), force)
    with invocation.client() as client:
        found = find_export(client, find_avatar(client, avatar), export)
        with invocation.steps(client).step("Download the public file") as show:
            client.exports.download_public(found, target, progress=bytes_of(show))
    tell_written(invocation, target)


@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Read every file, and compare its digest.")
@pass_invocation
def check(invocation: Invocation, folder: Path, verify: bool) -> None:
    """Check that a downloaded export is whole.

    Is all of it there, and as it came? Needs no network. Exit code 12 when files are missing or damaged; one that you
    changed is told, and is no error.
    """
    from avatarsdk_core.transfer.check import check_export

    found = check_export(folder, verify=verify)
    states = [("missing", found.missing), ("damaged", found.spoilt), ("changed by you", found.edited)]
    if invocation.json:
        print_json(
            {
                "ok": found.ok,
                "code": found.code,
                "files": found.files,
                "missing": list(found.missing),
                "damaged": list(found.spoilt),
                "edited": list(found.edited),
            }
        )
    else:
        for state, names in states:
            for name in names:
                click.echo(f"{state}: {name}")
    counts = [f"{len(names)} {state}" for state, names in states if names]
    say(f"{found.files} files: {', '.join(counts) or 'all as they came'}.")
    if found.missing or found.spoilt:
        say("`avatarsdk exports download` into the same folder fetches what isn't whole.")
        raise click.exceptions.Exit(12)


def add_export_files(exports: Group) -> None:
    for command in (file, public, check):
        exports.command()(command)
