"""From fetched files to folders: archives are unpacked while others are still being fetched, static files put beside.

`<identity>/` gets what its archive holds and its static files, synced to the disk.
"""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from avatarsdk_core.errors import Cancelled, TransferError
from avatarsdk_core.http.origin import bare
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.export_plan import FilePlan, Wanted
from avatarsdk_core.transfer.files import copy_hashed, sync_file
from avatarsdk_core.transfer.manifest import ArchiveEntry, DiskFile, StaticEntry
from avatarsdk_core.transfer.names import folded
from avatarsdk_core.transfer.unpack import (
    Extraction,
    Unpacked,
    default_threads,
    extract,
    first_failure,
    make_folders,
    refuse_lack_of_room,
)
from avatarsdk_core.transfer.work_area import Done, WorkArea
from avatarsdk_core.transfer.zip_checks import look_through

_LOOK_SECONDS = 0.1


class Assembly:
    """Puts folders together below the work area's `whole`. Used by one thread; has helpers of its own."""

    def __init__(self, area: WorkArea) -> None:
        self._area = area
        self._extraction = Extraction(digests=True, sync=True)
        self._pool = ThreadPoolExecutor(default_threads(), "avatarsdk-unpack")
        self._archives: dict[str, Done] = {}
        self._unpacked: dict[str, list[Future[Unpacked]]] = {}
        self._statics: dict[str, dict[str, StaticEntry]] = {}

    def close(self) -> None:
        """Nothing is written any more when this returns."""
        self._extraction.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def add_archive(self, plan: FilePlan, done: Done) -> None:
        """Begin to unpack an archive that was fetched whole.

        Raises:
            ArchiveError: it would do harm (then it is forgotten), or doesn't fit on the disk.
            OSError: the disk refuses.
        """
        into, label = self._area.whole / plan.identity, f"{plan.identity}.zip"
        try:
            archive = look_through(self._area.downloads / done.slot, into, identity=plan.identity, name=label)
        except TransferError:
            self._area.forget(done.slot)
            raise
        refuse_lack_of_room(archive.size, into)
        make_folders(archive, into)
        self._archives[plan.identity] = done
        files = [member for member in archive.members if not member.entry.is_folder]
        self._unpacked[plan.identity] = [
            self._pool.submit(extract, archive, member, into, self._extraction, label)
            for member in sorted(files, key=lambda member: -member.entry.size)
        ]

    def failed(self) -> bool:
        """Whether something went wrong so far; `finish` tells what."""
        futures = (future for found in self._unpacked.values() for future in found)
        return any(future.done() and future.exception() is not None for future in futures)

    def finish(self, cancel: threading.Event | None = None) -> None:
        """Wait until everything is unpacked.

        Raises:
            ArchiveError: an archive is damaged; it is forgotten, the others are kept.
            OSError: the disk refuses.
            Cancelled: `cancel` was set.
        """
        pending = {future for futures in self._unpacked.values() for future in futures}
        while pending and not self.failed():
            _, pending = wait(pending, _LOOK_SECONDS, FIRST_EXCEPTION)
            if cancel is not None and cancel.is_set():
                raise Cancelled("Cancelled")
        for identity, futures in self._unpacked.items():
            try:
                first_failure(futures, self._extraction.stop)
            except TransferError:
                self._area.forget(self._archives[identity].slot)
                raise

    def add_static(self, wanted: Wanted, cache: Cache | None) -> bool:
        """Put a static file into its folder: the one fetched, or with `cache` the cache's copy, if it has one.

        After `finish`. Raises TransferError where a file of that name is there already, and OSError.
        """
        folder, name = self._area.whole / wanted.identity, wanted.static_name or ""
        folder.mkdir(exist_ok=True)
        if folded(name) in {folded(path.name) for path in folder.iterdir()}:
            raise TransferError(f"The export brings {wanted.name!r} twice: not stored")
        target = folder / name
        if cache is not None:
            entry = cache.get(wanted.key, target)
            if entry is None:
                return False
            sha256 = entry.sha256
        else:
            sha256 = copy_hashed(self._area.downloads / wanted.slot, target)
        sync_file(target)
        statics = self._statics.setdefault(wanted.identity, {})
        statics[name] = StaticEntry(name, bare(wanted.url), target.stat().st_size, sha256)
        return True

    def files(self, identity: str) -> dict[str, DiskFile]:
        """Path below the identity's folder -> file, of all that was put there."""
        root = self._area.whole / identity
        found = {}
        for future in self._unpacked.get(identity, ()):
            unpacked = future.result()
            found[unpacked.path.relative_to(root).as_posix()] = self._disk_file(unpacked.path, unpacked.sha256)
        for static in self._statics.get(identity, {}).values():
            found[static.name] = self._disk_file(root / static.name, static.sha256)
        return dict(sorted(found.items()))

    def static_entries(self, identity: str) -> tuple[StaticEntry, ...]:
        """The static files that were put beside this identity's model."""
        return tuple(self._statics.get(identity, {}).values())

    def entry(self, plan: FilePlan) -> ArchiveEntry:
        """What the manifest says of a file of the export whose archive was added."""
        done = self._archives[plan.identity]
        return ArchiveEntry(
            identity=plan.identity,
            category=plan.category,
            url=bare(plan.archive.url),
            bytes=done.size,
            sha256=done.sha256,
            etag=done.etag,
            last_modified=done.last_modified,
            static_files=self.static_entries(plan.identity),
            files=self.files(plan.identity),
        )

    @staticmethod
    def _disk_file(path: Path, sha256: str) -> DiskFile:
        found = path.stat()
        return DiskFile(found.st_size, sha256, found.st_mtime_ns)
