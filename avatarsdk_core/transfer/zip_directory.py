"""What a zip says that it holds, believed only where nothing in it says otherwise.

Two readers of the same zip can see different files in it: by its two headers for each entry, two directories, bytes
before, between or behind entries, sizes given twice. Whoever checks and whoever unpacks must see the same; so here an
archive is taken only if its entries, their descriptors and one directory fill it from the first byte to the last, and
everything that is said twice is said alike.
Source: PKWARE's APPNOTE.TXT 6.3 (names of fields as there); traps: the vendor-neutral literature on zip parsing.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

STORED, DEFLATED = 0, 8
_METHODS = {1: "shrunk", 6: "imploded", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_AES = 99
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_STREAMED, _UTF8 = 0x8, 0x800
_ALIKE_FLAGS = _ENCRYPTED | _STREAMED | _UTF8
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64, _DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
_ZIP64_EXTRA, _UNICODE_PATH_EXTRA = 0x0001, 0x7075
_SATURATED = 0xFFFFFFFF
_MAX_DIRECTORY_BYTES = 8 << 20


class ZipError(Exception):
    """What is wrong with an archive; `name` of the entry where it is one's fault."""

    def __init__(self, reason: str, name: str | None = None) -> None:
        super().__init__(reason, name)
        self.reason = reason
        self.name = name


@dataclass(frozen=True)
class Entry:
    """One entry. `name` as it is written in the archive; `data_at`: where its `packed` bytes begin in the file."""

    name: str
    is_folder: bool
    method: int
    crc: int
    packed: int
    size: int
    header_at: int
    data_at: int


