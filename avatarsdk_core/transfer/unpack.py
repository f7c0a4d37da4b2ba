"""Zips from the network are untrusted: unpack one so that it can't do harm, whole or not at all.

Standard library only: Blender's importer opens zips through this module.
"""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import IO, Any

from avatarsdk_core.errors import ArchiveError, Cancelled
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.files import (
    explain,
    extended,
    free_bytes,
    no_room,
    remove_any,
    rename,
    sync_descriptor,
    write_all,
)
from avatarsdk_core.transfer.zip_checks import LIMITS, Archive, Limits, Member, archive_error, look_through
from avatarsdk_core.transfer.zip_directory import STORED, Entry, ZipError

_READ_BYTES = 64 << 10
_WRITE_BYTES = 256 << 10
_MAX_THREADS = 4
_THREADS_FROM_BYTES = 4 << 20  # below, starting threads costs more than they save


@dataclass(frozen=True)
class Unpacked:
    """A file that was unpacked; `sha256` in hex, "" where it wasn't asked for."""

    path: Path
    size: int
    sha256: str


@dataclass
class Extraction:
    """How members are unpacked: with digests, synced to the disk, and until somebody says stop."""

    digests: bool = False
    sync: bool = False
    stop: threading.Event = field(default_factory=threading.Event)


def unpack(
    archive: str | PathLike[str],
    folder: str | PathLike[str],
    *,
    identity: str | None = None,
    limits: Limits = LIMITS,
    threads: int | None = None,
) -> list[Path]:
    """Unpack a zip into `folder`, which must be missing or empty; it appears whole or stays as it was.

    With `identity`, the archive's own top folder of that name (as the service packs) is left out, so that nested
    (`avatar/model.glb`) and flat (`model.glb`) archives give the same folder.

    Args:
        threads: how many unpack at once; None for what suits this machine.

    Returns the files written, sorted.

    Raises:
        ArchiveError: not a zip, damaged, or an entry would do harm; the entry is named.
    """
    folder = Path(fspath(folder))
    return unpack_all([(archive, folder, identity)], limits=limits, threads=threads)[0]


def unpack_all(
    jobs: Iterable[tuple[str | PathLike[str], str | PathLike[str], str | None]],
    *,
    limits: Limits = LIMITS,
    threads: int | None = None,
) -> list[list[Path]]:
    """Several zips, each (archive, folder, identity) as `unpack` takes it, with all processors at work on them.

    Each folder appears whole or stays as it was. After a failure those that are whole already stay.

    Raises:
        ArchiveError: as `unpack`.
    """
    plans = [_Job(Path(fspath(archive)), Path(fspath(folder)), identity) for archive, folder, identity in jobs]
    try:
        archives = [plan.look(limits) for plan in plans]
        extraction = Extraction()
        tasks = [(plan, member) for plan, archive in zip(plans, archives, strict=True) for member in archive.members]
        tasks.sort(key=lambda task: -task[1].entry.size)  # the longest first, so that none is left for the end
        count = threads or (default_threads() if sum(archive.size for archive in archives) > _THREADS_FROM_BYTES else 1)
        run_all(
            [lambda task=task: task[0].extract(task[1], extraction) for task in tasks],  # type: ignore[misc]
            min(count, len(tasks)),
            extraction.stop,
        )
        return [plan.finish() for plan in plans]
    finally:
        for plan in plans:
            remove_any(plan.work)


def make_folders(archive: Archive, into: Path) -> None:
    """The folders that the archive's files need, below `into`, which is made too. Raises OSError."""
    into.mkdir(parents=True, exist_ok=True)
    for member in archive.members:
        folder = into.joinpath(*(member.parts if member.entry.is_folder else member.parts[:-1]))
        folder.mkdir(parents=True, exist_ok=True)


def extract(archive: Archive, member: Member, into: Path, extraction: Extraction, name: str | None = None) -> Unpacked:
    """Unpack one file to its place below `into`, where its folder is; may be called by several threads.

    Raises:
        ArchiveError: its bytes aren't what the archive says.
        OSError: it can't be written.
        Cancelled: `extraction.stop` was set.
    """
    target = into.joinpath(*member.parts)
    try:
        digest = _write(archive.path, member.entry, target, extraction)
    except (ZipError, zlib.error) as error:
        failure = error if isinstance(error, ZipError) else ZipError(f"which is damaged ({error})", member.entry.name)
        raise archive_error(name or archive.path.name, failure) from None
    return Unpacked(target, member.entry.size, digest)


def run_all(tasks: Sequence[Callable[[], object]], threads: int, stop: threading.Event) -> None:
    """Run tasks, several at once; the first failure sets `stop`, and is raised when all have ended."""
    if threads <= 1:
        for task in tasks:
            task()
        return
    with ThreadPoolExecutor(threads, "avatarsdk-unpack") as pool:
        futures = [pool.submit(task) for task in tasks]
        first_failure(futures, stop)


