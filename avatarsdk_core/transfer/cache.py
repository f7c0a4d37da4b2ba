"""Files that are the same for many exports, fetched once for all programs of this person on this machine.

A key is a small file that names the digest of its content, a blob is a file named by its digest; both appear by
rename. So a reader sees a whole entry or none, whoever writes or evicts meanwhile, and what isn't what its name says
is found. The time of a key's file is when it was last used.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import CacheError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.cache_place import FOLDER_VARIABLE, cache_folder, cache_limit
from avatarsdk_core.transfer.files import copy_hashed, explain, hash_file, remove_any, rename, write_file

_LAYOUT = "v1"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of avatarsdk: `avatarsdk cache clear` empties it.\n"
_EVICT_TO = 0.9  # of the limit, so that not every further file evicts
_LOOK_AGAIN = 50  # files of our own until others' are counted anew
_STRAY_SECONDS = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CacheEntry:
    """One file in the cache. `used`: when it was last taken or stored, in UTC."""

    key: str
    url: str
    bytes: int
    sha256: str
    used: datetime
    pinned: bool


@dataclass(frozen=True)
class CacheInfo:
    """What is in the cache, or was removed from it: `oldest` and `newest` use, None when there is nothing."""

    folder: Path
    entries: int
    bytes: int
    limit: int
    pinned: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True)
class CacheCheck:
    """What a check found: keys that were `damaged`, and files that belonged to none (`strays`); both are removed."""

    checked: int
    bytes: int
    damaged: tuple[str, ...]
    strays: int


class Cache:
    """The cache in one folder; any number of threads and processes may share it.

    Args:
        folder: None for AVATARSDK_CACHE, else the system's place for caches.
        limit: bytes that it may hold, pinned entries included; None for AVATARSDK_CACHE_LIMIT, else 2 GB. The entries
            used longest ago go first; pinned ones never.

    Raises:
        SettingsError: the limit is no size.
    """

    def __init__(self, folder: Path | None = None, limit: int | None = None) -> None:
        self.folder = cache_folder() if folder is None else folder
        self.limit = cache_limit() if limit is None else limit
        self._root = self.folder / _LAYOUT
        self._lock = threading.Lock()
        self._total: int | None = None
        self._puts = 0

    def get(self, key: str, target: Path) -> CacheEntry | None:
        """Put a copy (shared blocks where the file system can, never a hard link) at `target`, which mustn't exist.

        None, and no file, when it isn't there, is damaged (then it is removed), or the cache can't be read.

        Raises:
            OSError: `target` can't be written.
        """
        found = self._read(key)
        if found is None:
            return None
        blob = self._blob(found["sha256"])
        try:
            blob.open("rb").close()
            sha256 = copy_hashed(blob, target)
        except OSError as error:
            if error.filename != str(blob):  # the target's fault; else it is gone, or was evicted in this very moment
                raise
            self._forget(key)
            return None
        if sha256 != found["sha256"]:
            target.unlink(missing_ok=True)
            self._remove_damaged(key, found["sha256"])
            return None
        return self._used(key, found)

    def get_bytes(self, key: str) -> bytes | None:
        """The content, None as `get`."""
        found = self._read(key)
        if found is None:
            return None
        try:
            data = self._blob(found["sha256"]).read_bytes()
        except OSError:
            self._forget(key)
            return None
        if hashlib.sha256(data).hexdigest() != found["sha256"]:
            self._remove_damaged(key, found["sha256"])
            return None
        self._used(key, found)
        return data

    def has(self, key: str) -> bool:
        """Whether it is there, by its size; `get` finds damage too."""
        found = self._read(key)
        try:
            return found is not None and self._blob(found["sha256"]).stat().st_size == found["bytes"]
        except OSError:
            return False

    def put(self, key: str, source: Path, url: str = "") -> bool:
        """Store a copy of a file. False when the cache can't be written, which is no failure of whoever downloads."""
        return self._stored(key, url, lambda part: copy_hashed(source, part))

    def put_bytes(self, key: str, data: bytes, url: str = "") -> bool:
        """Store bytes, as `put`."""

        def write(part: Path) -> str:
            part.write_bytes(data)
            return hashlib.sha256(data).hexdigest()

        return self._stored(key, url, write)

    def lock(self, key: str) -> FileLock | None:
        """A lock for whoever fetches this file, so that others wait for it instead of fetching it too.

        None when the cache can't be written.
        """
        try:
            self._make_folders()
        except OSError as error:
            self._complain(error)
            return None
        return FileLock(self._root / "locks" / _name(key))

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for files that are to be stored, removed after the block. Raises OSError."""
        self._make_folders()
        folder = beside(self._root / "work" / "scratch")
        folder.mkdir()
        try:
            yield folder
        finally:
            remove_any(folder)

    def pin(self, key: str) -> None:
        """Keep this entry whatever the limit, even one that isn't there yet. Raises CacheError."""
        with self._own_errors():
            self._make_folders()
            (self._root / "pins" / _name(key)).touch()

    def unpin(self, key: str) -> None:
        """Let it be evicted again. Raises CacheError."""
        with self._own_errors():
            (self._root / "pins" / _name(key)).unlink(missing_ok=True)

    def entries(self) -> list[CacheEntry]:
        """All entries, the one used longest ago first. Raises CacheError."""
        with self._own_errors():
            return sorted(self._entries(), key=lambda entry: entry.used)

    def info(self) -> CacheInfo:
        """What is there. Raises CacheError."""
        return self._summed(self.entries())

    def measure(self) -> Iterator[int]:
        """The bytes of its files, a few files at a time, for whoever mustn't wait for `info`; their sum is its size."""
        with contextlib.suppress(OSError):
            for shelf in sorted((self._root / "blobs").iterdir()):
                yield sum(path.stat().st_size for path in shelf.iterdir() if not path.name.endswith(".part"))

    def verify(self, progress: Callable[[int, int], None] | None = None) -> CacheCheck:
        """Read every file and remove what is damaged; `progress` gets the number done and the number of all.

        Raises CacheError.
        """
        entries = self.entries()
        damaged = []
        checked = 0
        with self._own_errors():
            for number, entry in enumerate(entries, 1):
                blob = self._blob(entry.sha256)
                try:
                    whole = hash_file(blob) == entry.sha256
                except FileNotFoundError:
                    whole = False
                now = self._read(entry.key)
                if not whole and now is not None and now["sha256"] == entry.sha256:  # and not evicted meanwhile
                    damaged.append(entry.key)
                    self._remove_damaged(entry.key, entry.sha256)
                checked += entry.bytes
                if progress is not None:
                    progress(number, len(entries))
            strays = self._remove_strays({entry.sha256 for entry in self._entries()})
        return CacheCheck(len(entries), checked, tuple(damaged), strays)

    def clear(self, *, pinned: bool = False) -> CacheInfo:
        """Remove everything but what is pinned (with `pinned`: all), and tell what was removed. Raises CacheError."""
        removed = [entry for entry in self.entries() if pinned or not entry.pinned]
        with self._own_errors():
            for entry in removed:
                self._forget(entry.key)
                if pinned:
                    self.unpin(entry.key)
            left = {entry.sha256 for entry in self._entries()}
            self._remove_strays(left)
            for entry in removed:
                if entry.sha256 not in left:
                    self._blob(entry.sha256).unlink(missing_ok=True)
        self._total = None
        return self._summed(removed)

    def evict(self) -> None:
        """Remove what was used longest ago until the rest is well within the limit. One process at a time does it."""
        lock = FileLock(self._root / "locks" / "evict")
        if not lock.try_acquire():
            return
        try:
            entries = sorted(self._entries(), key=lambda entry: entry.used)
            sizes = {entry.sha256: entry.bytes for entry in entries}
            holders = {sha256: sum(entry.sha256 == sha256 for entry in entries) for sha256 in sizes}
            total = sum(sizes.values())
            for entry in entries:
                if total <= self.limit * _EVICT_TO:
                    break
                if entry.pinned:
                    continue
                self._forget(entry.key)
                holders[entry.sha256] -= 1
                if not holders[entry.sha256]:
                    self._blob(entry.sha256).unlink(missing_ok=True)
                    total -= entry.bytes
            self._remove_strays({sha256 for sha256, count in holders.items() if count})
            self._total = total
        finally:
            lock.release()

    def _stored(self, key: str, url: str, write: Callable[[Path], str]) -> bool:
        part = beside(self._root / "work" / "entry")
        try:
            self._make_folders()
            sha256 = write(part)
            size = part.stat().st_size
            blob = self._blob(sha256)
            blob.parent.mkdir(exist_ok=True)
            rename(part, blob)  # over one that is there, which may be damaged
            known = {"key": key, "url": url, "sha256": sha256, "bytes": size}
            path = self._key(key)
            path.parent.mkdir(exist_ok=True)
            write_file(path, json.dumps(known, ensure_ascii=False).encode("utf-8", "surrogatepass"))
            self._grown(size)
        except Exception as error:  # whatever it is, whoever downloads goes on without the cache
            self._complain(error)
            return False
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return True

    def _grown(self, size: int) -> None:
        with self._lock:
            self._puts += 1
            if self._total is None or self._puts % _LOOK_AGAIN == 0:
                self._total = sum(path.stat().st_size for path in self._files("blobs"))
            else:
                self._total += size
            full = self._total > self.limit
        if full:
            self.evict()

    def _read(self, key: str) -> dict[str, Any] | None:
        """What the key's file says, if it is one of ours and of this key."""
        try:
            found = json.loads(self._key(key).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        usable = isinstance(found, dict) and found.get("key") == key and _is_digest(found.get("sha256"))
        return found if usable and isinstance(found.get("bytes"), int) else None

    def _used(self, key: str, found: dict[str, Any]) -> CacheEntry:
        with contextlib.suppress(OSError):
            os.utime(self._key(key))
        url = str(found.get("url", ""))
        return CacheEntry(key, url, found["bytes"], found["sha256"], datetime.now(UTC), self._is_pinned(key))

    def _entries(self) -> Iterator[CacheEntry]:
        for path in self._files("keys"):
            try:
                found = json.loads(path.read_bytes())
                used = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                entry = CacheEntry(
                    str(found["key"]), str(found["url"]), int(found["bytes"]), str(found["sha256"]), used, False
                )
                if path.name != f"{_name(entry.key)}.json" or not _is_digest(entry.sha256):
                    raise ValueError(path.name)
            except FileNotFoundError:  # evicted meanwhile
                continue
            except (ValueError, KeyError, TypeError, RecursionError):
                path.unlink(missing_ok=True)
                continue
            yield CacheEntry(entry.key, entry.url, entry.bytes, entry.sha256, used, self._is_pinned(entry.key))

    def _files(self, kind: str) -> Iterator[Path]:
        if (self._root / kind).is_dir():
            for shelf in (self._root / kind).iterdir():
                if shelf.is_dir():
                    yield from (path for path in shelf.iterdir() if not path.name.endswith(".part"))

    def _remove_strays(self, known: set[str]) -> int:
        """Blobs without a key and files left half-done, if they are too old to belong to somebody at work."""
        young = time.time() - _STRAY_SECONDS
        count = 0
        kept = [path for path in self._files("blobs") if path.name not in known]
        half = [path for kind in ("work", "keys/*", "blobs/*") for path in self._root.glob(f"{kind}/.*.part")]
        for path in (*kept, *half):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime <= young:
                    remove_any(path)
                    count += 1
        return count

    def _remove_damaged(self, key: str, sha256: str) -> None:
        self._forget(key)
        with contextlib.suppress(OSError):
            self._blob(sha256).unlink(missing_ok=True)

    def _forget(self, key: str) -> None:
        with contextlib.suppress(OSError):
            self._key(key).unlink(missing_ok=True)

    def _is_pinned(self, key: str) -> bool:
        return (self._root / "pins" / _name(key)).exists()

    def _key(self, key: str) -> Path:
        name = _name(key)
        return self._root / "keys" / name[:2] / f"{name}.json"

    def _blob(self, sha256: str) -> Path:
        return self._root / "blobs" / sha256[:2] / sha256

    def _make_folders(self) -> None:
        if not (self._root / "work").is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for kind in ("keys", "blobs", "pins", "locks", "work"):
                (self._root / kind).mkdir(parents=True, exist_ok=True)
            write_file(self.folder / "CACHEDIR.TAG", _TAG.encode())

    def _summed(self, entries: list[CacheEntry]) -> CacheInfo:
        sizes = {entry.sha256: entry.bytes for entry in entries}
        times = [entry.used for entry in entries]
        pinned = sum(entry.pinned for entry in entries)
        oldest, newest = (min(times), max(times)) if times else (None, None)
        return CacheInfo(self.folder, len(entries), sum(sizes.values()), self.limit, pinned, oldest, newest)

    def _complain(self, error: Exception) -> None:
        _log.info("The cache %s can't be used: %s", self.folder, error)

    @contextlib.contextmanager
    def _own_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CacheError(
                f"The cache {str(self.folder)!r} can't be used: {explain(error)}; {FOLDER_VARIABLE} names another"
            ) from None


def _name(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and not set(text) - set("0123456789abcdef")
