"""Many files at once: who fetches what next, when to wait, when to split, when to give up.

A handful of threads fetch; each takes the most urgent stretch that is ready, and where none is, half of what another
would still need long for. The caller's thread looks on: it reports, ends what is too slow, and calls in more threads.
"""

from __future__ import annotations

import bisect
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from avatarsdk_core.errors import AvatarSDKError, Cancelled, ServiceUnreachable
from avatarsdk_core.http.answers import api_error
from avatarsdk_core.http.retry import Deadline, next_delay, parse_retry_after
from avatarsdk_core.transfer.body import new_buffer
from avatarsdk_core.transfer.file_version import Request, Stretch
from avatarsdk_core.transfer.files import sync_folder
from avatarsdk_core.transfer.one_file import OneFile, RefusedError
from avatarsdk_core.transfer.orders import Download, Downloaded
from avatarsdk_core.transfer.pace import SLOW_SECONDS, SLOWEST, is_too_slow, mark, seconds_left, worth_splitting
from avatarsdk_core.transfer.progress import FileProgress, Progress, RateMeter
from avatarsdk_core.transfer.ranges import UselessAnswerError
from avatarsdk_core.transfer.stop import Stop, Why
from avatarsdk_core.transfer.throttle import Throttle

if TYPE_CHECKING:
    from avatarsdk_core.http.session import HttpSession

_LOOK_SECONDS = 0.05
_REPORT_SECONDS = 0.1
_FIRST_THREADS = 2  # a processor; more join where bytes come slowly
_FAST = 200e6  # bytes a second: a fast disk, or hashing by one processor
_END_SECONDS = 0.8  # a thread that waits for a name server or a connection can't be woken: it is left to itself
_SPLIT_LEAST = 1 << 20
_MAX_SLOW = 2


