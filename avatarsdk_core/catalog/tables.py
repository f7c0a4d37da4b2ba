"""Typed access to the catalogue: pipelines, parameters, blendshape sets, haircuts, outfits, export families.

Facts of the service's documentation, of the vendor's public samples and of real exports, in `data/*.json`. They say
what to expect; what the service answers to a live account always wins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from avatarsdk_core.catalog import facts
from avatarsdk_core.catalog.facts import (
    ALWAYS_SET,
    PLANS,
    BlendshapeSet,
    Category,
    Counts,
    ExportFamily,
    Flag,
    Lod,
    NameSet,
    Parameter,
    Pipeline,
    Subtype,
)
from avatarsdk_core.catalog.names import look_up


def pipeline(name: str) -> Pipeline:
    """By name. Raises UnknownNameError, as all of these do."""
    return look_up("pipeline", name, pipelines())


def subtype(pipeline_name: str, name: str | None = None) -> Subtype:
    """A pipeline's subtype; its default one without a name."""
    return pipeline(pipeline_name).subtype(name)


def category(name: str) -> Category:
    """A category of parameters: `model_info`, `avatar_modifications`, …"""
    return look_up("parameter category", name, categories())


def parameter(category_name: str, name: str) -> Parameter:
    """One parameter of a category."""
    return category(category_name).parameter(name)


def blendshape_set(name: str) -> BlendshapeSet:
    """A set of blendshapes: `mobile_51`, `visemes_15`, …"""
    return look_up("blendshape set", name, blendshape_sets())


def export_family(pipeline_name: str) -> ExportFamily:
    """What a pipeline's export parameters look like; animated_face has none."""
    by_pipeline = {name: family for family in export_families().values() for name in family.pipelines}
    pipeline(pipeline_name)
    return look_up("pipeline with export parameters", pipeline_name, by_pipeline)


def haircut_sets(pipeline_name: str) -> Mapping[str, NameSet]:
    """A pipeline's sets of haircuts; none for head_1.2, whose hair is in its mesh."""
    pipeline(pipeline_name)
    rows = _data("assets")["haircut_sets"].get(pipeline_name, {})
    return {name: NameSet(name, row["count"], tuple(row["names"])) for name, row in rows.items()}


def outfits(pipeline_name: str) -> Mapping[str, tuple[str, ...]]:
    """Names known of a pipeline's outfits, by export category; body_0.3's are unpublished."""
    pipeline(pipeline_name)
    rows = _data("assets")["outfits"].get(pipeline_name, {})
    return {name: tuple(names) for name, names in rows.items() if isinstance(names, list)}


def outfit_meshes(set_name: str) -> Mapping[str, Counts]:
    """body_0.3: vertices and faces of a set's outfits by their number."""
    sets = _data("assets")["outfits"]["body_0.3"]
    return {number: Counts(*pair) for number, pair in look_up("outfit set of body_0.3", set_name, sets).items()}


def reaches(plan: str, needed: str) -> bool:
    """A plan includes what `needed` starts with; what is always set needs none."""
    order: dict[str, int] = {name: rank for rank, name in enumerate(PLANS)}
    rank = look_up("plan", plan, order)
    return needed == ALWAYS_SET or rank >= order[needed]


@cache
def pipelines() -> Mapping[str, Pipeline]:
    """All pipelines by name."""
    return {name: _pipeline(name, row) for name, row in _data("pipelines")["pipelines"].items()}


@cache
def default_pipeline() -> Pipeline:
    """The one that the service takes when none is asked for."""
    return pipeline(_data("pipelines")["default_pipeline"])


@cache
def categories() -> Mapping[str, Category]:
    """All categories of parameters by name."""
    return {name: _category(name, row) for name, row in _data("parameters").items()}


@cache
def blendshape_sets() -> Mapping[str, BlendshapeSet]:
    """All sets of blendshapes by name."""
    return {name: _blendshape_set(name, row) for name, row in _data("assets")["blendshape_sets"].items()}


@cache
def export_families() -> Mapping[str, ExportFamily]:
    """`head_body` and `metaperson_2.0`."""
    return {name: _family(name, row) for name, row in _data("exports").items()}


def _pipeline(name: str, row: Mapping[str, Any]) -> Pipeline:
    return Pipeline(
        name=name,
        plan=row["plan"],
        deprecated=row["deprecated"],
        export_parameters=row["export_parameters"],
        export_created_when_empty=row.get("export_created_when_empty", False),
        static_resources=row["static_resources"],
        default_subtype=row["default_subtype"],
        default_subtype_printed=row["default_subtype_printed"],
        grouped=row["grouped"],
        subtypes={key: _subtype(name, key, content) for key, content in row["subtypes"].items()},
    )


