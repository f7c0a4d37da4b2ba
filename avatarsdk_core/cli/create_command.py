"""`avatarsdk create`: from a photo to a folder of files in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.common import Command, Invocation, pass_invocation
from avatarsdk_core.cli.new_avatar import NewAvatarOptions, new_avatar_options
from avatarsdk_core.cli.printing import print_json, say

if TYPE_CHECKING:
    from avatarsdk_core.cli.checked_parameters import Choice


@click.command(cls=Command)
@new_avatar_options
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the files; new or empty. [required]")
@click.option("--take-selfie", is_flag=True, help="Show a QR code, and wait for a phone's photo.")
@pass_invocation
def create(invocation: Invocation, options: NewAvatarOptions, out: Path | None, take_selfie: bool) -> None:
    """Make an avatar of a photo and download it, in one go.

    Without --pipeline it is metaperson_2.0. Without options of the export it gets separate GLB files, textures of 1K,
    the face shapes mobile_51, and one haircut and garment of each kind that the account has.
    """
    from avatarsdk_core.cli.deliver import check_out, deliver, going_on
    from avatarsdk_core.cli.selfies_commands import take_selfie as taken
    from avatarsdk_core.creation import PIPELINE

    options = replace(options, pipeline=options.pipeline or PIPELINE)
    if take_selfie and (options.photo or options.selfie):
        raise click.UsageError("--take-selfie needs neither PHOTO nor --selfie")
    if options.dry_run:
        choice = options.choice()
        dressed = _dressed(choice, {})
        if dressed is not choice:
            say("The export gets garments too, when the service has told which ones the account has.")
        options.rehearse(invocation, dressed)
        return
    if out is None:
        raise click.UsageError("Missing option '--out': name a folder for the files")
    check_out(out)
    choice = options.choice()
    if not take_selfie:
        options.request(choice)  # a photo that can't be used is found before anybody is asked
    with invocation.client() as client:
        if choice.exports is None and choice.pipeline == PIPELINE:
            choice = _dressed(choice, client.export_parameters.available(choice.pipeline, choice.subtype))
        choice = _dressed(choice, {})
        if take_selfie:
            options = replace(options, selfie=taken(invocation, client).code)
        avatar = options.send(invocation, client, choice)
        with going_on(avatar, out):
            say(f"Avatar {avatar.code}")
        delivered = deliver(invocation, client, avatar, out, {})
    if invocation.json:
        print_json(delivered.to_json())
        return
    for folder in delivered.folders:
        click.echo(str(folder))


def _dressed(choice: Choice, available: Mapping[str, Any]) -> Choice:
    """With an export that an importer can do most with, where the user asked for none.

    `available`: the service's answer, from which garments are chosen.
    """
    from avatarsdk_core.catalog import export_families, export_family, pipeline, read_export_parameters
    from avatarsdk_core.creation import dressed_export

    if choice.exports is not None or not pipeline(choice.pipeline).export_parameters:
        return choice
    if export_family(choice.pipeline) is export_families()["metaperson_2.0"]:
        return replace(choice, exports=(dressed_export(available),))
    return replace(choice, exports=(read_export_parameters({"format": "glb", "embed": False}, choice.pipeline),))
