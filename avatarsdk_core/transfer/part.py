"""A file that isn't whole yet, beside its target: `.<name>.<8 hex>.part`, unique to whoever writes it.

So that a later run can go on where this one was cut, whatever ended it, a note lies beside it (`….part.json`): which
file of the service it is, by which tag the rest may be asked for, and which bytes are there. The note is locked while
its process lives; nobody takes over a part that he can't lock.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from avatarsdk_core.file_lock import boot, lock_descriptor
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.digests import ALGORITHMS
from avatarsdk_core.transfer.files import replace_file
from avatarsdk_core.transfer.ranges import Facts

NOTE_SUFFIX = ".json"
_NOTE_BYTES = 4096  # written over in one go, so that a process which is killed leaves the old note or the new one
_MAX_NOTE_BYTES = 4 * _NOTE_BYTES
_PART_NAME = re.compile(r"\..+\.[0-9a-f]{8}\.part(\.json)?", re.DOTALL)

Ranges = list[tuple[int, int]]


def is_part(name: str) -> bool:
    """True for the name of a part or of its note."""
    return _PART_NAME.fullmatch(name) is not None


def remove_parts(folder: Path) -> list[str]:
    """Remove the parts in a folder that nobody writes any more; their names."""
    removed = []
    for note in _notes(folder):
        with contextlib.suppress(OSError):
            part = Part._taken_over(note)
            if part is not None:
                removed.append(part.path.name)
                part.remove()
    return removed


class Part:
    """The bytes of one file so far. Not safe for threads, but for `open`.

    Attributes:
        facts: what was known of the file when its bytes were written.
        ranges: which bytes are there, [start, end) each, in order.
        noted: what is there is written down.
    """

    def __init__(self, path: Path, note: IO[bytes]) -> None:
        self.path = path
        self.facts = Facts()
        self.ranges: Ranges = []
        self.noted = False
        self._note: IO[bytes] | None = note

    @classmethod
    def new(cls, target: Path) -> Part:
        """An empty one. Raises OSError."""
        while True:
            path = beside(target)
            note = path.with_name(path.name + NOTE_SUFFIX).open("x+b", buffering=0)
            try:
                ours = _locked(note, Path(note.name))
            except OSError:  # no locks on this drive: then nobody takes it over either
                ours = True
            if ours:  # the note comes first, so that a part without one is never left behind
                part = cls(path, note)
                try:
                    path.open("xb").close()
                except OSError:
                    part.remove()
                    raise
                return part
            note.close()  # somebody cleaned up in this very moment

    @classmethod
    def left_behind(cls, target: Path, url: str) -> Part | None:
        """The largest part that an earlier run left of this file and that nobody writes now; others are removed."""
        found = [part for note in _notes(target.parent, target) if (part := cls._of(note, target, url)) is not None]
        found.sort(key=lambda part: sum(end - start for start, end in part.ranges))
        for part in found[:-1]:
            part.remove()
        return found[-1] if found else None

    @classmethod
    def _of(cls, note: Path, target: Path, url: str) -> Part | None:
        try:
            part = cls._taken_over(note)
        except OSError:
            return None
        if part is None:
            return None
        written = part._read()
        if written is not None and written["target"] != target.name:  # only its first 40 letters are the same
            part.release()
            return None
        # After a power cut a file of the right size may hold wrong bytes.
        if written is None or written["url"] != url or written["boot"] != boot() or not part._understood(written):
            part.remove()
            return None
        return part

    @classmethod
    def _taken_over(cls, note: Path) -> Part | None:
        """The part of this note, if nobody else has it. Raises OSError where it can't be locked or is gone."""
        file = note.open("r+b", buffering=0)
        with contextlib.ExitStack() as stack:
            stack.enter_context(file)
            if not _locked(file, note):
                return None
            stack.pop_all()
        return cls(note.with_name(note.name.removesuffix(NOTE_SUFFIX)), file)

    def _read(self) -> dict[str, Any] | None:
        assert self._note is not None
        self._note.seek(0)
        try:
            written = json.loads(self._note.read(_MAX_NOTE_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        whole = isinstance(written, dict) and {"url", "target", "boot", "facts", "ranges"} <= written.keys()
        return written if whole else None

    def _understood(self, written: dict[str, Any]) -> bool:
        try:
            size = self.path.stat().st_size
            digests = tuple((str(name), str(digest)) for name, digest in written["facts"]["digests"])
            facts = Facts(**{**written["facts"], "digests": digests})
            ranges = [(0, size)] if written["ranges"] is None else [(int(a), int(b)) for a, b in written["ranges"]]
            places = [place for ends in ranges for place in ends]
            sound = (
                places == sorted(places) and all(a < b for a, b in ranges) and places[-1] <= min(size, facts.total or 0)
            )
            if not (sound and facts.tag and places[0] >= 0 and ALGORITHMS.issuperset(name for name, _ in digests)):
                return False
        except (OSError, LookupError, TypeError, ValueError):
            return False
        self.facts, self.ranges, self.noted = facts, ranges, True
        return True

    def open(self) -> IO[bytes]:
        """The file for writing at any place; each user opens its own."""
        return self.path.open("r+b", buffering=0)

    def note(self, target: Path, url: str, facts: Facts, ranges: Ranges | None) -> None:
        """Write down what is there; `ranges` None: as much from the first byte as the file is long. Raises OSError."""
        content = {"url": url, "target": target.name, "boot": boot(), "facts": asdict(facts), "ranges": ranges}
        assert self._note is not None
        self._note.seek(0)
        self._note.write(json.dumps(content).encode().ljust(_NOTE_BYTES))
        self.noted = True

    def become(self, target: Path, *, sync: bool) -> None:
        """The file is whole: it takes its place. Raises OSError, and TransferError as `replace_file`."""
        if sync:
            with self.open() as file:
                os.fsync(file.fileno())
        replace_file(self.path, target)
        self._drop_note()  # last: a part without a note would never be removed

    def release(self) -> None:
        """Leave it for a later run."""
        if self._note is not None:
            self._note.close()
            self._note = None

    def remove(self) -> None:
        """Away with it."""
        with contextlib.suppress(OSError):
            self.path.unlink()
        self._drop_note()

    def _drop_note(self) -> None:
        if self._note is None:
            return
        path = self.path.with_name(self.path.name + NOTE_SUFFIX)
        with contextlib.suppress(OSError):
            path.unlink()  # while it is locked: whoever waits for it finds it gone
        self.release()
        if os.name == "nt":  # which removes no open file
            with contextlib.suppress(OSError):
                path.unlink()


def _locked(file: IO[bytes], path: Path) -> bool:
    """Lock a note; False where another has it, or where it isn't there any more. Raises OSError."""
    if not lock_descriptor(file.fileno()):
        return False
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _notes(folder: Path, target: Path | None = None) -> Iterable[Path]:
    """Notes of parts in a folder; with a target, only those whose name could be of it."""
    begin = "." if target is None else beside(target).name[: -len("12345678.part")]
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(begin)]
    except OSError:
        return
    for name in sorted(names):
        if name.endswith(NOTE_SUFFIX) and is_part(name):
            yield folder / name
