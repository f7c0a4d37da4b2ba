"""`avatarsdk avatars download|mesh|pointcloud|thumbnail|preview`: an avatar's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.common import Invocation, pass_invocation
from avatarsdk_core.cli.exports_commands import download_options
from avatarsdk_core.cli.finding import direct_results, find_avatar
from avatarsdk_core.cli.output_files import bytes_of, force_option, free_target, out_option, tell_written, write_file
from avatarsdk_core.cli.printing import print_json

if TYPE_CHECKING:
    from avatarsdk_core.cli.common import Group


lod_option = click.option("--lod", type=click.IntRange(min=0), metavar="LEVEL", help="Level of detail, 0 the densest.")


@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for the files.")
@pass_invocation
@download_options
def download(invocation: Invocation, avatar: str, out: Path, transfer: dict[str, Any]) -> None:
    """Wait for an avatar, and download it into a folder.

    That is all its exports, several in folders 1, 2, …; run again, it fetches only what is missing. Of a pipeline
    without exports: mesh, textures, blendshapes and haircuts.
    """
    from avatarsdk_core.cli.deliver import deliver

    with invocation.client() as client:
        delivered = deliver(invocation, client, find_avatar(client, avatar), out, transfer)
    if invocation.json:
        print_json(delivered.to_json())
        return
    for folder in delivered.folders:
        click.echo(str(folder))


@out_option("mesh.zip")
@lod_option
@click.option("--fmt", type=click.Choice(["ply", "gltf"]), help="File format [default: ply].")
@force_option
@pass_invocation
def mesh(invocation: Invocation, avatar: str, out: Path, lod: int | None, fmt: Any, force: bool) -> None:
    """Download the mesh of a pipeline without exports, as a zip."""
    target = free_target(out, force)
    with (
        invocation.client() as client,
        invocation.steps(client).step("Download the mesh") as show,
        direct_results(client, avatar) as owner,
    ):
        client.meshes.download(owner, target, lod=lod, fmt=fmt, progress=bytes_of(show))
    tell_written(invocation, target)


@out_option("pointcloud.zip")
@lod_option
@force_option
@pass_invocation
def pointcloud(invocation: Invocation, avatar: str, out: Path, lod: int | None, force: bool) -> None:
    """Download the mesh's points alone, as a zip."""
    target = free_target(out, force)
    with (
        invocation.client() as client,
        invocation.steps(client).step("Download the point cloud") as show,
        direct_results(client, avatar) as owner,
    ):
        client.meshes.download_pointcloud(owner, target, lod=lod, progress=bytes_of(show))
    tell_written(invocation, target)


@out_option("thumbnail.jpg")
@force_option
@pass_invocation
def thumbnail(invocation: Invocation, avatar: str, out: Path, force: bool) -> None:
    """Download a small picture of the photo."""
    target = free_target(out, force)
    with invocation.client() as client:
        write_file(target, client.avatars.thumbnail(find_avatar(client, avatar)))
    tell_written(invocation, target)


@out_option("preview.png")
@force_option
@pass_invocation
def preview(invocation: Invocation, avatar: str, out: Path, force: bool) -> None:
    """Download a rendered picture of the avatar."""
    target = free_target(out, force)
    with invocation.client() as client:
        write_file(target, client.avatars.preview(find_avatar(client, avatar)))
    tell_written(invocation, target)


def add_avatar_files(avatars: Group) -> None:
    for command in (download, mesh, pointcloud, thumbnail, preview):
        avatars.command()(click.argument("avatar")(command))