def _subtype(pipeline_name: str, name: str, row: Mapping[str, Any]) -> Subtype:
    return Subtype(
        pipeline=pipeline_name,
        name=name,
        lods=_lods(row["lods"]),
        lods_by_template={key: _lods(rows) for key, rows in row.get("lods_by_template", {}).items()},
        texture_size=_pair(row.get("texture_size")),
        texture_size_repacked=_pair(row.get("texture_size_repacked")),
    )


def _lods(rows: Mapping[str, Any]) -> dict[str, Lod]:
    lods = {}
    for name, row in rows.items():
        whole = row if isinstance(row, dict) else {"total": row, "parts": {}}
        parts = {part: Counts(*counts) for part, counts in whole["parts"].items()}
        lods[name] = Lod(name, Counts(*whole["total"]), parts)
    return lods


def _category(name: str, row: Mapping[str, Any]) -> Category:
    intervals = {
        gender: {measure: (low, high) for measure, (low, high) in measures.items()}
        for gender, measures in row.get("intervals", {}).items()
    }
    rows = {key: _parameter(name, key, row["kind"], content) for key, content in row["parameters"].items()}
    return Category(name, row["kind"], row["names_are_sets"], rows, intervals)


def _parameter(category_name: str, name: str, kind: facts.Kind, row: Mapping[str, Any]) -> Parameter:
    return Parameter(
        category=category_name,
        name=name,
        kind=kind,
        type=row["type"],
        meaning=row["meaning"],
        availability={key: plan for plan, keys in row["availability"].items() for key in _columns(keys)},
        confidence=row["confidence"],
        candidates=tuple(tuple(_columns(keys)) for keys in row.get("candidates", ())),
        group=row.get("group", ""),
        range=_pair(row.get("range")),
        usable_below=row.get("usable_below"),
        unit=row.get("unit", ""),
        values=tuple(row.get("values", ())),
        default=row.get("default"),
        deprecated=row.get("deprecated", False),
        output=tuple(row.get("output", ())),
        export_category=row.get("export_category", ""),
        needs=row.get("needs", ""),
        ignored_beside=row.get("ignored_beside", ""),
    )


def _columns(keys: list[str]) -> Iterator[str]:
    """`<pipeline>/*` stands for all its subtypes."""
    for key in keys:
        name, _, rest = key.partition("/")
        yield from (part.key for part in pipeline(name).subtypes.values()) if rest == "*" else (key,)


def _blendshape_set(name: str, row: Mapping[str, Any]) -> BlendshapeSet:
    return BlendshapeSet(
        name=name,
        count=row["count"],
        names=tuple(row["names"]) if row["names"] is not None else None,
        known_names=tuple(row.get("known_names", ())),
        creator_names=tuple(row.get("creator_names", ())),
        probably_missing=tuple(row.get("probably_missing", ())),
        deprecated=row.get("deprecated", False),
        per_mesh=row.get("per_mesh", {}),
    )


def _family(name: str, row: Mapping[str, Any]) -> ExportFamily:
    flags = {key: Flag(key, content["type"], content["meaning"]) for key, content in row["flags"].items()}

    def named(keys: list[str]) -> dict[str, Flag]:
        return {key: flags[key] for key in keys}

    return ExportFamily(
        name=name,
        pipelines=tuple(row["pipelines"]),
        formats=tuple(row["formats"]),
        mesh_embedding_formats=tuple(row["mesh_embedding_formats"]),
        texture_embedding_formats=tuple(row["texture_embedding_formats"]),
        lods=tuple(row["lods"]),
        profiles=tuple(row.get("profiles", ())),
        templates=tuple(row.get("templates", ())),
        recolorable=tuple(row.get("recolorable", ())),
        texture_names={key: tuple(names) for key, names in row["texture_names"].items()},
        texture_names_also_seen=tuple(row.get("texture_names_also_seen", ())),
        outfit_texture_names=tuple(row.get("outfit_texture_names", ())),
        flags=named(row["top"]),
        textures=named(row.get("textures", [])),
        categories={key: named(keys) for key, keys in row["categories"].items()},
        defaults=row["defaults"],
    )


def _pair(given: list[Any] | None) -> tuple[Any, Any] | None:
    return (given[0], given[1]) if given else None


@cache
def _data(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(files(__package__).joinpath("data", f"{name}.json").read_text("utf-8"))
    return data
