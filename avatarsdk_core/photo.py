"""A photo as the service takes it: JPEG or PNG, told by what is in the file, not by its name.

No imaging library: the header and the file's structure are enough to refuse what the service would refuse a minute
later, and the pixels stay as they are. What else the camera wrote into the file never leaves the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import IO

from avatarsdk_core.errors import PhotoError
from avatarsdk_core.photo_metadata import PNG_SIGNATURE, Cleaned, DamagedPhotoError, clean_jpeg, clean_png

MAX_BYTES = 50_000_000  # the service publishes no limit; a phone's largest JPEG is below 30 MB
MAX_PIXELS = 120_000_000  # the same; the largest sensors of phones and cameras stay below it

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_WAY_OUT = "save it as JPEG or PNG and try again"


@dataclass(frozen=True)
class Photo:
    """The bytes of a JPEG or PNG without metadata, its media type, and its size in pixels as stored."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int

    @property
    def upload_name(self) -> str:
        """A neutral file name: the user's own may tell more than they want to."""
        return "photo.jpg" if self.media_type == "image/jpeg" else "photo.png"


def read_photo(source: str | PathLike[str] | bytes | IO[bytes] | Photo, max_bytes: int = MAX_BYTES) -> Photo:
    """Read, check and clean a photo given as path, bytes or binary file.

    Place, time, device and all else that the camera wrote into it is left out; orientation and colour profile stay.

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
        photo = _cleaned(clean_jpeg, data, "image/jpeg", label)
    elif data.startswith(PNG_SIGNATURE):
        photo = _cleaned(clean_png, data, "image/png", label)
    else:
        raise PhotoError(f"{label} {_foreign(data)}")
    if photo.width * photo.height > MAX_PIXELS:
        most = MAX_PIXELS // 1_000_000
        raise PhotoError(f"{label} has {photo.width}x{photo.height} pixels, more than {most} million: save it smaller")
    return photo


def _cleaned(clean: Callable[[bytes], Cleaned], data: bytes, media_type: str, label: str) -> Photo:
    kind = media_type.removeprefix("image/").upper()
    try:
        cleaned = clean(data)
    except DamagedPhotoError:
        raise PhotoError(f"{label} is a damaged or cut-off {kind} ({len(data)} bytes): copy it again") from None
    if not cleaned.width or not cleaned.height:
        raise PhotoError(f"{label} is a damaged {kind}: it has no size; {_WAY_OUT}")
    return Photo(cleaned.data, media_type, cleaned.width, cleaned.height)


def _load(source: str | PathLike[str] | bytes | IO[bytes], max_bytes: int) -> tuple[bytes, str]:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), "The photo"
    if not isinstance(source, str | PathLike):
        if not hasattr(source, "read"):
            raise PhotoError(f"A photo is a path, bytes or a file opened in binary mode, not {type(source).__name__}")
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
