"""Triangles to texels: which triangle of a UV layout owns which pixel, and what a vertex attribute is there.

All images are (height, width) arrays with row 0 at v = 0, as glTF has it; a pixel is sampled at its centre. The
triangles' pixels come from one span per triangle and row, so that the work grows with the pixels covered alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats

_AT_ONCE = 1 << 14  # spans or pixels: their arrays stay within the processor's cache


@dataclass(frozen=True, eq=False)
class Raster:
    """A rasterised UV layout.

    Attributes:
        face: (H, W) int32, index of the triangle that owns the pixel, -1 where there is none.
        barycentric: (H, W, 3) float32, the weights of its corners, 0 where there is none.
    """

    face: NDArray[np.int32]
    barycentric: Floats

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(H, W) bool: pixels that belong to a triangle."""
        return self.face >= 0


def rasterise(uvs: NDArray[np.floating], triangles: NDArray[np.integer], size: tuple[int, int]) -> Raster:
    """Rasterise (F, 3) triangles over (V, 2) UVs (v downwards) into `size` = (width, height) pixels.

    A pixel belongs to the last triangle over its centre. What lies outside [0, 1] is clipped, not wrapped; triangles
    without area own nothing; both windings count.
    """
    width, height = size
    corners = (np.asarray(uvs, dtype=np.float64) * (width, height) - 0.5)[triangles]
    face = np.full(width * height, -1, dtype=np.int32)
    edges, area = _edge_functions(corners)
    first = np.clip(np.ceil(corners[:, :, 1].min(axis=1)), 0, height).astype(np.int64)
    end = np.clip(np.floor(corners[:, :, 1].max(axis=1)) + 1, 0, height).astype(np.int64)
    rows = np.where(area > 0, np.maximum(end - first, 0), 0)
    for start, stop in _chunks(rows, _AT_ONCE):
        owner, step = _expand(rows[start:stop])
        owner += start
        row = first[owner] + step
        left, right = _spans(edges[owner], row, width)
        span, offset = _expand(np.maximum(right - left, 0))
        face[row[span] * width + left[span] + offset] = owner[span]
    return Raster(face.reshape(height, width), _barycentric(face, edges, area, size).reshape(height, width, 3))


def interpolate(
    raster: Raster, triangles: NDArray[np.integer], values: NDArray[np.floating | np.integer | np.bool_]
) -> Floats:
    """A vertex attribute (V, C) at each pixel: (H, W, C) float32, 0 where no triangle is."""
    covered = raster.covered
    result = np.zeros((*raster.face.shape, values.shape[1]), dtype=np.float32)
    result[covered] = blend_corners(values, np.asarray(triangles)[raster.face[covered]], raster.barycentric[covered])
    return result


