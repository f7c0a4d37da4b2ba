"""What is wrong with computation parameters, before they are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from avatarsdk_core.catalog.checks import (
    LEAVE,
    Target,
    check_availability,
    check_deprecation,
    check_plan,
    check_value,
)
from avatarsdk_core.catalog.computation import ComputationParameters, Entry, grouped_contents
from avatarsdk_core.catalog.facts import ALWAYS_SET, Category, NameSet, Parameter
from avatarsdk_core.catalog.names import near
from avatarsdk_core.catalog.problems import Problem, doubt, error, judged, warning
from avatarsdk_core.catalog.tables import categories, haircut_sets, pipeline, subtype
from avatarsdk_core.catalog.values import is_number, shown


def validate_computation(
    parameters: ComputationParameters,
    pipeline_name: str,
    subtype_name: str | None = None,
    plan: str | None = None,
    *,
    available: Mapping[str, Any] | None = None,
    strict: bool = False,
) -> list[Problem]:
    """Every problem, errors first; nothing is sent and nothing is raised for the parameters' sake.

    Args:
        plan: the account's; None leaves plans out.
        available: the service's answer to `GET /parameters/available/`, with or without the subtype around it. It
            wins over the catalogue.
        strict: what the catalogue only doubts is an error too.

    Raises:
        UnknownNameError: there is no such pipeline, subtype or plan.
    """
    target = Target(subtype(pipeline_name, subtype_name), plan)
    live = None if available is None else ComputationParameters.from_json(_unwrapped(available, target))
    problems = [*check_deprecation(target), *check_plan(target)]
    for name, content in parameters.items():
        problems += _check_category(name, content, target, live)
    offered = None if live is None else {(entry.category, entry.name) for entry in live.entries()}
    for entry in parameters.entries():
        if entry.category in categories():
            problems += _check_entry(entry, target, offered)
    problems += _check_together(parameters, target)
    return judged(problems, strict=strict)


def _unwrapped(available: Mapping[str, Any], target: Target) -> Mapping[str, Any]:
    inner = available.get(target.subtype.name)
    return inner if isinstance(inner, Mapping) else available


def _check_category(name: str, content: Any, target: Target, live: ComputationParameters | None) -> Iterator[Problem]:
    known = categories().get(name)
    if known is None:
        if live is None or name not in live:
            yield error(name, content, f"{shown(name)} is no parameter category", near(name, categories()))
        return
    if known.kind == "export_only":
        yield error(name, content, f"{name} can't be computed", "name it in the export parameters.")
        return
    if known.kind == "enumerable" and name in ("haircuts", "blendshapes") and _exports(target):
        way_out = "name it in the export parameters to have it in the export."
        yield warning(name, content, f"{target.subtype.pipeline} delivers {name} through exports", way_out)
    for group, inner in grouped_contents(name, content).items():
        path = name if group is None else f"{name}.{group}"
        yield from _check_content(known, inner, path)


def _exports(target: Target) -> bool:
    return pipeline(target.subtype.pipeline).export_parameters


def _check_content(known: Category, content: Any, path: str) -> Iterator[Problem]:
    names = isinstance(content, list) and all(isinstance(name, str) for name in content)
    if known.kind == "enumerable" and not names:
        yield error(path, content, f"a list of names is needed here, not {shown(content)}", LEAVE)
    elif known.kind == "key-value" and names:  # as the service itself lists them
        if content:
            yield doubt(path, content, "names without values do nothing here", "write {name: value}.")
    elif known.kind == "key-value" and not isinstance(content, Mapping):
        yield error(path, content, f"values are needed here, not {shown(content)}", "write {name: value}.")


def _check_entry(entry: Entry, target: Target, offered: set[tuple[str, str]] | None) -> Iterator[Problem]:
    known = categories()[entry.category]
    row = known.parameters.get(entry.name)
    if known.kind == "export_only":
        return
    if row is not None and known.kind == "key-value" and not entry.listed:
        yield from check_value(row, entry.value, entry.path)
    if offered is not None:
        yield from _check_offered(entry, row, target, offered)
    elif entry.category == "haircuts":
        yield from _check_haircut(entry, target)
    elif row is None:
        way_out = near(entry.name, known.parameters)
        yield error(entry.path, entry.name, f"{shown(entry.name)} is no parameter of {entry.category}", way_out)
    else:
        yield from check_availability(row, target, entry.path, entry.value)


def _check_offered(
    entry: Entry, row: Parameter | None, target: Target, offered: set[tuple[str, str]]
) -> Iterator[Problem]:
    """The service's own word; only what it always sets needn't be listed."""
    if (entry.category, entry.name) in offered:
        return
    if row is not None and row.plan(target.subtype) == ALWAYS_SET:
        yield from check_availability(row, target, entry.path, entry.value)
        return
    names = sorted(name for category, name in offered if category == entry.category)
    message = f"{shown(entry.name)} is not available to this account"
    yield error(entry.path, entry.name, message, near(entry.name, names))


def _check_haircut(entry: Entry, target: Target) -> Iterator[Problem]:
    found = set_of_haircut(target, entry.name)
    if found is not None:
        row = categories()["haircuts"].parameters[found.name]
        yield from check_availability(row, target, entry.path, entry.name)
        return
    yield from unknown_haircut(entry.name, entry.path, target)


def set_of_haircut(target: Target, name: str) -> NameSet | None:
    """The set of the pipeline that has the haircut."""
    sets = haircut_sets(target.subtype.pipeline).values()
    return next((found for found in sets if name in found.names), None)


def unknown_haircut(name: str, path: str, target: Target) -> Iterator[Problem]:
    """A doubt, since not every haircut's name is published; an error for a pipeline without haircuts."""
    names = [known for found in haircut_sets(target.subtype.pipeline).values() for known in found.names]
    if names:
        message = f"{shown(name)} is no haircut known of {target.subtype.pipeline}"
        yield doubt(path, name, message, near(name, names))
    else:
        yield error(path, name, f"{target.subtype.pipeline} has no separate haircuts", "leave it out.")


def _check_together(parameters: ComputationParameters, target: Target) -> Iterator[Problem]:
    values = {entry.name: entry for entry in parameters.entries() if entry.category == "avatar_modifications"}
    rows = categories()["avatar_modifications"].parameters
    for name, entry in values.items():
        row = rows.get(name)
        if row is None or entry.value is False:
            continue
        if row.needs and not _on(values, row.needs) and rows[row.needs].plan(target.subtype) != ALWAYS_SET:
            yield warning(entry.path, entry.value, f"{name} has no effect alone", f"set {row.needs} too.")
        if row.ignored_beside and _on(values, row.ignored_beside):
            yield warning(entry.path, entry.value, f"{row.ignored_beside} overrules {name}", "set only one of them.")
    measures = {entry.name: entry for entry in parameters.entries() if entry.category == "body_shape"}
    yield from _check_measures(measures)


def _on(values: Mapping[str, Entry], name: str) -> bool:
    return name in values and values[name].value is True


def _check_measures(measures: Mapping[str, Entry]) -> Iterator[Problem]:
    """Outside the recommended interval the body may differ strongly from what was asked for."""
    intervals = categories()["body_shape"].intervals
    gender = measures["gender"].value if "gender" in measures else "non_binary"
    recommended = intervals.get(gender, {}) if isinstance(gender, str) else {}
    for name, (low, high) in recommended.items():
        entry = measures.get(name)
        if entry is not None and is_number(entry.value) and not low <= entry.value <= high:
            message = f"{entry.value} is outside what is recommended for {gender}"
            yield warning(entry.path, entry.value, message, f"stay between {low} and {high}.")
