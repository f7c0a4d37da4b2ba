"""A photo is told by its content; everything else is refused with the way out."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest

from avatarsdk_core.errors import PhotoError
from avatarsdk_core.photo import Photo, read_photo


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(3 * width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int = 3, height: int = 2) -> bytes:
    thumbnail = b"Exif\0\0" + b"\xff\xd8\xff\xd9" * 3  # an embedded preview with ends of its own
    app1 = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\1\0\0\x3f\0" + b"\x12\x34" * 50
    return b"\xff\xd8" + app1 + b"\xff\xff" + frame[1:] + scan + b"\xff\xd9"


def test_jpeg_and_png_are_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "face.heic"
    path.write_bytes(jpeg(30, 20))
    photo = read_photo(path)
    assert (photo.media_type, photo.width, photo.height, photo.upload_name) == ("image/jpeg", 30, 20, "photo.jpg")
    assert read_photo(str(path)).data == photo.data
    assert b"Exif" not in photo.data
    assert read_photo(png(5, 7)) == Photo(png(5, 7), "image/png", 5, 7)
    assert read_photo(io.BytesIO(png())).media_type == "image/png"
    assert read_photo(bytearray(jpeg())) == read_photo(memoryview(jpeg())) == read_photo(jpeg())
    assert read_photo(photo) is photo


def test_the_pixels_stay_out_of_the_repr() -> None:
    assert "data" not in repr(read_photo(png()))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "convert it to JPEG"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "convert it to JPEG"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP"),
        (b"GIF89a\1\0\1\0", "a GIF"),
        (b"hello", "neither JPEG nor PNG"),
        (jpeg()[:60], "cut-off JPEG"),
        (jpeg()[:-2], "cut-off JPEG"),
        (b"\xff\xd8\xff", "cut-off JPEG"),
        (b"\xff\xd8\xff\xe0\0\0" * 4, "cut-off JPEG"),
        (jpeg(0, 0), "no size"),
        (png()[:-6], "cut-off PNG"),
        (png()[:40], "cut-off PNG"),
        (png()[:50] + b"?" + png()[51:], "cut-off PNG"),
        (png(0, 2), "no size"),
    ],
)
def test_everything_else_is_refused_in_one_line_that_names_the_file(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "face.jpg"
    path.write_bytes(data)
    with pytest.raises(PhotoError) as caught:
        read_photo(path)
    assert word in str(caught.value)
    assert "face.jpg" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_folder_and_unreadable(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match=r"no\.jpg' doesn't exist"):
        read_photo(tmp_path / "no.jpg")
    with pytest.raises(PhotoError, match="is a folder"):
        read_photo(tmp_path)
    with pytest.raises(PhotoError, match="can't be read"):
        read_photo("face\0.jpg")
    with pytest.raises(PhotoError, match="binary mode"):
        read_photo(io.StringIO("text"))  # type: ignore[arg-type]
    with pytest.raises(PhotoError, match="not list"):
        read_photo([1])  # type: ignore[arg-type]


def test_a_photo_of_60_mb_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.write(jpeg())
        file.truncate(60_000_000)
    with pytest.raises(PhotoError, match="larger than 50 MB"):
        read_photo(path)
