"""`/avatars/`: a photo becomes an avatar."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.catalog import default_pipeline, pipeline
from avatarsdk_core.sandbox.answers import bad_field, file_answer, iso, notices, page
from avatarsdk_core.sandbox.auth import Caller, caller
from avatarsdk_core.sandbox.exports import new_exports, requested_exports
from avatarsdk_core.sandbox.filters import avatar_filters, query_time
from avatarsdk_core.sandbox.forms import json_field, text_field
from avatarsdk_core.sandbox.lookup import completed_avatar, progress_of, visible_avatar
from avatarsdk_core.sandbox.parameters import checked_parameters, known_pipeline, subtype_of
from avatarsdk_core.sandbox.photos import PHOTO_FILE, PREVIEW_FILE, THUMBNAIL_FILE, photo_extension, read_photo
from avatarsdk_core.sandbox.records import Avatar, Export
from avatarsdk_core.sandbox.selfies.api import photo_of_selfie
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.status import (
    COMPLETED,
    FAIL_EXPORT,
    FAILED,
    TIMED_OUT,
    UPLOADING,
    Progress,
    failure_shown,
    told_outcome,
)

_ROUNDED = 0.6e-6  # seconds: a time is shown in whole microseconds, which may be a little later than it was
OUTCOME_HEADER = "X-Sandbox-Outcome"
_DIRECT = ("mesh", "texture", "haircuts", "blendshapes")


async def create(request: Request) -> Response:
    """`POST /avatars/`: the short form of the new avatar; the rest happens behind."""
    who = await run_in_threadpool(caller, request)
    service = service_of(request)
    async with request.form() as form:
        avatar, exports, told = await run_in_threadpool(_requested, request, who, form)
        photo = await _photo(request, who, form)
    await run_in_threadpool(_keep, service, avatar, exports, photo)
    if service.instant:
        await run_in_threadpool(service.builder.wait, avatar)
    shown = _shown_short(request, avatar, Progress(UPLOADING, 0))
    return JSONResponse(shown, 201, headers=notices(told))


def index(request: Request) -> Response:
    who = caller(request)
    who.need_player()
    service = service_of(request)
    conditions = [*who.visible, *avatar_filters(request)]
    avatars, headers = page(
        request,
        service.store.count(Avatar, conditions),
        lambda limit, offset: service.store.avatars(conditions, limit, offset),
        single_page_links=service.single_page_links,
    )
    return JSONResponse([_shown(request, service, avatar) for avatar in avatars], headers=headers)


def count(request: Request) -> Response:
    """Avatars created in this month, deleted ones too; between `since` and `until` where they are given."""
    who = caller(request)
    who.need_developer()
    store = service_of(request).store
    given = {name: query_time(name, text) for name, text in request.query_params.items() if name in ("since", "until")}
    if given:
        since, until = given.get("since", 0.0), given.get("until", float("inf"))
        created = store.count_creations(who.client_id, since - _ROUNDED, until - _ROUNDED)
        return JSONResponse({"created": created})
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    created = store.count_creations(who.client_id, month.timestamp(), float("inf"))
    return JSONResponse({"created": created, "prepaid": 0, "to_pay": created})


def show(request: Request) -> Response:
    avatar = visible_avatar(request)
    return JSONResponse(_shown(request, service_of(request), avatar))


async def change(request: Request) -> Response:
    """`PATCH`: another name or description; what isn't sent stays."""
    avatar = await run_in_threadpool(visible_avatar, request)
    service = service_of(request)
    async with request.form() as form:
        name = text_field(form, "name", required=True) if "name" in form else avatar.name
        description = text_field(form, "description") if "description" in form else avatar.description
    await run_in_threadpool(service.store.rename_avatar, avatar.code, name, description, time.time())
    changed = await run_in_threadpool(visible_avatar, request)
    return JSONResponse(_shown(request, service, changed))


def delete(request: Request) -> Response:
    """Removes the avatar, its photo, its exports and all their files for good."""
    avatar = visible_avatar(request)
    service = service_of(request)
    service.store.delete_avatar(avatar.code)
    service.state.remove_avatar(avatar.code)
    return Response(status_code=204)


