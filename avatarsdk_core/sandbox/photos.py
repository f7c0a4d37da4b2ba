"""The photo that an avatar is made of: checked, kept as it came, shown as a thumbnail."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from avatarsdk_core.photo import MAX_BYTES, MAX_PIXELS
from avatarsdk_core.sandbox.answers import bad_field

PHOTO_FILE = "photo"
THUMBNAIL_FILE = "thumbnail.jpg"
PREVIEW_FILE = "preview.png"
THUMBNAIL_SIZE = (256, 256)
_EXTENSIONS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png"}  # MPO: phones' JPEGs with a second picture behind


async def read_photo(upload: UploadFile) -> bytes:
    """The bytes of an upload that Pillow can decode as JPEG or PNG; else 400."""
    data = await upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise bad_field("photo", f"The photo is larger than {MAX_BYTES // 1_000_000} MB.")
    if not data:
        raise bad_field("photo", "The submitted file is empty.")
    await run_in_threadpool(_decode, data)
    return data


def photo_extension(data: bytes) -> str:
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        return _EXTENSIONS[str(image.format)]


def stored_photo(avatar_folder: Path) -> bytes:
    return next(avatar_folder.glob(f"{PHOTO_FILE}.*")).read_bytes()


def write_thumbnail(photo: bytes, path: Path) -> None:
    """The photo, upright and small, without the metadata that phones put into it."""
    with Image.open(io.BytesIO(photo)) as image:
        image.draft("RGB", (THUMBNAIL_SIZE[0] * 2, THUMBNAIL_SIZE[1] * 2))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail(THUMBNAIL_SIZE)
    upright.info.clear()
    upright.save(path, "JPEG", quality=88, exif=b"")


def _decode(data: bytes) -> None:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > MAX_PIXELS:
                raise bad_field("photo", f"The photo has {image.width}x{image.height} pixels, which is too many.")
            image.load()
    except Image.DecompressionBombError as error:
        raise bad_field("photo", f"The photo has more than {MAX_PIXELS // 1_000_000} million pixels.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise bad_field("photo", "Upload a valid image: this is no JPEG or PNG, or it is damaged.") from error
