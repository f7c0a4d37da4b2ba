"""Direct results of an avatar without exports: mesh, textures, blendshapes, haircuts; and what is told of the model.

They are built when they are first asked for, then kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.sandbox.answers import bad_field, file_answer, not_found, page_of
from avatarsdk_core.sandbox.lookup import completed_avatar
from avatarsdk_core.sandbox.pipelines.contract import (
    MODEL_INFO_FILE,
    Computed,
    HaircutEntry,
    ParameterError,
    computed,
)
from avatarsdk_core.sandbox.records import Avatar
from avatarsdk_core.sandbox.service import service_of

_MAX_LOD = 99  # beyond any; keeps the number short


def mesh(request: Request) -> Response:
    return _archive(request, "mesh")


def pointcloud(request: Request) -> Response:
    return _archive(request, "pointcloud")


def blendshapes(request: Request) -> Response:
    """204 for an avatar without any."""
    avatar = _direct_avatar(request)
    path = _result(request, avatar, "blendshapes")
    return Response(status_code=204) if path is None else file_answer(path, path.name)


def texture(request: Request) -> Response:
    """The default one."""
    return _picture(_result(request, _direct_avatar(request), "texture"))


def textures(request: Request) -> Response:
    avatar = _direct_avatar(request)
    url = f"{request.base_url}avatars/{avatar.code}/textures/"
    names = _computed(request, avatar).textures
    return JSONResponse([{"identity": name, "file": f"{url}{name}/file/"} for name in names])


def texture_file(request: Request) -> Response:
    """The default texture (`model`), or an additional one."""
    avatar = _direct_avatar(request)
    identity = request.path_params["identity"]
    if identity not in _computed(request, avatar).textures:
        raise not_found()
    return _picture(_result(request, avatar, "texture", identity))


def model_info(request: Request) -> Response:
    """`NaN`, where a landmark is missing, becomes null: it is no JSON."""
    avatar = completed_avatar(request)
    folder = service_of(request).builder.folder(avatar)
    try:
        text = (folder / MODEL_INFO_FILE).read_text("utf-8")
    except FileNotFoundError:
        raise not_found() from None
    return JSONResponse(json.loads(text, parse_constant=lambda _: None))


def haircuts(request: Request) -> Response:
    avatar = _direct_avatar(request)
    single = service_of(request).single_page_links
    entries, headers = page_of(request, _computed(request, avatar).haircuts, single_page_links=single)
    return JSONResponse([_shown(request, avatar, entry) for entry in entries], headers=headers)


def haircut(request: Request) -> Response:
    avatar, entry = _haircut(request)
    return JSONResponse(_shown(request, avatar, entry))


def haircut_mesh(request: Request) -> Response:
    return _of_haircut(request, "haircut_mesh")


def haircut_pointcloud(request: Request) -> Response:
    return _of_haircut(request, "haircut_pointcloud")


def haircut_texture(request: Request) -> Response:
    return _of_haircut(request, "haircut_texture")


def haircut_preview(request: Request) -> Response:
    return _of_haircut(request, "haircut_preview")


def haircut_pointclouds(request: Request) -> Response:
    """All of them in one archive."""
    return _archive(request, "haircut_pointclouds")


def _direct_avatar(request: Request) -> Avatar:
    """A Completed avatar that was made without exports; 404 for another."""
    avatar = completed_avatar(request)
    if not avatar.direct:
        raise not_found()
    return avatar


def _computed(request: Request, avatar: Avatar) -> Computed:
    return computed(service_of(request).builder.folder(avatar))


def _haircut(request: Request) -> tuple[Avatar, HaircutEntry]:
    avatar = _direct_avatar(request)
    for entry in _computed(request, avatar).haircuts:
        if entry.identity == request.path_params["identity"]:
            return avatar, entry
    raise not_found()


def _of_haircut(request: Request, kind: str) -> Response:
    avatar, entry = _haircut(request)
    path = _result(request, avatar, kind, entry.identity)
    if path is None:
        raise not_found()
    return file_answer(path, path.name if path.suffix == ".zip" else "")


def _archive(request: Request, kind: str) -> Response:
    path = _result(request, _direct_avatar(request), kind)
    if path is None:
        raise not_found()
    return file_answer(path, path.name)


def _picture(path: Path | None) -> Response:
    if path is None:
        raise not_found()
    return file_answer(path)


def _result(request: Request, avatar: Avatar, kind: str, identity: str = "") -> Path | None:
    fmt, lod = request.query_params.get("fmt"), request.query_params.get("lod")
    if fmt == "":
        raise bad_field("fmt", "'' is no format: name one, or leave fmt out.")
    try:
        return service_of(request).builder.result(avatar, kind, identity, fmt or "", _lod(lod))
    except ParameterError as error:
        field, _, rest = str(error).partition(":")
        if field in ("lod", "fmt"):
            raise bad_field(field, rest.strip()) from error
        raise bad_field("detail", str(error)) from error


def _lod(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:4]) > _MAX_LOD:
        raise bad_field("lod", f"{text[:40]!r} is no level of detail: a whole number from 0 up, please.")
    return int(text)


def _shown(request: Request, avatar: Avatar, entry: HaircutEntry) -> dict[str, Any]:
    model = f"{request.base_url}avatars/{avatar.code}/"
    url = f"{model}haircuts/{entry.identity}/"
    parts = {name: f"{url}{name}/" for name in ("mesh", "pointcloud", "texture", "preview")}
    return {"identity": entry.identity, "gender": entry.gender, "url": url, "model": model, **parts}
