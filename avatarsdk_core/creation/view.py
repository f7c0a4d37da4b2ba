"""What the panel shows of a form: worked out once when something changes, so that drawing only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from avatarsdk_core.catalog import export_family, pipeline
from avatarsdk_core.creation.form import WORN, Form
from avatarsdk_core.creation.offer import Choice, Offer, Value, choices, values
from avatarsdk_core.creation.photo_check import PhotoCheck
from avatarsdk_core.creation.request import problems
from avatarsdk_core.creation.summary import Account, summary
from avatarsdk_core.creation.words import category_words
from avatarsdk_core.wording import say

MOST_CELLS = 24  # of a grid; search brings the others


@dataclass(frozen=True)
class Cell:
    """One field of a grid. `picture`: a file, or empty."""

    choice: Choice
    on: bool
    picture: str


@dataclass(frozen=True)
class Grid:
    """What can be chosen of a category: `cells` are those found, at most MOST_CELLS; `hidden` counts the others found.
    `missing`: chosen, and not offered to this account.
    """

    category: str
    title: str
    tip: str
    cells: tuple[Cell, ...]
    hidden: int
    chosen: int
    total: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """`reason`: why nothing can be created yet, with the way out, or empty."""

    grids: tuple[Grid, ...] = ()
    lists: tuple[Grid, ...] = ()
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    lods: tuple[str, ...] = ()
    recolorable: tuple[str, ...] = ()
    has_exports: bool = True
    has_profiles: bool = True
    from_service: bool = False
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Situation:
    """All that a view depends on. `selfie`: the photo is on the service already; `searches`: category → text;
    `pictures`: name → file; `gate`: why nobody may create now (offline, not signed in, a plan that hasn't it).
    """

    form: Form
    offer: Offer
    photo: PhotoCheck | None
    selfie: bool
    name: str
    account: Account
    searches: Mapping[str, str]
    pictures: Mapping[str, str]
    gate: str


def view(now: Situation) -> View:
    """Raises UnknownNameError: there is no such pipeline or subtype."""
    form, offer = now.form, now.offer
    facts = pipeline(form.pipeline)
    family = export_family(form.pipeline) if facts.export_parameters else None
    gender = form.value("body_shape", "gender") or "non_binary"
    found = problems(form, offer)
    errors = tuple(str(each) for each in found if each.severity == "error")
    metaperson = family is not None and bool(family.textures)
    worn = [form.chosen(category) for category in (*WORN,)]
    return View(
        grids=tuple(grid for category in WORN if (grid := _grid(now, category)).total or grid.chosen),
        lists=tuple(
            grid
            for category in ("blendshapes", "model_info", "additional_textures")
            if (grid := _grid(now, category, everything=True)).total or grid.chosen
        ),
        values={
            category: rows
            for category in ("avatar_modifications", "shape_modifications", "body_shape")
            if (rows := values(offer, category, gender))
        },
        lods=tuple(str(level) for level in family.lods if str(level) in facts.subtype(form.subtype).lods)
        if family
        else (),
        recolorable=(*family.recolorable, *(("haircuts",) if worn[0] else ())) if metaperson and family else (),
        has_exports=family is not None,
        has_profiles=metaperson,
        from_service=offer.known,
        errors=errors,
        warnings=tuple(str(each) for each in found if each.severity == "warning"),
        summary=_summary(now),
        reason=_reason(now, errors),
    )


def _summary(now: Situation) -> tuple[str, ...]:
    ready = now.selfie or (now.photo is not None and now.photo.ok)
    if not ready or not now.account.root_url:
        return ()
    return summary(now.form, None if now.selfie else now.photo, now.account)


def _reason(now: Situation, errors: tuple[str, ...]) -> str:
    if now.gate:
        return now.gate
    if not now.selfie and now.photo is None:
        return say("Choose a photo first")
    if not now.selfie and now.photo is not None and not now.photo.ok:
        return say("Choose another photo: this one can't be used")
    if not now.name.strip():
        return say("Give the avatar a name")
    return say("Not possible like this: {problem}", problem=errors[0]) if errors else ""


def _grid(now: Situation, category: str, *, everything: bool = False) -> Grid:
    there = choices(now.offer, category)
    chosen = now.form.chosen(category)
    wanted = now.searches.get(category, "").casefold().split()
    found = [choice for choice in there if all(word in f"{choice.title} {choice.name}".casefold() for word in wanted)]
    shown = found if everything else found[:MOST_CELLS]
    title, tip = category_words(category)
    offered = {choice.name for choice in there}
    return Grid(
        category=category,
        title=title,
        tip=tip,
        cells=tuple(Cell(choice, choice.name in chosen, now.pictures.get(choice.name, "")) for choice in shown),
        hidden=len(found) - len(shown),
        chosen=len(chosen),
        total=len(there),
        missing=tuple(name for name in chosen if name not in offered),
    )
