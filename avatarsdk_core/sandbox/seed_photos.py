"""Photos of people who don't exist, drawn in a few strokes: so that a full account isn't a wall of one face."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

PHOTOS = 12
_WIDTH, _HEIGHT = 360, 450
_SKINS = ((244, 208, 182), (226, 178, 148), (198, 140, 104), (150, 98, 68), (108, 68, 48), (236, 190, 166))
_HAIRS = ((40, 28, 22), (92, 58, 34), (178, 132, 70), (24, 22, 26), (130, 54, 30), (120, 118, 116), (60, 40, 30))
_WALLS = ((205, 214, 222), (222, 214, 200), (196, 208, 190), (214, 200, 214), (180, 190, 200))
_CLOTHES = ((48, 82, 130), (140, 50, 54), (60, 100, 76), (70, 70, 78), (168, 132, 60))


@cache
def draw_photo(number: int) -> bytes:
    """A JPEG, 360 by 450 pixels; the same for the same number."""
    skin, hair, wall, cloth = (tones[number % len(tones)] for tones in (_SKINS, _HAIRS, _WALLS, _CLOTHES))
    image = Image.new("RGB", (_WIDTH, _HEIGHT), wall)
    draw = ImageDraw.Draw(image)
    long = number % 2 == 0
    draw.ellipse((88, 50, 272, 400 if long else 240), fill=hair)
    draw.rounded_rectangle((145, 270, 215, 370), 20, fill=_shaded(skin, 0.86))
    draw.ellipse((50, 345, 310, 620), fill=cloth)
    draw.ellipse((105, 85, 255, 320), fill=skin)
    draw.pieslice((98, 62, 262, 250), 180 + 4 * (number % 5), 360 - 3 * (number % 4), fill=hair)
    draw.ellipse((112, 118, 248, 320), fill=skin)
    for x in (150, 210):
        draw.line((x - 18, 176, x + 18, 174), fill=_shaded(hair, 0.9), width=6)
        draw.ellipse((x - 14, 190, x + 14, 206), fill=(250, 248, 246))
        draw.ellipse((x - 7, 190, x + 7, 205), fill=(70 + 12 * (number % 6), 60, 44))
    draw.polygon(((176, 240), (184, 240), (190, 252), (170, 252)), fill=_shaded(skin, 0.84))
    draw.ellipse((156, 268, 204, 284), fill=_shaded((206, 112, 108), 0.6 + 0.06 * (number % 6)))
    file = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.6)).save(file, "JPEG", quality=85)
    return file.getvalue()


def _shaded(colour: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(channel * share) for channel in colour)
    return red, green, blue
