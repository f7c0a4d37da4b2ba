"""One file on its way to the disk: what is asked for, what is made of each answer, and when to give up."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import requests

from avatarsdk_core.errors import IntegrityError, NoFileError, TransferError
from avatarsdk_core.http.answers import Answer
from avatarsdk_core.http.origin import bare
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.transfer.body import PIECE, reader, unpacked
from avatarsdk_core.transfer.file_version import FileVersion, Request, Stretch
from avatarsdk_core.transfer.files import explain, free_bytes
from avatarsdk_core.transfer.orders import Download, Downloaded
from avatarsdk_core.transfer.part import Part
from avatarsdk_core.transfer.ranges import Facts, Follows, UselessAnswerError, read_answer, request_headers
from avatarsdk_core.transfer.stop import Why

if TYPE_CHECKING:
    from avatarsdk_core.http.session import HttpSession

MAX_UNTOLD_BYTES = 4 << 30  # of a file whose length nobody told
_MAX_CHANGES = 3
_ENOUGH_PROGRESS = 64 << 10  # between two breaks, or an eighth of the file: less, and it is the same trouble still
_PAUSE_SECONDS = 0.05


class RefusedError(Exception):
    """The service answered with an error status."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class OneFile:
    """A download and what has come of it so far.

    Attributes:
        version: what is on the disk; None before the first request.
        failures: tries in a row that brought (nearly) nothing.
        slow: tries that were ended because they were too slow, without progress between them.
        received: bytes of bodies in this run.
        finishing: some thread puts it in its place now.
        result: set when the file stands at its target.
    """

    def __init__(self, download: Download, index: int) -> None:
        self.download = download
        self.index = index
        self.name = download.name or download.target.name
        self.version: FileVersion | None = None
        self.failures = 0
        self.slow = 0
        self.received = 0
        self.finishing = False
        self.result: Downloaded | None = None
        self._lock = threading.Lock()
        self._best = 0
        self._changes = 0
        self._ranges_ignored = False
        self._spoilt = False
        self._given_up: list[Part] = []

    @property
    def key(self) -> tuple[int, int]:
        return int(self.download.priority), self.index

    @property
    def done(self) -> int:
        return self.version.done if self.version is not None else 0

    @property
    def total(self) -> int | None:
        known = self.version.facts.total if self.version is not None else None
        return self.download.size if known is None else known

    @property
    def state(self) -> str:
        if self.result is not None:
            return "done"
        busy = self.version is not None and any(stretch.request for stretch in self.version.stretches)
        return "downloading" if busy else "waiting"

    def open(self) -> None:
        """Make the part, or take over one that an earlier run left.

        Raises:
            TransferError: the target's folder can't be written.
        """
        url = bare(self.download.url)
        if self.download.target.is_dir():  # found now rather than when the file is here
            raise self.unwritable(IsADirectoryError(errno.EISDIR, "a folder of that name is there"))
        try:
            part = Part.left_behind(self.download.target, url) or Part.new(self.download.target)
            self.version = FileVersion(part, self.download.target, url)
            self.version.catch_up()
        except OSError as error:
            raise self.unwritable(error) from None

    def fetch(
        self, http: HttpSession, stretch: Stretch, request: Request, deadline: Deadline, paused: threading.Event
    ) -> None:
        """One request for the rest of a stretch, written as far as it comes.

        Raises:
            RefusedError, UselessAnswerError, EOFError: an answer that brings no (more of the) file.
            IntegrityError: another length than the one expected.
            OSError: of the disk.
            ServiceError, Cancelled: as `HttpSession.request`.
        """
        version = self.version
        assert version is not None
        headers = request_headers(stretch.taken, stretch.end, version.facts)
        with http.stream(self.download.url, headers=headers, deadline=deadline, cancel=request.stop) as response:
            status = response.status_code
            if status == 204:
                raise NoFileError(
                    f"{self.name}: the service has no such file at {bare(self.download.url)}", name=self.name
                )
            if status >= 400 and status != 416:
                body = bytes(reader(response.raw, request.buffer)(4096))
                raise RefusedError(Answer("GET", self.download.url, status, response.headers, body))
            asked = stretch.taken if "Range" in headers else None
            follows, facts = read_answer(status, response.headers, asked, version.facts)
            if follows is Follows.WHOLE:
                self._expect(facts, response.headers)
                version, stretch = self._begin(version, facts, request)
            elif follows is Follows.ANEW:
                self._anew(version, changed=True)
                return
            else:
                version.facts = facts
            if follows is Follows.COMPLETE:
                stretch.end = stretch.taken
                return
            request.told(stretch)
            self._receive(response, version, stretch, request, paused)

    def _begin(self, version: FileVersion, facts: Facts, request: Request) -> tuple[FileVersion, Stretch]:
        """The whole file follows: into the part at hand if it is empty, else into another."""
        known = version.facts.tag
        if version.done or len(version.stretches) > 1:
            self._ranges_ignored |= known is not None and known == facts.tag  # asked for a part, it sends everything
            version = self._anew(version, request, changed=known != facts.tag)
        # Where parts went wrong once, the file isn't split again.
        version.begin(replace(facts, ranges=facts.ranges and not (self._ranges_ignored or self._changes)))
        return version, version.stretches[0]

    def _anew(self, version: FileVersion, request: Request | None = None, *, changed: bool = False) -> FileVersion:
        """Forget what is there: other requests for it are ended, and may write on into the old part meanwhile.

        Args:
            request: the one whose body comes next; None where another has to be made.
            changed: the service has another file by now, or doesn't know what it has: that ends some time.
        """
        with self._lock:
            if self.version is not version:  # another request found that out before
                raise EOFError
            self._changes += changed
            if self._changes > _MAX_CHANGES:
                raise UselessAnswerError("the file changes again and again while it is fetched", final=True)
            for stretch in version.stretches:
                if stretch.request is not None and stretch.request is not request:
                    stretch.request.stop.because(Why.ANEW)
            self._given_up.append(version.part)
            version.part.remove()
            new = FileVersion(Part.new(self.download.target), self.download.target, bare(self.download.url))
            new.stretches[0].request = request
            self.version = new
            return new

    def _expect(self, facts: Facts, headers: Mapping[str, str]) -> None:
        """Is that the file that was asked for, and is there room for it?"""
        size, target = self.download.size, self.download.target
        kind = headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml") and target.suffix.lower() not in (".html", ".htm", ".xhtml"):
            raise UselessAnswerError("a web page came instead of the file; a proxy or a sign-in page may be in between")
        if size is not None and facts.total not in (None, size):
            raise self._damaged(f"the service announces {facts.total} bytes, and {size} were expected")
        free = free_bytes(target.parent) if facts.total else None
        if facts.total and free is not None and free < facts.total:
            raise TransferError(
                f"Can't write {self.name} to {str(target)!r}: it needs {facts.total} bytes, and {free} are free there; "
                "make room there, or choose another place",
                name=self.name,
                total=facts.total,
            )

    def _receive(
        self,
        response: requests.Response,
        version: FileVersion,
        stretch: Stretch,
        request: Request,
        paused: threading.Event,
    ) -> None:
        facts = version.facts
        most = facts.total if facts.total is not None else self.download.size
        with version.part.open() as file:
            file.seek(stretch.taken)
            for piece in self._pieces(response, version, stretch, request.buffer):
                if most is not None and stretch.taken + len(piece) > most:
                    raise self._damaged(f"it is longer than the {most} bytes announced")
                if most is None and stretch.taken > MAX_UNTOLD_BYTES:
                    raise self._damaged(f"it goes on beyond {MAX_UNTOLD_BYTES} bytes without telling its length")
                version.write(file, stretch, piece)
                while paused.is_set() and not request.stop.is_set():
                    request.stop.wait(_PAUSE_SECONDS)
        if stretch.end is None:
            stretch.end = stretch.taken
        if not stretch.complete:
            raise EOFError

    def _pieces(
        self, response: requests.Response, version: FileVersion, stretch: Stretch, buffer: memoryview
    ) -> Iterator[bytes | memoryview]:
        read = reader(response.raw, buffer)

        def counted(amount: int) -> bytes | memoryview:
            data = read(amount)
            with self._lock:
                self.received += len(data)
            return data

        if version.facts.encoding:
            yield from unpacked(counted, version.facts.wire)
            return
        while amount := version.room(stretch, PIECE):
            data = counted(amount)
            if not len(data):
                return
            yield data

    @property
    def complete(self) -> bool:
        """All of it is written, and nobody has the part open any more."""
        version = self.version
        return version is not None and version.complete and not any(stretch.request for stretch in version.stretches)

    @property
    def splittable(self) -> bool:
        """True where parts of the file can be asked for that surely belong together."""
        facts = self.version.facts if self.version is not None else Facts()
        return facts.ranges and facts.tag is not None and facts.total is not None

    def split(self, stretch: Stretch, least: int) -> Stretch | None:
        """As `FileVersion.split`, of the version that is being fetched now."""
        version = self.version
        if version is None or stretch not in version.stretches:
            return None
        try:
            return version.split(stretch, least)
        except OSError:  # whoever writes meets it too, and says so
            return None

    def missing(self, request: Request) -> list[Stretch]:
        """Stretches that nobody fetches, now that `request` is over."""
        stretches = self.version.stretches if self.version is not None else []
        for stretch in stretches:
            if stretch.request is request:
                stretch.request = request.stretch = None
        return [stretch for stretch in stretches if not stretch.complete and stretch.request is None]

    def delay(self, request: Request, seconds: float) -> None:
        """What `request` failed to bring is asked for again after so many seconds."""
        for stretch in self.version.stretches if self.version is not None else []:
            if stretch.request is request:
                stretch.ready_at = time.monotonic() + seconds

    def progressed(self) -> None:
        """After a try: it counts as a failure unless it brought the file on."""
        enough = min(_ENOUGH_PROGRESS, (self.total or _ENOUGH_PROGRESS) // 8)
        if self.done >= self._best + max(1, enough):
            self._best, self.failures, self.slow = self.done, 0, 0
        self.failures += 1

    def finish(self, *, sync: bool) -> None:
        """All bytes are there: check them and put the file in its place, or begin it anew, once.

        Raises:
            IntegrityError: wrong bytes, twice.
            TransferError: the file can't be put there.
        """
        version = self.version
        assert version is not None
        try:
            version.catch_up()
            wrong = self._wrong(version)
            if wrong is not None:
                if self._spoilt:
                    raise self._damaged(wrong)
                self._spoilt = True  # a part of an earlier run may be to blame
                self._anew(version)
                self.finishing = False
                return
            version.part.become(self.download.target, sync=sync)
        except OSError as error:
            raise self.unwritable(error) from None
        facts = version.facts
        self.result = Downloaded(
            path=self.download.target,
            size=version.done,
            sha256=version.digests.hexdigest(),
            etag=facts.etag,
            last_modified=facts.last_modified,
            received=self.received,
        )

    def _wrong(self, version: FileVersion) -> str | None:
        if self.download.size not in (None, version.done):
            return f"it has {version.done} bytes, and {self.download.size} were expected"
        expected = dict(version.facts.digests)
        if self.download.sha256 is not None and version.digests.hexdigest() != self.download.sha256.lower():
            return "its bytes aren't those expected (SHA-256)"
        for algorithm, digest in expected.items():
            if version.digests.hexdigest(algorithm) != digest:
                return f"its bytes aren't those the service announces ({algorithm.upper()})"
        return None

    def close(self, *, keep: bool) -> None:
        """No request is under way any more: leave the part for a later run, or remove it."""
        for part in self._given_up:
            part.remove()
        if self.result is not None or self.version is None:
            return
        if keep:
            self.version.keep()
        else:
            self.version.part.remove()

    def stopped(self, reason: str, *, again: bool = True) -> TransferError:
        """The error that ends the run. `again`: another try may help."""
        way_out = "try again" if again else "tell the service's support"
        total = "" if self.total is None else f" of {self.total}"
        return TransferError(
            f"{self.name} ({bare(self.download.url)}) stopped after {self.done}{total} bytes: {reason}; {way_out}",
            name=self.name,
            done=self.done,
            total=self.total,
        )

    def unwritable(self, error: OSError) -> TransferError:
        return TransferError(
            f"Can't write {self.name} to {str(self.download.target)!r}: {explain(error)}",
            name=self.name,
            done=self.done,
            total=self.total,
        )

    def _damaged(self, reason: str) -> IntegrityError:
        return IntegrityError(
            f"{self.name} ({bare(self.download.url)}) can't be used: {reason}; "
            "try again, and tell the service's support if it stays so",
            name=self.name,
            done=self.done,
            total=self.total,
        )