def first_failure(futures: Sequence[Future[Any]], stop: threading.Event) -> None:
    """Wait for all; after the first failure the others are told to stop, and that failure is raised."""
    try:
        wait(futures, return_when="FIRST_EXCEPTION")
        for future in futures:
            if future.done():
                future.result()
    except BaseException:
        stop.set()
        for future in futures:
            future.cancel()
        wait(futures)
        raise


@dataclass
class _Job:
    """One archive's way into its folder."""

    source: Path
    folder: Path
    identity: str | None
    work: Path = field(init=False)
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Path(extended(os.path.abspath(self.folder)))  # noqa: PTH100 resolve() would follow links
        self.work = beside(self.folder)

    def look(self, limits: Limits) -> Archive:
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise ArchiveError(
                f"{str(self.folder)!r} exists and isn't an empty folder: choose another place to unpack into"
            )
        self.archive = look_through(self.source, self.folder, identity=self.identity, limits=limits)
        refuse_lack_of_room(self.archive.size, self.folder)
        try:
            make_folders(self.archive, self.work)
        except OSError as error:
            raise self._failed(error) from None
        return self.archive

    def extract(self, member: Member, extraction: Extraction) -> None:
        if not member.entry.is_folder:
            try:
                extract(self.archive, member, self.work, extraction)
            except OSError as error:
                raise self._failed(error) from None

    def finish(self) -> list[Path]:
        try:
            if self.folder.exists():
                self.folder.rmdir()
            rename(self.work, self.folder)
        except OSError as error:
            raise self._failed(error) from None
        files = (member for member in self.archive.members if not member.entry.is_folder)
        return sorted(self.folder.joinpath(*member.parts) for member in files)

    def _failed(self, error: OSError) -> ArchiveError:
        return ArchiveError(f"Can't unpack {str(self.source)!r} into {str(self.folder)!r}: {explain(error)}")


def refuse_lack_of_room(size: int, folder: Path) -> None:
    """Raise ArchiveError where so many bytes don't fit on the disk of `folder`."""
    free = free_bytes(folder)
    if free is not None and size > free:
        raise ArchiveError(
            f"Can't unpack into {str(folder)!r}: {size / 1e6:.1f} MB are needed and {free / 1e6:.1f} MB are free; "
            "make room there, or choose another place"
        ) from no_room()


def default_threads() -> int:
    """How many threads unpack at once on this machine."""
    return min(_MAX_THREADS, os.cpu_count() or 1)


def _write(source: Path, entry: Entry, target: Path, extraction: Extraction) -> str:
    """The entry's bytes, counted and summed while they are written; its SHA-256 if asked for."""
    digest = hashlib.sha256() if extraction.digests else None
    crc = written = 0
    with source.open("rb", buffering=0) as packed, target.open("xb", buffering=0) as file:
        packed.seek(entry.data_at)
        for chunk in _chunks(packed, entry):
            if extraction.stop.is_set():
                raise Cancelled("Cancelled")
            written += len(chunk)
            if written > entry.size:
                raise ZipError("which unpacks to more than it declares", entry.name)
            crc = zlib.crc32(chunk, crc)
            if digest is not None:
                digest.update(chunk)
            write_all(file, chunk)
        if extraction.sync:
            sync_descriptor(file.fileno())
    if written != entry.size:
        raise ZipError("with a false size", entry.name)
    if crc != entry.crc:
        raise ZipError("which is damaged (its CRC is wrong)", entry.name)
    return digest.hexdigest() if digest else ""


def _chunks(packed: IO[bytes], entry: Entry) -> Iterable[bytes]:
    """The unpacked bytes, in pieces of bounded size."""
    left = entry.packed
    inflate = None if entry.method == STORED else zlib.decompressobj(-zlib.MAX_WBITS)
    size = _WRITE_BYTES if inflate is None else _READ_BYTES
    while left:
        chunk = packed.read(min(size, left))
        if not chunk:
            raise ZipError("which is cut off", entry.name)
        left -= len(chunk)
        if inflate is None:
            yield chunk
            continue
        while chunk and not inflate.eof:
            if piece := inflate.decompress(chunk, _WRITE_BYTES):
                yield piece
            chunk = inflate.unconsumed_tail
        if inflate.eof and (left or inflate.unused_data):
            raise ZipError("which has bytes behind its end", entry.name)
    while inflate is not None and not inflate.eof:
        piece = inflate.decompress(b"", _WRITE_BYTES)
        if not piece:
            if inflate.eof:
                break
            raise ZipError("which is cut off", entry.name)
        yield piece
