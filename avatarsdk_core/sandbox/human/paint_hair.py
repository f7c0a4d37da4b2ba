"""Hair that is painted, not modelled: eyebrows stroke by stroke, short hair on the scalp, the shade of a beard."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .anatomy import BROW_HIGH, BROW_LOW, Anatomy, fold, scalp, smooth
from .arrays import Floats, floats
from .body import Body
from .model import Subtype
from .noise import fractal_noise, smooth_noise
from .texels import Texels

_STRIP = (1024, 256)  # the brow rolled out flat: from the nose outwards × from below to above
_RISE = {  # from the row of BROW_LOW (0) to that of BROW_HIGH (1), column by column outwards
    "female": (-0.42, -0.24, 0.02, 0.32, 0.50, 0.40, 0.10),
    "male": (-0.34, -0.26, -0.10, 0.06, 0.16, 0.14, -0.08),
}
_HALF_HEIGHT = {"female": 0.0035, "male": 0.0043}
_STROKES = {"female": 620, "male": 820}


@lru_cache(maxsize=2)
def brow_mask(body: Body, texels: Texels) -> Floats:
    """(N,) how much brow hair covers the head: thin strokes on a soft ground."""
    anatomy, points, subtype = Anatomy(body), fold(texels.positions), body.subtype
    rise = floats(_RISE[subtype])[:, None]
    ridge, above = anatomy.vertices(BROW_LOW), anatomy.vertices(BROW_HIGH)
    curve = ridge + (above - ridge) * rise
    curve[0] += 0.55 * (curve[1] - curve[0])
    curve = _resample(curve, 40)
    reach = 3 * _HALF_HEIGHT[subtype]
    result = np.zeros(len(points), dtype=np.float32)
    near = np.flatnonzero(((points > curve.min(axis=0) - reach) & (points < curve.max(axis=0) + reach)).all(axis=1))
    away = ((points[near, None] - curve) ** 2).sum(axis=2)
    nearest = np.clip(away.argmin(axis=1), 1, len(curve) - 2)
    tangent = curve[nearest + 1] - curve[nearest - 1]
    spacing = np.linalg.norm(tangent, axis=1) / 2
    tangent /= 2 * spacing[:, None]
    offset = points[near] - curve[nearest]
    along = (nearest + np.einsum("ni,ni->n", offset, tangent) / spacing) / (len(curve) - 1)
    upwards = np.cross(np.cross(tangent, [0.0, 1.0, 0.0]), tangent)
    upwards /= np.linalg.norm(upwards, axis=1, keepdims=True)
    across = np.einsum("ni,ni->n", offset, upwards) / _HALF_HEIGHT[subtype]
    pixels = float(np.median(texels.pitch[near])) / (float(spacing.mean()) * len(curve)) * _STRIP[0]
    result[near] = _look_up(_brow_strip(subtype, max(1, round(pixels))), along, across)
    return result


@lru_cache(maxsize=2)
def hair_on_scalp(body: Body, texels: Texels) -> tuple[Floats, Floats]:
    """(N,) cover of cropped hair, ending in a ragged hairline, and (N,) its strands' brightness around 1."""
    anatomy = Anatomy(body)
    depth = texels.painted(lambda block: scalp(anatomy, fold(block.positions), block))
    near = np.flatnonzero(depth > -0.02)
    crown = anatomy.joint("HeadTop_End") + floats([0, -0.02, -0.06])
    away = texels.positions[near] - crown
    distance = np.linalg.norm(away, axis=1, keepdims=True)
    # Strands run away from the crown: fine across, long along.
    flow = away / np.maximum(distance, 1e-6) * 0.13 + distance * 0.05
    strand = fractal_noise(floats(flow), 0.0013, 2, 73)
    broad = smooth_noise(texels.positions[near], 0.012, 72)
    cover, brightness = np.zeros_like(depth), np.ones_like(depth)
    # From a breath of down to full cover: single roots at the edge would look like stubble.
    down = smooth(depth[near] + 0.0016 * strand + 0.0020 * broad, -0.013, 0.004)
    cover[near] = 0.95 * down * (0.32 + 0.68 * smooth(depth[near] + 0.0016 * strand, -0.007, 0.011))
    # Where hair is parted one sees down to the roots.
    shade = 1 - 0.28 * smooth(depth[near], 0.004, 0.022)
    brightness[near] = shade * (1 + 0.15 * strand + 0.05 * broad)
    return cover, brightness


