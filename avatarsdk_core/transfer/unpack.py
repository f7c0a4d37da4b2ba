"""Zips from the network are untrusted: unpack one so that it can't do harm, whole or not at all.

Standard library only: Blender's importer opens zips through this module.
"""

from __future__ import annotations

import lzma
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path

from avatarsdk_core.errors import ArchiveError
from avatarsdk_core.transfer.beside import beside

_CHUNK = 1 << 20
_WAY_OUT = "get the export again from the service"
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_LOCAL_HEADER_BYTES = 30
_FORBIDDEN_CHARACTERS = frozenset('<>:"|?*') | {chr(code) for code in range(32)} | {"\x7f"}
_RESERVED_NAMES = frozenset({"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}) | {
    f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"
}


@dataclass(frozen=True)
class Limits:
    """What an archive may cost, counted while reading and never taken from its own words.

    Attributes:
        entries: files and folders.
        total_bytes: size of everything unpacked.
        ratio: unpacked ÷ packed size, looked at beyond `ratio_from_bytes` (an empty mask packs well and is harmless).
    """

    entries: int = 10_000
    total_bytes: int = 4 << 30
    ratio: int = 200
    ratio_from_bytes: int = 64 << 20


@dataclass(frozen=True)
class _Entry:
    info: zipfile.ZipInfo
    parts: tuple[str, ...]


def unpack(
    archive: str | PathLike[str],
    folder: str | PathLike[str],
    *,
    identity: str | None = None,
    limits: Limits = Limits(),
) -> list[Path]:
    """Unpack a zip into `folder`, which must be missing or empty; it appears whole or stays as it was.

    With `identity`, the archive's own top folder of that name (as the service packs) is left out, so that nested
    (`avatar/model.glb`) and flat (`model.glb`) archives give the same folder.

    Returns the files written, sorted.

    Raises:
        ArchiveError: not a zip, damaged, or an entry would do harm; the entry is named.
    """
    archive, folder = Path(fspath(archive)), Path(fspath(folder))
    work = beside(folder)
    try:
        packed_bytes = archive.stat().st_size
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ArchiveError(f"{str(folder)!r} exists and isn't an empty folder: choose another place to unpack into")
        work.mkdir(parents=True)
        with zipfile.ZipFile(archive) as source:
            entries = _without_top(check_entries(source, archive.name, limits), identity)
            _extract(source, entries, work, _Budget(archive.name, packed_bytes, limits))
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    except OSError as error:
        raise ArchiveError(f"Can't unpack {str(archive)!r} into {str(folder)!r}: {error.strerror or error}") from None
    except (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, struct.error, RuntimeError, ValueError) as error:
        raise ArchiveError(f"{str(archive)!r} is not a whole zip ({error}): get it again") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def is_safe_name(name: str) -> bool:
    """True for a single file or folder name that every file system takes and that stays where it is put."""
    return name not in ("", ".", "..") and not {"/", "\\"}.intersection(name) and _harm_of_part(name) is None


def check_entries(source: zipfile.ZipFile, label: str, limits: Limits) -> list[_Entry]:
    """Every entry with its safe path parts.

    Raises:
        ArchiveError: an entry has a harmful name or kind, two of them collide or overlap, or there are too many.
    """
    infos = source.infolist()
    if len(infos) > limits.entries:
        raise ArchiveError(f"{label!r} holds {len(infos)} entries, more than {limits.entries}: refused; {_WAY_OUT}")
    entries = []
    for info in infos:
        reason = _harm_of_kind(info)
        if reason:
            raise ArchiveError(f"{label!r} holds {info.filename!r}, {reason}: refused; {_WAY_OUT}")
        entries.append(_Entry(info, _safe_parts(info, label)))
    if not any(not entry.info.is_dir() for entry in entries):
        raise ArchiveError(f"{label!r} holds no file; {_WAY_OUT}")
    _refuse_collisions(entries, label)
    _refuse_overlaps(infos, label)
    return entries


def _harm_of_kind(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED_FLAGS:
        return "which is encrypted"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a device or another special file"
    return None


def _safe_parts(info: zipfile.ZipInfo, label: str) -> tuple[str, ...]:
    name = info.orig_filename.replace("\\", "/")
    reason = None
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/"):
        reason = "an absolute path"
    elif ".." in parts:
        reason = "which leaves the folder"
    elif not parts:
        reason = "which has no name"
    else:
        reason = next(filter(None, map(_harm_of_part, parts)), None)
    if reason:
        raise ArchiveError(f"{label!r} holds {info.orig_filename!r}, {reason}: refused; {_WAY_OUT}")
    return parts


def _harm_of_part(part: str) -> str | None:
    if len(part) > 1 and part[1] == ":":
        return "which names a drive"
    if _FORBIDDEN_CHARACTERS.intersection(part):
        return "which holds a character that file systems forbid"
    if part.endswith((".", " ")) or part.startswith(" "):
        return "which begins or ends with a space or ends with a dot"
    if part.split(".")[0].rstrip().upper() in _RESERVED_NAMES:
        return "a name that Windows reserves"
    try:
        too_long = len(part.encode()) > 255
    except UnicodeEncodeError:
        return "which is no proper text"
    return "whose name is too long" if too_long else None


def _refuse_collisions(entries: Iterable[_Entry], label: str) -> None:
    """Two names that one file system takes for the same, or a file where another entry needs a folder."""
    files: set[tuple[str, ...]] = set()
    folders: dict[tuple[str, ...], tuple[str, ...]] = {}
    for entry in entries:
        key = tuple(map(_folded, entry.parts))
        depths = range(1, len(key) + int(entry.info.is_dir()))
        clash = any(
            key[:depth] in files or folders.setdefault(key[:depth], entry.parts[:depth]) != entry.parts[:depth]
            for depth in depths
        )
        if not entry.info.is_dir():
            clash = clash or key in files or key in folders
            files.add(key)
        if clash:
            raise ArchiveError(
                f"{label!r} holds {entry.info.filename!r} and another entry of that name: refused; {_WAY_OUT}"
            )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _refuse_overlaps(infos: Iterable[zipfile.ZipInfo], label: str) -> None:
    """Entries that share packed bytes multiply a small archive into a huge one."""
    end = 0
    for info in sorted(infos, key=lambda item: item.header_offset):
        if info.header_offset < end:
            raise ArchiveError(f"{label!r} holds {info.filename!r}, which overlaps another entry: refused; {_WAY_OUT}")
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size


def _without_top(entries: list[_Entry], identity: str | None) -> list[_Entry]:
    if any(entry.parts[0] != identity or (len(entry.parts) == 1 and not entry.info.is_dir()) for entry in entries):
        return entries
    return [_Entry(entry.info, entry.parts[1:]) for entry in entries if len(entry.parts) > 1]


@dataclass
class _Budget:
    """Counts what really comes out of an archive."""

    label: str
    packed_bytes: int
    limits: Limits
    written: int = 0

    def spend(self, count: int, name: str) -> None:
        self.written += count
        if self.written > self.limits.total_bytes:
            most = f"{self.limits.total_bytes >> 20} MB"
        elif self.written > max(self.limits.ratio_from_bytes, self.limits.ratio * self.packed_bytes):
            most = f"{self.limits.ratio} times its size"
        else:
            return
        raise ArchiveError(f"{self.label!r} unpacks to more than {most} (at {name!r}): refused; {_WAY_OUT}")


def _extract(source: zipfile.ZipFile, entries: Iterable[_Entry], into: Path, budget: _Budget) -> None:
    for entry in entries:
        target = into.joinpath(*entry.parts)
        if entry.info.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open(entry.info) as packed, target.open("xb") as file:
            while chunk := packed.read(_CHUNK):
                budget.spend(len(chunk), entry.info.filename)
                file.write(chunk)
        if target.stat().st_size != entry.info.file_size:
            raise ArchiveError(f"{budget.label!r} holds {entry.info.filename!r} with a false size: get it again")
