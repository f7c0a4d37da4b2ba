"""`avatarsdk static-resources …`: textures that don't vary between avatars."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import click

from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.printing import print_json, print_table
from avatarsdk_core.cli.tables import Column
from avatarsdk_core.errors import NotFound, SettingsError

if TYPE_CHECKING:
    from avatarsdk_core.models import StaticResource


@click.group("static-resources", cls=Group, context_settings=CONTEXT)
def static_resources() -> None:
    """Textures that all avatars share.

    Exports of metaperson_2.0 refer to them.
    """


def _filters(command: Any) -> Any:
    for option in (
        click.option("--texture", "textures", multiple=True, metavar="NAME", help="Only this texture, e.g. Normal."),
        click.option("--asset", "assets", multiple=True, metavar="NAME", help="Only this asset, e.g. AvatarHead."),
        click.option("--profile-name", "texture_profile", multiple=True, metavar="PROFILE", help="Only e.g. 2K.jpg."),
        click.option("--lod", multiple=True, metavar="LEVEL", help="Only e.g. LOD1."),
        click.option("--category", multiple=True, metavar="NAME", help="Only e.g. avatar or outfits_top."),
        click.option("--subtype", "pipeline_subtype", multiple=True, metavar="NAME", help="Only female or male."),
        click.argument("pipeline", type=CatalogName("pipeline"), default="metaperson_2.0"),
    ):
        command = option(command)
    return command


@static_resources.command("list")
@_filters
@pass_invocation
def list_static_resources(invocation: Invocation, /, pipeline: str, **filters: tuple[str, ...]) -> None:
    """List the static resources of a pipeline."""
    with invocation.client() as client:
        found = _found(client, pipeline, filters)
    if invocation.json:
        print_json([vars_of(resource) for resource in found])
        return
    names = ("subtype", "category", "asset", "lod", "profile", "variant", "texture")
    columns = [
        Column("subtype"),
        Column("category", spare=2),
        Column("asset"),
        Column("lod"),
        Column("profile"),
        Column("variant", spare=1),
        Column("texture"),
    ]
    rows = [[getattr(each, name) for name in names] for each in found]
    print_table(columns, rows, empty=f"{pipeline} has no such static resources.")


@static_resources.command()
@_filters
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for the files.")
@pass_invocation
def download(invocation: Invocation, /, pipeline: str, out: Path, **filters: tuple[str, ...]) -> None:
    """Download static resources into a folder.

    What is there already stays.
    """
    if out.exists() and not out.is_dir():
        raise SettingsError(f"{str(out)!r} is a file: give --out a folder")
    with invocation.client() as client:
        found = _found(client, pipeline, filters)
        if not found:
            raise NotFound(f"{pipeline} has no such static resources: `static-resources list` shows what there is")
        targets = {name_of(resource): resource for resource in found}
        fresh = {name: resource for name, resource in targets.items() if not (out / name).exists()}
        with invocation.steps(client).step("Download the textures") as told:
            for number, (name, resource) in enumerate(fresh.items()):
                told(number / len(fresh), name)
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                client.static_resources.download(resource, out / name)
    if invocation.json:
        print_json({"folder": str(out), "files": sorted(targets), "fetched": sorted(fresh)})
    else:
        click.echo(str(out))


def _found(client: Any, pipeline: str, filters: dict[str, tuple[str, ...]]) -> list[StaticResource]:
    """The service filters by what it knows, we by the rest."""
    asked = {name: values for name, values in filters.items() if values and name not in ("assets", "textures")}
    found: list[StaticResource] = client.static_resources.list(pipeline, **asked)
    assets, textures = filters["assets"], filters["textures"]
    return [
        each for each in found if (not assets or each.asset in assets) and (not textures or each.texture in textures)
    ]


def name_of(resource: StaticResource) -> str:
    """`category/asset/file`, the last parts of its URL.

    Raises NotFound for a URL whose parts are no safe names.
    """
    from avatarsdk_core.transfer.names import is_safe_name

    parts = PurePosixPath(unquote(urlsplit(resource.url).path)).parts[-3:]
    if not parts or not all(is_safe_name(part) for part in parts):
        raise NotFound(f"The service calls a file {resource.url!r}, which is no safe name: not stored")
    return "/".join(parts)


def vars_of(resource: StaticResource) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(resource)
