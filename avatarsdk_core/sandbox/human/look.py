"""The colours of a person, read off a photo: skin, hair, and what goes with them. Nothing else is guessed.

There is no face detector: skin is found by its chrominance near the middle of the picture, the face as the patch
that grows from there, hair as what lies close around the upper face and is neither skin nor background. Where a step
finds too little (a landscape, a drawing, a grey picture), the default stands.
"""

from __future__ import annotations

import colorsys
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.errors import PhotoError
from avatarsdk_core.photo import read_photo
from avatarsdk_core.sandbox.human.model import Subtype

Colour = tuple[int, int, int]
_Image = NDArray[np.float64]
_Mask = NDArray[np.bool_]

_WORKING_SIZE = 160
_SKIN_CHROMA = np.array([109.0, 151.0])  # Cb, Cr: the middle of the band that the literature gives for all skins
_SKIN_SPREAD = np.array([[90.0, -70.0], [-70.0, 110.0]])  # a darker or redder skin moves along this ellipse
_GREY_CHROMA = 7.0  # a picture whose chrominance strays less than this from neutral tells no colours
_LEAST_SHARE = 0.004  # a face smaller than this share of the picture is taken for chance


@dataclass(frozen=True)
class Look:
    """Colours of the avatar's own parts as sRGB 0-255."""

    skin: Colour
    hair: Colour
    lips: Colour
    eyebrows: Colour
    iris: Colour


def _look(skin: Colour, hair: Colour) -> Look:
    """What goes with a skin and a hair colour: lips redder than the skin, brows darker than the hair, eyes to match."""
    return Look(skin, hair, _lips(skin), _eyebrows(hair), _iris(skin, hair))


def look_from_photo(photo: bytes, subtype: Subtype = "female") -> Look:
    """The look of the person in a JPEG or PNG, within what human skin and hair look like; the same for the same bytes.

    Raises:
        PhotoError: the bytes are not a picture that can be decoded.
    """
    default = DEFAULT_LOOKS[subtype]
    image = _decode(photo)
    if _is_grey(image):
        return default
    likelihood = _skin_likelihood(image)
    face = _face(image, likelihood)
    if face is None:
        return default
    skin = _clamp_skin(_middle_tone(image[face]))
    hair = _hair(image, face, likelihood)
    return _look(skin, default.hair if hair is None else _clamp_hair(hair))


def face_patch(photo: bytes) -> _Mask | None:
    """(H, W) the patch of skin that may be a face in the photo, made small; None where there is none.

    Raises:
        PhotoError: the bytes are not a picture that can be decoded.
    """
    image = _decode(photo)
    return None if _is_grey(image) else _face(image, _skin_likelihood(image))


def decoded(photo: bytes, size: int) -> _Image:
    """(H, W, 3) sRGB 0-255, upright, at most `size` pixels a side. Raises PhotoError."""
    return _decode(photo, size)


def _decode(photo: bytes, size: int = _WORKING_SIZE) -> _Image:
    """(H, W, 3) sRGB 0-255, upright, at most `size` pixels a side; transparent pixels count as white."""
    from PIL import Image, ImageOps

    read_photo(photo)  # told by its structure, and small enough to decode
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(photo), formats=("JPEG", "PNG")) as opened:
                opened.draft("RGB", (4 * size, 4 * size))
                opened.load()
                if opened.mode in ("L", "RGB", "RGBA"):  # first small, then converted: a large photo fits in memory
                    opened.thumbnail((4 * size, 4 * size), Image.Resampling.BOX)
                picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise PhotoError(f"The photo can't be decoded ({error}): save it as JPEG or PNG and try again") from None
    picture.thumbnail((size, size), Image.Resampling.BOX)
    white = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(white, picture).convert("RGB"), dtype=np.float64)


