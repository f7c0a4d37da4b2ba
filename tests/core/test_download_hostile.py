"""Hostile and broken peers: each is given up with one clear line, and nothing is left of what it sent."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avatarsdk_core.errors import IntegrityError, TransferError
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.transfer import one_file, pace
from avatarsdk_core.transfer.download import Download, Downloaded, download_files
from tests.core.file_service import Asked, FileService, Reply, content
from tests.stopwatch import Stopwatch

BODY = content(200_000)
TEXT = " ".join(map(str, range(20_000))).encode()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatarsdk_core.http.retry._BASE_SECONDS", 0.01)


@pytest.fixture
def fetch(http: HttpSession, file_service: FileService, tmp_path: Path) -> Callable[..., Downloaded]:
    file_service.files["a.zip"] = BODY

    def one(seconds: float = 300, **known: object) -> Downloaded:
        item = Download(file_service.url("a.zip"), tmp_path / "a.zip", name="haircut afro", **known)  # type: ignore[arg-type]
        (result,) = download_files(http, [item], seconds=seconds)
        return result

    return one


@contextlib.contextmanager
def given_up(folder: Path, match: str, kind: type[TransferError] = TransferError) -> Iterator[None]:
    with pytest.raises(kind, match=match) as caught:
        yield
    assert list(folder.iterdir()) == []
    assert "\n" not in str(caught.value)
    assert "haircut afro" in str(caught.value)
    assert caught.value.name == "haircut afro"


def headers(**more: str) -> Callable[[Asked, Reply], None]:
    def rule(asked: Asked, reply: Reply) -> None:
        reply.headers |= {name.replace("_", "-"): value for name, value in more.items()}

    return rule


def test_another_length_than_expected_is_refused_before_it_comes(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path
) -> None:
    with given_up(tmp_path, "announces 200000 bytes, and 7 were expected", IntegrityError):
        fetch(size=7)


def test_another_digest_than_expected_is_refused_after_a_second_try(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path
) -> None:
    with given_up(tmp_path, r"aren't those expected \(SHA-256\)", IntegrityError):
        fetch(sha256="0" * 64)
    assert len(file_service.asked) == 2
    assert fetch(sha256=hashlib.sha256(BODY).hexdigest().upper()).size == len(BODY)


@pytest.mark.parametrize("name", ["Repr-Digest", "Digest", "Content-MD5"])
def test_an_announced_digest_is_checked(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, name: str
) -> None:
    sha, md5 = (base64.b64encode(hashlib.new(kind, BODY).digest()).decode() for kind in ("sha256", "md5"))
    right = {"Repr-Digest": f"sha-256=:{sha}:", "Digest": f"sha-256={sha}", "Content-MD5": md5}[name]
    file_service.rule = headers(**{name: right})
    assert fetch().size == len(BODY)
    (tmp_path / "a.zip").unlink()
    file_service.files["a.zip"] = BODY[:-1] + b"x"
    with given_up(tmp_path, "aren't those the service announces", IntegrityError):
        fetch()


def test_a_web_page_is_no_file(fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path) -> None:
    file_service.rule = headers(Content_Type="text/html; charset=utf-8")
    with given_up(tmp_path, "a web page came instead of the file"):
        fetch()


@pytest.mark.parametrize("status", [205, 206, 304, 416])
def test_answers_without_a_file(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, status: int
) -> None:
    file_service.rule = lambda asked, reply: Reply(status, {"Content-Range": "bytes 0-1/2"}, b"")
    with given_up(tmp_path, f"answered {status}, which brings no file"):
        fetch()


@pytest.mark.parametrize("length", ["many", "-5", "2e5", "200000, 200000, x"])
def test_lengths_that_are_none(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, length: str
) -> None:
    file_service.rule = headers(Content_Length=length)
    with given_up(tmp_path, "its Content-Length is"):
        fetch()


def test_more_announced_than_sent(fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path) -> None:
    def rule(asked: Asked, reply: Reply) -> None:
        reply.headers["Content-Length"] = str(len(BODY) + 5)
        reply.cut = len(BODY)

    file_service.rule = rule
    with given_up(tmp_path, "haircut afro .* stopped after"):
        fetch()


@pytest.mark.parametrize("wrong", ["bytes 0-199999/200000", "bytes 99-1/200000", "bytes 7", "", "bytes */*"])
def test_a_wrong_content_range_never_mixes_bytes(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, wrong: str
) -> None:
    def rule(asked: Asked, reply: Reply) -> None:
        if asked.number == 1:
            reply.cut = 100_000
        elif asked.range is not None:
            reply.headers["Content-Range"] = wrong

    file_service.rule = rule
    assert fetch().sha256 == hashlib.sha256(BODY).hexdigest()
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_a_chunked_body_that_is_longer_than_expected(
    fetch: Callable[..., Downloaded], http: HttpSession, raw_server: Callable[..., str], tmp_path: Path
) -> None:
    def endless(peer: object) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")  # type: ignore[attr-defined]
        for _ in range(50):
            peer.sendall(b"2710\r\n" + bytes(10_000) + b"\r\n")  # type: ignore[attr-defined]

    item = Download(raw_server(endless), tmp_path / "a.zip", name="haircut afro", size=200_000)
    with given_up(tmp_path, "longer than the 200000 bytes announced", IntegrityError):
        download_files(http, [item])


def test_an_endless_body_of_no_announced_length_is_given_up(
    http: HttpSession, raw_server: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_file, "MAX_UNTOLD_BYTES", 3_000_000)

    def endless(peer: object) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")  # type: ignore[attr-defined]
        while True:
            peer.sendall(bytes(100_000))  # type: ignore[attr-defined]

    with given_up(tmp_path, "goes on beyond 3000000 bytes", IntegrityError):
        download_files(http, [Download(raw_server(endless), tmp_path / "a.zip", name="haircut afro")])


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_an_encoded_body_is_decoded_in_bounded_memory(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, kind: str
) -> None:
    packed = gzip.compress(BODY) if kind == "gzip" else zlib.compress(BODY)
    file_service.rule = lambda asked, reply: Reply(200, {"Content-Encoding": kind}, packed)
    assert fetch().size == len(BODY)
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_an_encoded_body_of_several_members_is_decoded_to_its_end(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path
) -> None:
    packed = gzip.compress(BODY[:70_000]) + gzip.compress(b"") + gzip.compress(BODY[70_000:])
    file_service.rule = lambda asked, reply: Reply(200, {"Content-Encoding": "gzip"}, packed)
    assert fetch().size == len(BODY)
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_a_bomb_is_given_up(fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path) -> None:
    packed = gzip.compress(bytes(100 << 20), 1)
    file_service.rule = lambda asked, reply: Reply(200, {"Content-Encoding": "gzip"}, packed)
    with given_up(tmp_path, "a bomb; tell the service's support$"):
        fetch()
    assert len(file_service.asked) == 1
    told = {"Content-Encoding": "gzip", "X-File-Size": "1000"}
    file_service.rule = lambda asked, reply: Reply(200, told, packed)
    with given_up(tmp_path, "longer than the 1000 bytes announced", IntegrityError):
        fetch()


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (gzip.compress(BODY)[:-9], "ended early"),
        (gzip.compress(TEXT)[:500] + bytes(50) + gzip.compress(TEXT)[550:], "damaged"),
        (b"no gzip at all", "damaged"),
        (gzip.compress(TEXT) + b"something behind", "damaged"),
    ],
)
def test_a_damaged_encoded_body(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, packed: bytes, words: str
) -> None:
    file_service.rule = lambda asked, reply: Reply(200, {"Content-Encoding": "gzip"}, packed)
    with given_up(tmp_path, words):
        fetch()


def test_an_encoding_that_nobody_asked_for(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path
) -> None:
    file_service.rule = headers(Content_Encoding="br")
    with given_up(tmp_path, "encoded as 'br'"):
        fetch()


def test_a_dripping_server_is_given_up_after_a_second_connection(
    fetch: Callable[..., Downloaded], file_service: FileService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SLOW_SECONDS", 0.6)
    monkeypatch.setattr("tests.core.file_service.CHUNK", 10)
    file_service.rate = 200
    with Stopwatch() as watch, given_up(tmp_path, "sent less than 1000 bytes a second"):
        fetch()
    assert watch.seconds < 6
    assert len(file_service.asked) == 2


def test_headers_that_never_end_are_given_up(
    http: HttpSession, raw_server: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "TOLD_SECONDS", 0.5)

    def drip(peer: object) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")  # type: ignore[attr-defined]
        while True:
            peer.sendall(b"x")  # type: ignore[attr-defined]
            time.sleep(0.05)

    with given_up(tmp_path, "stopped after 0 bytes"):
        download_files(http, [Download(raw_server(drip), tmp_path / "a.zip", name="haircut afro")])


def test_no_room_is_found_before_anything_comes(
    fetch: Callable[..., Downloaded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_file, "free_bytes", lambda folder: 100)
    with pytest.raises(TransferError, match="needs 200000 bytes, and 100 are free there; make room"):
        fetch()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="no limit of that kind there")
def test_a_disk_that_refuses_in_the_middle_is_named_and_left_clean(
    fetch: Callable[..., Downloaded], tmp_path: Path
) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    try:
        with pytest.raises(TransferError, match=r"Can't write .*a\.zip': File too large"):
            fetch()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
