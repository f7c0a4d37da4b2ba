"""`avatarsdk pipelines`: what the service can make, from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.common import Command, Invocation, pass_invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.printing import print_json, print_lines, print_record, print_table
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.catalog.facts import Pipeline, Subtype


@click.command(cls=Command)
@click.argument("pipeline", required=False, type=CatalogName("pipeline"))
@pass_invocation
def pipelines(invocation: Invocation, pipeline: str | None) -> None:
    """List the pipelines, or tell all about one.

    From the catalogue: needs no network.
    """
    from avatarsdk_core import catalog

    if pipeline is None:
        found = list(catalog.pipelines().values())
        if invocation.json:
            print_json([_facts(each) for each in found])
        else:
            _show_all(found)
        return
    facts = catalog.pipeline(pipeline)
    if invocation.json:
        print_json(_facts(facts))
    else:
        _show(facts)


def _show_all(found: list[Pipeline]) -> None:
    from avatarsdk_core import catalog

    columns = [
        Column("pipeline"),
        Column("subtypes", flexible=True),
        Column("plan"),
        Column("exports", spare=1),
        Column("notes", flexible=True, spare=2),
    ]
    rows = []
    for each in found:
        notes = ["deprecated"] * each.deprecated + ["default"] * (each is catalog.default_pipeline())
        rows.append([each.name, list(each.subtypes), each.plan, each.export_parameters, notes])
    print_table(columns, rows, empty="The catalogue has no pipelines.")


def _show(facts: Pipeline) -> None:
    from avatarsdk_core import catalog

    notes = ["deprecated"] * facts.deprecated + ["the service's default"] * (facts is catalog.default_pipeline())
    sure = "" if facts.default_subtype_printed else " (inferred: the documentation doesn't say)"
    print_record(
        [
            ("pipeline", facts.name),
            ("notes", notes),
            ("lowest plan", facts.plan),
            ("subtypes", list(facts.subtypes)),
            ("default subtype", facts.default_subtype + sure),
            ("exports", facts.export_parameters),
            ("static resources", facts.static_resources),
        ]
    )
    for subtype in facts.subtypes.values():
        for title, lods in (("", subtype.lods), *((f", template {name}", lods) for name, lods in _templates(subtype))):
            if lods:
                print_lines(["", f"Levels of detail of {subtype.name}{title}"])
                rows = [[lod.name, f"{lod.total.vertices:,}", f"{lod.total.faces:,}"] for lod in lods.values()]
                columns = [Column("level"), Column("vertices", right=True), Column("faces", right=True)]
                print_table(columns, rows, empty="")


def _templates(subtype: Subtype) -> list[tuple[str, Any]]:
    return list(subtype.lods_by_template.items())


def _facts(facts: Pipeline) -> dict[str, Any]:
    return {
        "name": facts.name,
        "plan": facts.plan,
        "deprecated": facts.deprecated,
        "exports": facts.export_parameters,
        "static_resources": facts.static_resources,
        "default_subtype": facts.default_subtype,
        "subtypes": {
            subtype.name: {
                "texture_size": subtype.texture_size,
                "lods": {
                    name: {"vertices": lod.total.vertices, "faces": lod.total.faces}
                    for name, lod in subtype.lods.items()
                },
            }
            for subtype in facts.subtypes.values()
        },
    }
