"""`avatarsdk textures …`, `blendshapes` and `model-info`: what is computed straight from an avatar."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from avatarsdk_core.cli.avatar_files_commands import lod_option
from avatarsdk_core.cli.common import CONTEXT, Command, Group, Invocation, pass_invocation
from avatarsdk_core.cli.finding import AVATAR_HELP, direct_results, find_avatar
from avatarsdk_core.cli.output_files import bytes_of, force_option, free_target, out_option, tell_written
from avatarsdk_core.cli.printing import print_json, print_record, print_table, say
from avatarsdk_core.cli.tables import Column

GUESSES = frozenset({"age", "gender", "race", "races", "age_confidence", "gender_confidence", "race_confidence"})


@click.group(
    cls=Group,
    context_settings=CONTEXT,
    help=f"Textures of an avatar.\n\nThose of pipelines with exports are files of the export. {AVATAR_HELP}",
)
def textures() -> None:
    pass


@textures.command("list")
@click.argument("avatar")
@pass_invocation
def list_textures(invocation: Invocation, avatar: str) -> None:
    """List an avatar's textures; `model` is the default one."""
    from avatarsdk_core.models import to_json

    with invocation.client() as client, direct_results(client, avatar) as owner:
        found = list(client.textures.list(owner))
    if invocation.json:
        print_json([to_json(texture) for texture in found])
        return
    print_table([Column("texture")], [[each.identity] for each in found], empty="The avatar has no textures.")


@textures.command()
@click.argument("avatar")
@click.argument("texture", required=False)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write [default: TEXTURE.jpg or model.jpg].")
@force_option
@pass_invocation
def download(invocation: Invocation, avatar: str, texture: str | None, out: Path | None, force: bool) -> None:
    """Download one texture; the default one if none is named."""
    target = free_target(out or Path(f"{texture or 'model'}.jpg".replace("/", "_")), force)
    with (
        invocation.client() as client,
        invocation.steps(client).step("Download the texture") as show,
        direct_results(client, avatar) as owner,
    ):
        if texture is None:
            client.textures.download_default(owner, target, progress=bytes_of(show))
        else:
            client.textures.download(owner, texture, target, progress=bytes_of(show))
    tell_written(invocation, target)


@click.command(cls=Command)
@click.argument("avatar")
@out_option("blendshapes.zip")
@click.option("--fmt", type=click.Choice(["ply", "fbx", "bin"]), default="ply", show_default=True, help="File format.")
@lod_option
@force_option
@pass_invocation
def blendshapes(invocation: Invocation, avatar: str, out: Path, fmt: Any, lod: int | None, force: bool) -> None:
    """Download an avatar's blendshapes, as a zip.

    Those of pipelines with exports are in the export.
    """
    target = free_target(out, force)
    with (
        invocation.client() as client,
        invocation.steps(client).step("Download the blendshapes") as show,
        direct_results(client, avatar) as owner,
    ):
        made = client.blendshapes.download(owner, target, fmt=fmt, lod=lod, progress=bytes_of(show))
    if made is not None:
        tell_written(invocation, target)
        return
    say("The avatar has no blendshapes: nothing was written.")
    if invocation.json:
        print_json(None)


@click.command("model-info", cls=Command)
@click.argument("avatar")
@click.option("--guesses", is_flag=True, help="Show guesses about the person too: age, gender, race.")
@pass_invocation
def model_info(invocation: Invocation, avatar: str, guesses: bool) -> None:
    """Show what was measured in the photo.

    Colours, landmarks, the haircut that suits: what was asked for with --model-info.
    """
    from avatarsdk_core.models import to_json

    with invocation.client() as client:
        facts = to_json(client.model_info.get(find_avatar(client, avatar)))
    told = {name: value for name, value in facts.items() if value not in (None, "", [], {}, ())}
    hidden = told.keys() & GUESSES if not guesses else set()
    told = {name: value for name, value in told.items() if name not in hidden}
    if invocation.json:
        print_json(told)
    else:
        print_record((name.replace("_", " "), _fact(value)) for name, value in told.items())
    if hidden:
        say("Guesses about the person aren't shown: --guesses shows them.")


def _fact(value: Any) -> str:
    if isinstance(value, Mapping):
        if value.keys() == {"red", "green", "blue"}:
            return "#{red:02x}{green:02x}{blue:02x}".format(**value)
        return ", ".join(f"{name} {_fact(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        if len(value) > 10:
            return f"{len(value)} points (--json shows them)"
        return " ".join(map(_fact, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
