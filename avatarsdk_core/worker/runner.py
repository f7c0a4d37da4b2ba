"""Runs jobs: so many at once, each in a thread of its own, the others wait in line.

A job belongs to the worker that holds its lock, from being queued to its end. Whatever stops the work on it, its
journal tells where to go on.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from avatarsdk_core.errors import AvatarSDKError, Cancelled, ComputationFailed, SettingsError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.http.retry import pause
from avatarsdk_core.photo import read_photo
from avatarsdk_core.transfer.files import write_file
from avatarsdk_core.vault.files import make_private_folder
from avatarsdk_core.worker.failures import failure_of, next_try
from avatarsdk_core.worker.job import CANCELLED, DONE, FAILED, PAUSED, TRYING_AGAIN, read_job
from avatarsdk_core.worker.journal import Journal, read_all
from avatarsdk_core.worker.kind_files import kind_file
from avatarsdk_core.worker.messages import Again, Anew, Asked, Failed, Gone, Message, Now, Refused, Start, Taken
from avatarsdk_core.worker.places import Home, JobPlace
from avatarsdk_core.worker.work import Clients, JobWork

AT_ONCE = 6
_LOCK_SECONDS = 2.0  # another worker that ends gives its locks back within moments
_MISTAKES = frozenset({ComputationFailed.__name__})  # whose retry means to create anew
_log = logging.getLogger(__name__)


class Runner:
    """All jobs of this worker. Its methods return at once, but for the disk.

    Args:
        tell: writes a message to the session's file.
        write: writes a message to a journal (journal, message, durable).
        parent: our Blender (`parent.this_process`).
    """

    def __init__(
        self,
        home: Home,
        clients: Clients,
        tell: Callable[[Message], None],
        write: Callable[[Journal, Message, bool], None],
        parent: str,
        worker: int,
    ) -> None:
        self._home, self._clients, self._tell, self._write = home, clients, tell, write
        self._ids = worker, parent
        self._guard = threading.RLock()
        self._limit = AT_ONCE
        self._held: dict[str, _Held] = {}
        self._queue: deque[str] = deque()
        self._running: set[str] = set()

    def start(self, command: Start) -> None:
        """Begin a job; one that has begun already goes on."""
        place = self._home.job(command.job)
        begun = read_job(place.id, read_all(place.journal)).is_known
        if begun or self._refusing(place.id, lambda: self._write_down(place, command)):
            self.go_on(command.job)

    def go_on(self, job: str, *, again: bool = False) -> None:
        """Take a job up where its journal ends; `again`: see `messages.GoOn`."""
        with self._guard:
            if job in self._held and self._held[job].work is not None:
                return
            self._refusing(job, lambda: self._take_up(job, again))
            self._fill()

    def stop(self, job: str, state: str) -> None:
        """Stop working on a job; its state becomes PAUSED or CANCELLED within a second."""
        with self._guard:
            if job not in self._held:
                self._refusing(job, lambda: self._stop_at_rest(job, state))
                return
            held = self._held[job]
            held.wish = state
            if held.work is not None:
                held.work.cancel.set()
            if job in self._queue:
                self._queue.remove(job)
                self._end(held, Now(state, at=_now()))

    def remove(self, job: str) -> None:
        """Forget a job that nobody works on."""

        def forget() -> None:
            with self._alone(self._home.job(job)) as place:
                shutil.rmtree(place.folder, ignore_errors=True)
            shutil.rmtree(place.folder, ignore_errors=True)
            self._tell(Gone(job))

        with self._guard:
            if job in self._held:
                self._tell(Refused(job, failure_of(SettingsError("The job is still running: cancel it first"))))
            else:
                self._refusing(job, forget)

    def set_limit(self, jobs: int) -> None:
        """How many may run at once; those that run go on."""
        with self._guard:
            self._limit = max(1, jobs)
            self._fill()

    def _write_down(self, place: JobPlace, command: Start) -> None:
        """The job's folder with what was asked; the photo comes along, so that nobody can take it away."""
        kind_file("job_kinds", command.kind)
        fields: Mapping[str, Any] = command.fields
        photo = read_photo(str(fields["photo"])) if fields.get("photo") else None
        make_private_folder(place.folder)
        if photo is not None:
            write_file(place.photo, photo.data, sync=True)
            place.photo.chmod(0o600)
        self._write(Journal(place.journal), Asked(place.id, command.kind, command.title, fields, _now()), True)

    def _take_up(self, job: str, again: bool) -> None:
        place = self._home.job(job)
        found = read_job(job, read_all(place.journal))
        if not found.is_known:
            raise SettingsError(f"The job {job} left no journal that could be read: start it again")
        if found.state == DONE:
            return
        lock = FileLock(place.lock)
        if not lock.acquire(seconds=_LOCK_SECONDS):
            raise SettingsError("Another Blender is working on this job: wait for it, or close that Blender")
        try:
            journal = Journal(place.journal)
            if found.state == FAILED and found.failure and found.failure.error in _MISTAKES:
                self._write(journal, Anew(_now()), True)
            if again:
                self._write(journal, Again(_now()), True)
            self._write(journal, Taken(*self._ids, _now()), False)
        except BaseException:
            lock.release()
            raise
        self._held[job] = _Held(place, lock)
        self._queue.append(job)

    def _stop_at_rest(self, job: str, state: str) -> None:
        """A job that no worker works on: it is only written down."""
        with self._alone(self._home.job(job)) as place:
            if not read_job(job, read_all(place.journal)).is_ended:
                self._write(Journal(place.journal), Now(state, at=_now()), True)

    @contextlib.contextmanager
    def _alone(self, place: JobPlace) -> Any:
        lock = FileLock(place.lock)
        if not place.folder.is_dir():
            yield place
            return
        if not lock.acquire(seconds=_LOCK_SECONDS):
            raise SettingsError("Another Blender is working on this job: wait for it, or close that Blender")
        try:
            yield place
        finally:
            lock.release()

    def _refusing(self, job: str, action: Callable[[], object]) -> bool:
        """Whether it went well; else why not is told."""
        try:
            action()
        except (AvatarSDKError, OSError) as error:
            self._tell(Refused(job, failure_of(error)))
            return False
        return True

    def _fill(self) -> None:
        while self._queue and len(self._running) < self._limit:
            job = self._queue.popleft()
            self._running.add(job)
            threading.Thread(target=self._run, args=(self._held[job],), name=f"job-{job}", daemon=True).start()

    def _run(self, held: _Held) -> None:
        place = held.place
        work = JobWork(place, read_job(place.id, read_all(place.journal)), self._clients, self._write)
        with self._guard:
            held.work = work
            if held.wish:
                work.cancel.set()
        self._clients.of_thread.work = work
        last: Message | None = None
        try:
            last = self._worked(work, held)
        except BaseException as error:
            _log.exception("The job %s broke", place.id)
            last = Failed(failure_of(error), _now())
        finally:
            with self._guard:
                self._running.discard(place.id)
                self._end(held, last)
                self._fill()

    def _worked(self, work: JobWork, held: _Held) -> Message | None:
        """The journal's last line, or None where the job has written it itself."""
        run: Callable[[JobWork], None] = importlib.import_module(kind_file("job_kinds", work.job.kind)).run
        tries = 0
        while True:
            before = work.job.avatar, work.job.exports, work.job.state
            try:
                pause(0, work.cancel)
                run(work)
                return None
            except Cancelled:
                return Now(held.wish or PAUSED, at=_now())
            except (AvatarSDKError, OSError) as error:
                if work.cancel.is_set():  # what stops may well look like a failure of what was stopped
                    return Now(held.wish or PAUSED, at=_now())
                tries = tries + 1 if (work.job.avatar, work.job.exports, work.job.state) == before else 1
                delay = next_try(error, tries)
                if delay is None:
                    return Failed(failure_of(error), _now())
                try:
                    self._wait(work, delay, failure_of(error).message)
                except Cancelled:
                    return Now(held.wish or PAUSED, at=_now())

    def _wait(self, work: JobWork, seconds: float, why: str) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            work.show(TRYING_AGAIN, why, seconds_left=left)
            pause(min(1.0, left), work.cancel)

    def _end(self, held: _Held, last: Message | None) -> None:
        """The last line, and the lock goes back."""
        with contextlib.suppress(OSError):
            if last is not None:
                self._write(Journal(held.place.journal), last, True)
        if isinstance(last, Now) and last.state == CANCELLED:
            with contextlib.suppress(OSError):
                held.place.photo.unlink(missing_ok=True)
        held.lock.release()
        self._held.pop(held.place.id, None)


class _Held:
    """A job of ours: its lock, whoever works on it, and how the user wants it to end (PAUSED, CANCELLED or "")."""

    def __init__(self, place: JobPlace, lock: FileLock) -> None:
        self.place, self.lock = place, lock
        self.work: JobWork | None = None
        self.wish = ""


def _now() -> float:
    return round(time.time(), 3)
