"""Checks that computation and export parameters share: values of each type, and where a parameter is available."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from avatarsdk_core.catalog.facts import ALWAYS_SET, Parameter, Subtype
from avatarsdk_core.catalog.names import near
from avatarsdk_core.catalog.problems import Problem, doubt, error, warning
from avatarsdk_core.catalog.tables import pipeline, reaches
from avatarsdk_core.catalog.values import CHANNELS, is_number, is_whole, shown

LEAVE = "leave it out for the default."


@dataclass(frozen=True)
class Target:
    """What the parameters are meant for. `plan`: the account's, None for whatever it takes."""

    subtype: Subtype
    plan: str | None = None

    @property
    def label(self) -> str:
        return self.subtype.key


def check_switch(value: object, path: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield error(path, value, f"true or false is needed here, not {shown(value)}", LEAVE)


def check_number(value: object, path: str) -> Iterator[Problem]:
    if not is_number(value):
        yield error(path, value, f"a number is needed here, not {shown(value)}", LEAVE)


def check_whole(value: object, path: str) -> Iterator[Problem]:
    if not is_whole(value):
        yield error(path, value, f"a whole number is needed here, not {shown(value)}", LEAVE)


def check_color(value: object, path: str) -> Iterator[Problem]:
    yield from _fields(value, path, CHANNELS, "red, green and blue are whole numbers from 0 to 255", 0, 255)


def check_size(value: object, path: str) -> Iterator[Problem]:
    yield from _fields(value, path, ("width", "height"), "width and height are whole numbers of pixels from 1 on", 1)


def check_names(value: object, path: str) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        yield error(path, value, f"a list of names is needed here, not {shown(value)}", LEAVE)


def check_object(value: object, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield error(path, value, f"an object is needed here, not {shown(value)}", LEAVE)


BY_TYPE: Mapping[str, Callable[[object, str], Iterator[Problem]]] = {
    "bool": check_switch,
    "float": check_number,
    "int": check_whole,
    "color": check_color,
    "size": check_size,
    "names": check_names,
}


def check_value(row: Parameter, value: Any, path: str) -> Iterator[Problem]:
    """A key-value parameter's value: type, range, and where it stops being of use."""
    if row.type == "enum":
        if value not in row.values:
            yield error(path, value, f"{shown(value)} is no {row.name}", near(value, row.values))
        return
    problems = list(BY_TYPE[row.type](value, path))
    yield from problems
    if problems or not is_number(value):
        return
    low = row.range[0] if row.range else (0 if row.unit else None)
    if low is not None and value < low:
        yield error(path, value, f"{value} is too small", f"it starts at {low}.")
    if row.usable_below is not None and value >= row.usable_below:
        yield warning(path, value, f"{value} gives no useful result", f"stay below {row.usable_below}.")


def check_availability(row: Parameter, target: Target, path: str, value: object) -> Iterator[Problem]:
    """Whether pipeline, subtype and plan have it, as far as the documentation tells."""
    plan = row.plan(target.subtype)
    of_set = row.type == "set" and isinstance(value, str) and value != row.name
    name = f"{value} (of the set {row.name})" if of_set else row.name
    if plan is None:
        columns = ", ".join(row.availability)
        if row.may_be_available(target.subtype):
            yield doubt(path, value, f"{name} is probably not available for {target.label}", f"surely for: {columns}.")
        else:
            yield error(
                path, value, f"{name} isn't available for {target.label}", f"leave it out; it is for {columns}."
            )
        return
    if plan == ALWAYS_SET:
        yield warning(path, value, f"{name} is always set for {target.label}", "leave it out.")
    elif target.plan is not None and not reaches(target.plan, plan):
        yield warning(path, value, f"{name} needs the plan {plan}, not {target.plan}", "leave it out, or ask for more.")
    if row.confidence == "unsure":
        way_out = "ask the service for what is available."
        yield doubt(path, value, f"the documentation leaves open whether {target.label} has {name}", way_out)
    if row.deprecated:
        yield warning(path, value, f"{name} is deprecated", f"take another of {row.category}.")


def check_deprecation(target: Target) -> Iterator[Problem]:
    """Deprecated pipelines still work."""
    whole = pipeline(target.subtype.pipeline)
    if whole.deprecated:
        yield warning("", whole.name, f"the pipeline {whole.name} is deprecated", "head_1.2 and metaperson_2.0 aren't.")


def check_plan(target: Target) -> Iterator[Problem]:
    """Whether the account's plan has the pipeline at all."""
    whole = pipeline(target.subtype.pipeline)
    if target.plan is not None and not reaches(target.plan, whole.plan):
        yield warning("", whole.name, f"{whole.name} needs the plan {whole.plan}, not {target.plan}", "ask for more.")


def _fields(
    value: object, path: str, names: tuple[str, ...], rule: str, low: int, high: int | None = None
) -> Iterator[Problem]:
    fields = value if isinstance(value, Mapping) else {}
    right = set(fields) == set(names) and all(
        is_whole(field) and field >= low and (high is None or field <= high) for field in fields.values()
    )
    if not right:
        yield error(path, value, f"{rule}, not {shown(value)}", LEAVE)
