"""What is asked of the download engine and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Priority(IntEnum):
    """Which files come first."""

    AVATAR = 0
    SHOWN = 1
    REST = 2


@dataclass(frozen=True)
class Download:
    """One file to fetch.

    Attributes:
        url: as the service handed it out.
        target: the file's place, in an existing folder; it is replaced when the new file is whole.
        name: for messages and progress; the target's name where it is empty.
        priority: lower ones first, those of the same in the order given.
        size, sha256: of the file, where known beforehand; another length or digest (hexadecimal) is refused.
    """

    url: str
    target: Path
    name: str = ""
    priority: int = Priority.REST
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Downloaded:
    """One file that stands at its target.

    Attributes:
        sha256: hexadecimal, computed from what was written.
        etag, last_modified: headers as they came, where they came.
        received: bytes of it that came over the network in this run; less than `size` where a part was there.
    """

    path: Path
    size: int
    sha256: str
    etag: str | None
    last_modified: str | None
    received: int
