"""The eyeball: sclera with faint vessels, iris with fibres and limbal ring, pupil. Both eyes share one texture.

No highlight is painted: the cornea over it makes its own.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .anatomy import smooth
from .arrays import Floats, floats
from .eyes import IRIS_ANGLE, uv_radius
from .look import Look

_SCLERA = (0.81, 0.775, 0.75)
_PUPIL = 0.36  # of the iris' radius
_VESSELS = 60
_LID_SHADOW = floats([0.34, 0.38, 0.40])  # that the upper lid and its lashes cast on what lies right under them


def eye_colour(size: tuple[int, int], look: Look) -> Floats:
    """(H, W, 3) sRGB 0-1."""
    radius, angle = _polar(size)
    colour = np.empty((*radius.shape, 3), dtype=np.float32)
    colour[:] = _SCLERA
    colour *= 1 - smooth(radius, 1.5, 3.2)[..., None] * floats([0.10, 0.22, 0.24])
    colour *= 1 - _vessels(size)[..., None] * floats([0.10, 0.34, 0.34])
    iris = _iris(radius, angle, floats(look.iris) / np.float32(255))
    colour += (iris - colour) * smooth(radius, 1.06, 0.92)[..., None]
    colour *= 1 - _LID_SHADOW * smooth(-radius * np.sin(angle), 0.35, 1.15)[..., None]
    return np.clip(colour, 0, 1)


def eye_height(size: tuple[int, int]) -> Floats:
    """(H, W) relief in UV units: the iris is a shallow bowl with fibres."""
    radius, angle = _polar(size)
    inside = smooth(radius, 1.0, 0.8)
    return np.asarray(inside * (0.0004 * _fibres(angle, radius) + 0.004 * (radius**2 - 1)), dtype=np.float32)


def eye_normal(size: tuple[int, int]) -> Floats:
    """(H, W, 3) tangent-space normals 0-1."""
    width, height = size
    down, right = np.gradient(eye_height(size)) if min(size) > 1 else (np.zeros((height, width)),) * 2
    normals = np.stack([-right * width, down * height, np.ones((height, width))], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return np.asarray(0.5 + 0.5 * normals, dtype=np.float32)


def eye_roughness(size: tuple[int, int]) -> Floats:
    """(H, W) 0-1: moist all over, the iris lies dry behind the cornea."""
    radius, _ = _polar(size)
    return 0.22 + 0.25 * smooth(radius, 1.05, 0.9)


def _iris(radius: Floats, angle: Floats, base: Floats) -> Floats:
    """Dark at the rim, lighter and warmer around the pupil, streaked by fibres."""
    fibres = _fibres(angle, radius)
    value = 0.80 + 0.26 * smooth(radius, 1.0, 0.55) + 0.17 * fibres
    value *= 1 - 0.86 * smooth(radius, 0.70, 0.98)  # limbal ring
    value *= 1 - 0.30 * smooth(radius, 0.52, 0.36)
    warm = smooth(radius + 0.08 * fibres, 0.66, 0.45)[..., None] * floats([0.07, 0.035, -0.01])
    colour = base * np.float32(1.30 - 0.70 * base.max()) * value[..., None] + warm * base.mean()
    return np.asarray(colour * smooth(radius, _PUPIL - 0.03, _PUPIL + 0.04)[..., None] + 0.008, dtype=np.float32)


def _fibres(angle: Floats, radius: Floats) -> Floats:
    """Streaks from the pupil outwards, about ±1."""
    random = np.random.default_rng(3)
    total = np.zeros_like(angle)
    for count, strength in ((24, 0.45), (53, 0.40), (97, 0.30)):
        phase, bend = random.random(2) * 2 * np.pi
        wave = np.sin(count * angle + phase + 1.3 * np.sin(5 * angle + bend) + 1.5 * np.sin(7 * radius + bend))
        total += np.float32(strength) * wave * (0.6 + 0.4 * np.sin(3 * angle + phase))
    return np.asarray(total, dtype=np.float32)


def _polar(size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Each pixel's distance from the pupil's centre in iris radii, and its angle around it."""
    width, height = size
    x, y = np.meshgrid((np.arange(width) + 0.5) / width - 0.5, (np.arange(height) + 0.5) / height - 0.5)
    radius = np.hypot(x, y) / float(uv_radius(float(IRIS_ANGLE)))
    return radius.astype(np.float32), np.arctan2(y, x).astype(np.float32)


@lru_cache(maxsize=4)
def _vessels(size: tuple[int, int]) -> Floats:
    """(H, W) 0-1: fine branches that creep in from the rim and fade towards the iris."""
    side = 1024
    picture = Image.new("L", (side, side))
    draw = ImageDraw.Draw(picture)
    random = np.random.default_rng(8)
    rim = float(uv_radius(float(IRIS_ANGLE))) * side
    for _ in range(_VESSELS):
        angle, reach = random.random() * 2 * np.pi, rim * random.uniform(2.6, 3.6)
        points = []
        while reach > rim * random.uniform(1.15, 1.9):
            points.append((side / 2 + reach * np.cos(angle), side / 2 + reach * np.sin(angle)))
            reach -= 9
            angle += random.normal(0, 0.022)
        for number, (start, end) in enumerate(pairwise(points)):
            strength = int(210 * (1 - number / len(points)) ** 1.2)
            draw.line([start, end], fill=strength, width=3 if number < len(points) / 3 else 2)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2)).resize(size, Image.Resampling.BOX)
    return floats(np.asarray(picture)) / np.float32(255)
