"""The sandbox's own choice of default computation parameters: the documentation doesn't tell the service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.catalog import categories, pipeline, subtype
from avatarsdk_core.catalog.facts import ALWAYS_SET

_FREE_GROUP = "base"
_DELIVERED = ("haircuts", "blendshapes")


def default_parameters(pipeline_name: str, subtype_name: str, offered: Mapping[str, Any]) -> dict[str, Any]:
    """What is computed when nothing is asked for.

    Haircuts and blendshapes of the base group where nothing else delivers them (a pipeline with export parameters names
    them there), and the modifications that the documentation calls on by default.

    Args:
        offered: what may be asked for: category → group → names, or category → names.
    """
    found: dict[str, Any] = {}
    if not pipeline(pipeline_name).export_parameters:
        for name in _DELIVERED:
            names = offered.get(name, {}).get(_FREE_GROUP)
            if names:
                found[name] = {_FREE_GROUP: names}
    return found | _switched_on(pipeline_name, subtype_name)


def _switched_on(pipeline_name: str, subtype_name: str) -> dict[str, Any]:
    target = subtype(pipeline_name, subtype_name)
    rows = categories()["avatar_modifications"].parameters.values()
    values: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.default is not None and row.plan(target) not in (None, ALWAYS_SET):
            values.setdefault(row.group, {})[row.name] = row.default
    if not values:
        return {}
    if pipeline(pipeline_name).grouped:
        return {"avatar_modifications": values}
    return {"avatar_modifications": {name: value for group in values.values() for name, value in group.items()}}
