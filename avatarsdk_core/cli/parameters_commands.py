"""`avatarsdk parameters …`: what can be asked for, in the catalogue and by the service's own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.printing import print_json, print_table
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.catalog.facts import Parameter

_subtype = click.option("--subtype", type=CatalogName("subtype"), metavar="NAME", help="[default: the pipeline's]")
_pipeline = click.argument("pipeline", type=CatalogName("pipeline"))


@click.group(cls=Group, context_settings=CONTEXT)
def parameters() -> None:
    """What can be computed and exported, and with which words."""


@parameters.command("list")
@_pipeline
@_subtype
@click.option("--category", metavar="NAME", help="Only this category, e.g. avatar_modifications.")
@click.option("--plan", metavar="PLAN", help="Only what this plan reaches: Plus, Pro or Enterprise.")
@pass_invocation
def list_parameters(
    invocation: Invocation, pipeline: str, subtype: str | None, category: str | None, plan: str | None
) -> None:
    """List a pipeline's parameters, from the catalogue.

    With type and plan; needs no network.
    """
    from avatarsdk_core import catalog

    target = catalog.subtype(pipeline, subtype)
    if plan is not None:
        catalog.reaches(plan, "Plus")  # is there such a plan?
    chosen = [catalog.category(category)] if category else list(catalog.categories().values())
    rows = [
        row
        for each in chosen
        for row in each.parameters.values()
        if (needed := row.plan(target)) is not None and (plan is None or catalog.reaches(plan, needed))
    ]
    if invocation.json:
        print_json(
            [
                {
                    "category": row.category,
                    "name": row.name,
                    "kind": row.kind,
                    "type": row.type,
                    "unit": row.unit,
                    "range": row.range,
                    "plan": row.plan(target),
                    "confidence": row.confidence,
                    "meaning": row.meaning,
                }
                for row in rows
            ]
        )
        return
    columns = [
        Column("name"),
        Column("type", spare=1),
        Column("plan"),
        Column("what it is", flexible=True, spare=2),
        Column("sure", spare=3),
    ]
    cells = [[row.name, _type(row), _plan(row.plan(target)), row.meaning, row.confidence] for row in rows]
    if category is None:
        columns = [Column("category"), *columns]
        cells = [[row.category, *line] for row, line in zip(rows, cells, strict=True)]
    print_table(columns, cells, empty=f"{target.key} has no such parameters.")


def _type(row: Parameter) -> str:
    """With its unit and its range, where it has any."""
    words = f"{row.type} {row.unit}".strip()
    if row.range is None:
        return words
    low, high = ("" if end is None else f"{end:g}" for end in row.range)
    return f"{words} {low}…{high}"


def _plan(plan: str | None) -> str:
    return "always set" if plan == "always_set" else plan or ""


@parameters.command()
@_pipeline
@_subtype
@pass_invocation
def available(invocation: Invocation, pipeline: str, subtype: str | None) -> None:
    """Ask what this account may have computed."""
    with invocation.client() as client:
        found = client.parameters.available(pipeline, subtype)
    _show_groups(invocation, found, f"{pipeline} offers no computation parameters.")


@parameters.command()
@_pipeline
@_subtype
@pass_invocation
def default(invocation: Invocation, pipeline: str, subtype: str | None) -> None:
    """Ask what is computed when nothing is said."""
    with invocation.client() as client:
        found = client.parameters.default(pipeline, subtype)
    _show_groups(invocation, found, f"{pipeline} computes nothing beside the avatar by default.")


@parameters.command()
@_pipeline
@_subtype
@click.option("--category", metavar="NAME", help="Only this category, e.g. haircuts.")
@pass_invocation
def export(invocation: Invocation, pipeline: str, subtype: str | None, category: str | None) -> None:
    """Ask what this account's exports may hold.

    Haircuts, garments, textures.
    """
    with invocation.client() as client:
        found = client.export_parameters.available(pipeline, subtype)
    if category is not None:
        found = {name: content for name, content in found.items() if name == category}
    _show_groups(invocation, found, f"{pipeline} offers no export parameters{f' of {category}' if category else ''}.")


def _show_groups(invocation: Invocation, found: Any, empty: str) -> None:
    if invocation.json:
        print_json(found.to_json() if hasattr(found, "to_json") else found)
        return
    columns = [Column("category"), Column("group"), Column("names", flexible=True)]
    rows = list(_groups(found))
    if not any(group for _, group, _ in rows):
        columns, rows = [columns[0], columns[2]], [(category, names) for category, _, names in rows]  # type: ignore[misc]
    print_table(columns, _one_to_a_line(rows), empty=empty)


def _groups(found: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for category, content in found.items():
        if isinstance(content, Mapping):
            for group, names in content.items():
                yield category, group, names
        else:
            yield category, "", content


def _one_to_a_line(rows: list[Any]) -> Iterator[list[object]]:
    """Each name on a line of its own, so that none is cut and `grep` finds it; what is above isn't repeated."""
    for *keys, names in rows:
        if isinstance(names, Mapping):
            names = [f"{name} = {value}" for name, value in names.items()]
        for name in names if isinstance(names, list) else [names]:
            yield [*keys, name]
