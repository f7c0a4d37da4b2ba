"""One request under a fault: what is known of it, the answer to it, and the bare connection beneath."""

from __future__ import annotations

import asyncio
import contextlib
import http
import json
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

TRANSPORT = "avatarsdk.transport"
"""The name in an ASGI scope's `extensions` under which the connection's asyncio transport is found."""


class DroppedError(Exception):
    """The connection is gone: nothing more can be answered."""


@dataclass(frozen=True)
class Reply:
    """A whole answer. `headers` have lower-case names; the length is added when it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    date: str | None = None  # the `Date` header, where it isn't now

    @classmethod
    def of_json(cls, status: int, body: Any, **headers: str) -> Reply:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, (("content-type", "application/json"), *names.items()), json.dumps(body).encode())

    @property
    def is_json(self) -> bool:
        return (self.header("content-type") or "").startswith("application/json")

    @property
    def is_zip(self) -> bool:
        return self.body.startswith(b"PK\x03\x04")

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def with_headers(self, **changed: str | None) -> Reply:
        """With these headers (`_` for `-`) instead of what they were; None leaves one out."""
        new = {name.replace("_", "-"): value for name, value in changed.items()}
        kept = tuple(pair for pair in self.headers if pair[0] not in new)
        return replace(self, headers=kept + tuple((name, value) for name, value in new.items() if value is not None))

    def with_body(self, body: bytes) -> Reply:
        return replace(self, body=body)


def unauthorized() -> Reply:
    """401 as the service answers it (spec, section 4)."""
    detail = "Authentication credentials were not provided."
    return Reply.of_json(401, {"detail": detail}, www_authenticate='Bearer realm="api"')


@dataclass
class Call:
    """One request: its ASGI scope, and the connection under it for faults that HTTP libraries refuse to commit."""

    scope: MutableMapping[str, Any]
    receive: Receive
    root: str = ""
    refused: set[str] = field(default_factory=set)  # access tokens that are good no more
    hidden: set[bytes] = field(default_factory=set)  # request headers that the application doesn't get to see
    afterwards: list[Callable[[Reply], Reply]] = field(default_factory=list)  # changes to the answer

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    def header(self, name: str) -> str:
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted), "")

    @property
    def token(self) -> str:
        """The access token of the request, or ""."""
        kind, _, token = self.header("authorization").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    @property
    def transport(self) -> asyncio.Transport:
        found = self.scope.get("extensions", {}).get(TRANSPORT)
        if found is None:
            raise RuntimeError("Faults of the connection need the sandbox's own HTTP protocol class.")
        assert isinstance(found, asyncio.Transport)
        return found

    def write(self, data: bytes) -> None:
        self.transport.write(data)

    def write_head(self, reply: Reply, length: str | None) -> None:
        """The status line and headers, with this Content-Length, or with none."""
        headers = [pair for pair in reply.headers if pair[0] not in ("content-length", "connection")]
        headers += [("date", reply.date or formatdate(usegmt=True)), ("connection", "close")]
        if length is not None:
            headers.append(("content-length", length))
        phrase = http.HTTPStatus(reply.status).phrase
        lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in headers), "", ""]
        self.write("\r\n".join(lines).encode("latin-1"))

    async def close(self) -> None:
        """End the connection politely (FIN), after everything written went out."""
        self.transport.close()
        await self._gone()

    async def reset(self) -> None:
        """End it rudely (RST): what is still on its way may be lost."""
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):  # the client was quicker
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
        await self._gone()

    async def hang(self, seconds: float) -> None:
        """Do nothing until the client goes away, or for so long; then end the connection."""
        try:
            await asyncio.wait_for(self._until_disconnect(), seconds)
        except TimeoutError:
            await self.close()
        raise DroppedError

    async def _gone(self) -> None:
        await self._until_disconnect()
        raise DroppedError

    async def _until_disconnect(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
