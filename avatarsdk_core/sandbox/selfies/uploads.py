"""`/selfies/{code}/upload/`: the page of a selfie and its one photo. No sign-in: the code in its address is the key."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from avatarsdk_core.photo import MAX_BYTES
from avatarsdk_core.sandbox.answers import RefusalError, bad_field
from avatarsdk_core.sandbox.photos import photo_extension, read_photo
from avatarsdk_core.sandbox.records import Selfie
from avatarsdk_core.sandbox.selfies.api import open_selfie
from avatarsdk_core.sandbox.selfies.page import PAGE_HEADERS, upload_page
from avatarsdk_core.sandbox.service import Service, service_of

_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
_SECOND = "This page has got its photo already."
_keeping = threading.Lock()  # one upload at a time, so that exactly one of two wins


def show(request: Request) -> Response:
    try:
        selfie = open_selfie(request)
    except RefusalError as refusal:
        return _refused(request, refusal, None)
    service_of(request).store.visit_selfie(selfie.code)
    return HTMLResponse(_ready(selfie) if not selfie.media_type else upload_page("done"), headers=PAGE_HEADERS)


async def upload(request: Request) -> Response:
    """One photo; a second one is refused (400)."""
    selfie = None
    try:
        selfie = await run_in_threadpool(open_selfie, request)
        async with request.form() as form:
            photo = form.get("photo")
            if not isinstance(photo, UploadFile):
                raise bad_field("photo", "An image file is needed here.")
            data = await read_photo(photo)
        await run_in_threadpool(_keep_photo, service_of(request), selfie, data)
    except RefusalError as refusal:
        return _refused(request, refusal, selfie)
    if "application/json" in request.headers.get("Accept", ""):
        return JSONResponse({"detail": "The picture has arrived."})
    return HTMLResponse(upload_page("done"), headers=PAGE_HEADERS)


def _keep_photo(service: Service, selfie: Selfie, data: bytes) -> None:
    """File first, row last: a selfie that says it has a photo has one, also after a kill."""
    path = service.state.selfie(selfie.code)
    with _keeping:
        current = service.store.selfie(selfie.code)
        if current is None or current.media_type:
            raise bad_field("photo", _SECOND)
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)
        service.store.upload_selfie(selfie.code, _TYPES[photo_extension(data)])


def _refused(request: Request, refusal: RefusalError, selfie: Selfie | None) -> Response:
    """As a page for a person, as JSON for a script."""
    reason = next(iter(refusal.body.values()))
    text = reason[0] if isinstance(reason, list) else str(reason)
    if "text/html" not in request.headers.get("Accept", ""):
        return JSONResponse({"detail": text}, refusal.status, refusal.headers)
    page = upload_page("gone") if selfie is None else upload_page("done") if text == _SECOND else _ready(selfie, text)
    return HTMLResponse(page, refusal.status, {**refusal.headers, **PAGE_HEADERS})


def _ready(selfie: Selfie, message: str = "") -> str:
    until = datetime.fromtimestamp(selfie.expires, UTC).astimezone().strftime("%d %B, %H:%M")
    return upload_page("ready", limit=MAX_BYTES, until=until, message=message)
