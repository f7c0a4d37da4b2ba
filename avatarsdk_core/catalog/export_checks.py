"""What is wrong with export parameters, before they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from avatarsdk_core.catalog.checks import (
    BY_TYPE,
    LEAVE,
    Target,
    check_color,
    check_deprecation,
    check_object,
    check_plan,
)
from avatarsdk_core.catalog.export_conflicts import check_export_conflicts
from avatarsdk_core.catalog.export_names import Offer, check_list, check_textures_list, check_weights
from avatarsdk_core.catalog.facts import ExportFamily, Flag
from avatarsdk_core.catalog.names import near
from avatarsdk_core.catalog.problems import Problem, doubt, error, judged, warning
from avatarsdk_core.catalog.tables import export_family, subtype
from avatarsdk_core.catalog.values import is_whole, shown

if TYPE_CHECKING:
    from avatarsdk_core.catalog.export_parameters import ExportParameters


def validate_export(
    parameters: ExportParameters,
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
        available: the service's answer to `GET /export_parameters/available/`. It wins over the catalogue.
        strict: what the catalogue only doubts is an error too.

    Raises:
        UnknownNameError: there is no such pipeline, subtype or plan, or the pipeline has no export parameters.
    """
    target = Target(subtype(pipeline_name, subtype_name), plan)
    family = export_family(pipeline_name)
    offer = Offer(family, target, available)
    problems = [*check_deprecation(target), *check_plan(target)]
    if family.name != parameters.family_name:
        message = f"these parameters are of another family than {pipeline_name}"
        problems.append(
            error("", pipeline_name, message, f"read them with read_export_parameters for {pipeline_name}.")
        )
    for key, value in parameters.items():
        if key in family.categories:
            problems += _check_section(key, value, offer)
        else:
            problems += _check_flag(key, value, family.flags, "", "", offer)
    wrong = any(problem.severity == "error" for problem in problems)
    if not wrong:  # what is inherited makes sense only where every value does
        problems += check_export_conflicts(parameters, family)
    return judged(problems, strict=strict)


def _check_section(name: str, content: Any, offer: Offer) -> Iterator[Problem]:
    if content is None:
        return
    problems = list(check_object(content, name))
    yield from problems
    if not problems:
        for key, value in content.items():
            yield from _check_flag(key, value, offer.family.categories[name], name, name, offer)


def _check_flag(
    key: str, value: Any, known: Mapping[str, Flag], path: str, category: str, offer: Offer
) -> Iterator[Problem]:
    """`path`: of the object that holds it; `category`: empty at the top."""
    here = f"{path}.{key}" if path else key
    flag = known.get(key)
    if flag is None:
        candidates = [*known, *([] if path else offer.family.categories)]
        yield error(here, value, f"{key!r} is not known here", near(key, candidates))
    elif value is None:
        pass
    elif flag.type == "textures":
        problems = list(check_object(value, here))
        yield from problems
        for inner, content in value.items() if not problems else ():
            yield from _check_flag(inner, content, offer.family.textures, here, category, offer)
    elif flag.type == "names":
        yield from _check_name_list(key, value, here, category, offer)
    elif flag.type == "weights":
        yield from check_weights(value, here, offer)
    elif flag.type == "colors":
        yield from _check_colors(value, here, offer.family)
    elif flag.type in BY_TYPE:
        yield from BY_TYPE[flag.type](value, here)
    else:
        yield from _CHOICES[flag.type](value, here, offer)


def _check_name_list(key: str, value: Any, path: str, category: str, offer: Offer) -> Iterator[Problem]:
    problems = list(BY_TYPE["names"](value, path))
    yield from problems
    if problems:
        return
    if key == "list" and path == f"{category}.list":
        yield from check_list(category, value, path, offer)
    else:
        yield from check_textures_list(category, value, path, offer)


def _check_colors(value: Any, path: str, family: ExportFamily) -> Iterator[Problem]:
    problems = list(check_object(value, path))
    yield from problems
    for name, color in value.items() if not problems else ():
        if name not in family.recolorable:
            yield error(f"{path}.{name}", color, f"{name!r} is not known here", near(name, family.recolorable))
        elif color is not None:
            yield from check_color(color, f"{path}.{name}")


def _check_format(value: Any, path: str, offer: Offer) -> Iterator[Problem]:
    if value not in offer.family.formats:
        yield error(path, value, f"{shown(value)} is no format", near(value, offer.family.formats))


def _check_profile(value: Any, path: str, offer: Offer) -> Iterator[Problem]:
    if value not in offer.family.profiles:
        yield error(path, value, f"{shown(value)} is no texture profile", near(value, offer.family.profiles))


def _check_lod(value: Any, path: str, offer: Offer) -> Iterator[Problem]:
    lods, subtype_lods = offer.family.lods, offer.target.subtype.lods
    right = value in lods and (is_whole(value) or isinstance(value, str))
    if not right:
        listed = ", ".join(str(lod) for lod in lods)
        yield error(path, value, f"{shown(value)} is no level of detail", f"there are: {listed}.")
    elif str(value) not in subtype_lods and value != 0:
        yield doubt(path, value, f"no levels of detail are known of {offer.target.label}", LEAVE)


def _check_template(value: Any, path: str, offer: Offer) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield error(path, value, f"a name is needed here, not {shown(value)}", LEAVE)
    elif value and offer.target.subtype.pipeline != "body_0.3":
        yield warning(path, value, "templates are for body_0.3", LEAVE)
    elif value not in offer.family.templates:
        yield doubt(path, value, f"{shown(value)} is no template known", near(value, offer.family.templates[1:]))
    elif value and value not in offer.target.subtype.lods_by_template:
        yield doubt(path, value, f"nothing is known of this template for {offer.target.label}", LEAVE)


_CHOICES: Mapping[str, Callable[[Any, str, Offer], Iterator[Problem]]] = {
    "format": _check_format,
    "profile": _check_profile,
    "lod": _check_lod,
    "template": _check_template,
}
