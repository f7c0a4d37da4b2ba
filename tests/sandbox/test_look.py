"""Colours read off a photo: real structure (a head before a background), wrong photos, broken files."""

from __future__ import annotations

import colorsys
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from avatarsdk_core.errors import PhotoError
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS, look_from_photo

Colour = tuple[int, int, int]


def _portrait(skin: Colour, hair: Colour, background: Colour, shirt: Colour = (40, 70, 140)) -> Image.Image:
    """Head and shoulders, lit from the left, with grain."""
    picture = Image.new("RGB", (480, 600), background)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((120, 60, 360, 420), fill=hair)
    draw.rectangle((60, 470, 420, 600), fill=shirt)
    draw.rectangle((200, 380, 280, 490), fill=skin)
    draw.ellipse((155, 130, 325, 420), fill=skin)
    for x in (205, 275):
        draw.ellipse((x - 16, 250, x + 16, 266), fill=(250, 248, 245))
        draw.ellipse((x - 7, 250, x + 7, 266), fill=(60, 40, 30))
    draw.ellipse((205, 345, 275, 370), fill=tuple(int(c * f) for c, f in zip(skin, (0.9, 0.6, 0.6), strict=True)))
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(3)), dtype=np.float64)
    light = np.linspace(1.06, 0.86, pixels.shape[1])[None, :, None]
    noise = np.random.default_rng(4).normal(0, 4, pixels.shape)
    return Image.fromarray(np.clip(pixels * light + noise, 0, 255).astype(np.uint8))


def _file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _distance(a: Colour, b: Colour) -> int:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize(
    ("skin", "hair", "background"),
    [
        ((232, 190, 165), (150, 110, 70), (110, 140, 120)),
        ((190, 140, 105), (50, 34, 24), (225, 225, 230)),
        ((104, 68, 50), (24, 20, 18), (150, 160, 175)),
        ((216, 172, 145), (120, 60, 36), (60, 62, 66)),
    ],
)
def test_skin_and_hair_come_from_the_photo(skin: Colour, hair: Colour, background: Colour) -> None:
    look = look_from_photo(_file(_portrait(skin, hair, background)))
    assert _distance(look.skin, skin) <= 24
    assert _distance(look.hair, hair) <= 30


def test_an_orange_suit_is_not_taken_for_skin() -> None:
    look = look_from_photo(_file(_portrait((225, 182, 156), (110, 80, 52), (200, 198, 196), shirt=(228, 104, 48))))
    assert _distance(look.skin, (225, 182, 156)) <= 24


def test_a_wall_the_colour_of_skin_does_not_become_the_face() -> None:
    look = look_from_photo(_file(_portrait((190, 138, 108), (40, 28, 22), (226, 196, 176))))
    assert _distance(look.skin, (190, 138, 108)) <= 28
    assert max(look.hair) < 90


@pytest.mark.parametrize("subtype", ["female", "male"])
def test_a_grey_photo_tells_no_colours(subtype: str) -> None:
    grey = _portrait((200, 160, 140), (60, 40, 30), (120, 130, 140)).convert("L")
    assert look_from_photo(_file(grey), subtype) == DEFAULT_LOOKS[subtype]
    assert look_from_photo(_file(grey.convert("RGB")), subtype) == DEFAULT_LOOKS[subtype]


def test_a_landscape_gives_the_default() -> None:
    picture = Image.new("RGB", (400, 300), (110, 160, 225))
    ImageDraw.Draw(picture).rectangle((0, 170, 400, 300), fill=(60, 120, 50))
    assert look_from_photo(_file(picture)) == DEFAULT_LOOKS["female"]


@pytest.mark.parametrize("colour", [(255, 0, 255), (222, 176, 150), (0, 0, 0), (255, 255, 255)])
@pytest.mark.parametrize("size", [(1, 1), (2, 300), (300, 1), (3, 3)])
def test_photos_of_any_size_and_colour_give_human_colours(size: tuple[int, int], colour: Colour) -> None:
    _assert_human(look_from_photo(_file(Image.new("RGB", size, colour))))


def test_noise_and_cartoon_colours_are_clamped_to_what_humans_look_like() -> None:
    for seed in range(12):
        random = np.random.default_rng(seed)
        cells = random.integers(0, 256, (6, 6, 3)).astype(np.uint8)
        picture = Image.fromarray(cells).resize((240, 240), Image.Resampling.NEAREST)
        _assert_human(look_from_photo(_file(picture)))


def _assert_human(look: object) -> None:
    hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in look.skin))
    assert 9 <= hue * 360 <= 32
    assert 0.2 <= saturation <= 0.64
    assert 0.29 <= value <= 0.94
    hair_hue, hair_saturation, hair_value = colorsys.rgb_to_hsv(*(c / 255 for c in look.hair))
    assert hair_saturation < 0.08 or 10 <= hair_hue * 360 <= 38
    assert hair_saturation <= 0.65
    assert hair_value <= 0.83
    assert max(look.eyebrows) <= max(look.hair) + 8
    assert look.lips[0] - look.lips[1] > look.skin[0] - look.skin[1] - 1


def test_a_phone_photo_on_its_side_is_turned_upright_first() -> None:
    portrait = _portrait((225, 182, 156), (60, 40, 28), (200, 205, 210))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise for display
    lying = _file(portrait.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif.tobytes())
    upright = _file(portrait, "JPEG", quality=95)
    assert _distance(look_from_photo(lying).skin, look_from_photo(upright).skin) <= 6
    assert _distance(look_from_photo(lying).hair, look_from_photo(upright).hair) <= 10


def test_transparent_pixels_count_as_white_and_a_palette_is_resolved() -> None:
    portrait = _portrait((225, 182, 156), (60, 40, 28), (255, 255, 255))
    cut_out = portrait.convert("RGBA")
    cut_out.putalpha(Image.eval(portrait.convert("L"), lambda value: 0 if value > 245 else 255))
    assert _distance(look_from_photo(_file(cut_out)).skin, look_from_photo(_file(portrait)).skin) <= 8
    palette = portrait.quantize(64)
    assert _distance(look_from_photo(_file(palette)).skin, look_from_photo(_file(portrait)).skin) <= 14


def test_the_same_bytes_give_the_same_look() -> None:
    photo = _file(_portrait((225, 182, 156), (60, 40, 28), (200, 205, 210)))
    assert look_from_photo(photo) == look_from_photo(photo)


def _damaged_png() -> bytes:
    """Whole as a container, with checksums that fit, but its pixels are no deflate stream."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"nonsense" * 9) + chunk(b"IEND", b"")


@pytest.mark.parametrize("data", [b"", b"not a photo", b"%PDF-1.7\n...", b"\xff\xd8\xff\xe0 cut off", _damaged_png()])
def test_what_is_not_a_photo_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(PhotoError) as caught:
        look_from_photo(data)
    assert "\n" not in str(caught.value)


def test_a_photo_with_too_many_pixels_is_refused_with_its_size() -> None:
    with pytest.raises(PhotoError, match="20000x20000 pixels"):
        look_from_photo(_file(Image.new("1", (20000, 20000))))
