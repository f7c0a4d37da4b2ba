"""No request body larger than a photo with its form: what comes beyond is refused, not stored."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from avatarsdk_core.photo import MAX_BYTES
from avatarsdk_core.sandbox.answers import too_large

_FORM = 2_000_000  # for what stands around the photo
LIMIT = MAX_BYTES + _FORM


class BodyLimit:
    """ASGI middleware; must run inside what answers RefusalError."""

    def __init__(self, app: ASGIApp, limit: int = LIMIT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("Content-Length", "")
        if length.isascii() and length.isdigit() and (len(length) > 15 or int(length) > self._limit):
            raise too_large(self._limit)
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise too_large(self._limit)
            return message

        await self._app(scope, counted, send)
