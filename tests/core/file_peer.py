"""A peer that serves files as the service does, with ETag and Range, counts what it sends, and can be slow."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.stopwatch import eventually

_TOKEN = json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 36000}).encode()


def zipped(entries: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


def noise(seed: str, size: int) -> bytes:
    """Bytes that don't compress, the same for the same seed."""
    blocks = (hashlib.sha256(f"{seed} {number}".encode()).digest() for number in range(size // 32 + 1))
    return b"".join(blocks)[:size]


@dataclass
class Peer:
    """`files`: path -> content. `asked`: GETs by path; `sent`: bytes of bodies by path.

    What a player "killed" or "gone" asks isn't counted: its requests may be read after it is dead or has given up.
    What is broken is answered once `breaks_when` holds: a test may want other files to be there by then.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    chunk: int = 1 << 20
    seconds_per_chunk: float = 0.0  # until it `hurry`s
    announce: bool = True  # the length of a file
    broken: set[str] = field(default_factory=set)  # answered with 503
    breaks_when: Callable[[], object] = lambda: True
    asked: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    url: str = ""
    _hurry: threading.Event = field(default_factory=threading.Event)

    def hurry(self) -> None:
        """From now on nothing is slow, also what is being sent."""
        self.seconds_per_chunk = 0
        self._hurry.set()

    def linger(self) -> None:
        """One chunk's time, if that is any."""
        if self.seconds_per_chunk:
            self._hurry.wait(self.seconds_per_chunk)

    def reset(self) -> None:
        self.asked.clear()
        self.sent.clear()

    def export(self, *, parts: int = 4, size: int = 20_000, statics: int = 1, code: str = "export") -> dict[str, Any]:
        """An export of an avatar and garments with static files, which it serves from now on; its JSON."""
        files = []
        for number in range(parts):
            identity, category = ("avatar", None) if number == 0 else (f"top_{number}", "outfits_top")
            path = f"/avatars/a/exports/{code}/files/{identity}/file/"
            model = {f"{identity}/model.glb": noise(path, size), f"{identity}/maps/Color.jpg": noise(identity, 999)}
            self.files[path] = zipped(model)
            urls = []
            for static in range(statics):
                place = f"/static_resources/metaperson_2.0/textures/x/{identity}/{identity}_Normal{static}.jpg"
                self.files[place] = noise(place, 5_000)
                urls.append(self.url.rstrip("/") + place)
            files.append(
                {"identity": identity, "category": category, "file": self.url.rstrip("/") + path, "static_files": urls}
            )
        url = f"{self.url}avatars/a/exports/{code}/"
        return {"code": code, "avatar_code": "a", "url": url, "status": "Completed", "files": files}

    def content(self, export: Mapping[str, Any]) -> dict[str, bytes]:
        """What the export is on the disk, without its manifest: path -> bytes."""
        found = {}
        for file in export["files"]:
            with zipfile.ZipFile(io.BytesIO(self.files[file["file"].removeprefix(self.url.rstrip("/"))])) as archive:
                found |= {name: archive.read(name) for name in archive.namelist()}
            for url in file["static_files"]:
                path = url.removeprefix(self.url.rstrip("/"))
                found[f"{file['identity']}/{path.rpartition('/')[2]}"] = self.files[path]
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    peer: Peer

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(200, _TOKEN, {"Content-Type": "application/json"})

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.peer.asked[path] += self.headers.get("X-PlayerUID") not in ("killed", "gone")
        data = self.peer.files.get(path)
        if path in self.peer.broken:
            eventually(self.peer.breaks_when)
            return self._answer(503, b"", {})
        if data is None:
            return self._answer(404, b'{"detail": "Not found."}', {"Content-Type": "application/json"})
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and self.headers.get("If-Range") in (None, tag):
            start, end = int(wanted[1]), min(int(wanted[2] or len(data) - 1), len(data) - 1)
            span = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
            return self._answer(206, data[start : end + 1], {"ETag": tag, **span}, path)
        return self._answer(200, data, {"ETag": tag, "Accept-Ranges": "bytes"}, path)

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str], path: str = "") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.peer.announce or not path:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        for at in range(0, len(body), self.peer.chunk):
            piece = body[at : at + self.peer.chunk]
            try:
                self.wfile.write(piece)
            except OSError:  # who asked is gone
                self.close_connection = True
                return
            self.peer.sent[path] += len(piece)
            if at + len(piece) < len(body):
                self.peer.linger()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that was killed


@contextmanager
def serving() -> Iterator[Peer]:
    """A peer that runs for the block, on loopback."""
    peer = Peer()
    handler = type("Handler", (_Handler,), {"peer": peer})
    server = _Server(("127.0.0.1", 0), handler)
    peer.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
