"""Eyelashes: black, with separate curved hairs in the alpha channel."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from .anatomy import Anatomy, fold, smooth
from .arrays import Floats, floats
from .body import Body
from .model import Mesh
from .texels import part_texels

_STRIP = (1024, 256)  # from the nose outwards × from the lid to the tips
_BINS = 24
_REACH = 0.075
_OVERSAMPLING = 2


def eyelash_image(body: Body, size: tuple[int, int]) -> Floats:
    """(H, W, 4) sRGB and alpha, 0-1."""
    width, height = size
    fine = (width * _OVERSAMPLING, height * _OVERSAMPLING)
    texels = part_texels(body, "AvatarEyelashes", fine)
    upper, along, out = _strip_coordinates(body, texels.positions, body.parts["AvatarEyelashes"])
    x = np.clip(along * (_STRIP[0] - 1), 0, _STRIP[0] - 1).astype(int)
    y = np.clip(out * (_STRIP[1] - 1), 0, _STRIP[1] - 1).astype(int)
    cover = np.where(upper, _lashes(True)[y, x], _lashes(False)[y, x])
    cover *= smooth(along, 0.0, 0.08) * smooth(along, 1.0, 0.97)
    flat = np.zeros(fine[0] * fine[1], dtype=np.float32)
    flat[texels.at] = cover
    alpha = flat.reshape(height, _OVERSAMPLING, width, _OVERSAMPLING).mean(axis=(1, 3))
    image = np.zeros((height, width, 4), dtype=np.float32)
    image[..., :3] = floats([0.035, 0.026, 0.022])
    image[..., 3] = alpha
    return image


def _strip_coordinates(body: Body, points: Floats, mesh: Mesh) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Of points (N, 3) on the lash strips: on the upper lid?, 0-1 from the nose outwards, 0-1 from lid to tip."""
    centre, _ = Anatomy(body).eye
    vertices, points = fold(mesh.positions), fold(points)
    strips = _strips(mesh)
    # A strip's tips reach farther from the eyeball than its roots; the upper strip is the one that rises higher.
    heights = {strip: vertices[strips == strip, 1].max() for strip in np.unique(strips).tolist()}
    is_upper = np.isin(strips, [strip for strip, top in heights.items() if top > centre[1]])
    middle = {True: vertices[is_upper], False: vertices[~is_upper]}
    upper = _nearest_is_upper(points, vertices, is_upper)
    along, out = np.zeros(len(points), dtype=np.float32), np.zeros(len(points), dtype=np.float32)
    for which, cloud in middle.items():
        chosen = upper == which
        low, high = cloud[:, 0].min(), cloud[:, 0].max()
        along[chosen] = (points[chosen, 0] - low) / max(high - low, 1e-6)
        share = (cloud[:, 0] - low) / max(high - low, 1e-6)
        away = np.linalg.norm(cloud - centre, axis=1)
        root, tip = _envelope(share, away)
        grid = (np.arange(_BINS) + 0.5) / _BINS
        at = along[chosen]
        near, far = np.interp(at, grid, root), np.interp(at, grid, tip)
        distance = np.linalg.norm(points[chosen] - centre, axis=1)
        out[chosen] = (distance - near) / np.maximum(far - near, 1e-6)
    return upper, along, out


def _nearest_is_upper(points: Floats, vertices: Floats, is_upper: NDArray[np.bool_]) -> NDArray[np.bool_]:
    result = np.empty(len(points), dtype=bool)
    squares = (vertices**2).sum(axis=1)
    for start in range(0, len(points), 8192):
        part = slice(start, start + 8192)
        result[part] = is_upper[(squares - 2 * points[part] @ vertices.T).argmin(axis=1)]
    return result


def _envelope(share: Floats, values: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and largest value around each of _BINS places along the strip.

    A place looks _REACH to both sides: columns of the strip stand farther apart than places, and one that saw no
    column's root would paint a hair's root at its middle.
    """
    places = (np.arange(_BINS) + 0.5) / _BINS
    near = np.abs(share - places[:, None]) < _REACH
    low = np.where(near, values, np.inf).min(axis=1)
    high = np.where(near, values, -np.inf).max(axis=1)
    filled = np.flatnonzero(np.isfinite(low))
    index = np.arange(_BINS)
    blur = np.array([0.25, 0.5, 0.25])
    low, high = (np.interp(index, filled, edge[filled]) for edge in (low, high))
    low, high = (np.convolve(np.pad(edge, 1, mode="edge"), blur, mode="valid") for edge in (low, high))
    return low, high


def _strips(mesh: Mesh) -> NDArray[np.int64]:
    """(V,) a label per vertex, the same for all that hang together by position."""
    _, same = np.unique(mesh.positions.round(6), axis=0, return_inverse=True)
    label = same.reshape(-1).astype(np.int64)
    while True:
        least = label[mesh.triangles].min(axis=1)
        lower = label.copy()
        np.minimum.at(lower, mesh.triangles.ravel(), np.repeat(least, 3))
        shared = np.full(int(same.max()) + 1, len(label), dtype=np.int64)
        np.minimum.at(shared, same.reshape(-1), lower)
        lower = shared[same.reshape(-1)]
        if np.array_equal(lower, label):
            return label
        label = lower


@lru_cache(maxsize=2)
def _lashes(upper: bool) -> Floats:
    """Alpha of a strip rolled out flat: row 0 at the lid, column 0 at the nose."""
    width, height = _STRIP
    picture = Image.new("L", _STRIP)
    draw = ImageDraw.Draw(picture)
    random = np.random.default_rng(17 if upper else 18)
    count = 95 if upper else 52
    for root in np.linspace(0.02, 0.985, count) + random.normal(0, 0.004, count):
        # Longest on the outer third, sparse at the nose; hairs meet in little tufts.
        length = (0.45 + 0.5 * np.clip(root / 0.7, 0, 1)) * (1 - 0.35 * max(0.0, (root - 0.85) / 0.15))
        length *= random.uniform(0.75, 1.05) * (1.0 if upper else 0.75)
        tuft = 0.012 * np.sin(root * 75.0)
        lean = (root - 0.35) * 0.13 + tuft + random.normal(0, 0.004)
        previous = None
        for share in np.linspace(0, 1, 12):
            point = ((root + lean * share**1.6) * width, length * share * height)
            if previous is not None:
                thick = (7 if upper else 5) * (1 - share) ** 0.7 + 1.5
                draw.line([previous, point], fill=int(255 - 70 * share), width=round(thick))
            previous = point
    strip = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.0)), dtype=np.float32) / 255
    line = np.exp(-np.arange(height)[:, None] / (0.05 * height)) * (0.75 if upper else 0.35)
    return np.asarray(np.maximum(strip, line * np.ones_like(strip)), dtype=np.float32)
