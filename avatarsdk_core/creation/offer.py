"""What may be chosen: the service's own word where it has been asked, else what the documentation promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from avatarsdk_core.catalog import ComputationParameters, categories, haircut_sets, outfits, pipeline, subtype
from avatarsdk_core.catalog.checks import Target
from avatarsdk_core.catalog.computation_checks import set_of_haircut
from avatarsdk_core.catalog.facts import Parameter, Subtype
from avatarsdk_core.creation.form import CHOICES, VALUES
from avatarsdk_core.creation.words import tip, title


@dataclass(frozen=True)
class Offer:
    """What the service said of one pipeline and subtype; None where it wasn't asked.

    `computation`: of `GET /parameters/available/`; `export`: of `GET /export_parameters/`.
    """

    pipeline: str
    subtype: str
    computation: Mapping[str, Any] | None = None
    export: Mapping[str, Any] | None = None

    @property
    def known(self) -> bool:
        """The service has answered."""
        return self.computation is not None


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen. `plan`: the lowest plan that has it, or empty where nobody knows."""

    name: str
    title: str
    tip: str
    plan: str


@dataclass(frozen=True)
class Value:
    """Something that can be set. `low`, `high`: what is possible; `recommended`: what is sensible."""

    name: str
    title: str
    tip: str
    type: str
    unit: str
    values: tuple[str, ...]
    low: float | None
    high: float | None
    recommended: tuple[float, float] | None
    always_on: bool


def choices(offer: Offer, category: str) -> tuple[Choice, ...]:
    """What a category offers, as the service orders it. Raises UnknownNameError."""
    if category not in CHOICES:
        raise KeyError(category)
    target = subtype(offer.pipeline, offer.subtype)
    return tuple(_choice(name, category, target) for name in _names(offer, category, target))


def values(offer: Offer, category: str, gender: str = "non_binary") -> tuple[Value, ...]:
    """What a category lets one set; `gender`: whose recommended measures."""
    if category not in VALUES:
        raise KeyError(category)
    target = subtype(offer.pipeline, offer.subtype)
    known = categories()[category]
    told = None if offer.computation is None else _computable(offer.computation, category)
    rows = [
        row
        for row in known.parameters.values()
        if (row.name in told if told is not None else row.plan(target) is not None)
    ]
    intervals = known.intervals.get(gender, {})
    return tuple(_value(row, target, intervals.get(row.name)) for row in rows)


def _names(offer: Offer, category: str, target: Subtype) -> tuple[str, ...]:
    exports = pipeline(offer.pipeline).export_parameters
    if exports and category not in ("model_info", "additional_textures"):
        if offer.export is not None:
            return _exported(offer.export.get(category))
    elif offer.computation is not None:
        return _computable(offer.computation, category)
    return _documented(category, target)


def _exported(content: Any) -> tuple[str, ...]:
    """metaperson_2.0 has `{"list": names}` where the others have names."""
    names = content.get("list") if isinstance(content, Mapping) else content
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list | tuple) else ()


def _computable(computation: Mapping[str, Any], category: str) -> tuple[str, ...]:
    content = {category: computation[category]} if category in computation else {}
    return tuple(entry.name for entry in ComputationParameters.from_json(content).entries())


def _documented(category: str, target: Subtype) -> tuple[str, ...]:
    if category == "haircuts":
        rows = categories()["haircuts"].parameters
        sets = haircut_sets(target.pipeline).values()
        return tuple(name for found in sets if rows[found.name].plan(target) for name in found.names)
    known = outfits(target.pipeline)
    if category in ("outfits", "outfits_top", "outfits_bottom", "outfits_shoes", "glasses"):
        return tuple(known.get(category, ()))
    return tuple(row.name for row in categories()[category].parameters.values() if row.plan(target))


def _choice(name: str, category: str, target: Subtype) -> Choice:
    row = _row(name, category, target)
    plan = (row.plan(target) or "") if row else ""
    return Choice(name, title(name), tip(row, plan), plan)


def _row(name: str, category: str, target: Subtype) -> Parameter | None:
    rows = categories()[category].parameters if category in categories() else {}
    if category == "haircuts":
        found = set_of_haircut(Target(target), name)
        return rows.get(found.name) if found else None
    if category.startswith("outfits") or category == "glasses":
        of = categories()["glasses" if category == "glasses" else "outfits"].parameters
        wanted = category if category in of else "metaperson" if target.pipeline == "metaperson_2.0" else ""
        return of.get(wanted)
    return rows.get(name)


def _value(row: Parameter, target: Subtype, recommended: tuple[float, float] | None) -> Value:
    low, high = row.range or (0.0 if row.unit else None, None)
    return Value(
        name=row.name,
        title=title(row.name),
        tip=tip(row, row.plan(target)),
        type=row.type,
        unit=row.unit,
        values=row.values,
        low=low,
        high=row.usable_below if high is None else high,
        recommended=recommended,
        always_on=row.plan(target) == "always_set",
    )
