"""`/parameters/` and `/export_parameters/`: what may be asked for; and the check of what was asked."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.catalog import catalog
from avatarsdk_core.sandbox.answers import bad_field, not_found
from avatarsdk_core.sandbox.assets import available, texture_types
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.export_parameters import BLENDSHAPES, PIPELINE


def available_parameters(request: Request) -> Response:
    caller(request)
    pipeline = _pipeline(request)
    subtype = subtype_of(pipeline, request.query_params.get("pipeline_subtype", ""))
    return JSONResponse({subtype: catalog()[pipeline]["parameters"]})


def available_export_parameters(request: Request) -> Response:
    """Flat, without the subtype: `{category: {"list": […], "textures": […]}}`."""
    caller(request)
    pipeline = _pipeline(request)
    subtype = subtype_of(pipeline, request.query_params.get("pipeline_subtype", ""))
    shown: dict[str, dict[str, list[str]]] = {}
    for category, identities in available(subtype).items():
        shown[category] = {"list": list(identities)}
        if category != BLENDSHAPES:
            shown[category]["textures"] = list(texture_types(category))
    return JSONResponse(shown)


def subtype_of(pipeline: str, given: str) -> str:
    """The subtype asked for, or the pipeline's default; 400 for one that doesn't exist."""
    subtypes = catalog()[pipeline]["subtypes"]
    subtype = given or str(catalog()[pipeline]["default_subtype"])
    if subtype not in subtypes:
        raise bad_field("pipeline_subtype", f"{given!r} is not a subtype of {pipeline}: {', '.join(subtypes)}.")
    return subtype


def check_parameters(pipeline: str, given: Any) -> None:
    """Computation parameters (spec 8.3): category, then a group or none, then known names; else 400."""
    if given is None:
        return
    if not isinstance(given, dict):
        raise bad_field("parameters", "An object is needed here.")
    categories = catalog()[pipeline]["parameters"]
    for category, content in given.items():
        if category not in categories:
            known = ", ".join(categories)
            raise bad_field("parameters", f"{category!r} is not a parameter category of {pipeline}: {known}.")
        known_names = [name for names in categories[category].values() for name in names]
        for name in _named(category, content, known_names):
            if name not in known_names:
                raise bad_field("parameters", f"{category}: {name!r} is not one of {', '.join(known_names)}.")


def _named(category: str, content: Any, known: list[str]) -> list[str]:
    """All names of a category, whatever the form: `[…]`, `{name: value}`, or these under groups such as `plus`."""
    if isinstance(content, list) and all(isinstance(name, str) for name in content):
        return content
    if not isinstance(content, dict):
        raise bad_field("parameters", f"{category}: an object or a list of names is needed here.")
    names: list[str] = []
    for key, value in content.items():
        grouped = key not in known and isinstance(value, list | dict)
        names += _named(category, value, known) if grouped else [key]
    return names


def _pipeline(request: Request) -> str:
    pipeline = request.path_params["pipeline"]
    if pipeline != PIPELINE:
        raise not_found()
    return str(pipeline)
