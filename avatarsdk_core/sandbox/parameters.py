"""`/parameters/` and `/export_parameters/`: what may be asked for; and the check of what was asked."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.catalog import ComputationParameters, category
from avatarsdk_core.catalog import subtype as named_subtype
from avatarsdk_core.catalog.facts import ALWAYS_SET
from avatarsdk_core.errors import ParametersError, UnknownNameError
from avatarsdk_core.sandbox.answers import bad_field, not_found
from avatarsdk_core.sandbox.assets import available, texture_types
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.export_parameters import BLENDSHAPES, PIPELINE

_COMPUTED = ("model_info", "avatar_modifications")  # the categories that the sandbox computes


def available_parameters(request: Request) -> Response:
    caller(request)
    pipeline = _pipeline(request)
    subtype = subtype_of(pipeline, request.query_params.get("pipeline_subtype", ""))
    return JSONResponse({subtype: computable(pipeline, subtype)})


def available_export_parameters(request: Request) -> Response:
    """Flat, without the subtype: `{category: {"list": […], "textures": […]}}`."""
    caller(request)
    pipeline = _pipeline(request)
    subtype = subtype_of(pipeline, request.query_params.get("pipeline_subtype", ""))
    shown: dict[str, dict[str, list[str]]] = {}
    for name, identities in available(subtype).items():
        shown[name] = {"list": list(identities)}
        if name != BLENDSHAPES:
            shown[name]["textures"] = list(texture_types(name))
    return JSONResponse(shown)


def subtype_of(pipeline: str, given: str) -> str:
    """The subtype asked for, or the pipeline's default; 400 for one that doesn't exist."""
    try:
        return named_subtype(pipeline, given).name
    except UnknownNameError as error:
        raise bad_field("pipeline_subtype", str(error)) from error


def check_parameters(pipeline: str, subtype: str, given: Any) -> None:
    """Computation parameters as spec 8.3 has them, of those that are available; else 400."""
    if given is None:
        return
    try:
        parameters = ComputationParameters.from_json(given)
    except ParametersError as error:
        raise bad_field("parameters", str(error)) from error
    for problem in parameters.validate(pipeline, subtype, available=computable(pipeline, subtype)):
        if problem.severity == "error":
            raise bad_field("parameters", str(problem))


def computable(pipeline: str, subtype: str) -> dict[str, dict[str, list[str]]]:
    """Category → group → names: what the documentation has for the subtype and can be asked for, but not by export."""
    found: dict[str, dict[str, list[str]]] = {}
    target = named_subtype(pipeline, subtype)
    for name in _COMPUTED:
        for row in category(name).parameters.values():
            if row.plan(target) not in (None, ALWAYS_SET):
                found.setdefault(name, {}).setdefault(row.group, []).append(row.name)
    return found


def _pipeline(request: Request) -> str:
    pipeline = request.path_params["pipeline"]
    if pipeline != PIPELINE:
        raise not_found()
    return str(pipeline)
