"""The names that export parameters may list: assets, textures, blendshape sets and shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from avatarsdk_core.catalog.checks import Target, check_availability, check_number, check_object
from avatarsdk_core.catalog.computation_checks import set_of_haircut, unknown_haircut
from avatarsdk_core.catalog.facts import ExportFamily
from avatarsdk_core.catalog.names import near
from avatarsdk_core.catalog.problems import Problem, doubt, error
from avatarsdk_core.catalog.tables import blendshape_sets, categories, outfits
from avatarsdk_core.catalog.values import shown


@dataclass(frozen=True)
class Offer:
    """What may be asked for: the catalogue's word on a target, and the service's own (`available`) if it is known."""

    family: ExportFamily
    target: Target
    available: Mapping[str, Any] | None = None

    def live(self, category: str) -> Sequence[str] | None:
        """What the service offers of a category; None where it wasn't asked."""
        if self.available is None:
            return None
        offered = self.available.get(category)
        return tuple((offered.get("list") if isinstance(offered, Mapping) else offered) or ())


def check_list(category: str, names: Sequence[str], path: str, offer: Offer) -> Iterator[Problem]:
    """`list` of a category."""
    live = offer.live(category)
    for name in names:
        if live is not None:
            if name not in live:
                message = f"{shown(name)} is not available"
                yield error(path, name, message, f"available: {', '.join(live) or '-'}.")
        elif category == "blendshapes":
            yield from _check_blendshape_set(name, path, offer.target)
        elif category == "haircuts":
            yield from _check_haircut(name, path, offer.target)
        elif category == "avatar":
            yield from _check_part(name, path, offer.family)
        else:
            yield from _check_outfit(category, name, path, offer.target)


def _check_blendshape_set(name: str, path: str, target: Target) -> Iterator[Problem]:
    row = categories()["blendshapes"].parameters.get(name)
    if row is None:
        yield error(path, name, f"{shown(name)} is no blendshape set", near(name, blendshape_sets()))
    else:
        yield from check_availability(row, target, path, name)


def _check_haircut(name: str, path: str, target: Target) -> Iterator[Problem]:
    found = set_of_haircut(target, name)
    if found is None:
        yield from unknown_haircut(name, path, target)
    else:
        yield from check_availability(categories()["haircuts"].parameters[found.name], target, path, name)


def _check_part(name: str, path: str, family: ExportFamily) -> Iterator[Problem]:
    parts = family.defaults["avatar"]["list"]
    if name not in parts:
        yield error(path, name, f"{shown(name)} is no part of the avatar", near(name, parts))


def _check_outfit(category: str, name: str, path: str, target: Target) -> Iterator[Problem]:
    """Names of outfits are known in part (metaperson_2.0) or not at all (body_0.3, glasses)."""
    rows = [row for owner in ("outfits", "glasses") for row in categories()[owner].parameters.values()]
    possible = [row for row in rows if row.plan(target.subtype) is not None or row.may_be_available(target.subtype)]
    if not possible:
        yield error(path, name, f"{target.subtype.pipeline} has no {category}", "leave it out.")
        return
    known = outfits(target.subtype.pipeline)
    if name in known.get(category, ()):
        return
    owner = next((other for other, names in known.items() if name in names), None)
    if owner is not None:
        yield doubt(path, name, f"{shown(name)} is known of {owner}, not of {category}", f"list it in {owner}.")
    elif category in known:
        yield doubt(path, name, f"{shown(name)} isn't known of {category}", near(name, known[category]))


def check_textures_list(category: str, names: Sequence[str], path: str, offer: Offer) -> Iterator[Problem]:
    """`textures.list` and `additional_textures`: a name that a part lacks is skipped without a word."""
    known = texture_names(category, offer)
    for name in names:
        if name not in known:
            yield doubt(
                path, name, f"no texture {shown(name)} is known here, and it would be skipped", near(name, known)
            )


def texture_names(category: str, offer: Offer) -> tuple[str, ...]:
    """Names known of a category; those of all together at the top."""
    family, by_owner = offer.family, offer.family.texture_names
    offered = (offer.available or {}).get(category)
    if isinstance(offered, Mapping) and "textures" in offered:
        return tuple(offered["textures"])
    if family.outfit_texture_names:
        own = by_owner[offer.target.subtype.pipeline]
        return family.outfit_texture_names if category == "outfits" else own
    lists = [by_owner[category]] if category in by_owner else list(by_owner.values())
    return tuple(dict.fromkeys(name for names in (*lists, family.texture_names_also_seen) for name in names))


def check_weights(value: Any, path: str, offer: Offer) -> Iterator[Problem]:
    """`values`: set → shape → weight."""
    problems = list(check_object(value, path))
    yield from problems
    for name, weights in value.items() if not problems else ():
        here = f"{path}.{name}"
        yield from check_list("blendshapes", [name], here, offer)
        if weights is None:
            continue
        wrong = list(check_object(weights, here))
        yield from wrong
        for shape, weight in weights.items() if not wrong else ():
            yield from _check_shape(name, shape, f"{here}.{shape}")
            yield from check_number(weight, f"{here}.{shape}")


def _check_shape(set_name: str, shape: str, path: str) -> Iterator[Problem]:
    known = blendshape_sets().get(set_name)
    if known is not None and known.complete and shape not in (known.names or ()):
        yield error(path, shape, f"{shown(shape)} is no shape of {set_name}", near(shape, known.names or ()))
