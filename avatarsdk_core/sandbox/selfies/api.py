"""`/selfies/`: a page that takes one photo, for an avatar that somebody else creates (spec, section 5.6).

A selfie is good for 24 hours; then it is gone, page, photo and all.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from avatarsdk_core.sandbox.answers import bad_field, iso, not_found, page
from avatarsdk_core.sandbox.auth import Caller, caller
from avatarsdk_core.sandbox.forms import text_field
from avatarsdk_core.sandbox.records import Selfie
from avatarsdk_core.sandbox.selfies.qr import qr_png
from avatarsdk_core.sandbox.selfies.reach import reachable_root
from avatarsdk_core.sandbox.service import Service, service_of

LIFETIME = 86400.0  # seconds


async def create(request: Request) -> Response:
    who = await run_in_threadpool(caller, request)
    service = service_of(request)
    async with request.form() as form:
        comment = text_field(form, "comment")
    now = time.time()
    selfie = Selfie(str(uuid.uuid4()), who.client_id, who.player, comment, now, now + LIFETIME)
    await run_in_threadpool(_keep, service, selfie)
    return JSONResponse(_shown(request, selfie), 201)


def index(request: Request) -> Response:
    who = caller(request)
    who.need_player()
    service = service_of(request)
    remove_expired(service)
    selfies, headers = page(
        request,
        service.store.count(Selfie, who.visible),
        lambda limit, offset: service.store.selfies(who.visible, limit, offset),
        single_page_links=service.single_page_links,
    )
    return JSONResponse([_shown(request, selfie) for selfie in selfies], headers=headers)


def show(request: Request) -> Response:
    return JSONResponse(_shown(request, _visible(request)))


def file(request: Request) -> Response:
    """The photo; 404 until there is one."""
    selfie = _visible(request)
    if not selfie.media_type:
        raise not_found()
    path = service_of(request).state.selfie(selfie.code)
    return FileResponse(path, media_type=selfie.media_type, headers={"X-File-Size": str(path.stat().st_size)})


def qr(request: Request) -> Response:
    """The address of the upload page, for a phone's camera."""
    return Response(qr_png(page_url(request, _visible(request))), media_type="image/png")


def photo_of_selfie(service: Service, who: Caller, code: str) -> bytes:
    """The photo for a new avatar; 400 that says why there is none."""
    selfie = _current(service, code)
    if selfie is None or not who.may_see(selfie.client_id, selfie.player):
        raise bad_field("selfie", "There is no such selfie: it is unknown, or older than 24 hours.")
    if not selfie.media_type:
        raise bad_field("selfie", "Nobody has uploaded the photo yet.")
    return service.state.selfie(selfie.code).read_bytes()


def page_url(request: Request, selfie: Selfie) -> str:
    """For somebody with another device, where the sandbox listens beyond this machine."""
    root = reachable_root(str(request.base_url), service_of(request).host)
    return f"{root}selfies/{selfie.code}/upload/"


def open_selfie(request: Request) -> Selfie:
    """The selfie of a page's path, for whoever knows it: the code is the key. 404 when it is unknown or over."""
    selfie = _current(service_of(request), request.path_params["code"])
    if selfie is None:
        raise not_found()
    return selfie


def remove_expired(service: Service) -> None:
    for code in service.store.delete_expired_selfies(time.time()):
        service.state.remove_selfie(code)


def _keep(service: Service, selfie: Selfie) -> None:
    remove_expired(service)
    service.store.add_selfie(selfie)


def _visible(request: Request) -> Selfie:
    who = caller(request)
    selfie = _current(service_of(request), request.path_params["code"])
    if selfie is None or not who.may_see(selfie.client_id, selfie.player):
        raise not_found()
    return selfie


def _current(service: Service, code: str) -> Selfie | None:
    selfie = service.store.selfie(code)
    return selfie if selfie is not None and selfie.expires > time.time() else None


def _shown(request: Request, selfie: Selfie) -> dict[str, Any]:
    url = f"{request.base_url}selfies/{selfie.code}/"
    return {
        "code": selfie.code,
        "url": url,
        "expires": iso(selfie.expires),
        "file_url": f"{url}file/",
        "upload_page_qr": f"{url}qr/",
        "upload_page_url": page_url(request, selfie),
        "upload_page_visited": selfie.visited,
    }
