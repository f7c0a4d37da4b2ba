"""Writes docs/parameters.md from the catalogue: python scripts/document_parameters.py

A test renders it again and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from avatarsdk_core.catalog import blendshape_sets, categories, export_families, pipelines
from avatarsdk_core.catalog.facts import ALWAYS_SET, Category, ExportFamily, Flag, Parameter

PAGE = Path(__file__).resolve().parents[1] / "docs" / "parameters.md"

INTRODUCTION = """\
# Parameters

*Made by `scripts/document_parameters.py` from the catalogue; change that, not this page.*

What an avatar is computed with, and what an export of it contains. The tables say what the service's documentation
says, and how sure that is: its tables came down to us without their empty cells, so that some rows can be read in more
than one way. What your account really has, the service tells: `client.parameters.available(…)` and
`client.export_parameters.available(…)`. Give it to `validate(…, available=…)`, and its word wins.

```python
from avatarsdk_core.catalog import Color, ComputationParameters, MetaPersonExportParameters, require

parameters = ComputationParameters(model_info=["hair_color"], avatar_modifications={"remove_smile": True})
export = MetaPersonExportParameters(
    format="glb",
    textures={"list": ["Color", "Normal"], "profile": "1K.jpg", "embed": True},
    haircuts={"list": ["Haircut1"], "color": Color.from_hex("#5a3825")},
)
for problem in parameters.validate("metaperson_2.0", "female", plan="Enterprise"):
    print(problem.severity, problem)
require(export.validate("metaperson_2.0", "female"))
print(*export.explain(), sep="\\n")
```

`client.avatars.create(parameters=…, export_parameters=…)` takes both, and plain JSON too. `head_1.2`, `head_2.0` and
`body_0.3` have `HeadBodyExportParameters`. `validate` returns every problem with its path, its value and a way out:
errors for what can't be, warnings for what will disappoint or what the documentation leaves open; `strict=True` takes
the latter for errors.
"""


def page() -> str:
    """The whole page."""
    blocks = [INTRODUCTION, "## Pipelines\n", _pipelines()]
    for category in categories().values():
        blocks += [f"## {category.name}\n", f"{_KINDS[category.kind]}\n", _parameters(category)]
        if category.intervals:
            blocks += [
                "Recommended, else the body may differ strongly from what was asked for:\n",
                _intervals(category),
            ]
    blocks += ["## Names of blendshapes\n", _blendshapes()]
    for family in export_families().values():
        blocks += [f"## Export parameters of {', '.join(family.pipelines)}\n", _flags(family)]
    return "\n".join(blocks)


_KINDS = {
    "enumerable": "A list of names.",
    "key-value": "An object of names and values.",
    "export_only": "Named only in export parameters. Each row is a set of names.",
}


def _pipelines() -> str:
    rows = [
        (
            f"`{row.name}`" + (" (deprecated)" if row.deprecated else ""),
            ", ".join(f"`{name}`" for name in row.subtypes),
            f"`{row.default_subtype}`" + ("" if row.default_subtype_printed else " (inferred)"),
            row.plan,
            "yes" if row.export_parameters else "no",
        )
        for row in pipelines().values()
    ]
    return _table(("pipeline", "subtypes", "default", "lowest plan", "exports"), rows)


def _parameters(category: Category) -> str:
    rows = [
        (f"`{row.name}`", _type(row), row.meaning, _where(row.availability), _sure(row))
        for row in category.parameters.values()
    ]
    return _table(("name", "type", "what it is", "where, and the lowest plan", "sure"), rows)


def _type(row: Parameter) -> str:
    text = " or ".join(row.values) or row.type
    if row.range:
        text += f" from {row.range[0]} on"
    if row.usable_below is not None:
        text += f", useful below {row.usable_below}"
    return f"{text} {row.unit}".strip()


def _where(availability: Mapping[str, str]) -> str:
    by_plan: dict[str, list[str]] = {}
    for key, plan in availability.items():
        by_plan.setdefault(plan, []).append(key)
    return "; ".join(
        f"{_columns(keys)}: {'always set' if plan == ALWAYS_SET else plan}" for plan, keys in by_plan.items()
    )


def _columns(keys: list[str]) -> str:
    parts = []
    for pipeline in pipelines().values():
        own = [subtype.name for subtype in pipeline.subtypes.values() if subtype.key in keys]
        if len(own) == len(pipeline.subtypes):
            parts.append(pipeline.name)
        elif own:
            parts.append(f"{pipeline.name} ({', '.join(own)})")
    return ", ".join(parts)


def _sure(row: Parameter) -> str:
    if not row.candidates:
        return row.confidence
    return f"{row.confidence}; one of: {' or '.join(_columns(list(keys)) for keys in row.candidates)}"


def _intervals(category: Category) -> str:
    measures = list(next(iter(category.intervals.values())))
    rows = [
        (gender, *(f"{pairs[name][0]} to {pairs[name][1]}" for name in measures))
        for gender, pairs in category.intervals.items()
    ]
    return _table(("gender", *(f"`{name}`" for name in measures)), rows)


def _blendshapes() -> str:
    rows = [
        (f"`{row.name}`", str(row.count or "unknown"), " ".join(row.names or row.known_names) or "unpublished")
        for row in blendshape_sets().values()
    ]
    return _table(("set", "shapes", "names known"), rows)


def _flags(family: ExportFamily) -> str:
    everywhere: dict[str, Flag] = {**family.flags, **family.textures}
    for flags in family.categories.values():
        everywhere |= flags
    rows = []
    for name, flag in everywhere.items():
        levels = ["top"] if name in family.flags else []
        levels += ["textures"] if name in family.textures else []
        levels += [category for category, flags in family.categories.items() if name in flags]
        default = family.defaults.get(name) if name in family.flags and name != "textures" else None
        rows.append(
            (
                f"`{name}`",
                flag.type,
                flag.meaning,
                ", ".join(levels),
                "" if default is None else f"`{json.dumps(default)}`",
            )
        )
    return _table(("flag", "type", "what it is", "where", "default at the top"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE)
