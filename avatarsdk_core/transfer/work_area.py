"""Where an export is put together before it appears: a hidden folder beside its place, the same in every run.

One process at a time works in it. Whatever ends that process, the next one finds what was fetched and goes on; an
area that nobody came back to is removed after a week by whoever downloads beside it.

    .<folder>.<8 hex>.download/
        lock  about.json         who works here, and on which export
        done.jsonl               a line for each whole file, with its digest
        downloads/               whole files, and parts of others
        whole/                   what becomes the export's folder

Beside a folder that is a drive of its own, or in a parent that may not be written, nothing can be made: then the area
is in the folder itself, and its content moves out at the end, the manifest last.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import TransferError
from avatarsdk_core.file_lock import FileLock, boot
from avatarsdk_core.transfer.files import hash_file, is_plain_file, remove_any, rename, sync_folder, write_file
from avatarsdk_core.transfer.manifest import MANIFEST
from avatarsdk_core.transfer.names import clipped, is_safe_name

INSIDE = ".avatarsdk.download"
ABANDONED_SECONDS = 7 * 86400.0
_LOCK_SECONDS = 86400.0
_NAME = re.compile(r"\..+\.[0-9a-f]{8}\.download", re.DOTALL)
_NAME_BYTES = 200  # of 255: room for the rest of the area's name
_WORTH_KEEPING = 1 << 20
# Kept until they are given back; what a killed process left on its way to them isn't.
_LOCK_NAMES = ("lock", "lock.lease")


@dataclass(frozen=True)
class Done:
    """A file of the export that was fetched whole: its name in `downloads`, and what the manifest tells of it."""

    slot: str
    size: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None


class WorkArea:
    """The work on one folder. Everything here raises OSError where the disk refuses."""

    def __init__(self, folder: Path, code: str) -> None:
        self.folder = folder
        self.code = code
        self.inside = _must_be_inside(folder)
        self.root = folder / INSIDE if self.inside else _beside(folder)
        self.downloads = self.root / "downloads"
        self.whole = self.root / "whole"
        self._journal = self.root / "done.jsonl"
        self._lock = FileLock(self.root / "lock")
        self._made: list[Path] = []
        self._kept = False

    @contextlib.contextmanager
    def held(self, cancel: threading.Event | None, waiting: Callable[[], None]) -> Iterator[None]:
        """The block has the area for itself. At its end the area is removed, unless `keep` was called in it.

        Raises Cancelled while it waits.
        """
        parent = self.root.parent
        self._made = [place for place in (parent, *parent.parents) if not place.exists()]
        self._kept = False
        try:
            self._enter(cancel, waiting)
        except BaseException:
            self._leave()
            raise
        try:
            yield
        finally:
            if not (self._kept and self._is_worth_keeping()):
                self._empty()
            self._leave()

    def remove_left_over(self) -> None:
        """Remove the area of a process that was killed after the folder had appeared, if nobody works in it."""
        with contextlib.suppress(OSError):
            if self.root.is_dir() and self._lock.try_acquire():
                self._empty()
                self._leave()

    def keep(self) -> None:
        """What was fetched is left for a later run, if it is worth it."""
        self._kept = True

    def begin(self, slots: set[str]) -> dict[str, Done]:
        """Make ready, and tell which of the files wanted an earlier run has fetched: whole, to the last byte."""
        self._undo_moves()
        about = _read_json(self.root / "about.json")
        if about.get("code") != self.code:
            remove_any(self.downloads)
            remove_any(self._journal)
        remove_any(self.whole)
        self.downloads.mkdir(exist_ok=True)
        self.whole.mkdir()
        found = self._fetched_before(slots, since_boot=about.get("boot") == boot() != "")
        write_file(self.root / "about.json", json.dumps({"code": self.code, "boot": boot()}).encode())
        return found

    def note(self, done: Done) -> None:
        """A file is whole: written down, so that a later run knows its digest."""
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(done)) + "\n")

    def forget(self, slot: str) -> None:
        """This file was no good: fetched anew next time."""
        remove_any(self.downloads / slot)

    def commit(self) -> None:
        """`whole` becomes the folder.

        Raises:
            TransferError: somebody put something there meanwhile, or took the area over.
        """
        self._check_held()
        if self.inside:
            self._move_out()
        else:
            if self.folder.exists() and os.name == "nt":
                self.folder.rmdir()  # elsewhere an empty folder is replaced
            rename(self.whole, self.folder)
        sync_folder(self.folder.parent)

    def _empty(self) -> None:
        for path in list(self.root.iterdir()) if self.root.is_dir() else []:
            if path.name not in _LOCK_NAMES:
                remove_any(path)

    def _leave(self) -> None:
        self._lock.release()
        for folder in (self.root, *self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()  # one that somebody else has filled meanwhile stays

    def _check_held(self) -> None:
        if not self._lock.held:
            raise TransferError(
                f"Another machine took over the download to {str(self.folder)!r} while this one stood still: try again"
            )

    def _move_out(self) -> None:
        names = sorted(path.name for path in self.whole.iterdir() if path.name != MANIFEST)
        write_file(self.root / "moves.json", json.dumps({"names": names}).encode(), sync=True)
        try:
            for name in (*names, MANIFEST):
                rename(self.whole / name, self.folder / name)
        except OSError:
            self._undo_moves()
            raise

    def moved(self) -> set[str]:
        """What a move out of the area that was cut has put into the folder; it was empty before."""
        about, names = _read_json(self.root / "about.json"), _read_json(self.root / "moves.json").get("names")
        ours = self.inside and not self.root.is_symlink() and about.get("code") == self.code
        return {str(name) for name in names if is_safe_name(str(name))} if ours and isinstance(names, list) else set()

    def _undo_moves(self) -> None:
        if not (self.folder / MANIFEST).exists():
            for name in self.moved():
                remove_any(self.folder / name)
        remove_any(self.root / "moves.json")

    def _enter(self, cancel: threading.Event | None, waiting: Callable[[], None]) -> None:
        while True:
            _make_parents(self.root)
            self.root.mkdir(mode=0o700, exist_ok=True)
            if _is_foreign(self.root):
                raise TransferError(
                    f"{str(self.root)!r}, where the export would be put together, isn't ours: "
                    "remove it, or choose another place"
                )
            try:
                taken = self._lock.acquire(cancel, waiting, _LOCK_SECONDS)
            except FileNotFoundError:  # whoever had it removed the folder at the end
                continue
            if not taken:
                raise TransferError(
                    f"Another program has been busy with the export in {str(self.folder)!r} for a day: "
                    "end it, or choose another folder"
                )
            return

    def _fetched_before(self, slots: set[str], since_boot: bool) -> dict[str, Done]:
        """Whole files of an earlier run; others among `downloads` but parts are removed.

        A file that is there without a line in the journal is whole too (it got its name when it was), unless the
        machine went down since, which can leave a name without its bytes.
        """
        noted: dict[str, Done] = {}
        with contextlib.suppress(OSError):
            for line in self._journal.read_text("utf-8").splitlines():
                with contextlib.suppress(ValueError, TypeError, RecursionError):
                    done = Done(**json.loads(line))
                    noted[done.slot] = done
        found = {}
        for path in self.downloads.iterdir():
            if path.name.startswith("."):
                continue  # a part, which is the download engine's
            if path.name in slots and is_plain_file(path) and (path.name in noted or since_boot):
                actual = Done(path.name, path.stat().st_size, hash_file(path))
                known = noted.get(path.name, actual)
                if (known.size, known.sha256) == (actual.size, actual.sha256):
                    found[path.name] = known
                    continue
            remove_any(path)
        return found

    def _is_worth_keeping(self) -> bool:
        """A whole file, or so much of one that nobody likes to fetch it again."""
        try:
            files = [path for path in self.downloads.iterdir() if not path.name.endswith(".json")]
            return any(not path.name.startswith(".") or path.stat().st_size >= _WORTH_KEEPING for path in files)
        except OSError:
            return False


def remove_abandoned(parent: Path, seconds: float = ABANDONED_SECONDS) -> None:
    """Remove the work areas in a folder that nobody has touched for so long and nobody holds."""
    try:
        entries = [entry for entry in os.scandir(parent) if _NAME.fullmatch(entry.name)]
    except OSError:
        return
    for root in (parent / entry.name for entry in entries if entry.is_dir(follow_symlinks=False)):
        with contextlib.suppress(OSError):
            if _last_touched(root) < time.time() - seconds and (root / "about.json").is_file():
                lock = FileLock(root / "lock")
                if lock.try_acquire():
                    for path in list(root.iterdir()):
                        if path.name not in _LOCK_NAMES:
                            remove_any(path)
                    lock.release()
                    root.rmdir()


def _last_touched(root: Path) -> float:
    return max(path.stat().st_mtime for path in (root, *root.iterdir(), *(root / "downloads").glob("*")))


def _beside(folder: Path) -> Path:
    digest = hashlib.sha256(folder.name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return folder.with_name(f".{clipped(folder.name, _NAME_BYTES)}.{digest}.download")


def _make_parents(root: Path) -> None:
    for parent in root.parents:
        if parent.exists():
            if not parent.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, f"{str(parent)!r} is no folder")
            break
    root.parent.mkdir(parents=True, exist_ok=True)


def _is_foreign(root: Path) -> bool:
    """A link, or in a place where everybody may write, such as /tmp, another person's folder: set up for us."""
    found, parent = root.lstat(), root.parent.stat()
    if not stat.S_ISDIR(found.st_mode):
        return True
    shared = bool(parent.st_mode & stat.S_ISVTX) and sys.platform != "win32"
    return shared and found.st_uid != os.geteuid()


def _must_be_inside(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    return os.path.ismount(folder) or not os.access(folder.parent, os.W_OK)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
