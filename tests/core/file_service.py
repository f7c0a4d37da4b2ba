"""A peer on loopback that serves files with ranges, slowly if asked to, notes every request, and misbehaves on cue."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHUNK = 16 << 10


def content(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


@dataclass
class Asked:
    """One request: `number` of its path, from 1."""

    path: str
    number: int
    range: str | None
    at: float = field(default_factory=time.monotonic)
    sent: int = 0


@dataclass
class Reply:
    """What is answered; a `rule` may change anything of it. `cut`: bytes of the body after which the peer hangs up."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut: int | None = None


Rule = Callable[[Asked, Reply], "Reply | None"]


class FileService:
    """`files`: path → bytes. `rate`: bytes a second and connection. `first_byte`: seconds until each answer.

    `most_sent`: where so many bytes of bodies have gone out, nothing more does until it is changed.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[Asked] = []
        self.rule: Rule = lambda asked, reply: None
        self.rate: float | None = None
        self.first_byte = 0.0
        self.most_sent: int | None = None
        self.most = self._now = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{path}"

    def close(self) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def sent(self) -> int:
        return sum(asked.sent for asked in self.asked)

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def answer(self, peer: BaseHTTPRequestHandler) -> None:
        path = peer.path.lstrip("/")
        with self._lock:
            asked = Asked(path, len(self.requests(path)) + 1, peer.headers.get("Range"))
            self.asked.append(asked)
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            self._stop.wait(self.first_byte)
            reply = self._reply(path, peer.headers)
            reply = self.rule(asked, reply) or reply
            self._send(peer, asked, reply)
        finally:
            with self._lock:
                self._now -= 1

    def _reply(self, path: str, headers: Any) -> Reply:
        body = self.files[path]
        etag = f'"{hashlib.sha1(body).hexdigest()[:12]}"'
        told = {"ETag": etag, "Accept-Ranges": "bytes", "Content-Type": "application/zip"}
        wanted = headers.get("Range")
        if wanted is None or headers.get("If-Range", etag) != etag:
            return Reply(200, told, body)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), int(last or len(body) - 1)
        if start >= len(body):
            return Reply(416, {**told, "Content-Range": f"bytes */{len(body)}"}, b"")
        return Reply(206, {**told, "Content-Range": f"bytes {start}-{end}/{len(body)}"}, body[start : end + 1])

    def _send(self, peer: BaseHTTPRequestHandler, asked: Asked, reply: Reply) -> None:
        peer.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            if value:
                peer.send_header(name, value)
        peer.end_headers()
        body = memoryview(reply.body)[: reply.cut]
        began = time.monotonic()
        for at in range(0, len(body), CHUNK):
            while self.most_sent is not None and self.sent >= self.most_sent and not self._stop.is_set():
                self._stop.wait(0.01)
            if self._stop.is_set():
                return
            peer.wfile.write(body[at : at + CHUNK])
            asked.sent += len(body[at : at + CHUNK])
            if self.rate:
                self._stop.wait(max(0.0, began + asked.sent / self.rate - time.monotonic()))
        if reply.cut is not None:
            peer.close_connection = True


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Who hangs up on us may."""


def _handler(service: FileService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            service.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
