"""Recolouring in numpy: what the add-on's node groups do, for tests and for textures that must be baked.

Source: the vendor's loader, restated (sRGB values, not linear ones). Skin: the rotation and scale that take the default
skin colour to the target. Hair: a shift by most of the difference between the target and the texture's mean colour;
towards very dark targets the texture is multiplied by the target too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.float32]

DEFAULT_SKIN = (0.7098, 0.5608, 0.4627)
HAIR_SHARE = 0.8
DARK = 0.2
DARK_SHARE = 0.85
SAME = 1e-3  # colours (scene linear) nearer than this are one: nothing is recoloured
OPAQUE = 0.1
"""Alpha from which on a texel counts for a texture's mean colour."""


def skin(colors: Colors, target: Sequence[float], default: Sequence[float] = DEFAULT_SKIN) -> Colors:
    """sRGB colours (..., 3) in 0..1 as they are on skin of the colour `target`, within 0..1.

    Raises:
        ValueError: `default` is black.
    """
    goal, base = np.asarray(target, np.float64), np.asarray(default, np.float64)
    length = np.linalg.norm(base)
    if length == 0:
        raise ValueError("the default skin colour is black: nothing can be turned from it")
    turned = colors @ _rotation(base, goal).T * (np.linalg.norm(goal) / length)
    return np.clip(turned, 0.0, 1.0).astype(np.float32)


def hair(colors: Colors, target: Sequence[float], average: Sequence[float]) -> Colors:
    """sRGB colours (..., 3) in 0..1 of a texture whose mean colour is `average`, moved to `target`, within 0..1."""
    goal = np.asarray(target, np.float64)
    shifted = colors + HAIR_SHARE * (goal - np.asarray(average, np.float64))
    share = min(DARK_SHARE, max(0.0, (DARK - float(goal.max())) / DARK))
    return np.clip((1 - share) * shifted + share * goal * colors, 0.0, 1.0).astype(np.float32)


def average(pixels: NDArray[np.float32]) -> tuple[float, float, float]:
    """Mean colour of an image (H, W, 3 or 4) where it is opaque; of all of it where nothing is."""
    flat = pixels.reshape(-1, pixels.shape[-1])
    if flat.shape[1] == 4 and (opaque := flat[:, 3] >= OPAQUE).any():
        flat = flat[opaque]
    red, green, blue = flat[:, :3].mean(axis=0, dtype=np.float64)
    return float(red), float(green), float(blue)


def average_below(pixels: NDArray[np.float32], mask: NDArray[np.float32]) -> tuple[float, float, float] | None:
    """Mean colour of an image (H, W, C) where a mask (h, w, c) of any size is white; None where it is nowhere."""
    white = mask[..., 0] > 0.5
    rows, columns = (np.arange(size) * pixels.shape[axis] // size for axis, size in enumerate(white.shape))
    return average(pixels[rows[:, None], columns][white][None, :, :3]) if white.any() else None


def to_linear(srgb: Sequence[float]) -> tuple[float, ...]:
    """sRGB values as scene-linear ones (IEC 61966-2-1)."""
    return tuple(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in srgb)


def to_srgb(linear: Sequence[float]) -> tuple[float, ...]:
    """Scene-linear values as sRGB ones (IEC 61966-2-1)."""
    return tuple(value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055 for value in linear)


def _rotation(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation (3, 3) that turns one direction into another; the identity where they are nearly parallel."""
    first = source / np.linalg.norm(source)
    second = target / max(float(np.linalg.norm(target)), 1e-12)
    cross = np.cross(first, second)
    sine, cosine = float(np.linalg.norm(cross)), float(first @ second)
    if sine < 1e-6:
        return np.eye(3)
    x, y, z = cross / sine
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    rotation: NDArray[np.float64] = np.eye(3) + sine * skew + (1 - cosine) * skew @ skew
    return rotation