@lru_cache(maxsize=4)
def _brow_strip(subtype: Subtype, reduction: int) -> Floats:
    """The brow's cover as an image: row 0 above, column 0 at the nose; `reduction` pixels of _STRIP averaged to one.

    Hairs thinner than a texel must blend into a tone: sampled one by one they would break up into dots.
    """
    width, height = _STRIP
    picture = Image.new("L", _STRIP)
    draw = ImageDraw.Draw(picture)
    random = np.random.default_rng(11 if subtype == "female" else 12)
    for start in np.sort(random.random(_STROKES[subtype])):
        level = float(np.clip(random.normal(0, 0.5), -1, 1))
        # At the nose hairs stand up; further out they lie down, the lower ones rising, the upper ones falling.
        lying = float(smooth(floats(start), -0.05, 0.55))
        angle = np.radians(78 - 58 * lying - 26 * lying * level + random.normal(0, 6))
        length = random.uniform(70, 125) * (1 - 0.35 * float(start))
        root = floats([(0.03 + 0.86 * start) * width, (0.5 - level * float(_thickness(floats(start))) / 4) * height])
        steps = np.linspace(0, 1, 6)
        bend = angle - np.radians(30) * steps * steps * (1 - 0.5 * lying)
        points = root + length * steps[:, None] * np.column_stack([np.cos(bend), -np.sin(bend)])
        shade, ends = random.uniform(120, 235), points.tolist()
        for number, (one, other) in enumerate(pairwise(ends)):  # hairs taper to their tips
            draw.line([tuple(one), tuple(other)], fill=int(shade * (1 - 0.11 * number)), width=5 - number // 2)
    strip = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32) / 255
    s, t = np.meshgrid(floats(np.linspace(0, 1, width)), floats(np.linspace(2, -2, height)))
    ground = np.exp(-((t / (0.95 * _thickness(s))) ** 2)) * smooth(s, -0.04, 0.24) * smooth(s, 1.0, 0.85)
    strip = strip * (0.5 + 0.5 * smooth(s, 0.0, 0.22)) * smooth(s, 1.0, 0.9)
    cover = np.clip(0.36 * ground + 1.05 * strip * (0.35 + 0.65 * ground), 0, 0.94)
    return floats(np.asarray(Image.fromarray(floats(cover)).reduce(reduction)))


def _thickness(along: Floats) -> Floats:
    """Half the brow's height, 1 at its fullest: round at the nose, tapering outwards."""
    return (0.70 + 0.30 * smooth(along, 0.0, 0.25)) * (1 - 0.78 * smooth(along, 0.45, 1.05))


def _resample(curve: Floats, count: int) -> Floats:
    """A smooth curve through the given points with points at about even distances."""
    at = np.linspace(0, len(curve) - 1, 8 * len(curve))
    index = np.clip(at.astype(int), 0, len(curve) - 2)
    share = (at - index)[:, None]
    slope = np.gradient(curve, axis=0)
    a, b, p, q = curve[index], curve[index + 1], slope[index], slope[index + 1]
    c2, c3 = share * share, share**3  # cubic Hermite
    fine = (2 * c3 - 3 * c2 + 1) * a + (c3 - 2 * c2 + share) * p + (3 * c2 - 2 * c3) * b + (c3 - c2) * q
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    even = np.linspace(0, length[-1], count)
    return np.column_stack([np.interp(even, length, fine[:, axis]) for axis in range(3)]).astype(np.float32)


def _look_up(strip: Floats, along: Floats, across: Floats) -> Floats:
    """Bilinear, 0 outside."""
    height, width = strip.shape
    x, y = along * (width - 1), (0.5 - across / 4) * (height - 1)
    inside = (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
    left, top = np.where(inside, x, 0).astype(int), np.where(inside, y, 0).astype(int)
    dx, dy = x - left, y - top
    upper = strip[top, left] * (1 - dx) + strip[top, left + 1] * dx
    lower = strip[top + 1, left] * (1 - dx) + strip[top + 1, left + 1] * dx
    return np.where(inside, upper * (1 - dy) + lower * dy, 0).astype(np.float32)