@dataclass(frozen=True)
class _Header:
    """Fields that the central and the local header share, zip64 resolved."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int = 0
    external: int = 0


def read_directory(file: IO[bytes], length: int, most: int) -> list[Entry]:
    """All entries of the archive in an open file of `length` bytes, in the order of their bytes.

    Raises:
        ZipError: it isn't a whole zip, holds more than `most` entries, one that isn't read here (encrypted, a link,
            an unknown compression), or says two different things.
        OSError: the file can't be read.
    """
    start, end, count = _directory_place(file, length)
    if count > most:
        raise ZipError(f"holds {count} entries, more than {most}")
    file.seek(start)
    directory = file.read(end - start)
    headers = sorted(_central_headers(directory, count), key=lambda header: header.offset)
    entries = []
    position = 0
    for number, header in enumerate(headers):
        name = _decoded(header)
        _refuse_kind(header, name)
        if header.offset < position:
            raise ZipError("which overlaps another entry", name)
        if header.offset > position:
            raise ZipError("which has bytes before it that belong to no entry", name)
        entry = _checked_entry(file, header, name)
        position = headers[number + 1].offset if number + 1 < len(headers) else start
        _check_end(file, header, entry, position)
        entries.append(entry)
    if position != start:
        raise ZipError("holds bytes that belong to no entry")
    return entries


def _directory_place(file: IO[bytes], length: int) -> tuple[int, int, int]:
    """Start and end of the central directory, and its number of entries."""
    tail_at = max(0, length - 22 - 0xFFFF)
    file.seek(tail_at)
    tail = file.read(length - tail_at)
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < 22:
        raise ZipError("is not a whole zip (it has no directory at its end)")
    at = tail_at + found
    disk, first_disk, here, count, size, start, comment = struct.unpack_from("<HHHHIIH", tail, found + 4)
    if at + 22 + comment != length:
        raise ZipError("is not a whole zip (bytes follow its end, or some are missing)")
    end, fields = at, (disk, first_disk, here, count, size, start)
    fields64 = _end64(file, at)
    if fields64 is not None:
        end, wide = fields64
        for narrow, value, most in zip(fields, wide, (0xFFFF,) * 4 + (_SATURATED,) * 2, strict=True):
            if narrow not in (most, value):
                raise ZipError("has two ends that contradict each other")
        fields = wide
    disk, first_disk, here, count, size, start = fields
    if disk or first_disk or here != count:
        raise ZipError("is one part of a zip in several parts")
    if start + size != end or size > _MAX_DIRECTORY_BYTES:
        raise ZipError("is not a whole zip (its directory isn't where it says)")
    return start, end, count


def _end64(file: IO[bytes], at: int) -> tuple[int, tuple[int, int, int, int, int, int]] | None:
    """Where the zip64 end record begins, and its fields; None where there is none."""
    if at < 20:
        return None
    file.seek(at - 20)
    locator = file.read(20)
    if locator[:4] != _LOCATOR64:
        return None
    disk, position, disks = struct.unpack_from("<IQI", locator, 4)
    if disk or disks != 1 or position + 56 > at - 20:
        raise ZipError("has a zip64 end that isn't where it says")
    file.seek(position)
    record = file.read(56)
    size, _, _, *fields = struct.unpack_from("<QHHIIQQQQ", record, 4)
    if record[:4] != _END64 or position + 12 + size != at - 20:
        raise ZipError("has a zip64 end that isn't where it says")
    return position, (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5])


def _central_headers(directory: bytes, count: int) -> Iterator[_Header]:
    position = 0
    for _ in range(count):
        if directory[position : position + 4] != _CENTRAL or len(directory) - position < 46:
            raise ZipError("is not a whole zip (its directory is damaged)")
        flags, method, _, crc, packed, size, *lengths, disk, _, external, offset = struct.unpack_from(
            "<HHIIIIHHHHHII", directory, position + 8
        )
        name_at = position + 46
        position = name_at + sum(lengths)
        if position > len(directory):
            raise ZipError("is not a whole zip (its directory is damaged)")
        raw_name = directory[name_at : name_at + lengths[0]]
        extra = _extras(directory[name_at + lengths[0] : name_at + lengths[0] + lengths[1]], raw_name)
        size, packed, offset, disk = _widened(extra, (size, packed, offset, disk), raw_name)
        if disk:
            raise ZipError("is one part of a zip in several parts")
        _check_unicode_path(extra, raw_name, flags)
        yield _Header(raw_name, flags, method, crc, packed, size, offset, external)
    if position != len(directory):
        raise ZipError("holds more or fewer entries than its end says")


def _checked_entry(file: IO[bytes], header: _Header, name: str) -> Entry:
    """The entry, if its local header says what the directory says."""
    file.seek(header.offset)
    fixed = file.read(30)
    if len(fixed) < 30 or fixed[:4] != _LOCAL:
        raise ZipError("which isn't where the directory says", name)
    flags, method, _, crc, packed, size, name_length, extra_length = struct.unpack_from("<HHIIIIHH", fixed, 6)
    raw_name = file.read(name_length)
    extra = _extras(file.read(extra_length), raw_name)
    size, packed, _, _ = _widened(extra, (size, packed, 0, 0), raw_name)
    _check_unicode_path(extra, raw_name, flags)
    streamed = bool(flags & _STREAMED)
    same = (
        raw_name == header.raw_name
        and method == header.method
        and not (flags ^ header.flags) & _ALIKE_FLAGS
        and all(
            here == there or (streamed and here == 0)
            for here, there in ((crc, header.crc), (packed, header.packed), (size, header.size))
        )
    )
    if not same:
        raise ZipError("whose two headers contradict each other", name)
    if method == STORED and header.packed != header.size:
        raise ZipError("with a false size", name)
    is_folder = name.endswith(("/", "\\"))
    if is_folder and header.size:
        raise ZipError("a folder with content", name)
    data_at = header.offset + 30 + name_length + extra_length
    return Entry(name, is_folder, method, header.crc, header.packed, header.size, header.offset, data_at)


def _check_end(file: IO[bytes], header: _Header, entry: Entry, following: int) -> None:
    """After the data comes the next thing at once, or, of a streamed entry, its descriptor first."""
    left = following - entry.data_at - entry.packed
    if left < 0:
        raise ZipError("which overlaps another entry", entry.name)
    if not header.flags & _STREAMED:
        if left:
            raise ZipError("which has bytes behind it that belong to no entry", entry.name)
        return
    file.seek(entry.data_at + entry.packed)
    told = file.read(left) if left <= 24 else b""
    layout = {12: "<III", 16: "<4xIII", 20: "<IQQ", 24: "<4xIQQ"}.get(left)
    signed = left in (12, 20) or told[:4] == _DESCRIPTOR
    if layout is None or not signed or struct.unpack(layout, told) != (entry.crc, entry.packed, entry.size):
        raise ZipError("whose descriptor contradicts the directory", entry.name)


def _extras(raw: bytes, raw_name: bytes) -> dict[int, bytes]:
    """Extra fields by their kind. What is too short to be a field is padding."""
    found: dict[int, bytes] = {}
    position = 0
    while len(raw) - position >= 4:
        kind, length = struct.unpack_from("<HH", raw, position)
        position += 4 + length
        if position > len(raw) or (kind in found and kind in (_ZIP64_EXTRA, _UNICODE_PATH_EXTRA)):
            raise ZipError("with a damaged extra field", _shown(raw_name))
        found[kind] = raw[position - length : position]
    return found


def _widened(extra: dict[int, bytes], narrow: tuple[int, int, int, int], raw_name: bytes) -> tuple[int, int, int, int]:
    """Size, packed size, offset and disk with zip64's values where the 32 or 16 bits are all set."""
    wide = extra.get(_ZIP64_EXTRA)
    values = list(narrow)
    if wide is None:
        return narrow
    position = 0
    for index, (most, width) in enumerate(((_SATURATED, 8), (_SATURATED, 8), (_SATURATED, 8), (0xFFFF, 4))):
        if values[index] == most:
            if position + width > len(wide):
                raise ZipError("with a damaged extra field", _shown(raw_name))
            values[index] = int.from_bytes(wide[position : position + width], "little")
            position += width
    # Some writers repeat values that fit into 32 bits. Whoever reads them must find the same.
    if position == 0 and len(wide) >= 16 and struct.unpack_from("<QQ", wide) not in ((narrow[0], narrow[1]), (0, 0)):
        raise ZipError("whose sizes are given twice and differ", _shown(raw_name))
    return values[0], values[1], values[2], values[3]


