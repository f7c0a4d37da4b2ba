"""`avatarsdk haircuts …`: the haircuts fitted to an avatar of a pipeline without exports."""

from __future__ import annotations

from pathlib import Path

import click

from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.finding import AVATAR_HELP, direct_results
from avatarsdk_core.cli.output_files import bytes_of, force_option, free_target, out_option, tell_written, write_file
from avatarsdk_core.cli.printing import print_json, print_record, print_table
from avatarsdk_core.cli.tables import Column

_avatar = click.argument("avatar")
_haircut = click.argument("haircut", type=CatalogName("haircut"))
PARTS = {
    "mesh": "mesh, a zip",
    "pointcloud": "points alone, a zip",
    "texture": "texture, a PNG",
    "preview": "picture, a PNG",
}
_SUFFIXES = {"mesh": "zip", "pointcloud": "zip", "texture": "png", "preview": "png"}


@click.group(
    cls=Group,
    context_settings=CONTEXT,
    help=f"Haircuts fitted to an avatar.\n\nThose of pipelines with exports are files of the export. {AVATAR_HELP}",
)
def haircuts() -> None:
    pass


@haircuts.command("list")
@_avatar
@pass_invocation
def list_haircuts(invocation: Invocation, avatar: str) -> None:
    """List an avatar's haircuts."""
    from avatarsdk_core.models import to_json

    with invocation.client() as client, direct_results(client, avatar) as owner:
        found = list(client.haircuts.list(owner))
    if invocation.json:
        print_json([to_json(haircut) for haircut in found])
        return
    columns = [Column("haircut"), Column("made for")]
    print_table(columns, [[each.identity, each.gender] for each in found], empty="The avatar has no haircuts.")


@haircuts.command()
@_avatar
@_haircut
@pass_invocation
def show(invocation: Invocation, avatar: str, haircut: str) -> None:
    """Show one haircut, and which files it has."""
    from avatarsdk_core.models import to_json

    with invocation.client() as client, direct_results(client, avatar) as owner:
        found = client.haircuts.get(owner, haircut)
    if invocation.json:
        print_json(to_json(found))
        return
    has = [part for part in PARTS if getattr(found, part)]
    print_record([("haircut", found.identity), ("made for", found.gender), ("has", has)])


@haircuts.command()
@_avatar
@_haircut
@click.option("--part", type=click.Choice(list(PARTS)), default="mesh", show_default=True, help="Which file of it.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write [default: HAIRCUT-PART.zip or .png].")
@force_option
@pass_invocation
def download(invocation: Invocation, avatar: str, haircut: str, part: str, out: Path | None, force: bool) -> None:
    """Download a file of one haircut."""
    target = free_target(out or Path(f"{haircut}-{part}.{_SUFFIXES[part]}".replace("/", "_")), force)
    with (
        invocation.client() as client,
        invocation.steps(client).step(f"Download the haircut's {part}") as show,
        direct_results(client, avatar) as owner,
    ):
        found = client.haircuts.get(owner, haircut)
        if part == "preview":
            write_file(target, client.haircuts.preview(owner, found))
        elif part == "mesh":
            client.haircuts.download_mesh(owner, found, target, progress=bytes_of(show))
        elif part == "pointcloud":
            client.haircuts.download_pointcloud(owner, found, target, progress=bytes_of(show))
        else:
            client.haircuts.download_texture(owner, found, target, progress=bytes_of(show))
    tell_written(invocation, target)


@haircuts.command()
@_avatar
@out_option("haircut-pointclouds.zip")
@force_option
@pass_invocation
def pointclouds(invocation: Invocation, avatar: str, out: Path, force: bool) -> None:
    """Download the points of all haircuts, as one zip."""
    target = free_target(out, force)
    with (
        invocation.client() as client,
        invocation.steps(client).step("Download the point clouds") as show,
        direct_results(client, avatar) as owner,
    ):
        client.haircuts.download_all_pointclouds(owner, target, progress=bytes_of(show))
    tell_written(invocation, target)
