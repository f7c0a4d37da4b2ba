"""A photo leaves this machine as its pixels, its colours and which side is up: nothing else."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.photo import read_photo
from avatarsdk_core.photo_metadata import DamagedPhotoError, clean_jpeg, clean_png, exif_orientation
from tests.core.test_photo import jpeg, png

Image = pytest.importorskip("PIL.Image")
ImageOps = pytest.importorskip("PIL.ImageOps")
PngImagePlugin = pytest.importorskip("PIL.PngImagePlugin")
ImageCms = pytest.importorskip("PIL.ImageCms")

GPS, CAMERA, ORIENTATION = 0x8825, 0x010F, 0x0112
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(mode: str = "RGB", size: tuple[int, int] = (61, 43)) -> Any:
    """Something with edges and colours that no two places share."""
    red, green, blue = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size), None
    blue = red.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return Image.merge("RGB", (red, green, blue)).convert(mode)


def exif(orientation: int | None = None) -> Any:
    data = Image.Exif()
    data[CAMERA] = "CANARY camera"
    data.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    data.get_ifd(GPS)[29] = "CANARY:date"
    if orientation is not None:
        data[ORIENTATION] = orientation
    return data


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    return data[:2] + b"".join(segments) + data[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def encoded(image: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, **options)
    return stream.getvalue()


def pixels(data: bytes) -> tuple[Any, ...]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.mode, image.size, image.tobytes()


JPEG_KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("RGB", {}),
    "progressive": ("RGB", {"progressive": True}),
    "full colour": ("RGB", {"subsampling": 0, "quality": 100}),
    "restarts": ("RGB", {"restart_marker_blocks": 3}),
    "grey": ("L", {}),
    "four inks": ("CMYK", {}),
    "colours of its own": ("RGB", {"keep_rgb": True}),
}


@pytest.mark.parametrize("kind", JPEG_KINDS)
def test_a_jpegs_pixels_and_profile_stay_and_all_else_goes(kind: str) -> None:
    mode, options = JPEG_KINDS[kind]
    plain = encoded(picture(mode), format="JPEG", icc_profile=PROFILE, **options)
    secret = encoded(picture(mode), format="JPEG", icc_profile=PROFILE, exif=exif(), comment=b"CANARY", **options)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude='CANARY'/>"
    secret = with_segments(
        secret,
        segment(0xE1, xmp),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04 CANARY city"),
        segment(0xE2, b"MPF\0CANARY"),
        segment(0xE5, b"CANARY maker"),
        segment(0xEB, b"CANARY"),
    )
    photo = read_photo(secret + b"\xff\xd8\xff CANARY: a second picture behind the end")
    assert b"CANARY" in secret
    assert b"CANARY" not in photo.data
    assert pixels(photo.data) == pixels(secret) == pixels(plain)
    assert photo.data == plain
    with Image.open(io.BytesIO(photo.data)) as image:
        assert image.info["icc_profile"] == PROFILE
        assert dict(image.getexif()) == {}
    assert (photo.width, photo.height) == (61, 43)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_which_side_is_up_is_kept(orientation: int, order: str, form: str) -> None:
    data = exif(orientation)
    data.endian = order
    secret = encoded(picture(), format=form, exif=data)
    photo = read_photo(secret)
    assert b"CANARY" not in photo.data
    with Image.open(io.BytesIO(secret)) as before, Image.open(io.BytesIO(photo.data)) as after:
        assert after.getexif().get(ORIENTATION, 1) == orientation
        assert set(after.getexif()) <= {ORIENTATION}
        assert ImageOps.exif_transpose(after).tobytes() == ImageOps.exif_transpose(before).tobytes()
        assert after.tobytes() == before.tobytes()


def test_the_thumbnail_of_a_jfif_head_goes() -> None:
    plain = encoded(picture(), format="JPEG")
    head = plain[6 : 4 + int.from_bytes(plain[4:6], "big")]
    assert head.startswith(b"JFIF")
    thumbnail = segment(0xE0, head[:-2] + bytes([2, 1]) + b"CANARY")
    photo = read_photo(plain[:2] + thumbnail + plain[4 + int.from_bytes(plain[4:6], "big") :])
    assert photo.data == plain


def test_an_orientation_that_only_xmp_tells_is_kept() -> None:
    xmp = b'http://ns.adobe.com/xap/1.0/\0<rdf:Description tiff:Orientation="6" CANARY="1"/>'
    photo = read_photo(with_segments(encoded(picture(), format="JPEG"), segment(0xE1, xmp)))
    with Image.open(io.BytesIO(photo.data)) as image:
        assert image.getexif()[ORIENTATION] == 6
    assert b"CANARY" not in photo.data


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_a_pngs_pixels_and_profile_stay_and_all_else_goes(mode: str) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Location", "CANARY")
    texts.add_text("Long", "CANARY" * 100, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>CANARY</x:xmpmeta>")
    source = Image.new("I;16", (61, 43), 40000) if mode == "I;16" else picture().convert(mode)
    plain = encoded(source, format="PNG", icc_profile=PROFILE)
    secret = encoded(source, format="PNG", icc_profile=PROFILE, pnginfo=texts, exif=exif())
    secret = secret[:33] + chunk(b"tIME", b"CANARY!") + chunk(b"caMe", b"CANARY") + secret[33:] + b"CANARY behind"
    photo = read_photo(secret)
    assert b"CANARY" in secret
    assert b"CANARY" not in photo.data
    assert photo.data == plain
    assert pixels(photo.data) == pixels(secret)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_clean_photo_stays_as_it_is_and_cleaning_twice_changes_nothing(form: str) -> None:
    plain = encoded(picture(), format=form)
    assert read_photo(plain).data == plain
    once = read_photo(encoded(picture(), format=form, exif=exif(8))).data
    assert read_photo(once).data == once


def test_a_moving_png_becomes_its_first_picture() -> None:
    moving = encoded(picture(), format="PNG", save_all=True, append_images=[picture("RGB").rotate(90)])
    still = read_photo(moving).data
    assert pixels(still) == pixels(encoded(picture(), format="PNG"))
    assert b"acTL" not in still


@given(st.binary(max_size=64))
def test_any_exif_is_read_or_passed_over(data: bytes) -> None:
    for head in (b"", b"II*\0", b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0\x01\0"):
        assert 0 <= exif_orientation(head + data) <= 8


@given(st.data())
def test_any_damage_is_told_or_harmless(data: st.DataObject) -> None:
    clean, whole = data.draw(st.sampled_from([(clean_jpeg, jpeg()), (clean_png, png())]))
    at = data.draw(st.integers(2, len(whole)))
    broken = whole[:at] + data.draw(st.binary(max_size=12)) + whole[at + data.draw(st.integers(0, 12)) :]
    try:
        cleaned = clean(broken)
    except DamagedPhotoError:
        return
    assert clean(cleaned.data) == cleaned
