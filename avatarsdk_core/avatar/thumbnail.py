"""A small picture of a garment or haircut, from its triangles and its colour texture, in numpy alone.

Each triangle is sampled as densely as the picture's pixels ask for; the nearest sample that isn't transparent colours
a pixel. No graphics card and no scene are needed, and a picture takes some hundredths of a second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import recolor

Floats = NDArray[np.float32]

SIZE = 128
_FINER = 2  # samples of a pixel, each way
_MARGIN = 0.06
_TURN = math.radians(20)  # about the upright axis: from the front, a little from the side
_LIGHT = (-0.35, -0.8, 0.5)
_DARKEST = 0.45
_OPAQUE = 0.5
_MOST_STEPS = 512


@dataclass(frozen=True, eq=False)
class Look:
    """What a surface looks like.

    Attributes:
        texture: (h, w, 4) sRGB and alpha in 0..1, rows from the bottom up.
        mask: (h, w) how far the texture takes another colour; None: everywhere.
    """

    texture: Floats
    mask: Floats | None = None


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A picture before it is coloured: (N, N, …) float32, rows from the bottom up.

    Attributes:
        colors: (N, N, 4) sRGB and alpha of what is seen.
        shade: (N, N) how light it is.
        amount: (N, N) how far it takes another colour.
    """

    colors: Floats
    shade: Floats
    amount: Floats

    def pixels(
        self,
        target: Sequence[float] | None = None,
        average: Sequence[float] = (0.5, 0.5, 0.5),
        factor: float = 1.0,
    ) -> Floats:
        """The picture (n, n, 4), recoloured from `average` to `target` (sRGB) where one is given."""
        rgb = self.colors[..., :3]
        if target is not None and factor > 0:
            share = (self.amount * factor)[..., None]
            rgb = rgb * (1 - share) + recolor.hair(rgb, target, average) * share
        alpha = self.colors[..., 3:]
        shaded = np.concatenate([rgb * self.shade[..., None] * alpha, alpha], axis=-1)
        size = shaded.shape[0] // _FINER
        small = shaded.reshape(size, _FINER, size, _FINER, 4).mean(axis=(1, 3))
        small[..., :3] /= np.maximum(small[..., 3:], 1e-6)
        finished: Floats = np.clip(small, 0.0, 1.0).astype(np.float32)
        return finished


def thumbnail(points: Floats, corners: NDArray[np.integer], uvs: Floats, look: Look, size: int = SIZE) -> Thumbnail:
    """Looks at a mesh from the front (its front is −Y, up is Z).

    Args:
        points: (V, 3).
        corners: (F, 3) vertices of the triangles.
        uvs: (F, 3, 2) with v upwards; outside 0..1 the texture repeats.
        size: pixels of the finished picture, each way.
    """
    wide = size * _FINER
    colors, shade = np.zeros((wide * wide, 4), np.float32), np.ones(wide * wide, np.float32)
    amount = np.zeros(wide * wide, np.float32)
    if len(corners):
        seen = _turned(points.astype(np.float32))
        light = _shades(seen[corners])
        screen = _on_screen(seen, wide)[corners]
        triangle, weights = _samples(screen)
        place = np.einsum("sc,sck->sk", weights, screen[triangle])
        uv = np.einsum("sc,sck->sk", weights, uvs[triangle].astype(np.float32))
        texel = _texels(look.texture, uv)
        kept = np.flatnonzero(texel[:, 3] >= _OPAQUE)
        order = kept[np.argsort(-place[kept, 2], kind="stable")]  # the nearest is written last
        pixel = np.clip(place[order, 1].astype(np.int64), 0, wide - 1) * wide
        pixel += np.clip(place[order, 0].astype(np.int64), 0, wide - 1)
        colors[pixel] = np.column_stack([texel[order, :3], np.ones(len(order), np.float32)])
        shade[pixel] = light[triangle[order]]
        amount[pixel] = 1.0 if look.mask is None else _texels(look.mask[..., None], uv[order])[:, 0]
    return Thumbnail(colors.reshape(wide, wide, 4), shade.reshape(wide, wide), amount.reshape(wide, wide))


def _turned(points: Floats) -> Floats:
    sine, cosine = math.sin(_TURN), math.cos(_TURN)
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]], np.float32)
    turned: Floats = points @ turn.T
    return turned


def _shades(triangles: Floats) -> Floats:
    """(F,) how much light falls on triangles (F, 3, 3), on whichever side."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    lengths = np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
    light = np.array(_LIGHT) / np.linalg.norm(_LIGHT)
    falls = np.abs(normals @ light) / lengths
    return np.asarray(_DARKEST + (1 - _DARKEST) * falls, np.float32)


def _on_screen(points: Floats, wide: int) -> Floats:
    """(V, 3): pixels rightwards and upwards, and the distance, so that all of it fits."""
    low, high = points.min(axis=0), points.max(axis=0)
    extent = max(float((high - low)[[0, 2]].max()), 1e-9)
    scale = wide * (1 - 2 * _MARGIN) / extent
    middle = (low + high) / 2
    flat = (points[:, [0, 2]] - middle[[0, 2]]) * scale + wide / 2
    return np.column_stack([flat, points[:, 1] * scale]).astype(np.float32)


def _samples(screen: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Triangle and barycentric weights (S, 3) of samples about a pixel apart."""
    sides = np.linalg.norm((screen - np.roll(screen, 1, axis=1))[..., :2], axis=-1).max(axis=1)
    steps = np.clip(np.ceil(sides * 1.3), 1, _MOST_STEPS).astype(np.int64)
    owners, weights = [], []
    for step in np.unique(steps):
        of_it = np.flatnonzero(steps == step)
        grid = _grid(int(step))
        owners.append(np.repeat(of_it, len(grid)))
        weights.append(np.tile(grid, (len(of_it), 1)))
    return np.concatenate(owners), np.concatenate(weights)


def _grid(steps: int) -> Floats:
    """Barycentric weights (n, 3) of the centres of a triangle's cells, `steps` along a side."""
    first, second = np.meshgrid(np.arange(steps), np.arange(steps), indexing="ij")
    inside = first + second < steps
    one, two = (first[inside] + 1 / 3) / steps, (second[inside] + 1 / 3) / steps
    return np.column_stack([one, two, 1 - one - two]).astype(np.float32)


def _texels(image: Floats, uv: Floats) -> Floats:
    height, width = image.shape[:2]
    x = np.floor(uv[:, 0] * width).astype(np.int64) % width
    y = np.floor(uv[:, 1] * height).astype(np.int64) % height
    found: Floats = image[y, x]
    return found
