"""An append-only file of messages: every line is written at once, so that a kill leaves half a line at its end at most.

A reader takes whole lines only. Who writes after a kill ends the half line first; it is then a line that says nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from avatarsdk_core.worker.messages import Message, from_line, to_line

_CHUNK = 1 << 16
_PRIVATE = 0o600


class Journal:
    """Writes messages to the end of `path`, which is made when it isn't there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, message: Message, *, durable: bool = False) -> None:
        """Append a message; `durable` ones outlive a power cut from when this returns.

        Raises:
            OSError: the disk is full, or refuses; readers see nothing of the message then.
        """
        line = to_line(message)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self.path, flags, _PRIVATE)
        try:
            if self._ends_within_a_line(handle):
                line = b"\n" + line
            written = os.write(handle, line)
            while written < len(line):  # a disk that is nearly full takes a part, and says so at the next write
                written += os.write(handle, line[written:])
            if durable:
                from avatarsdk_core.transfer.files import sync_descriptor

                sync_descriptor(handle)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from None  # a written handle knows no name
        finally:
            os.close(handle)

    def _ends_within_a_line(self, handle: int) -> bool:
        size = os.lseek(handle, 0, os.SEEK_END)
        if not size:
            return False
        os.lseek(handle, size - 1, os.SEEK_SET)
        return os.read(handle, 1) != b"\n"


class Tail:
    """Reads what was added to a journal since the last look, without waiting for anything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._rest = b""

    def read(self, most: int = _CHUNK) -> list[Message]:
        """The messages of the whole lines among the next `most` bytes; none where there is nothing new."""
        return list(self._messages(most))

    def _messages(self, most: int) -> Iterator[Message]:
        with contextlib.suppress(OSError):  # not there yet, or not any longer
            new = self.path.stat().st_size - self._offset
            if new > 0:
                with self.path.open("rb") as file:
                    file.seek(self._offset)
                    data = file.read(min(new, most))
                self._offset += len(data)
                *lines, self._rest = (self._rest + data).split(b"\n")
                yield from (message for message in map(from_line, lines) if message is not None)


def read_all(path: Path) -> list[Message]:
    """Every message of a journal; none where there is no file."""
    return Tail(path).read(1 << 40)