class Engine:
    """One run. `cond` guards what is waiting, under way and finished."""

    def __init__(
        self,
        http: HttpSession,
        downloads: Sequence[Download],
        *,
        cancel: threading.Event | None,
        pause: threading.Event | None,
        seconds: float,
        connections: int,
        sync: bool,
    ) -> None:
        self._http = http
        self._files = [OneFile(download, index) for index, download in enumerate(downloads)]
        self._cancel = cancel
        self._pause = pause or threading.Event()
        self._deadline = Deadline(seconds)
        self._connections = connections
        self._sync = sync
        self._cond = threading.Condition()
        self._waiting: list[tuple[tuple[int, int, int], OneFile, Stretch | None]] = []  # None: not opened yet
        self._active: dict[Request, OneFile] = {}
        self._throttle = Throttle(connections)
        self._finished: list[OneFile] = []
        self._open = {file.key for file in self._files}
        self._failure: BaseException | None = None
        self._disk_failed = False
        self._reached = False
        self._threads: list[threading.Thread] = []
        self._meter = RateMeter()
        self._began = time.monotonic()

    def run(
        self, progress: Callable[[Progress], None] | None, done: Callable[[Downloaded], None] | None, keep: bool
    ) -> list[Downloaded]:
        """All of them. Raises the first failure; what is whole by then stays."""
        for file in self._files:
            bisect.insort(self._waiting, ((*file.key, 0), file, None), key=lambda unit: unit[0])
        try:
            self._grow(min(self._connections, len(self._files), _FIRST_THREADS * (os.cpu_count() or 1)))
            self._look_on(progress, done)
            if self._failure is not None:
                raise self._failure
            if self._sync:
                for folder in {file.download.target.parent for file in self._files}:
                    sync_folder(folder)
        finally:
            self._end(keep)
        if progress is not None:
            progress(self._progress())
        return [file.result for file in self._files if file.result is not None]

    # --- the caller's thread

    def _look_on(self, progress: Callable[[Progress], None] | None, done: Callable[[Downloaded], None] | None) -> None:
        reported = looked = time.monotonic()
        while True:
            with self._cond:
                if not self._finished and self._open and self._failure is None:
                    self._cond.wait(_LOOK_SECONDS)
                finished, self._finished = self._finished, []
                over = not self._open or self._failure is not None
            for file in finished:
                if done is not None and file.result is not None:
                    done(file.result)
            now = time.monotonic()
            if now - looked >= _LOOK_SECONDS:
                self._check(now - looked)
                looked = now
            if progress is not None and now - reported >= _REPORT_SECONDS:
                progress(self._progress())
                reported = now
            if over:
                return

    def _check(self, elapsed: float) -> None:
        """Cancelled, late, too slow? Would more threads help?"""
        with self._cond:
            if self._cancel is not None and self._cancel.is_set():
                self._fail(Cancelled("Cancelled"))
            elif self._pause.is_set():
                self._deadline.at += elapsed
                for request in self._active:
                    mark(request, time.monotonic())
            elif not self._deadline.remaining:
                self._fail(self._late())
            else:
                for request in self._active:
                    if is_too_slow(request, time.monotonic()):
                        request.stop.because(Why.SLOW)
            if len(self._threads) < self._connections and self._more_would_help():
                self._grow(self._connections)

    def _more_would_help(self) -> bool:
        """True where connections are what is short, rather than processors, memory or the disk."""
        rate = self._received() / (time.monotonic() - self._began)
        return (bool(self._waiting) and rate < _FAST) or self._to_split(None) is not None

    def _received(self) -> int:
        return sum(file.received for file in self._files)

    def _late(self) -> AvatarSDKError:
        file = next(file for file in sorted(self._files, key=lambda file: file.key) if file.result is None)
        return file.stopped(f"not done within {self._deadline.seconds:.0f} s")

    def _progress(self) -> Progress:
        files = tuple(FileProgress(file.name, file.done, file.total, file.state) for file in self._files)
        done = sum(file.done for file in files)
        totals = [file.total for file in files]
        total = None if None in totals else sum(size for size in totals if size is not None)
        rate = self._meter.rate(time.monotonic(), self._received())
        left = (total - done) / rate if total is not None and rate > 0 else None
        paused = self._pause.is_set()
        return Progress(done, total, rate, left, files, 0.0 if paused else self._throttle.waiting, paused)

    def _grow(self, count: int) -> None:
        while len(self._threads) < count:
            thread = threading.Thread(target=self._work, name="avatarsdk-download", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _end(self, keep: bool) -> None:
        with self._cond:
            if self._open:
                self._fail(Cancelled("Cancelled"))  # an exception of the caller's own ends us too
            self._cond.notify_all()
        give_up = time.monotonic() + _END_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, give_up - time.monotonic()))
        for file in self._files:
            file.close(keep=keep and not self._disk_failed)

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        for request in self._active:
            request.stop.because(Why.OVER)
        self._cond.notify_all()

    # --- the threads that fetch

    def _work(self) -> None:
        buffer = new_buffer()
        while (unit := self._next(buffer)) is not None:
            file, stretch, request = unit
            try:
                error = self._try(file, stretch, request)
            except BaseException as unforeseen:  # a bug: the caller shall see it rather than wait for ever
                error = unforeseen
            with self._cond:
                if error is not None:
                    self._fail(error)
                self._hand_back(file, request)
                self._cond.notify_all()

    def _next(self, buffer: memoryview) -> tuple[OneFile, Stretch | None, Request] | None:
        with self._cond:
            while self._open and self._failure is None:
                free = len(self._active) < self._throttle.allowed and not self._throttle.waiting
                unit = self._ready(time.monotonic()) if free and not self._pause.is_set() else None
                if unit is not None:
                    file, stretch = unit
                    request = Request(Stop(self._cancel), buffer)
                    self._active[request] = file
                    if stretch is not None:
                        stretch.request = request
                    return file, stretch, request
                self._cond.wait(_LOOK_SECONDS)
        return None

    def _ready(self, now: float) -> tuple[OneFile, Stretch | None] | None:
        """The most urgent stretch that may be asked for: one that waits, or half of one that is more urgent."""
        ready = (place for place, (_, _, stretch) in enumerate(self._waiting) if not stretch or stretch.ready_at <= now)
        place = next(ready, None)
        split = self._to_split(None if place is None else self._waiting[place][0][0])
        if split is not None:
            file, stretch = split
            half = file.split(stretch, _SPLIT_LEAST)
            if half is not None:
                return file, half
        if place is None:
            return None
        _, file, waiting = self._waiting.pop(place)
        return file, waiting

    def _to_split(self, priority: int | None) -> tuple[OneFile, Stretch] | None:
        """The stretch that takes longest, if a second connection helps; more urgent than `priority`, if given."""
        now, longest, found = time.monotonic(), 0.0, None
        for request, file in self._active.items():
            if (priority is None or file.key[0] < priority) and file.splittable and request.stretch is not None:
                left = seconds_left(request, request.stretch, now)
                if left > longest and worth_splitting(request, request.stretch, left, _SPLIT_LEAST):
                    longest, found = left, (file, request.stretch)
        return found

    def _hand_back(self, file: OneFile, request: Request) -> None:
        """A request is over: what its file still lacks waits for another."""
        del self._active[request]
        missing = file.missing(request)
        if file.result is not None:
            if file.key in self._open:
                self._open.remove(file.key)
                self._finished.append(file)
            return
        queued = {id(stretch) for _, _, stretch in self._waiting}
        for stretch in missing:
            if id(stretch) not in queued:
                bisect.insort(self._waiting, ((*file.key, stretch.start), file, stretch), key=lambda unit: unit[0])

    def _try(self, file: OneFile, stretch: Stretch | None, request: Request) -> BaseException | None:
        """One request, and what follows from its answer; the error that ends the run, if one does."""
        try:
            if stretch is None:
                file.open()
                with self._cond:
                    stretch = file.missing(request)[0]
                    stretch.request = request
            file.fetch(self._http, stretch, request, self._deadline, self._pause)
            with self._cond:
                self._reached = True
                self._throttle.eased(request.asked_at)
                file.missing(request)  # nothing more is written by this one
                last = file.complete and not file.finishing
                file.finishing |= last
            if last:
                file.finish(sync=self._sync)
        except Exception as error:
            return self._after(error, file, request)
        return None

    def _after(self, error: Exception, file: OneFile, request: Request) -> BaseException | None:
        """None where it is tried again, or where nobody waits for it."""
        why = request.stop.why
        if self._cancel is not None and self._cancel.is_set():
            return Cancelled("Cancelled")
        if why is not None and why is not Why.SLOW:
            return None
        if not self._deadline.remaining:
            return file.stopped(f"not done within {self._deadline.seconds:.0f} s")
        if isinstance(error, RefusedError):
            return self._after_refusal(error, file, request)
        if isinstance(error, OSError):
            self._disk_failed = True
            return file.unwritable(error)
        failure = self._failure_of(error, file, why)
        if failure is None:
            return error
        file.progressed()
        file.slow += why is Why.SLOW
        self._reached |= file.received > 0
        delay = next_delay(file.failures, None, None, self._deadline.remaining, reached=self._reached)
        final = isinstance(error, UselessAnswerError) and error.final
        if delay is None or final or file.slow >= _MAX_SLOW:
            return failure
        file.delay(request, delay)
        return None

    def _failure_of(self, error: Exception, file: OneFile, why: Why | None) -> AvatarSDKError | None:
        """What to say if this goes on; None where trying again is no use."""
        if why is Why.SLOW:
            return file.stopped(f"the service sent less than {SLOWEST} bytes a second for {SLOW_SECONDS:.0f} s")
        if isinstance(error, EOFError):
            return file.stopped("the connection ended early")
        if isinstance(error, UselessAnswerError):
            return file.stopped(str(error), again=not error.final)
        if isinstance(error, ServiceUnreachable):
            return file.stopped(error.reason) if file.done else error
        return None

    def _after_refusal(self, error: RefusedError, file: OneFile, request: Request) -> AvatarSDKError | None:
        answer = error.answer
        retry_after = parse_retry_after(answer.headers.get("Retry-After"))
        remaining = self._deadline.remaining
        self._reached = True
        if answer.status == 429 or (answer.status == 503 and retry_after is not None):
            with self._cond:
                waits = self._throttle.hit(request.asked_at, answer.status, retry_after, remaining)
            return None if waits else api_error(answer)
        file.progressed()
        delay = next_delay(file.failures, answer.status, retry_after, remaining)
        if delay is None:
            return api_error(answer)
        file.delay(request, delay)
        return None