def thumbnail(request: Request) -> Response:
    """The photo, small."""
    avatar = completed_avatar(request)
    return file_answer(service_of(request).state.avatar(avatar) / THUMBNAIL_FILE)


def preview(request: Request) -> Response:
    """Rendered when it is first asked for."""
    avatar = completed_avatar(request)
    service = service_of(request)
    path = service.state.avatar(avatar) / PREVIEW_FILE
    if not path.is_file():
        service.builder.render_preview(avatar)
    return file_answer(path)


def _requested(request: Request, who: Caller, form: FormData) -> tuple[Avatar, list[Export], list[str]]:
    """The new avatar, its exports and what is to be told about them; refuses what the service would refuse."""
    name = text_field(form, "name", required=True)
    description = text_field(form, "description")
    chosen = known_pipeline(text_field(form, "pipeline") or default_pipeline().name)
    who.need_plan(chosen)
    subtype = subtype_of(chosen, text_field(form, "pipeline_subtype"))
    tolerant = service_of(request).tolerant
    parameters, told = checked_parameters(chosen, subtype, json_field(form, "parameters"), tolerant=tolerant)
    given = json_field(form, "export_parameters")
    chosen_exports, more = requested_exports(chosen, subtype, given, "export_parameters", tolerant=tolerant)
    comment = text_field(form, "export_comment")
    outcome = told_outcome(request.headers.get(OUTCOME_HEADER, ""), name, description)
    avatar = Avatar(
        code=str(uuid.uuid4()),
        client_id=who.client_id,
        player=who.player,
        name=name,
        description=description,
        pipeline=chosen,
        subtype=subtype,
        parameters=parameters,
        created=time.time(),
        outcome="" if outcome == FAIL_EXPORT else outcome,
        direct=not chosen_exports,
    )
    exports = new_exports(avatar, chosen_exports, comment, outcome if outcome == FAIL_EXPORT else told_outcome(comment))
    return avatar, exports, told + more


async def _photo(request: Request, who: Caller, form: FormData) -> bytes:
    upload, selfie = form.get("photo"), form.get("selfie")
    if upload and selfie:
        raise bad_field("photo", "Either photo or selfie is needed, not both.")
    if selfie:
        return await run_in_threadpool(photo_of_selfie, service_of(request), who, text_field(form, "selfie"))
    if upload is None:
        raise bad_field("photo", "Either photo or selfie is required.")
    if not isinstance(upload, UploadFile):
        raise bad_field("photo", "This field is an image file, not text.")
    return await read_photo(upload)


def _keep(service: Service, avatar: Avatar, exports: list[Export], photo: bytes) -> None:
    """Photo first, row last: an avatar that exists has all it needs to be computed, also after a kill."""
    extension = photo_extension(photo)
    folder = service.state.avatar(avatar)
    folder.mkdir(parents=True, mode=0o700)
    (folder / f"{PHOTO_FILE}.{extension}").write_bytes(photo)
    service.store.add_avatar(avatar, exports)
    service.builder.build_avatar(avatar)
    for export in exports:
        service.builder.build_export(export)


def _shown_short(request: Request, avatar: Avatar, progress: Progress) -> dict[str, Any]:
    return {
        "url": f"{request.base_url}avatars/{avatar.code}/",
        "code": avatar.code,
        "status": progress.status,
        "progress": progress.progress,
        "created_on": iso(avatar.created),
        "name": avatar.name,
        "description": avatar.description,
    }


def _shown(request: Request, service: Service, avatar: Avatar) -> dict[str, Any]:
    shown = _shown_short(request, avatar, progress_of(service, avatar))
    shown.update(pipeline=avatar.pipeline, ctime=None if avatar.changed is None else iso(avatar.changed))
    if shown["status"] in (FAILED, TIMED_OUT):
        shown["status_verbose"] = failure_shown(avatar.failure, avatar.outcome)
    if shown["status"] == COMPLETED:
        for name in _links(avatar):
            shown[name] = f"{shown['url']}{name}/"
    return shown


def _links(avatar: Avatar) -> tuple[str, ...]:
    """The URL fields of a Completed avatar: direct results are there only where no export takes their place."""
    exports = ("exports",) if pipeline(avatar.pipeline).export_parameters else ()
    return (*(_DIRECT if avatar.direct else ()), "thumbnail", "preview", "model_info", *exports)
