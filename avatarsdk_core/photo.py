"""A photo as the service takes it: JPEG or PNG, told by what is in the file, not by its name.

No imaging library: the header and the file's structure are enough to refuse what the service would refuse a minute
later, and the pixels stay as they are.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import IO

from avatarsdk_core.errors import PhotoError

MAX_BYTES = 50_000_000  # the service publishes no limit; a phone's largest JPEG is below 30 MB
MAX_PIXELS = 120_000_000  # the same; the largest sensors of phones and cameras stay below it

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_WAY_OUT = "save it as JPEG or PNG and try again"


@dataclass(frozen=True)
class Photo:
    """The bytes of a JPEG or PNG: its media type (image/jpeg, image/png) and its size in pixels as stored."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int

    @property
    def upload_name(self) -> str:
        """A neutral file name: the user's own may tell more than they want to."""
        return "photo.jpg" if self.media_type == "image/jpeg" else "photo.png"


def read_photo(source: str | PathLike[str] | bytes | IO[bytes] | Photo, max_bytes: int = MAX_BYTES) -> Photo:
    """Read and check a photo given as path, bytes or binary file.

    Raises:
        PhotoError: missing, a folder, empty, too large, damaged, or neither JPEG nor PNG.
    """
    if isinstance(source, Photo):
        return source
    data, label = _load(source, max_bytes)
    if not data:
        raise PhotoError(f"{label} is empty: give a JPEG or PNG photo of a face")
    if len(data) > max_bytes:
        raise PhotoError(f"{label} is larger than {max_bytes // 1_000_000} MB: save it smaller, or as a JPEG")
    if data.startswith(b"\xff\xd8\xff"):
        photo = Photo(data, "image/jpeg", *_jpeg_size(data, label))
    elif data.startswith(_PNG_SIGNATURE):
        photo = Photo(data, "image/png", *_png_size(data, label))
    else:
        raise PhotoError(f"{label} {_foreign(data)}")
    if photo.width * photo.height > MAX_PIXELS:
        most = MAX_PIXELS // 1_000_000
        raise PhotoError(f"{label} has {photo.width}x{photo.height} pixels, more than {most} million: save it smaller")
    return photo


def _load(source: str | PathLike[str] | bytes | IO[bytes], max_bytes: int) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, "The photo"
    if not isinstance(source, str | PathLike):
        name = getattr(source, "name", None)
        data = source.read(max_bytes + 1)
        if not isinstance(data, bytes):
            raise PhotoError("The photo's file must be opened in binary mode: open(path, 'rb')")
        return data, f"The photo {name!r}" if isinstance(name, str) else "The photo"
    path = Path(fspath(source))
    label = f"The photo {str(path)!r}"
    try:
        if path.is_dir():
            raise PhotoError(f"{label} is a folder: give the file itself")
        with path.open("rb") as file:
            return file.read(max_bytes + 1), label
    except FileNotFoundError:
        raise PhotoError(f"{label} doesn't exist: check the path") from None
    except (OSError, ValueError) as error:
        raise PhotoError(f"{label} can't be read: {getattr(error, 'strerror', None) or error}") from None


def _jpeg_size(data: bytes, label: str) -> tuple[int, int]:
    """Walk the segments to the frame header, and make sure that the file has its end."""
    size = (0, 0)
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # stand-alone markers have no length
            position += 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and position + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, position + 5)
            size = (width, height)
        if marker == 0xDA:  # the pixels begin; an embedded preview's end lies before them
            if data.find(b"\xff\xd9", position) < 0:
                break
            if not all(size):
                raise PhotoError(f"{label} is a damaged JPEG: it has no size; {_WAY_OUT}")
            return size
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise PhotoError(f"{label} is a damaged or cut-off JPEG ({len(data)} bytes): copy it again")


def _png_size(data: bytes, label: str) -> tuple[int, int]:
    """Walk the chunks with their checksums from IHDR over IDAT to IEND."""
    kinds = []
    position = len(_PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data) or zlib.crc32(data[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            break
        kinds.append(kind)
        if kind == b"IEND":
            break
        position = end
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise PhotoError(f"{label} is a damaged or cut-off PNG ({len(data)} bytes): copy it again, or save it as JPEG")
    width, height = struct.unpack_from(">II", data, 16)
    if not width or not height:
        raise PhotoError(f"{label} is a damaged PNG: it has no size; {_WAY_OUT}")
    return width, height


def _foreign(data: bytes) -> str:
    """What a file that is neither JPEG nor PNG is, as the rest of a sentence with the way out."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return (
            "is HEIC, which the service doesn't take: convert it to JPEG, e.g. export it from the phone's photo app as "
            "'Most Compatible', or run: heif-convert IMG.heic IMG.jpg"
        )
    kinds = (
        (data.startswith(b"%PDF"), "a PDF"),
        (data.startswith(b"RIFF") and data[8:12] == b"WEBP", "a WebP"),
        (data.startswith((b"GIF87a", b"GIF89a")), "a GIF"),
        (data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"), "an AVIF"),
        (data[4:8] == b"ftyp", "a video"),
        (data.startswith((b"II*\0", b"MM\0*")), "a TIFF or a camera's raw file"),
        (data.startswith(b"BM"), "a BMP"),
        (data.startswith(b"PK\x03\x04"), "a zip"),
    )
    kind = next((name for matches, name in kinds if matches), None)
    return f"is {kind}, not a JPEG or PNG: {_WAY_OUT}" if kind else f"is neither JPEG nor PNG: {_WAY_OUT}"
