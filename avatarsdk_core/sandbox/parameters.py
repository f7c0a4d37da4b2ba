"""`/parameters/` and `/export_parameters/`: what may be asked for; and the check of what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core import catalog
from avatarsdk_core.catalog import ComputationParameters, Problem
from avatarsdk_core.errors import ParametersError, UnknownNameError
from avatarsdk_core.sandbox.answers import RefusalError, bad_field, not_found
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.default_parameters import default_parameters
from avatarsdk_core.sandbox.leaving_out import without_errors
from avatarsdk_core.sandbox.pipelines import PIPELINES
from avatarsdk_core.sandbox.pipelines import pipeline as content_of


def available_parameters(request: Request) -> Response:
    pipeline, subtype = _target(request)
    return JSONResponse({subtype: _computable(pipeline, subtype)})


def default_parameters_shown(request: Request) -> Response:
    """What is computed when a request names no parameters."""
    pipeline, subtype = _target(request)
    return JSONResponse({subtype: default_parameters(pipeline, subtype, _computable(pipeline, subtype))})


def available_export_parameters(request: Request) -> Response:
    """metaperson_2.0: `{category: {"list": […], "textures": […]}}`; others `{category: […]}`. No subtype around it."""
    pipeline, subtype = _target(request)
    content = content_of(pipeline)
    if not content.has_exports:
        return JSONResponse({})
    offered = {name: list(identities) for name, identities in content.available(subtype).items()}
    if not catalog.export_family(pipeline).textures:
        return JSONResponse({name: identities for name, identities in offered.items() if identities})
    shown: dict[str, dict[str, list[str]]] = {}
    for name, identities in offered.items():
        shown[name] = {"list": identities}
        if name != "blendshapes":
            shown[name]["textures"] = list(content.texture_types(name))
    return JSONResponse(shown)


def known_pipeline(given: str) -> str:
    """400 for one that doesn't exist."""
    if given not in PIPELINES:
        raise bad_field("pipeline", f"{given!r} is no pipeline; there are: {', '.join(PIPELINES)}.")
    return given


def subtype_of(pipeline: str, given: str) -> str:
    """The subtype asked for, or the pipeline's default; 400 for one that doesn't exist."""
    try:
        return catalog.subtype(pipeline, given).name
    except UnknownNameError as error:
        raise bad_field("pipeline_subtype", str(error)) from error


def checked_parameters(pipeline: str, subtype: str, given: Any, *, tolerant: bool) -> tuple[Any, list[str]]:
    """Computation parameters as spec 8.3 has them, of those that are available; and what is to be said about them.

    Without any they are the defaults. What isn't available is refused (400), or if `tolerant` left out with a notice.
    """
    offered = _computable(pipeline, subtype)
    if given is None:
        return default_parameters(pipeline, subtype, offered), []

    def problems(parameters: Any) -> list[Problem]:
        return ComputationParameters.from_json(parameters).validate(pipeline, subtype, available=offered)

    try:
        if tolerant:
            return without_errors(given, problems)
        found = problems(given)
    except ParametersError as error:
        raise bad_field("parameters", str(error)) from error
    return given, sorted_out("parameters", found)


def sorted_out(field: str, found: Sequence[Problem]) -> list[str]:
    """The warnings among problems; 400 naming every error."""
    errors = [str(problem) for problem in found if problem.severity == "error"]
    if errors:
        raise RefusalError(400, {field: errors})
    return [str(problem) for problem in found]


def _computable(pipeline: str, subtype: str) -> dict[str, Any]:
    """Category → group → names; without groups where the pipeline has none."""
    found: Mapping[str, Mapping[str, Sequence[str]]] = content_of(pipeline).computable(subtype)
    if catalog.pipeline(pipeline).grouped:
        return {name: {group: list(names) for group, names in groups.items()} for name, groups in found.items()}
    return {name: [each for names in groups.values() for each in names] for name, groups in found.items()}


def _target(request: Request) -> tuple[str, str]:
    """The pipeline and the subtype that a path and its query name: 404 for unknown ones, 403 beyond the plan."""
    who = caller(request)
    pipeline = request.path_params["pipeline"]
    if pipeline not in PIPELINES:
        raise not_found()
    who.need_plan(pipeline)
    try:
        return pipeline, catalog.subtype(pipeline, request.query_params.get("pipeline_subtype")).name
    except UnknownNameError as error:
        raise RefusalError(404, {"detail": str(error)}) from error