def blend_corners(
    values: NDArray[np.floating | np.integer | np.bool_], corners: NDArray[np.integer], weights: Floats
) -> Floats:
    """Values (V, C) at N points given by their triangles' corners (N, 3) and barycentric weights (N, 3): (N, C)."""
    values = np.asarray(values, dtype=np.float32)
    result = np.empty((len(corners), values.shape[1]), dtype=np.float32)
    for start in range(0, len(corners), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        at, share = corners[part], weights[part]
        blend = values[at[:, 0]] * share[:, :1]
        blend += values[at[:, 1]] * share[:, 1:2]
        blend += values[at[:, 2]] * share[:, 2:]
        result[part] = blend
    return result


def nearest_covered(covered: NDArray[np.bool_], pixels: int) -> NDArray[np.int64]:
    """For each pixel the flat index of a covered one at most `pixels` steps away (itself if covered, -1 if none is)."""
    height, width = covered.shape
    pitch = width + 2
    source = np.full((height + 2, pitch), -1, dtype=np.int64)
    source[1:-1, 1:-1] = np.where(covered, np.arange(height * width).reshape(height, width), -1)
    wall = np.ones(source.shape, dtype=bool)
    wall[1:-1, 1:-1] = False
    flat, wall = source.ravel(), wall.ravel()
    around = [(-1), 1, -pitch, pitch, -pitch - 1, -pitch + 1, pitch - 1, pitch + 1]
    front = np.flatnonzero(flat >= 0)
    for _ in range(pixels):
        reached = []
        for step in around:
            target = front + step
            empty = (flat[target] < 0) & ~wall[target]
            flat[target[empty]] = flat[front[empty]]
            reached.append(target[empty])
        front = np.concatenate(reached)
        if not len(front):
            break
    return source[1:-1, 1:-1].copy()


def bleed(image: NDArray[np.generic], covered: NDArray[np.bool_], pixels: int) -> NDArray[np.generic]:
    """Carry an image's covered pixels outwards over up to `pixels` empty ones, so that filtering finds no seam.

    `image` is (H, W) or (H, W, C); what stays out of reach keeps its value. Returns a new array.
    """
    source = nearest_covered(covered, pixels)
    result = image.copy()
    filled = (source >= 0) & ~covered
    result[filled] = image.reshape(source.size, *image.shape[2:])[source[filled]]
    return result


def sampled(pixels: NDArray[np.float32], places: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) bilinear samples of (H, W, C) at (N, 2) pixels from the left and the top; beyond the edge the edge's."""
    height, width = pixels.shape[:2]
    x, y = np.clip(places[:, 0], 0, width - 1.001), np.clip(places[:, 1], 0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    dx, dy = (x - left)[:, None], (y - top)[:, None]
    upper = pixels[top, left] * (1 - dx) + pixels[top, left + 1] * dx
    lower = pixels[top + 1, left] * (1 - dx) + pixels[top + 1, left + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy, dtype=np.float32)


def _edge_functions(corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per triangle three (a, b, c) with a·x + b·y + c ≥ 0 inside, and twice the area.

    Edge i lies opposite corner i, so that its function over the sum of all three is that corner's weight.
    """
    u, v = corners[:, [1, 2, 0]], corners[:, [2, 0, 1]]
    a = u[..., 1] - v[..., 1]
    b = v[..., 0] - u[..., 0]
    c = u[..., 0] * v[..., 1] - v[..., 0] * u[..., 1]
    area = c.sum(axis=1)
    sign = np.where(area < 0, -1.0, 1.0)
    return np.stack([a, b, c], axis=-1) * sign[:, None, None], area * sign


def _spans(
    edges: NDArray[np.float64], row: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First pixel and end of each triangle's span in its row, clipped to the image."""
    a = edges[..., 0]
    rest = edges[..., 1] * row[:, None] + edges[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = -rest / a
    low = np.where(a > 0, crossing, -np.inf).max(axis=1)
    high = np.where(a < 0, crossing, np.inf).min(axis=1)
    high = np.where(((a == 0) & (rest < 0)).any(axis=1), -np.inf, high)
    left = np.clip(np.ceil(low), 0, width).astype(np.int64)
    right = np.clip(np.floor(high) + 1, 0, width).astype(np.int64)
    return left, right


def _barycentric(
    face: NDArray[np.int32], edges: NDArray[np.float64], area: NDArray[np.float64], size: tuple[int, int]
) -> Floats:
    result = np.zeros((len(face), 3), dtype=np.float32)
    pixels = np.flatnonzero(face >= 0)
    for part in np.array_split(pixels, max(1, len(pixels) // _AT_ONCE)):
        owner = face[part]
        y, x = np.divmod(part, size[0])
        of = edges[owner]
        weights = of[..., 0] * x[:, None] + of[..., 1] * y[:, None] + of[..., 2]
        result[part] = np.clip(weights / area[owner][:, None], 0, 1)
    return result


def _expand(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[2, 0, 3] -> owners [0, 0, 2, 2, 2] and steps [0, 1, 0, 1, 2]."""
    owner = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, step


def _chunks(counts: NDArray[np.int64], limit: int) -> list[tuple[int, int]]:
    """Ranges of items whose counts add up to about `limit` each."""
    if not len(counts):
        return []
    bins = (np.cumsum(counts) - counts) // limit
    cuts = np.flatnonzero(np.diff(bins)) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(counts)], strict=True))
