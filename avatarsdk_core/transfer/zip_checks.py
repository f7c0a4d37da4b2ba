"""Whether a zip may be unpacked at all: names, kinds, sizes and paths of everything in it, before a byte is written.

Standard library only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from avatarsdk_core.errors import ArchiveError
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.names import folded, harm_of_part
from avatarsdk_core.transfer.zip_directory import Entry, ZipError, read_directory

_WAY_OUT = "get the export again from the service"
_MAX_DEPTH = 64


@dataclass(frozen=True)
class Limits:
    """What an archive may cost. No entry may unpack to more than it declares, so that these hold for what comes out.

    Attributes:
        entries: files and folders, those that only stand in the paths of others too.
        total_bytes: size of everything unpacked.
        ratio: unpacked ÷ packed size, looked at beyond `ratio_from_bytes` (an empty mask packs well and is harmless).
        path_bytes: length of a whole path on this system.
    """

    entries: int = 10_000
    total_bytes: int = 4 << 30
    ratio: int = 200
    ratio_from_bytes: int = 64 << 20
    path_bytes: int = 32_000 if os.name == "nt" else 4_000 if sys.platform == "linux" else 1_000


LIMITS = Limits()


@dataclass(frozen=True)
class Member:
    """An entry and where it goes, as safe path parts below the folder."""

    entry: Entry
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Archive:
    """A zip, looked through and found harmless; nothing is unpacked yet."""

    path: Path
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(member.entry.size for member in self.members)


def look_through(
    archive: Path, into: Path, *, identity: str | None = None, limits: Limits = LIMITS, name: str | None = None
) -> Archive:
    """Read a zip's directory, and refuse what would do harm if it were unpacked into `into`. Writes nothing.

    Args:
        name: what to call it in messages; its file's name by default.

    Raises:
        ArchiveError: not a zip, damaged, or an entry would do harm; the entry is named.
    """
    label = name or archive.name
    try:
        length = archive.stat().st_size
        with archive.open("rb") as file:
            entries = read_directory(file, length, limits.entries)
        members = [Member(entry, _safe_parts(entry)) for entry in entries]
        if all(member.entry.is_folder for member in members):
            raise ZipError("holds no file")
        _refuse_collisions(members, limits.entries)
        _refuse_cost(members, length, limits)
        members = _without_top(members, identity)
        _refuse_long_paths(members, into, limits)
    except ZipError as error:
        raise archive_error(label, error) from None
    except OSError as error:
        raise ArchiveError(f"Can't read {str(archive)!r}: {error.strerror or error}") from None
    return Archive(archive, tuple(members))


def archive_error(label: str, error: ZipError) -> ArchiveError:
    """The line for a person."""
    if error.name is None:
        return ArchiveError(f"{label!r} {error.reason}: refused; {_WAY_OUT}")
    return ArchiveError(f"{label!r} holds {error.name!r}, {error.reason}: refused; {_WAY_OUT}")


def _safe_parts(entry: Entry) -> tuple[str, ...]:
    name = entry.name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/"):
        reason: str | None = "an absolute path"
    elif ".." in parts:
        reason = "which leaves the folder"
    elif not parts:
        reason = "which has no name"
    elif len(parts) > _MAX_DEPTH:
        reason = f"which lies more than {_MAX_DEPTH} folders deep"
    else:
        reason = next(filter(None, map(harm_of_part, parts)), None)
    if reason:
        raise ZipError(reason, entry.name)
    return parts


def _refuse_collisions(members: Iterable[Member], most: int) -> None:
    """Two names that one file system takes for the same, a file where another entry needs a folder, or too many."""
    files: set[tuple[str, ...]] = set()
    folders: dict[tuple[str, ...], tuple[str, ...]] = {}
    for member in members:
        key = tuple(map(folded, member.parts))
        depths = range(1, len(key) + int(member.entry.is_folder))
        clash = any(
            key[:depth] in files or folders.setdefault(key[:depth], member.parts[:depth]) != member.parts[:depth]
            for depth in depths
        )
        if not member.entry.is_folder:
            clash = clash or key in files or key in folders
            files.add(key)
        if clash:
            raise ZipError("and another entry of that name", member.entry.name)
        if len(files) + len(folders) > most:
            raise ZipError(f"with which it makes more than {most} files and folders", member.entry.name)


def _refuse_cost(members: Iterable[Member], packed: int, limits: Limits) -> None:
    total = 0
    for member in members:
        total += member.entry.size
        if total > limits.total_bytes:
            most = f"{limits.total_bytes >> 20} MB"
        elif total > max(limits.ratio_from_bytes, limits.ratio * packed):
            most = f"{limits.ratio} times its size"
        else:
            continue
        raise ZipError(f"with which it unpacks to more than {most}", member.entry.name)


def _without_top(members: list[Member], identity: str | None) -> list[Member]:
    if any(
        member.parts[0] != identity or (len(member.parts) == 1 and not member.entry.is_folder) for member in members
    ):
        return members
    return [Member(member.entry, member.parts[1:]) for member in members if len(member.parts) > 1]


def _refuse_long_paths(members: Iterable[Member], into: Path, limits: Limits) -> None:
    base = len(os.fsencode(beside(into)))  # while it is unpacked, the folder has this longer name
    for member in members:
        if base + sum(len(os.fsencode(part)) + 1 for part in member.parts) > limits.path_bytes:
            raise ZipError("whose path is too long for this system", member.entry.name)
