"""`/static_resources/{pipeline}/`: textures that are the same in all exports, so that their URLs are cache keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core import catalog
from avatarsdk_core.sandbox.answers import file_answer, not_found, notices
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.filters import listed_in
from avatarsdk_core.sandbox.pipelines import PIPELINES
from avatarsdk_core.sandbox.pipelines import pipeline as content_of
from avatarsdk_core.sandbox.service import Service, service_of

_TYPES = frozenset({".jpg", ".png", ".webp"})


def index(request: Request) -> Response:
    """Subtype → category → asset → LOD → "textures" → profile → variant → type → URL, as far as filters ask for it."""
    who = caller(request)
    name = request.path_params["pipeline"]
    if name not in PIPELINES or not catalog.pipeline(name).static_resources:
        raise not_found()
    who.need_plan(name)
    subtype = listed_in(request, "pipeline_subtype")
    content = content_of(name)
    shown = {
        each: _chosen(request, name, content.static_resources(each))
        for each in catalog.pipeline(name).subtypes
        if subtype(each)
    }
    told = [] if any(shown.values()) else ["No static resource passes these filters; names of levels are LOD1 and LOD2"]
    return JSONResponse(shown, headers=notices(told))


def texture(request: Request) -> Response:
    """One of them."""
    caller(request)
    name = request.path_params["pipeline"]
    if name not in PIPELINES:
        raise not_found()
    parts = [request.path_params[part] for part in ("category", "asset", "filename")]
    return texture_answer(service_of(request), name, "/".join(parts))


def texture_answer(service: Service, pipeline: str, relative: str) -> Response:
    """A texture of a pipeline's shelf by its path below it, painted if it isn't there yet."""
    shelf = (service.state.textures / pipeline).resolve()
    try:
        path = (shelf / relative).resolve()
    except ValueError:  # a null character
        raise not_found() from None
    if path.suffix not in _TYPES or not path.is_relative_to(shelf):
        raise not_found()
    if not path.is_file() and service.builder.static_texture(pipeline, relative) is None:
        raise not_found()
    return file_answer(path)


def static_url(request: Request, pipeline: str, path: str) -> str:
    """The URL of a texture by its path below the shelf."""
    category, asset, name = path.split("/")
    return f"{request.base_url}static_resources/{pipeline}/textures/{category}/{asset}/{name}"


def _chosen(request: Request, pipeline: str, resources: Mapping[str, Any]) -> dict[str, Any]:
    """Paths become URLs; what the filters leave out is gone, and so is what is empty then."""
    category, lod, profile = (listed_in(request, name) for name in ("category", "lod", "texture_profile"))
    shown: dict[str, Any] = {}
    for name, assets in resources.items():
        for asset, levels in assets.items() if category(name) else ():
            for level, found in levels.items():
                if lod(level):
                    linked = {**found, "textures": _linked(request, pipeline, found.get("textures", {}), profile)}
                    shown.setdefault(name, {}).setdefault(asset, {})[level] = linked
    return shown


def _linked(
    request: Request, pipeline: str, textures: Mapping[str, Any], chosen: Callable[[str], bool]
) -> dict[str, Any]:
    return {
        profile: {
            variant: {kind: static_url(request, pipeline, path) for kind, path in types.items()}
            for variant, types in variants.items()
        }
        for profile, variants in textures.items()
        if chosen(profile)
    }
