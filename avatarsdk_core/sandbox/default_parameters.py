"""The sandbox's own choice of default computation parameters: the documentation doesn't tell the service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.catalog import categories, pipeline, subtype
from avatarsdk_core.catalog.facts import ALWAYS_SET

_FREE_GROUP = "base"


def default_parameters(pipeline_name: str, subtype_name: str, offered: Mapping[str, Any]) -> dict[str, Any]:
    """What is computed when nothing is asked for.

    Base haircuts and all blendshapes where they are delivered directly (a pipeline that always exports names them among
    its export parameters), and the modifications that the documentation calls on by default.

    Args:
        offered: what may be asked for: category → group → names, or category → names.
    """
    found: dict[str, Any] = {}
    if not pipeline(pipeline_name).export_created_when_empty:
        base = offered.get("haircuts", {}).get(_FREE_GROUP)
        wanted = {"haircuts": {_FREE_GROUP: base} if base else {}, "blendshapes": offered.get("blendshapes", {})}
        found = {name: groups for name, groups in wanted.items() if groups}
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