def _ycbcr(image: _Image) -> _Image:
    """JPEG's full-range YCbCr (ITU-T T.871)."""
    red, green, blue = np.moveaxis(image, -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.stack([luma, 128 + (blue - luma) * 0.564, 128 + (red - luma) * 0.713], axis=-1)


def _is_grey(image: _Image) -> bool:
    chroma = np.abs(_ycbcr(image)[..., 1:] - 128).max(axis=-1)
    return bool(np.quantile(chroma, 0.97) < _GREY_CHROMA)


def _skin_likelihood(image: _Image) -> _Image:
    """0-1 per pixel, by chrominance; deep shadow and burnt-out light tell nothing."""
    colours = _ycbcr(image)
    away = colours[..., 1:] - _SKIN_CHROMA
    distance = np.einsum("...i,ij,...j->...", away, np.linalg.inv(_SKIN_SPREAD), away)
    luma = colours[..., 0]
    # Orange and red cloth share the hue of skin, but no skin is that saturated where it is light.
    excess = np.clip((image[..., 0] - image[..., 2]) / np.maximum(image[..., 0], 1) - 0.62, 0, None) * (luma > 70)
    usable = np.clip((luma - 25) / 20, 0, 1) * np.clip((252 - luma) / 10, 0, 1)
    return np.asarray(np.exp(-0.5 * distance - 12 * excess) * usable)


def _face(image: _Image, likelihood: _Image) -> _Mask | None:
    """The patch of skin that grows from the likeliest place for a face; None where there is no such place."""
    height, width = likelihood.shape
    y, x = np.mgrid[0:height, 0:width]
    prior = np.exp(-0.5 * (((x / width - 0.5) / 0.22) ** 2 + ((y / height - 0.38) / 0.24) ** 2))
    reach = max(1, min(height, width) // 14)
    score = _box_mean(likelihood, reach) * prior
    row, column = divmod(int(score.argmax()), width)
    near = (abs(y - row) <= reach) & (abs(x - column) <= reach) & (likelihood > 0.35)
    if near.sum() < 0.3 * (2 * reach + 1) ** 2:
        return None
    tone = np.median(_ycbcr(image)[near], axis=0)
    alike = (np.abs(_ycbcr(image) - tone) < (75, 13, 13)).all(axis=-1) & (likelihood > 0.2)
    face = grown(near, alike & _head_around(row, column, reach, alike))
    return face if face.sum() >= max(1, _LEAST_SHARE * face.size) else None


def _head_around(row: int, column: int, reach: int, alike: _Mask) -> _Mask:
    """An ellipse as wide as the skin runs to both sides of the seed: walls of the same colour stay outside."""
    height, width = alike.shape
    middles, halves = [], []
    for line in alike[max(0, row - reach) : row + reach + 1]:
        gaps = np.flatnonzero(~line)
        left = int(np.max(gaps[gaps < column], initial=-1))
        right = int(np.min(gaps[gaps > column], initial=width))
        if line[column]:
            middles.append((left + right) / 2)
            halves.append((right - left) / 2)
    if not halves:
        return np.ones_like(alike)
    y, x = np.mgrid[0:height, 0:width]
    half = float(np.median(halves)) * 1.15
    return np.asarray(np.hypot((x - np.median(middles)) / half, (y - row) / (1.7 * half)) <= 1)


def grown(seed: _Mask, allowed: _Mask) -> _Mask:
    """All of `allowed` that hangs together with `seed`."""
    patch = seed & allowed
    while True:
        larger = patch.copy()
        larger[1:] |= patch[:-1]
        larger[:-1] |= patch[1:]
        larger[:, 1:] |= patch[:, :-1]
        larger[:, :-1] |= patch[:, 1:]
        larger &= allowed
        if larger.sum() == patch.sum():
            return patch
        patch = larger


def _hair(image: _Image, face: _Mask, likelihood: _Image) -> _Image | None:
    """Median colour of the hair, None where what surrounds the face can't be told from the background."""
    rows, columns = np.nonzero(face)
    top = np.quantile(rows, 0.02)
    centre = np.median(columns[rows <= np.quantile(rows, 0.6)])
    upper = rows <= top + (np.ptp(columns) or 1)
    half_width = max(2.0, 0.5 * float(np.subtract(*np.quantile(columns[upper], [0.95, 0.05]))))
    y, x = np.mgrid[0 : face.shape[0], 0 : face.shape[1]]
    # The ring from the skin's edge to half a face outwards, over the brow line and along the temples.
    radius = np.hypot((x - centre) / half_width, (y - top - 1.25 * half_width) / (1.35 * half_width))
    ring = (radius > 0.85) & (radius < 1.5) & (y < top + 0.9 * half_width) & ~face & (likelihood < 0.6)
    if ring.sum() < 8:
        return None
    candidates = image[ring]
    background = _background(image)
    spread = np.abs(candidates - background).max(axis=-1) if background is not None else np.full(len(candidates), 255.0)
    hue, saturation, value = _hsv(candidates)
    hairy = ((hue < 50 / 360) | (hue > 345 / 360) | (saturation < 0.2) | (value < 0.22)) & (spread > 28)
    if hairy.sum() < 0.12 * len(candidates):
        return None
    colours = candidates[hairy]
    # Between the shade under the locks, and highlights or a strip of background.
    luma = _ycbcr(colours)[:, 0]
    low, high = np.quantile(luma, [0.30, 0.72])
    return np.asarray(np.median(colours[(luma >= low) & (luma <= high)], axis=0))


def _background(image: _Image) -> _Image | None:
    """The colour of the upper corners if they are even, None where they show something."""
    height, width = image.shape[:2]
    band = max(1, width // 10)
    corners = np.concatenate([image[: height // 4, :band], image[: height // 4, -band:]]).reshape(-1, 3)
    return np.median(corners, axis=0) if len(corners) and corners.std(axis=0).max() < 22 else None


def _middle_tone(pixels: _Image) -> _Image:
    """The lit skin: neither its shadows nor its highlights."""
    luma = _ycbcr(pixels)[:, 0]
    low, high = np.quantile(luma, [0.45, 0.85])
    return np.asarray(np.median(pixels[(luma >= low) & (luma <= high)], axis=0))


def _box_mean(values: _Image, reach: int) -> _Image:
    """Mean over a square of 2·reach + 1 pixels, outside the picture counted as 0."""
    side = 2 * reach + 1
    padded = np.pad(values, ((reach + 1, reach), (reach + 1, reach)))
    total = padded.cumsum(axis=0).cumsum(axis=1)
    return np.asarray(
        (total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]) / side**2
    )


def _hsv(colours: _Image) -> tuple[_Image, _Image, _Image]:
    """Hue, saturation and value, 0-1, of (N, 3) colours."""
    value: _Image = np.max(colours, axis=-1)
    least: _Image = np.min(colours, axis=-1)
    span = np.maximum(value - least, 1e-9)
    red, green, blue = np.moveaxis(colours, -1, 0)
    sector = np.where(
        value == red, (green - blue) / span, np.where(value == green, 2 + (blue - red) / span, 4 + (red - green) / span)
    )
    return sector / 6 % 1, (value - least) / np.maximum(value, 1e-9), value / 255


def _clamp_skin(colour: _Image) -> Colour:
    """Into the gamut of skin: hues from reddish to olive; the lighter, the paler.

    The least saturation is above what burnt-out photos show: there the light's own colour has washed over the skin's.
    """
    hue, saturation, value = colorsys.rgb_to_hsv(*(colour / 255))
    value = min(max(value, 0.30), 0.93)
    light = (value - 0.30) / 0.63
    hue = min(max((hue + 0.5) % 1 - 0.5, 11 / 360), 28 / 360)
    return _rgb(hue, min(max(saturation, 0.40 - 0.10 * light), 0.62 - 0.20 * light), value)


def _clamp_hair(colour: _Image) -> Colour:
    """Into the gamut of undyed hair: black, brown, red, blond, grey."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(colour / 255))
    hue = min(max((hue + 0.5) % 1 - 0.5, 14 / 360), 34 / 360)
    return _rgb(hue, min(saturation, 0.56), min(max(value, 0.07), 0.82))


def _lips(skin: Colour) -> Colour:
    red, green, blue = skin
    light = sum(skin) / 765
    return _round(red * (0.84 + 0.06 * light), green * (0.70 - 0.07 * light), blue * (0.74 - 0.07 * light))


def _eyebrows(hair: Colour) -> Colour:
    """Brows are darker than blond hair and as dark as black hair, and less golden."""
    share = 0.80 - 0.42 * max(hair) / 255
    return _round(*(channel * share * warmth + 4 for channel, warmth in zip(hair, (1, 0.93, 0.95), strict=True)))


def _iris(skin: Colour, hair: Colour) -> Colour:
    """A photo this small doesn't show it: brown, but hazel or blue where skin and hair are light."""
    if min(sum(skin) / 3 - 165, sum(hair) / 3 - 105) > 0:
        return 102, 116, 124
    return (100, 76, 54) if sum(skin) / 3 > 150 and sum(hair) / 3 > 60 else (70, 48, 34)


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    return _round(*(255 * channel for channel in colorsys.hsv_to_rgb(hue % 1, saturation, value)))


def _round(*channels: float) -> Colour:
    red, green, blue = (int(min(max(channel, 0), 255) + 0.5) for channel in channels)
    return red, green, blue


DEFAULT_LOOKS: Mapping[Subtype, Look] = MappingProxyType(
    {"female": _look((222, 176, 150), (92, 62, 40)), "male": _look((208, 162, 134), (62, 44, 32))}
)
