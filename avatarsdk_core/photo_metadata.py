"""What a camera writes into a photo besides the pixels is taken out: place, time, device, names, previews.

Lossless and without an imaging library: segments of a JPEG and chunks of a PNG are kept or left out as they are. What
the picture needs to look the same stays: the colour profile, and which side is up. All kinds that aren't known to be
harmless are left out, and so is what stands behind the picture's end (a second picture, a video).

Sources: ITU-T T.81 annex B (JPEG's segments), the PNG specification's third edition, Exif 2.32 for tag 0x0112.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP15, _COMMENT = 0xE0, 0xE1, 0xEF, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# A marker: not the stuffed zero of a scan, not one of its restarts, not a stand-alone TEM.
_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd7\xff])", re.DOTALL)
_KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_JFIF_SIZE = 14  # without a thumbnail, whose sizes are its last two bytes
_EXIF = b"Exif\0\0"
_XMP_ORIENTATION = re.compile(rb'tiff:Orientation(?:\s*=\s*["\']|>)\s*([1-8])')

_KEPT_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD"}  # the picture
    | {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP", b"mDCV", b"cLLI"}  # its colours
)


class DamagedPhotoError(ValueError):
    """The file's structure is broken, or its end is missing."""


class Cleaned(NamedTuple):
    """The file without what isn't the picture, and its size in pixels as stored."""

    data: bytes
    width: int
    height: int


class _Segment(NamedTuple):
    marker: int
    start: int
    body: int  # where its payload begins
    end: int  # of a scan: with all its data


def clean_jpeg(data: bytes) -> Cleaned:
    """A JPEG with nothing but its picture, colour profile and orientation.

    Raises:
        DamagedPhotoError
    """
    width = height = 0
    orientation = 0
    scans = 0
    heads: list[bytes] = []
    rest: list[bytes] = []
    for segment in _segments(data):
        body = data[segment.body : segment.end]
        if segment.marker in _FRAMES and len(body) >= 5:
            height, width = struct.unpack_from(">HH", body, 1)
        if segment.marker == _APP1:
            orientation = orientation or _orientation_of_segment(body)
        scans += segment.marker == _SOS
        if _is_kept(segment.marker, body):
            if segment.marker == _APP0:
                heads.append(_without_thumbnail(body))
            else:
                rest.append(data[segment.start : segment.end])
    if not scans:
        raise DamagedPhotoError
    upright = [] if orientation < 2 else [_exif_segment(orientation)]
    return Cleaned(b"".join([b"\xff\xd8", *heads, *upright, *rest, b"\xff\xd9"]), width, height)


def _segments(data: bytes) -> Iterator[_Segment]:
    """All segments between start and end of the image, fill bytes left out."""
    position = 2
    while match := _MARKER.search(data, position):
        marker, body = match[1][0], match.end()
        if marker == _EOI:
            return
        if marker == _SOI or body + 2 > len(data):
            raise DamagedPhotoError
        length = int.from_bytes(data[body : body + 2], "big")
        end = body + length
        if length < 2 or end > len(data):
            raise DamagedPhotoError
        if marker == _SOS:  # its data reach to the next marker
            following = _MARKER.search(data, end)
            if following is None:
                raise DamagedPhotoError
            end = following.start()
        yield _Segment(marker, match.end() - 2, body + 2, end)
        position = end
    raise DamagedPhotoError


def _is_kept(marker: int, body: bytes) -> bool:
    if marker in _KEPT_SEGMENTS:
        return body.startswith(_KEPT_SEGMENTS[marker])
    return not (_APP0 <= marker <= _APP15 or marker == _COMMENT)


def _without_thumbnail(jfif: bytes) -> bytes:
    """The first segment; a thumbnail in it may show what was cut off the picture."""
    return _segment(_APP0, jfif if len(jfif) <= _JFIF_SIZE else jfif[: _JFIF_SIZE - 2] + b"\0\0")


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _orientation_of_segment(body: bytes) -> int:
    if body.startswith(_EXIF):
        return exif_orientation(body[len(_EXIF) :])
    found = _XMP_ORIENTATION.search(body)
    return int(found[1]) if found else 0


def clean_png(data: bytes) -> Cleaned:
    """A PNG with nothing but its (first) picture, colours and orientation.

    Raises:
        DamagedPhotoError
    """
    kept: list[tuple[bytes, bytes]] = []
    orientation = 0
    for kind, start, end in _chunks(data):
        if kind == b"eXIf":
            orientation = orientation or exif_orientation(data[start + 8 : end - 4])
        if kind in _KEPT_CHUNKS:
            kept.append((kind, data[start:end]))
    kinds = [kind for kind, _ in kept]
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND" or len(kept[0][1]) != 25:
        raise DamagedPhotoError
    if orientation >= 2:
        kept.insert(kinds.index(b"IDAT"), (b"eXIf", _chunk(b"eXIf", _tiff(orientation))))
    width, height = struct.unpack_from(">II", kept[0][1], 8)
    return Cleaned(PNG_SIGNATURE + b"".join(chunk for _, chunk in kept), width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk, checksums checked, up to IEND."""
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data) or zlib.crc32(data[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            break
        yield kind, position, end
        if kind == b"IEND":
            return
        position = end
    raise DamagedPhotoError


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def exif_orientation(tiff: bytes) -> int:
    """1…8 as tag 0x0112 of the first directory says; 0 where it says nothing."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 0
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    if directory + 2 > len(tiff):
        return 0
    (count,) = struct.unpack_from(order + "H", tiff, directory)
    for at in range(directory + 2, min(directory + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at)
        if tag == 0x0112:
            return int(value) if kind == 3 and 1 <= value <= 8 else 0
    return 0


def _tiff(orientation: int) -> bytes:
    """The smallest Exif: one directory with one entry."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def _exif_segment(orientation: int) -> bytes:
    return _segment(_APP1, _EXIF + _tiff(orientation))
