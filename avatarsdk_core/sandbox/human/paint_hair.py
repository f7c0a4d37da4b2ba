"""Hair that is painted, not modelled: eyebrows stroke by stroke, short hair on the scalp, the shade of a beard."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .anatomy import BROW_HIGH, BROW_LOW, Anatomy, scalp, smooth
from .model import Subtype
from .noise import fractal_noise, smooth_noise
from .texels import Texels

_Floats = NDArray[np.float32]
_STRIP = (1024, 256)  # the brow rolled out flat: from the nose outwards × from below to above
_RISE = {"female": (0.15, 0.25, 0.45, 0.62, 0.70, 0.48, 0.10), "male": (0.0, 0.06, 0.16, 0.24, 0.26, 0.10, -0.20)}
_HALF_HEIGHT = {"female": 0.0036, "male": 0.0046}
_STROKES = {"female": 420, "male": 520}


def brow_mask(anatomy: Anatomy, points: _Floats) -> _Floats:
    """(N,) how much brow hair covers folded points (N, 3): thin strokes on a soft ground."""
    subtype = anatomy.body.subtype
    rise = np.float32(_RISE[subtype])[:, None]
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
    result[near] = _look_up(_brow_strip(subtype), along, across)
    return result


def hair_on_scalp(anatomy: Anatomy, points: _Floats, texels: Texels) -> tuple[_Floats, _Floats]:
    """(N,) cover of cropped hair, ending in a ragged hairline, and (N,) its strands' brightness around 1."""
    depth = scalp(anatomy, points, texels)
    ragged = 0.004 * smooth_noise(texels.positions, 0.003, 71) + 0.003 * smooth_noise(texels.positions, 0.009, 72)
    cover = 0.94 * smooth(depth + ragged, -0.006, 0.010)
    growing = np.flatnonzero(cover > 0.01)
    strands = np.ones(len(points), dtype=np.float32)
    crown = anatomy.joint("HeadTop_End") + np.float32([0, -0.02, -0.06])
    away = texels.positions[growing] - crown
    distance = np.linalg.norm(away, axis=1, keepdims=True)
    # Strands run away from the crown: fine across, long along.
    flow = np.column_stack([away / np.maximum(distance, 1e-6) * 0.09, distance * 0.12])[:, [0, 1, 2]]
    flow += distance * 0.10
    strands[growing] = 1 + 0.22 * fractal_noise(flow.astype(np.float32), 0.0016, 2, 73)
    return cover, strands


@lru_cache(maxsize=2)
def _brow_strip(subtype: Subtype) -> _Floats:
    """The brow's cover as an image: row 0 above, column 0 at the nose."""
    width, height = _STRIP
    picture = Image.new("L", _STRIP)
    random = np.random.default_rng(11 if subtype == "female" else 12)
    for start in np.sort(random.random(_STROKES[subtype])):
        thickness = _thickness(float(start))
        level = float(np.clip(random.normal(0, 0.45), -1, 1))
        # At the nose hairs stand up; further out they lie down, from below upwards and from above downwards.
        lean = min(1.0, 0.15 + 1.4 * start)
        slope = (1 - lean) * 1.6 + lean * (0.18 - 0.55 * level)
        length = random.uniform(0.07, 0.13) * (0.8 if start < 0.15 else 1.0)
        points = []
        for share in np.linspace(0, 1, 7):
            s = start + length * share * (0.45 + 0.55 * lean)
            t = level * thickness + slope * length * 5.0 * share * (1 - 0.4 * share) * 0.5
            points.append((s * width * 0.93, (0.5 - t / 4) * height))
        layer = Image.new("L", _STRIP)
        ImageDraw.Draw(layer).line(points, fill=int(random.uniform(120, 210)), width=int(random.integers(4, 8)))
        picture.paste(255, mask=layer)
    strip = np.asarray(picture, dtype=np.float32) / 255
    s, t = np.meshgrid(np.linspace(0, 1, width), np.linspace(2, -2, height))
    body = np.exp(-((t / (0.9 * np.vectorize(_thickness)(s) + 0.05)) ** 2)) * smooth(s, 0.0, 0.14) * smooth(s, 1.0, 0.8)
    strip = strip * (0.35 + 0.65 * smooth(s, -0.05, 0.12))
    return np.asarray(np.clip(0.42 * body + 0.85 * strip, 0, 0.95), dtype=np.float32)


def _thickness(along: float) -> float:
    """Half the brow's height, 1 at its fullest: round at the nose, tapering outwards."""
    return float(np.clip(0.72 + 1.2 * along, 0, 1) * np.clip(1.35 * (1.03 - along), 0, 1) ** 0.8)


def _resample(curve: _Floats, count: int) -> _Floats:
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


def _look_up(strip: _Floats, along: _Floats, across: _Floats) -> _Floats:
    """Bilinear, 0 outside."""
    height, width = strip.shape
    x, y = along * (width - 1), (0.5 - across / 4) * (height - 1)
    inside = (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
    left, top = np.where(inside, x, 0).astype(int), np.where(inside, y, 0).astype(int)
    dx, dy = x - left, y - top
    upper = strip[top, left] * (1 - dx) + strip[top, left + 1] * dx
    lower = strip[top + 1, left] * (1 - dx) + strip[top + 1, left + 1] * dx
    return np.where(inside, upper * (1 - dy) + lower * dy, 0).astype(np.float32)
