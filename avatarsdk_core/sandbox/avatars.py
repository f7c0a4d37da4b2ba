"""`/avatars/`: a photo becomes an avatar."""

from __future__ import annotations

import time
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from avatarsdk_core.sandbox.answers import bad_field, iso, not_found, page
from avatarsdk_core.sandbox.auth import Caller, caller
from avatarsdk_core.sandbox.exports import new_export, requested_exports
from avatarsdk_core.sandbox.filters import filtered
from avatarsdk_core.sandbox.forms import json_field, text_field
from avatarsdk_core.sandbox.lookup import progress_of, visible_avatar
from avatarsdk_core.sandbox.parameters import check_parameters, subtype_of
from avatarsdk_core.sandbox.photos import PHOTO_FILE, PREVIEW_FILE, THUMBNAIL_FILE, photo_extension, read_photo
from avatarsdk_core.sandbox.pipelines import PIPELINES
from avatarsdk_core.sandbox.records import Avatar, Export
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.status import COMPLETED, FAILED


async def create(request: Request) -> Response:
    """`POST /avatars/`: the short form of the new avatar; the rest happens behind."""
    who = caller(request)
    service = service_of(request)
    async with request.form() as form:
        avatar, comment, export_parameters = _requested(who, form)
        photo = await _photo(form)
    exports = [new_export(avatar, parameters, comment) for parameters in export_parameters]
    await run_in_threadpool(_keep, service, avatar, exports, photo)
    return JSONResponse(_shown_short(request, service, avatar), 201)


def index(request: Request) -> Response:
    who = caller(request)
    who.need_player()
    service = service_of(request)
    avatars = [a for a in service.store.avatars(who.client_id) if who.may_see(a.client_id, a.player)]
    found = filtered(request, avatars, lambda avatar: progress_of(service, avatar).status)
    avatars, headers = page(request, found)
    return JSONResponse([_shown(request, service, avatar) for avatar in avatars], headers=headers)


def show(request: Request) -> Response:
    avatar = visible_avatar(request)
    return JSONResponse(_shown(request, service_of(request), avatar))


def delete(request: Request) -> Response:
    """Removes the avatar, its photo, its exports and all their files for good."""
    avatar = visible_avatar(request)
    service = service_of(request)
    service.store.delete_avatar(avatar.code)
    service.state.remove_avatar(avatar.code)
    return Response(status_code=204)


def thumbnail(request: Request) -> Response:
    """The photo, small."""
    return _picture(request, THUMBNAIL_FILE, "image/jpeg")


def preview(request: Request) -> Response:
    """Rendered when it is first asked for."""
    avatar = _completed(request)
    service = service_of(request)
    if not (service.state.avatar(avatar.code) / PREVIEW_FILE).is_file():
        service.builder.render_preview(avatar)
    return _picture(request, PREVIEW_FILE, "image/png")


def _requested(who: Caller, form: FormData) -> tuple[Avatar, str, list[Any]]:
    """The new avatar, the comment and the parameters of its exports; refuses what the service would refuse."""
    name = text_field(form, "name", required=True)
    pipeline = text_field(form, "pipeline") or "animated_face"
    if pipeline not in PIPELINES:
        computed = ", ".join(PIPELINES)
        raise bad_field("pipeline", f"The sandbox doesn't compute {pipeline!r} yet; send one of: {computed}.")
    subtype = subtype_of(pipeline, text_field(form, "pipeline_subtype"))
    parameters = json_field(form, "parameters")
    check_parameters(pipeline, subtype, parameters)
    avatar = Avatar(
        code=str(uuid.uuid4()),
        client_id=who.client_id,
        player=who.player,
        name=name,
        description=text_field(form, "description"),
        pipeline=pipeline,
        subtype=subtype,
        parameters=parameters,
        created=time.time(),
    )
    export_parameters = requested_exports(pipeline, subtype, json_field(form, "export_parameters"), "export_parameters")
    return avatar, text_field(form, "export_comment"), export_parameters


async def _photo(form: FormData) -> bytes:
    if form.get("selfie"):
        raise bad_field("selfie", "The sandbox takes no selfies yet; send photo.")
    upload = form.get("photo")
    if upload is None:
        raise bad_field("photo", "Either photo or selfie is required.")
    if not isinstance(upload, UploadFile):
        raise bad_field("photo", "This field is an image file, not text.")
    return await read_photo(upload)


def _keep(service: Service, avatar: Avatar, exports: list[Export], photo: bytes) -> None:
    """Photo first, row last: an avatar that exists has all it needs to be computed, also after a kill."""
    extension = photo_extension(photo)
    folder = service.state.avatar(avatar.code)
    folder.mkdir(parents=True, mode=0o700)
    (folder / f"{PHOTO_FILE}.{extension}").write_bytes(photo)
    service.store.add_avatar(avatar, exports)
    service.builder.build_avatar(avatar)
    for export in exports:
        service.builder.build_export(export)


def _completed(request: Request) -> Avatar:
    """The avatar of the path; 404 before its completion too."""
    avatar = visible_avatar(request)
    if progress_of(service_of(request), avatar).status != COMPLETED:
        raise not_found()
    return avatar


def _picture(request: Request, file_name: str, media_type: str) -> Response:
    avatar = _completed(request)
    path = service_of(request).state.avatar(avatar.code) / file_name
    if not path.is_file():
        raise not_found()
    return FileResponse(path, media_type=media_type)


def _shown_short(request: Request, service: Service, avatar: Avatar) -> dict[str, Any]:
    progress = progress_of(service, avatar)
    return {
        "url": str(request.url_for("avatar", code=avatar.code)),
        "code": avatar.code,
        "status": progress.status,
        "progress": progress.progress,
        "created_on": iso(avatar.created),
        "name": avatar.name,
        "description": avatar.description,
    }


def _shown(request: Request, service: Service, avatar: Avatar) -> dict[str, Any]:
    shown = _shown_short(request, service, avatar)
    shown.update(pipeline=avatar.pipeline, ctime=None if avatar.changed is None else iso(avatar.changed))
    if shown["status"] == FAILED:
        shown["status_verbose"] = {"code": 1, "message": avatar.failure}
    if shown["status"] == COMPLETED:
        for name in ("thumbnail", "preview", "exports"):
            shown[name] = str(request.url_for(f"avatar_{name}", code=avatar.code))
    return shown
