"""`/avatars/{code}/exports/`: an avatar as files."""

from __future__ import annotations

import time
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from avatarsdk_core.sandbox.answers import bad_field, iso, not_found, page
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.filters import equals_all
from avatarsdk_core.sandbox.forms import json_field, text_field
from avatarsdk_core.sandbox.lookup import progress_of, status_of_export, visible_avatar, visible_export
from avatarsdk_core.sandbox.pipelines import PIPELINES, pipeline
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.records import Avatar, Export, ExportFile
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.status import COMPLETED

MAX_AT_ONCE = 20
_MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def index(request: Request) -> Response:
    avatar = visible_avatar(request)
    service = service_of(request)
    exports = service.store.exports(avatar.code)
    wanted = request.query_params.getlist("status")
    exports = [export for export in exports if equals_all(status_of_export(service, avatar, export), wanted)]
    exports, headers = page(request, exports)
    return JSONResponse([_shown(request, service, avatar, export) for export in exports], headers=headers)


async def create(request: Request) -> Response:
    """`POST`: one more export of a Completed avatar (the field names of the real service are lost: both are taken)."""
    avatar = await run_in_threadpool(visible_avatar, request)
    service = service_of(request)
    async with request.form() as form:
        field = "export_parameters" if form.get("export_parameters") else "parameters"
        given = json_field(form, field)
        comment = text_field(form, "export_comment") or text_field(form, "comment")
    if isinstance(given, list) and len(given) != 1:
        raise bad_field(field, "One object is needed here: each request makes one export.")
    parameters = requested_exports(avatar.pipeline, avatar.subtype, given, field)
    if progress_of(service, avatar).status != COMPLETED:
        raise bad_field("detail", "The avatar is not Completed.")
    export = new_export(avatar, parameters[0], comment)
    await run_in_threadpool(service.store.add_export, export)
    service.builder.build_export(export)
    return JSONResponse(_shown(request, service, avatar, export), 201)


def show(request: Request) -> Response:
    avatar, export = visible_export(request)
    return JSONResponse(_shown(request, service_of(request), avatar, export))


def delete(request: Request) -> Response:
    avatar, export = visible_export(request)
    service = service_of(request)
    service.store.delete_export(export.code)
    service.state.remove_export(avatar.code, export.code)
    return Response(status_code=204)


def archive(request: Request) -> Response:
    """The zip of one file of a Completed export."""
    avatar, export, file = _finished_file(request)
    path = service_of(request).state.export(avatar.code, export.code) / f"{file.identity}.zip"
    if not path.is_file():
        raise not_found()
    return FileResponse(path, media_type="application/zip", filename=path.name)


def static_file(request: Request) -> Response:
    """A texture that belongs beside the model of one file of a Completed export."""
    avatar, _, file = _finished_file(request)
    name = request.path_params["file_name"]
    found = [path for path in file.static_files if path.rpartition("/")[2] == name]
    return texture_response(service_of(request), avatar.pipeline, found[0] if found else "")


def static_texture(request: Request) -> Response:
    """`/static_resources/…/textures/…`: a texture that is the same in all exports, so that its URL is a cache key."""
    caller(request)
    parts = [request.path_params[name] for name in ("category", "asset", "file_name")]
    name = request.path_params["pipeline"]
    if name not in PIPELINES:
        raise not_found()
    return texture_response(service_of(request), name, "/".join(parts))


def texture_response(service: Service, pipeline_name: str, relative: str) -> Response:
    shelf = (service.state.textures / pipeline_name).resolve()
    try:
        path = (shelf / relative).resolve()
    except ValueError:  # a null character
        raise not_found() from None
    media_type = _MEDIA_TYPES.get(path.suffix)
    if media_type is None or not path.is_relative_to(shelf) or not path.is_file():
        raise not_found()
    return FileResponse(path, media_type=media_type)


def new_export(avatar: Avatar, parameters: Any, comment: str) -> Export:
    return Export(
        code=str(uuid.uuid4()), avatar_code=avatar.code, comment=comment, parameters=parameters, created=time.time()
    )


def requested_exports(name: str, subtype: str, given: Any, field: str) -> list[Any]:
    """The parameters of each export asked for: one object, or a list of them; nothing means the defaults.

    Refuses (400) what can't be made, so that no export fails for its parameters later.
    """
    requested = given if isinstance(given, list) and given else [given or {}]
    if len(requested) > MAX_AT_ONCE:
        raise bad_field(field, f"{len(requested)} exports at once; {MAX_AT_ONCE} are allowed.")
    for parameters in requested:
        try:
            pipeline(name).check_export(subtype, parameters)
        except ParameterError as error:
            raise bad_field(field, str(error)) from error
    return requested


def _finished_file(request: Request) -> tuple[Avatar, Export, ExportFile]:
    avatar, export = visible_export(request)
    if status_of_export(service_of(request), avatar, export) != COMPLETED:
        raise not_found()
    for file in export.files:
        if file.identity == request.path_params["identity"]:
            return avatar, export, file
    raise not_found()


def _shown(request: Request, service: Service, avatar: Avatar, export: Export) -> dict[str, Any]:
    status = status_of_export(service, avatar, export)
    codes = {"code": avatar.code, "export_code": export.code}
    shown: dict[str, Any] = {
        "avatar_code": avatar.code,
        "code": export.code,
        "url": str(request.url_for("export", **codes)),
        "comment": export.comment,
        "created_on": iso(export.created),
        "status": status,
        "files": [],
    }
    if export.failure and status != COMPLETED:
        shown["status_verbose"] = {"code": 1, "message": export.failure}
    if status == COMPLETED:
        shown["files"] = [_shown_file(request, avatar, codes, file) for file in export.files]
    return shown


def _shown_file(request: Request, avatar: Avatar, codes: dict[str, str], file: ExportFile) -> dict[str, Any]:
    return {
        "identity": file.identity,
        "category": file.category,
        "file": str(request.url_for("export_file", **codes, identity=file.identity)),
        "static_files": [_static_url(request, avatar, path) for path in file.static_files],
    }


def _static_url(request: Request, avatar: Avatar, path: str) -> str:
    category, asset, name = path.split("/")
    return str(
        request.url_for("static_texture", pipeline=avatar.pipeline, category=category, asset=asset, file_name=name)
    )
