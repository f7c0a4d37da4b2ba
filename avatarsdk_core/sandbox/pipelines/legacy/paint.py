"""The one texture of an older avatar, painted part by part into its layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from avatarsdk_core.sandbox.human.anatomy import Anatomy, eye_distance, fold, smooth
from avatarsdk_core.sandbox.human.arrays import floats
from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.eyes import IRIS_ANGLE, uv_radius
from avatarsdk_core.sandbox.human.look import Colour, Look
from avatarsdk_core.sandbox.human.outfits import Box
from avatarsdk_core.sandbox.human.paint import part_texture
from avatarsdk_core.sandbox.human.texels import part_texels
from avatarsdk_core.sandbox.pipelines.legacy.topology import TEETH
from avatarsdk_core.sandbox.pipelines.likeness import Likeness

Size = tuple[int, int]
MODEL = "model"
_LEAST = 128
_PART_TYPES = {"normal_map": "Normal", "roughness_map": "Roughness", "metallic_map": "Metallic"}
_FLAT = {"normal_map": (128, 128, 255), "roughness_map": (128,), "metallic_map": (0,), "lips_mask": (0,)}


@dataclass(frozen=True)
class Tint:
    """Whose colours are painted: the look and the photo's face, what was asked for of teeth and eyes, a highlight."""

    look: Look
    teeth: Colour | None = None
    sclera: Colour | None = None
    glare: bool = False
    likeness: Likeness | None = None


