"""Fetching the files of an export into a work area: what the cache has comes from there, each other file once.

A static file that another process is fetching for the cache is left to it, and taken from the cache afterwards.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avatarsdk_core.errors import Cancelled, TransferError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.http.origin import bare
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.transfer.assemble import Assembly
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.download import Download, Downloaded, download_files
from avatarsdk_core.transfer.export_plan import FilePlan, Wanted
from avatarsdk_core.transfer.files import free_bytes, no_room
from avatarsdk_core.transfer.progress import Progress
from avatarsdk_core.transfer.work_area import Done, WorkArea

if TYPE_CHECKING:
    from avatarsdk_core.http.session import HttpSession

_ROOM_SECONDS = 1.0
_OTHERS_SECONDS = 120.0  # for all that others fetch for the cache: one who was paused keeps nobody for ever


@dataclass(frozen=True)
class Run:
    """How to fetch, whatever it is."""

    http: HttpSession
    cancel: threading.Event | None
    pause: threading.Event | None
    seconds: float
    connections: int


class Fetching:
    """Brings files into a work area and its assembly.

    Args:
        report: gets the engine's word ten times a second.
        unpacking: called when all is fetched and not all unpacked.
    """

    def __init__(
        self,
        run: Run,
        area: WorkArea,
        assembly: Assembly,
        cache: Cache | None,
        report: Callable[[Progress], None],
        unpacking: Callable[[], None],
    ) -> None:
        self._run, self._area, self._assembly, self._cache = run, area, assembly, cache
        self._report, self._unpacking = report, unpacking
        self._locks: dict[str, FileLock] = {}
        self._looked_at = 0.0
        self.fetched: list[str] = []
        self.from_cache: list[str] = []
        self.received = 0

    def fetch(self, archives: Iterable[FilePlan], statics: Iterable[Wanted], there: dict[str, Done]) -> None:
        """All of these; those of `there` were fetched by an earlier run.

        Raises:
            ServiceError, TransferError, Cancelled: as `download_files`; what is whole stays in the area.
            ArchiveError: an archive can't be unpacked.
            OSError: the disk refuses.
        """
        if self._run.cancel is not None and self._run.cancel.is_set():
            raise Cancelled("Cancelled")
        plans = {plan.archive.slot: plan for plan in archives}
        wanted = {static.slot: static for static in statics}
        for slot, plan in plans.items():
            if slot in there:
                self._assembly.add_archive(plan, there[slot])
        try:
            cached, mine, theirs = self._shared_out([static for slot, static in wanted.items() if slot not in there])
            files = [plan.archive for slot, plan in plans.items() if slot not in there] + mine
            self._download(files, plans, wanted)
        finally:
            self._release()
        self._unpacking()
        self._assembly.finish(self._run.cancel)
        for slot, static in wanted.items():
            if slot in there or static in mine:
                self._assembly.add_static(static, None)
        patience = Deadline(min(_OTHERS_SECONDS, self._run.seconds))
        for static in (*cached, *theirs):
            self._from_cache(static, plans, wanted, patience)

    def _shared_out(self, statics: list[Wanted]) -> tuple[list[Wanted], list[Wanted], list[Wanted]]:
        """Those that the cache has, those that we fetch, and those that another process is fetching now."""
        cached: list[Wanted] = []
        mine: list[Wanted] = []
        theirs: list[Wanted] = []
        for static in statics:
            if self._cache is None:
                mine.append(static)
            elif self._cache.has(static.key):
                cached.append(static)
            elif static.key in self._locks:  # the same file for two identities: fetched for the first of them
                theirs.append(static)
            else:
                (mine if self._is_ours(static.key) else theirs).append(static)
        return cached, mine, theirs

    def _is_ours(self, key: str) -> bool:
        """Whether we are the one to fetch this for the cache; then others wait for us."""
        assert self._cache is not None
        lock = self._cache.lock(key)
        if lock is None:
            return True
        try:
            if not lock.try_acquire():
                return False
        except OSError:  # a cache that can't be used keeps nobody from fetching
            return True
        self._locks[key] = lock
        return not self._cache.has(key)  # stored between our look and our lock

    def _download(self, files: list[Wanted], plans: dict[str, FilePlan], statics: dict[str, Wanted]) -> None:
        if not files:
            return
        downloads = [
            Download(file.url, self._area.downloads / file.slot, name=file.name, priority=file.rank) for file in files
        ]

        def done(one: Downloaded) -> None:
            slot = one.path.name
            known = Done(slot, one.size, one.sha256, one.etag, one.last_modified)
            self._area.note(known)
            self.received += one.received
            if slot in plans:
                self.fetched.append(plans[slot].archive.name)
                self._assembly.add_archive(plans[slot], known)
            else:
                self.fetched.append(statics[slot].name)
                self._store(statics[slot])

        download_files(
            self._run.http,
            downloads,
            progress=self._watch,
            done=done,
            cancel=self._run.cancel,
            pause=self._run.pause,
            seconds=self._run.seconds,
            connections=self._run.connections,
            resume=True,
        )

    def _store(self, static: Wanted) -> None:
        if self._cache is not None:
            self._cache.put(static.key, self._area.downloads / static.slot, bare(static.url))
            lock = self._locks.pop(static.key, None)
            if lock is not None:
                lock.release()

    def _from_cache(
        self, static: Wanted, plans: dict[str, FilePlan], statics: dict[str, Wanted], patience: Deadline
    ) -> None:
        """From the cache, once whoever fetches it has done so; fetched after all where it isn't whole."""
        assert self._cache is not None
        lock = None if self._cache.has(static.key) else self._cache.lock(static.key)
        try:
            if lock is not None:
                with contextlib.suppress(OSError):
                    lock.acquire(self._run.cancel, seconds=patience.remaining)
            if self._assembly.add_static(static, self._cache):
                self.from_cache.append(static.name)
                return
            self._download([static], plans, statics)
            self._assembly.add_static(static, None)
        finally:
            if lock is not None:
                lock.release()

    def _watch(self, progress: Progress) -> None:
        """Called ten times a second: is there room for the rest, and did everything unpack so far?"""
        if self._assembly.failed():
            self._assembly.finish()
        now = time.monotonic()
        if now - self._looked_at > _ROOM_SECONDS:
            self._looked_at = now
            left = sum((file.total or 0) - file.done for file in progress.files if file.total)
            free = free_bytes(self._area.root)
            if free is not None and left > free:
                raise TransferError(
                    f"{left / 1e6:.1f} MB are still to come and {free / 1e6:.1f} MB are free where "
                    f"{str(self._area.folder)!r} is to be: make room there, or choose another place"
                ) from no_room()
        self._report(progress)

    def _release(self) -> None:
        for lock in self._locks.values():
            lock.release()
        self._locks.clear()
