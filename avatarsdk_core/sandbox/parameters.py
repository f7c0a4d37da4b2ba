"""`/parameters/` and `/export_parameters/`: what may be asked for; and the check of what was asked."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.catalog import ComputationParameters
from avatarsdk_core.catalog import subtype as named_subtype
from avatarsdk_core.errors import ParametersError, UnknownNameError
from avatarsdk_core.sandbox.answers import bad_field, not_found
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.pipelines import PIPELINES
from avatarsdk_core.sandbox.pipelines import pipeline as content_of


def available_parameters(request: Request) -> Response:
    caller(request)
    pipeline = _pipeline(request)
    subtype = subtype_of(pipeline, request.query_params.get("pipeline_subtype", ""))
    return JSONResponse({subtype: content_of(pipeline).computable(subtype)})


def available_export_parameters(request: Request) -> Response:
    """Flat, without the subtype: `{category: {"list": […], "textures": […]}}`."""
    caller(request)
    pipeline = _pipeline(request)
    subtype = subtype_of(pipeline, request.query_params.get("pipeline_subtype", ""))
    shown: dict[str, dict[str, list[str]]] = {}
    for name, identities in content_of(pipeline).available(subtype).items():
        shown[name] = {"list": list(identities)}
        if name != "blendshapes":
            shown[name]["textures"] = list(content_of(pipeline).texture_types(name))
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
    for problem in parameters.validate(pipeline, subtype, available=content_of(pipeline).computable(subtype)):
        if problem.severity == "error":
            raise bad_field("parameters", str(problem))


def _pipeline(request: Request) -> str:
    pipeline = request.path_params["pipeline"]
    if pipeline not in PIPELINES:
        raise not_found()
    return str(pipeline)