def paint(body: Body, layout: Mapping[str, Box], kind: str, size: Size, tint: Tint) -> Image.Image:
    """A texture of `size` = (width, height).

    Args:
        layout: part -> its place.
        kind: `model` (the colours), `normal_map`, `roughness_map`, `metallic_map`, `lips_mask`, or a variant of the
            colours: `slightly_cartoonish_texture`, `cartoonish_texture`, `smooth_eyelashes_texture`.
    """
    if kind in _VARIANTS:
        return _VARIANTS[kind](paint(body, layout, MODEL, size, tint), body, layout)
    larger = -(-_LEAST // min(size))  # painters need some texels for each feature
    drawn = _painted(body, tuple(layout.items()), kind, (size[0] * larger, size[1] * larger), tint)
    return drawn.copy() if larger == 1 else drawn.resize(size, Image.Resampling.BOX)


@lru_cache(maxsize=1)  # the colours are what their variants are made of
def _painted(body: Body, layout: tuple[tuple[str, Box], ...], kind: str, size: Size, tint: Tint) -> Image.Image:
    empty = _FLAT.get(kind, tint.look.skin)
    whole = Image.new("RGB" if len(empty) == 3 else "L", size, empty if len(empty) == 3 else empty[0])
    for part, box in layout:
        left, top, right, bottom = pixels(box, size)
        painted = _part(body, part, kind, (right - left, bottom - top), tint)
        if painted is not None:
            whole.paste(painted.convert(whole.mode), (left, top))
    return whole


def pixels(box: Box, size: Size) -> tuple[int, int, int, int]:
    """A box of the layout in pixels."""
    width, height = size
    left, top, right, bottom = box
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


def _part(body: Body, part: str, kind: str, size: Size, tint: Tint) -> Image.Image | None:
    if kind == "lips_mask":
        return _lips(body, size) if part == "AvatarHead" else None
    image = part_texture(body, part, _PART_TYPES.get(kind, "Color"), size, tint.look)
    if image is None or kind != MODEL:
        return image
    if part == "AvatarHead" and tint.likeness is not None:
        return tint.likeness.on(image, body)
    if part in TEETH and tint.teeth:
        return _recoloured(image, tint.teeth)
    if part.endswith("Eyeball"):
        image = _with_sclera(image, tint.sclera) if tint.sclera else image
        return _with_glare(image) if tint.glare else image
    return image


def _lips(body: Body, size: Size) -> Image.Image:
    texels = part_texels(body, "AvatarHead", size)
    share = texels.image(smooth(texels.regions["lips"], 0.1, 0.9))
    return Image.fromarray((share * 255 + 0.5).astype(np.uint8))


def _recoloured(image: Image.Image, target: Colour) -> Image.Image:
    """The picture's lights and shades under another light colour."""
    values = np.asarray(image.convert("RGB"), dtype=np.float32)
    ratio = floats(target) / np.maximum(np.quantile(values, 0.75, axis=(0, 1)), 1)
    return Image.fromarray(np.clip(values * ratio + 0.5, 0, 255).astype(np.uint8))


def _with_sclera(image: Image.Image, target: Colour) -> Image.Image:
    width, height = image.size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot((x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5) / float(uv_radius(IRIS_ANGLE))
    white = Image.fromarray((smooth(radius.ravel(), 0.98, 1.12).reshape(radius.shape) * 255).astype(np.uint8))
    return Image.composite(_recoloured(image, target), image.convert("RGB"), white)


def _with_glare(image: Image.Image) -> Image.Image:
    """A window's reflection above the pupil."""
    width, height = image.size
    iris = float(uv_radius(IRIS_ANGLE))
    spot = Image.new("L", image.size)
    x, y = (0.5 - 0.38 * iris) * width, (0.5 - 0.42 * iris) * height
    reach = 0.20 * iris * width
    ImageDraw.Draw(spot).ellipse((x - reach, y - reach, x + reach, y + reach), fill=235)
    spot = spot.filter(ImageFilter.GaussianBlur(max(0.6, reach / 5)))
    return Image.composite(Image.new("RGB", image.size, "white"), image.convert("RGB"), spot)


def _slightly_cartoonish(image: Image.Image, body: Body, layout: Mapping[str, Box]) -> Image.Image:
    return image.filter(ImageFilter.MedianFilter(_odd(image.width / 340)))


def _cartoonish(image: Image.Image, body: Body, layout: Mapping[str, Box]) -> Image.Image:
    """A few even colours."""
    smoothed = image.filter(ImageFilter.MedianFilter(_odd(image.width / 200)))
    return smoothed.quantize(24, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")


def _smooth_eyelashes(image: Image.Image, body: Body, layout: Mapping[str, Box]) -> Image.Image:
    left, top, right, bottom = pixels(layout["AvatarHead"], image.size)
    texels = part_texels(body, "AvatarHead", (right - left, bottom - top))
    near = smooth(eye_distance(Anatomy(body), fold(texels.positions)), 1.9, 1.3)
    mask = Image.new("L", image.size)
    mask.paste(Image.fromarray((texels.image(near) * 255).astype(np.uint8)), (left, top))
    return Image.composite(image.filter(ImageFilter.GaussianBlur(image.width / 300)), image, mask)


_VARIANTS: Mapping[str, Callable[[Image.Image, Body, Mapping[str, Box]], Image.Image]] = {
    "slightly_cartoonish_texture": _slightly_cartoonish,
    "cartoonish_texture": _cartoonish,
    "smooth_eyelashes_texture": _smooth_eyelashes,
}


def visibility(masks: Mapping[str, list[Image.Image]], layout: Mapping[str, Box], size: Size) -> Image.Image:
    """Part -> masks of what is worn, as one mask in the avatar's texture coordinates: 255 is seen, in RGB and alpha.

    Several masks of a part hide together.
    """
    whole = Image.new("L", size, 255)
    for part, found in masks.items():
        left, top, right, bottom = pixels(layout[part], size)
        for mask in found:
            fitted = mask.convert("L").resize((right - left, bottom - top), Image.Resampling.NEAREST)
            whole.paste(ImageChops.darker(whole.crop((left, top, right, bottom)), fitted), (left, top))
    return Image.merge("RGBA", [whole] * 4)


def _odd(value: float) -> int:
    return max(3, int(value) | 1)
