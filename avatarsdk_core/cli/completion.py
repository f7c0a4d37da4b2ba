"""What the shell may complete: names of the catalogue, and no request to anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class CatalogName(click.ParamType):  # type: ignore[type-arg]
    """A name that the catalogue may know; any other is passed on, since the service may know more."""

    name = "name"

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        before, comma, begun = incomplete.rpartition(",")
        names = known_names(self.kind, ctx.params.get("pipeline"))
        return [CompletionItem(before + comma + name) for name in names if name.startswith(begun)]


def known_names(kind: str, pipeline: str | None) -> list[str]:
    """The catalogue's names of a kind, of one pipeline or, where none is named yet, of all."""
    from avatarsdk_core import catalog

    known = list(catalog.pipelines())
    names = [pipeline] if pipeline is not None and pipeline in known else known
    if kind == "pipeline":
        return known
    if kind == "subtype":
        return _each(catalog.pipeline(name).subtypes for name in names)
    if kind == "haircut":
        return _each(found.names for name in names for found in catalog.haircut_sets(name).values())
    if kind.startswith("outfit") or kind == "glasses":
        return _each(catalog.outfits(name).get(kind, ()) for name in names)
    if kind == "blendshapes":
        return list(catalog.blendshape_sets())
    if kind == "texture":
        families = [family for family in catalog.export_families().values() if set(family.pipelines) & set(names)]
        return _each(found for family in families for found in family.texture_names.values())
    return list(catalog.categories()[kind].parameters)


def _each(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(name for group in groups for name in group))