def _check_unicode_path(extra: dict[int, bytes], raw_name: bytes, flags: int) -> None:
    """A second name, in UTF-8, which some readers prefer: it must be the first one."""
    field = extra.get(_UNICODE_PATH_EXTRA)
    if field is not None and field[5:] != _text(raw_name, flags).encode("utf-8", "surrogateescape"):
        raise ZipError("which has a second name that differs", _shown(raw_name))


def _text(raw_name: bytes, flags: int) -> str:
    """UTF-8 where it says so; else what most writers mean: UTF-8 if it can be, or the PC's old code page."""
    try:
        return raw_name.decode("utf-8")
    except UnicodeDecodeError:
        if flags & _UTF8:
            raise ZipError("whose name is no proper text", _shown(raw_name)) from None
        return raw_name.decode("cp437")


def _decoded(header: _Header) -> str:
    return _text(header.raw_name, header.flags)


def _shown(raw_name: bytes) -> str:
    return raw_name.decode("utf-8", "backslashreplace")


def _refuse_kind(header: _Header, name: str) -> None:
    if header.flags & _ENCRYPTED or header.method == _AES:
        raise ZipError("which is encrypted", name)
    kind = stat.S_IFMT(header.external >> 16)
    if kind == stat.S_IFLNK:
        raise ZipError("a link", name)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ZipError("a device or another special file", name)
    if kind == stat.S_IFDIR and not name.endswith(("/", "\\")):
        raise ZipError("a folder by its kind and a file by its name", name)
    if header.method not in (STORED, DEFLATED):
        words = _METHODS.get(header.method, f"method {header.method}")
        raise ZipError(f"compressed in a way that isn't read here ({words})", name)
