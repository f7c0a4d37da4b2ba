"""One file from the service to the disk: bounded memory, resumed after a break, whole or not at all."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from avatarsdk_core.errors import AvatarSDKError, ServiceUnreachableError, TransferError
from avatarsdk_core.http.answers import Answer, api_error
from avatarsdk_core.http.origin import bare
from avatarsdk_core.http.retry import Deadline, next_delay, parse_retry_after, pause
from avatarsdk_core.transfer.beside import beside

if TYPE_CHECKING:
    from avatarsdk_core.http.session import HttpSession

DOWNLOAD_SECONDS = 3600.0
_CHUNK = 256 << 10

Progress = Callable[[int, "int | None"], None]


@dataclass(frozen=True)
class Known:
    """What is known of a file so far.

    Attributes:
        done: bytes that are on the disk.
        total: bytes of the whole file; None where the service doesn't tell.
        tag: a strong ETag or a date by which the rest may be asked for; None where that isn't possible.
    """

    done: int = 0
    total: int | None = None
    tag: str | None = None

    @property
    def whole(self) -> bool:
        return self.total is not None and self.done == self.total


def range_headers(known: Known) -> dict[str, str]:
    """The request's headers: the rest if there is a tag that guards against a changed file, else everything."""
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if known.done and known.tag:
        headers |= {"Range": f"bytes={known.done}-", "If-Range": known.tag}
    return headers


def after_headers(known: Known, status: int, headers: Mapping[str, str]) -> Known:
    """What is known after an answer's headers; the body is written from `done` on.

    200: the whole file follows (it may have changed). 206: the rest follows, if it begins where we stopped. 416: there
    is no rest; either we have all of it, or it changed and is begun anew.
    """
    if status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("Content-Range", "").strip())
        if match is None or int(match[1]) != known.done:
            return Known()
        return replace(known, total=known.total if match[2] == "*" else int(match[2]))
    if status == 416:
        match = re.fullmatch(r"bytes \*/(\d+)", headers.get("Content-Range", "").strip())
        whole = match is not None and int(match[1]) == known.done
        return replace(known, total=known.done) if whole else Known()
    encoded = headers.get("Content-Encoding", "identity").lower() not in ("", "identity")
    length = headers.get("X-File-Size" if encoded else "Content-Length", "")
    etag = headers.get("ETag", "")
    tag = headers.get("Last-Modified") if not etag or etag.startswith("W/") else etag
    return Known(0, int(length) if length.isdigit() else None, None if encoded else tag)


def download(
    http: HttpSession,
    url: str,
    target: Path,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    seconds: float = DOWNLOAD_SECONDS,
) -> int:
    """Fetch `url` to `target`, which is replaced only when the file is whole. Returns its size in bytes.

    Args:
        progress: called with (bytes so far, bytes in total or None).
        seconds: for everything, breaks and waits included.

    Raises:
        ApiError: the service refuses the file.
        TransferError: broken off again and again, too slow, or the disk refuses; nothing is left.
        OperationCancelledError: `cancel` was set; nothing is left.
    """
    part = beside(target)
    try:
        with part.open("xb") as file:
            size = _Fetch(http, url, file, progress, cancel).run(Deadline(seconds))
        part.replace(target)
    except OSError as error:
        raise TransferError(f"Can't write {str(target)!r}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    return size


class _Fetch:
    """Request after request, each for what is missing, until one file is whole."""

    def __init__(
        self,
        http: HttpSession,
        url: str,
        file: IO[bytes],
        progress: Progress | None,
        cancel: threading.Event | None,
    ) -> None:
        self.http, self.url, self.file, self.progress, self.cancel = http, url, file, progress, cancel
        self.known = Known()
        self.ended = False  # the last answer's body came to its end, as far as the connection tells

    def run(self, deadline: Deadline) -> int:
        failures = 0
        while True:
            before = self.known.done
            status = retry_after = None
            failure: AvatarSDKError
            try:
                refusal = self._ask(deadline)
                if refusal is None and (self.known.whole or (self.ended and self.known.total is None)):
                    return self.known.done
                failure = TransferError(self._broken("the connection ended early"))
                if refusal is not None:
                    failure, status = api_error(refusal), refusal.status
                    retry_after = parse_retry_after(refusal.headers.get("Retry-After"))
            except ServiceUnreachableError as error:
                failure = TransferError(self._broken(error.reason)) if self.known.done else error
                if self.known.total is None:  # chunked: what came can't be told from what was meant
                    self.known = Known()
            failures = 1 if self.known.done > before else failures + 1
            delay = next_delay(failures, status, retry_after, deadline.remaining)
            if delay is None:
                raise failure
            pause(delay, self.cancel)

    def _ask(self, deadline: Deadline) -> Answer | None:
        """One request, written as far as it comes; the answer if it is a refusal."""
        self.ended = False
        headers = range_headers(self.known)
        with self.http.stream(self.url, headers=headers, deadline=deadline, cancel=self.cancel) as response:
            if response.status_code >= 400 and response.status_code != 416:
                return Answer("GET", self.url, response.status_code, response.headers, response.raw.read(4096) or b"")
            self.known = after_headers(self.known, response.status_code, response.headers)
            if response.status_code == 416 or (response.status_code == 206 and not self.known.done):
                return None  # all there, or begun anew by the next request
            self.file.seek(self.known.done)
            self.file.truncate()
            response.raw.enforce_content_length = False  # we count; urllib3 2 would throw the last piece away
            for chunk in response.iter_content(_CHUNK):
                self._write(chunk)
            self.ended = True
        return None

    def _write(self, chunk: bytes) -> None:
        self.file.write(chunk)
        self.known = replace(self.known, done=self.known.done + len(chunk))
        if self.known.total is not None and self.known.done > self.known.total:
            raise TransferError(f"{self._name()} is longer than the {self.known.total} bytes announced: given up")
        if self.progress is not None:
            self.progress(self.known.done, self.known.total)

    def _name(self) -> str:
        return f"The download {bare(self.url)}"

    def _broken(self, reason: str) -> str:
        total = "" if self.known.total is None else f" of {self.known.total}"
        return f"{self._name()} stopped after {self.known.done}{total} bytes: {reason}; try again"
