"""One version of a file as it comes together on the disk: stretches of it, written side by side, hashed in order."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from avatarsdk_core.transfer.digests import Digests
from avatarsdk_core.transfer.part import Part, Ranges
from avatarsdk_core.transfer.ranges import Facts
from avatarsdk_core.transfer.stop import Stop

_HASH_PIECE = 256 << 10
_NOTE_EVERY = 4 << 20  # bytes of a split file between two notes: what is lost at most when the process is killed
_NOTE_LEAST = 64 << 10  # a shorter file is fetched again sooner than a note about it is written


class Request:
    """One request, while it is under way. Times are of the monotonic clock.

    Attributes:
        stop: ends it.
        buffer: for its body, piece by piece.
        asked_at, told_at: when it was sent, and when the headers of its answer came.
        stretch: where its body goes; None before its headers came.
        first: where its body begins.
        mark_at, mark: when its rate was last looked at, and how far it was then.
    """

    def __init__(self, stop: Stop, buffer: memoryview) -> None:
        self.stop = stop
        self.buffer = buffer
        self.asked_at = self.mark_at = time.monotonic()
        self.told_at: float | None = None
        self.stretch: Stretch | None = None
        self.first = self.mark = 0

    def told(self, stretch: Stretch) -> None:
        self.first = self.mark = stretch.taken
        self.told_at = self.mark_at = time.monotonic()
        self.stretch = stretch


@dataclass(eq=False)
class Stretch:
    """The bytes from `start` to before `end` (None: to the file's end), of which those before `taken` are there."""

    start: int
    taken: int
    end: int | None
    ready_at: float = 0.0
    request: Request | None = None
    claimed: int = 0  # as `taken`, with the piece that is being written

    @property
    def complete(self) -> bool:
        return self.taken == self.end


class FileVersion:
    """A part, what is known of its file, and its stretches, which cover the file in order without a gap.

    Each stretch is written by one thread at a time; `lock` guards where they end.
    """

    def __init__(self, part: Part, target: Path, url: str) -> None:
        self.part = part
        self.lock = threading.Lock()
        self.digests = Digests(tuple(name for name, _ in part.facts.digests))
        self.facts = part.facts
        self.stretches = _stretches(part.ranges, part.facts.total)
        self._target, self._url = target, url
        self._noted_at = self.done

    @property
    def done(self) -> int:
        return sum(stretch.taken - stretch.start for stretch in self.stretches)

    @property
    def complete(self) -> bool:
        return all(stretch.complete for stretch in self.stretches)

    def begin(self, facts: Facts) -> None:
        """The headers of a new file came: nothing is written yet. Raises OSError."""
        self.facts = facts
        self.digests = Digests(tuple(name for name, _ in facts.digests))
        self.stretches[0].end = facts.total
        if facts.total is None or facts.total >= _NOTE_LEAST:
            self._note()

    def room(self, stretch: Stretch, most: int) -> int:
        """How many bytes the next piece of a stretch may have; 0 when it is complete."""
        return most if stretch.end is None else min(most, stretch.end - stretch.taken)

    def write(self, file: IO[bytes], stretch: Stretch, data: bytes | memoryview) -> None:
        """The next bytes of a stretch; those beyond its end, which a split moves, are another's. Raises OSError."""
        first = stretch.taken
        with self.lock:
            if stretch.end is not None and first + len(data) > stretch.end:
                data = data[: stretch.end - first]
            stretch.claimed = first + len(data)  # no split takes that away
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        if first == self.digests.position:
            self.digests.update(data)
        stretch.taken = stretch.claimed  # only now: notes tell, and other threads rely on, what is written and hashed
        if len(self.stretches) > 1 and self.done - self._noted_at >= _NOTE_EVERY:
            with self.lock:
                self._note()

    def split(self, stretch: Stretch, least: int) -> Stretch | None:
        """Half of what is left of a stretch as one of its own; None where less than `least` would be left to each."""
        with self.lock:
            claimed = max(stretch.claimed, stretch.taken)
            if stretch.end is None or stretch.end - claimed < 2 * least:
                return None
            middle = (claimed + stretch.end + 1) // 2
            half = Stretch(middle, middle, stretch.end)
            self.stretches.insert(self.stretches.index(stretch) + 1, half)
            self._note()  # before anything is written there: from now on its length doesn't tell what is there
            stretch.end = middle
            return half

    def catch_up(self) -> None:
        """Hash what is there without a gap and wasn't hashed while it was written. Raises OSError."""
        goal = 0
        for stretch in self.stretches:
            goal = stretch.taken
            if not stretch.complete:
                break
        if self.digests.position >= goal:
            return
        with self.part.path.open("rb", buffering=0) as file:
            file.seek(self.digests.position)
            while self.digests.position < goal:
                data = file.read(min(_HASH_PIECE, goal - self.digests.position))
                if not data:
                    raise OSError(f"{str(self.part.path)!r} became shorter")
                self.digests.update(data)

    def keep(self) -> None:
        """Leave it for a later run, where that is of use; else remove it."""
        if not (self.part.noted and self.facts.tag and self.done):
            self.part.remove()
            return
        try:
            self._note()
        except OSError:
            self.part.remove()
        else:
            self.part.release()

    def _note(self) -> None:
        self._noted_at = self.done
        split = len(self.stretches) > 1
        there: Ranges = [(stretch.start, stretch.taken) for stretch in self.stretches if stretch.taken > stretch.start]
        self.part.note(self._target, self._url, self.facts, there if split else None)


def _stretches(there: Ranges, total: int | None) -> list[Stretch]:
    """Stretches that cover the file, each beginning with what is there.

    Of a file that is there whole the last byte is asked for again: the answer tells whether it is still the same.
    """
    if not there:
        return [Stretch(0, 0, total)]
    starts = [start for start, _ in there]
    ends: list[int | None] = [*starts[1:], total]
    stretches = [Stretch(start, taken, end) for (start, taken), end in zip(there, ends, strict=True)]
    if starts[0] > 0:
        stretches.insert(0, Stretch(0, 0, starts[0]))
    if all(stretch.complete for stretch in stretches):
        stretches[-1].taken -= 1
    return stretches
