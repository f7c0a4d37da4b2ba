"""One file to the disk: resumed after a break, checked for its length, whole or not at all."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import Cancelled, NotFound, ServiceUnreachable, TransferError
from avatarsdk_core.transfer.download import download
from tests.stopwatch import Stopwatch

BODY = bytes(range(256)) * 400
RawServer = Callable[[Callable[[socket.socket], None]], str]


class Breaking:
    """Serves BODY with Range; the first answer stops in the middle. `etags` of the answers in turn."""

    def __init__(self, etags: list[str], cut: int = 50_000, ranges: bool = True) -> None:
        self.etags, self.cut, self.ranges = etags, cut, ranges
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Response:
        etag = self.etags[min(len(self.asked), len(self.etags) - 1)]
        self.asked.append(request)
        start = 0
        wanted = request.headers.get("Range")
        if wanted and self.ranges and request.headers.get("If-Range") == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        body = BODY[start : self.cut] if len(self.asked) == 1 else BODY[start:]
        headers = {"ETag": etag, "Content-Length": str(len(BODY) - start)}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
        # A generator keeps the announced length apart from what is sent.
        return Response((body for _ in (1,)), 206 if start else 200, headers)


def fetch(client: Client, target: Path, path: str = "file", **options: object) -> int:
    return download(client.http, client.settings.root_url + path, target, **options)  # type: ignore[arg-type]


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_break_is_resumed_by_range(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    server = Breaking(['"v1"'])
    service.expect_request("/file").respond_with_handler(server)
    seen: list[tuple[int, int | None]] = []
    assert fetch(client, tmp_path / "a.zip", progress=lambda *state: seen.append(state)) == len(BODY)
    assert (tmp_path / "a.zip").read_bytes() == BODY
    assert only(tmp_path) == ["a.zip"]
    assert server.asked[1].headers["Range"] == "bytes=50000-"
    assert server.asked[0].headers["Accept-Encoding"] == "identity"
    assert seen[-1] == (len(BODY), len(BODY))


def test_a_changed_etag_starts_over(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    server = Breaking(['"v1"', '"v2"'])
    service.expect_request("/file").respond_with_handler(server)
    fetch(client, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BODY
    assert server.asked[1].headers["If-Range"] == '"v1"'


def test_a_server_without_ranges_starts_over(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    service.expect_request("/file").respond_with_handler(Breaking(['"v1"'], ranges=False))
    fetch(client, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_416_after_a_change_starts_over(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    server = Breaking(['"v1"'])

    def handle(request: Request) -> Response:
        if request.headers.get("Range"):
            server.asked.append(request)
            return Response(status=416, headers={"Content-Range": "bytes */7"})
        return server(request)

    service.expect_request("/file").respond_with_handler(handle)
    fetch(client, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_a_body_that_always_ends_early_leaves_nothing(
    raw_server: RawServer, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatarsdk_core.http.retry._BASE_SECONDS", 0.01)
    url = raw_server(lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"))
    (tmp_path / "a.zip").write_bytes(b"the old one")
    with pytest.raises(TransferError, match=r"after 5 of 99 bytes"):
        download(client.http, url, tmp_path / "a.zip")
    assert only(tmp_path) == ["a.zip"]
    assert (tmp_path / "a.zip").read_bytes() == b"the old one"


def test_a_dripping_download_ends_at_the_deadline(raw_server: RawServer, client: Client, tmp_path: Path) -> None:
    def drip(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while True:
            peer.sendall(b"x")
            time.sleep(0.05)

    url = raw_server(drip)
    with Stopwatch() as watch, pytest.raises((TransferError, ServiceUnreachable), match="not done within 1 s"):
        download(client.http, url, tmp_path / "a.zip", seconds=1)
    assert watch.seconds < 1.6
    assert only(tmp_path) == []


def test_cancel_is_instant_and_leaves_nothing(raw_server: RawServer, client: Client, tmp_path: Path) -> None:
    def stall(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nx")
        begun.set()
        time.sleep(60)

    begun = threading.Event()
    with Stopwatch() as watch, pytest.raises(Cancelled):
        download(client.http, raw_server(stall), tmp_path / "a.zip", cancel=watch.cancel_after(begun))
    assert watch.seconds < 0.5
    assert only(tmp_path) == []


def test_a_refusal_is_the_services_error(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    service.expect_request("/file").respond_with_json({"detail": "Not found."}, status=404)
    with pytest.raises(NotFound, match=r"Not found\."):
        fetch(client, tmp_path / "a.zip")
    assert only(tmp_path) == []


def test_an_encoded_body_is_decoded_and_measured_by_x_file_size(
    client: Client, service: HTTPServer, tmp_path: Path
) -> None:
    headers = {"Content-Encoding": "gzip", "X-File-Size": str(len(BODY)), "ETag": '"v"'}
    service.expect_request("/file").respond_with_data(gzip.compress(BODY), headers=headers)
    assert fetch(client, tmp_path / "a.zip") == len(BODY)
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_an_unwritable_target_is_named(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    service.expect_request("/file").respond_with_data(BODY)
    with pytest.raises(TransferError, match=r"no/a\.zip"):
        fetch(client, tmp_path / "no" / "a.zip")
