"""`/avatars/{code}/exports/`: an avatar as files."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core import catalog
from avatarsdk_core.catalog import Problem, read_export_parameters
from avatarsdk_core.errors import ParametersError
from avatarsdk_core.sandbox.answers import bad_field, file_answer, iso, not_found, notices, page_of
from avatarsdk_core.sandbox.filters import asked, equals_all
from avatarsdk_core.sandbox.forms import json_field, text_field
from avatarsdk_core.sandbox.leaving_out import without_errors
from avatarsdk_core.sandbox.lookup import progress_of, status_of_export, visible_avatar, visible_export
from avatarsdk_core.sandbox.parameters import sorted_out
from avatarsdk_core.sandbox.pipelines import pipeline as content_of
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.public_files import public_name
from avatarsdk_core.sandbox.records import Avatar, Export, ExportFile
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.static_resources import static_url, texture_answer
from avatarsdk_core.sandbox.status import COMPLETED, FAIL, FAIL_EXPORT, told_outcome

MAX_AT_ONCE = 20


def index(request: Request) -> Response:
    avatar = visible_avatar(request)
    service = service_of(request)
    _have_built(service, avatar)
    exports = service.store.exports(avatar.code)
    wanted = asked(request, "status")
    exports = [export for export in exports if equals_all(status_of_export(service, avatar, export), wanted)]
    exports, headers = page_of(request, exports, single_page_links=service.single_page_links)
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
    if not catalog.pipeline(avatar.pipeline).export_parameters:
        raise bad_field("detail", f"{avatar.pipeline} has no exports.")
    one = given if isinstance(given, list) else [given or {}]
    chosen, told = requested_exports(avatar.pipeline, avatar.subtype, one, field, tolerant=service.tolerant)
    if progress_of(service, avatar).status != COMPLETED:
        raise bad_field("detail", "The avatar is not Completed.")
    export = new_exports(avatar, chosen, comment, told_outcome(comment))[0]
    await run_in_threadpool(service.store.add_export, export)
    service.builder.build_export(export)
    shown = _shown(request, service, avatar, export)
    if service.instant:
        await run_in_threadpool(service.builder.wait, avatar)
    return JSONResponse(shown, 201, headers=notices(told))


def show(request: Request) -> Response:
    avatar, export = visible_export(request)
    service = service_of(request)
    _have_built(service, avatar)
    return JSONResponse(_shown(request, service, avatar, export))


def delete(request: Request) -> Response:
    avatar, export = visible_export(request)
    service = service_of(request)
    service.store.delete_export(export.code)
    service.state.remove_export(avatar.code, export.code)
    return Response(status_code=204)


def archive(request: Request) -> Response:
    """The zip of one file of a Completed export."""
    avatar, export, file = _finished_file(request)
    path = _archive(service_of(request), avatar, export, file)
    return file_answer(path, path.name)


def static_file(request: Request) -> Response:
    """A texture that belongs beside the model of one file of a Completed export."""
    avatar, _, file = _finished_file(request)
    name = request.path_params["filename"]
    found = [path for path in file.static_files if path.rpartition("/")[2] == name]
    return texture_answer(service_of(request), avatar.pipeline, found[0] if found else "")


def new_exports(avatar: Avatar, chosen: Sequence[Any], comment: str, outcome: str = "") -> list[Export]:
    """Exports of an avatar, one for each object of parameters; their times of creation tell their order."""
    now = time.time()
    return [
        Export(
            code=str(uuid.uuid4()),
            avatar_code=avatar.code,
            comment=comment,
            parameters=parameters,
            created=now + number * 1e-6,
            outcome=FAIL if outcome in (FAIL, FAIL_EXPORT) else "",
        )
        for number, parameters in enumerate(chosen)
    ]


def requested_exports(
    pipeline: str, subtype: str, given: Any, field: str, *, tolerant: bool
) -> tuple[list[Any], list[str]]:
    """The parameters of each export asked for, one object or a list of them; and what is to be said about them.

    Nothing asked for means one export with the defaults, or none (head_1.2, head_2.0). Refuses (400) what can't be
    made, so that no export fails for its parameters later.
    """
    facts = catalog.pipeline(pipeline)
    if not given:
        return ([{}] if facts.export_created_when_empty else []), []
    if not facts.export_parameters:
        if tolerant:
            return [], [f"left out: {field}: {pipeline} has no exports"]
        raise bad_field(field, f"{pipeline} has no exports; leave it out.")
    requested = given if isinstance(given, list) else [given]
    if len(requested) > MAX_AT_ONCE:
        raise bad_field(field, f"{len(requested)} exports at once; {MAX_AT_ONCE} are allowed.")
    chosen, told = [], []
    for parameters in requested:
        kept, more = _checked(pipeline, subtype, parameters, field, tolerant)
        chosen.append(kept)
        told += more
    return chosen, told


def _checked(pipeline: str, subtype: str, given: Any, field: str, tolerant: bool) -> tuple[Any, list[str]]:
    content = content_of(pipeline)
    offered = {name: list(identities) for name, identities in content.available(subtype).items()}

    def problems(parameters: Any) -> list[Problem]:
        return read_export_parameters(parameters, pipeline).validate(pipeline, subtype, available=offered)

    try:
        if tolerant:
            kept, told = without_errors(given, problems)
        else:
            kept, told = given, sorted_out(field, problems(given))
        content.check_export(subtype, kept)
    except (ParameterError, ParametersError) as error:
        raise bad_field(field, str(error)) from error
    return kept, told


def _have_built(service: Service, avatar: Avatar) -> None:
    """The exports of a seeded avatar are made when somebody looks at them."""
    if avatar.seed:
        for export in service.store.want_exports(avatar.code):
            service.builder.build_export(export)


def _archive(service: Service, avatar: Avatar, export: Export, file: ExportFile) -> Path:
    return service.state.export(avatar.code, export.code) / f"{file.identity}.zip"


def _finished_file(request: Request) -> tuple[Avatar, Export, ExportFile]:
    avatar, export = visible_export(request)
    if status_of_export(service_of(request), avatar, export) != COMPLETED:
        raise not_found()
    for file in export.files:
        if file.identity == request.path_params["export_file"]:
            return avatar, export, file
    raise not_found()


def _shown(request: Request, service: Service, avatar: Avatar, export: Export) -> dict[str, Any]:
    status = status_of_export(service, avatar, export)
    url = f"{request.base_url}avatars/{avatar.code}/exports/{export.code}/"
    shown: dict[str, Any] = {
        "avatar_code": avatar.code,
        "code": export.code,
        "url": url,
        "comment": export.comment,
        "created_on": iso(export.created),
        "status": status,
        "files": [],
    }
    if export.failure and status != COMPLETED:
        shown["status_verbose"] = {"code": 1, "message": export.failure}
    if status == COMPLETED:
        shown["files"] = [_shown_file(request, avatar, url, file) for file in export.files]
        name = public_name(service.state, export)
        if name:
            shown["public_file"] = str(request.url_for("public_file", export_code=export.code, filename=name))
    return shown


def _shown_file(request: Request, avatar: Avatar, url: str, file: ExportFile) -> dict[str, Any]:
    return {
        "identity": file.identity,
        "category": file.category,
        "file": f"{url}files/{file.identity}/file/",
        "static_files": [static_url(request, avatar.pipeline, path) for path in file.static_files],
    }
