"""The sandbox's HTTP: uvicorn's own on h11, with the bare connection handed on for faults that no server commits."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from avatarsdk_core.sandbox.faults.call import TRANSPORT


class OpenProtocol(H11Protocol):
    """Each request's scope holds the connection's transport among its extensions."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def handed_on(scope: dict[str, Any], receive: Any, send: Any) -> None:
            scope["extensions"] = {**scope.get("extensions", {}), TRANSPORT: transport}
            await app(scope, receive, send)

        self.app = handed_on
