"""Strands painted on cards: an atlas of columns from dense to wispy, roots at v = 0, tips at v = 1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_Single = NDArray[np.float32]

COLUMNS = 8
HAIR_TEXTURE_TYPES = (
    "AO",
    "Alpha",
    "Color",
    "Depth",
    "GltfMetallicRoughness",
    "Normal",
    "Root",
    "Roughness",
    "Shade",
    "UniqueID",
    "UnityMetallicSmoothness",
)
# Per column: strands, how far they wander, how much they gather towards the tips, brightness.
_KINDS = (
    (230, 0.05, 0.15, 0.80),
    (210, 0.08, 0.25, 0.88),
    (150, 0.10, 0.30, 0.98),
    (110, 0.12, 0.35, 1.04),
    (60, 0.16, 0.30, 1.10),
    (34, 0.22, 0.20, 1.14),
    (90, 0.10, 0.10, 0.92),
    (56, 0.14, 0.10, 1.04),
)
_CURLY = (6, 7)  # columns whose strands are curls


@dataclass(frozen=True, eq=False)
class Strands:
    """(size, size) maps of all columns, float32 0–1: the uppermost strand at each pixel.

    Attributes:
        alpha; shade: brightness around 0.5; depth: how far up it lies; identity: a number per strand;
        slant: the strand's roundness across, -1 at its left edge to 1 at its right.
    """

    alpha: _Single
    shade: _Single
    depth: _Single
    identity: _Single
    slant: _Single

    def texture(self, texture_type: str, colour: tuple[int, int, int]) -> Image.Image | None:
        """The map of that type as the service packs it; None for a type that this haircut hasn't."""
        if texture_type == "Color":
            return Image.fromarray(np.dstack([self._coloured(colour), _bytes(self.alpha)]))
        if texture_type == "Normal":
            return Image.fromarray(self._normal())
        rough, occlusion = _bytes(self._roughness()), _bytes(self._occlusion())
        zero = np.zeros_like(rough)
        packed = {
            "AO": occlusion,
            "Alpha": _bytes(self.alpha),
            "Depth": _bytes(self.depth),
            "GltfMetallicRoughness": np.dstack([occlusion, rough, zero]),
            "Root": _bytes(self._along()),
            "Roughness": rough,
            "Shade": _bytes(self.shade),
            "UniqueID": _bytes(self.identity),
            "UnityMetallicSmoothness": np.dstack([zero, zero, zero, 255 - rough]),
        }
        return Image.fromarray(packed[texture_type]) if texture_type in packed else None

    def _along(self) -> _Single:
        """0 at the roots, 1 at the tips."""
        rows = np.linspace(0, 1, len(self.alpha), dtype=np.float32)
        return np.broadcast_to(rows[:, None], self.alpha.shape)

    def _occlusion(self) -> _Single:
        """Strands that lie low are shaded by those above, and everything is near the scalp."""
        near_root = np.interp(self._along(), [0.0, 0.25, 1.0], [0.55, 0.95, 1.0])
        return np.asarray((0.62 + 0.38 * self.depth) * near_root, dtype=np.float32)

    def _roughness(self) -> _Single:
        return np.asarray(0.55 + 0.10 * (self.identity - 0.5), dtype=np.float32)

    def _coloured(self, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
        base = np.array(colour, dtype=np.float32) / 255
        along = np.interp(self._along(), [0.0, 0.15, 0.6, 1.0], [0.70, 0.92, 1.0, 1.13]).astype(np.float32)
        bright = (self.shade * 2) * along * self._occlusion()
        # A photo's hair has all of these shades in it too: what was read there is their mean.
        bright = bright / np.average(bright, weights=self.alpha)
        # Sunlit strands turn warmer, not only lighter.
        warm = np.array([1.06, 1.0, 0.92], dtype=np.float32) ** ((bright - 1)[..., None] * 2)
        return _bytes(base * bright[..., None] * warm)

    def _normal(self) -> NDArray[np.uint8]:
        x = 0.45 * self.slant * (self.alpha > 0.05)
        normal = np.dstack([x, np.zeros_like(x), np.sqrt(1 - x * x)])
        return _bytes(normal * 0.5 + 0.5)


@lru_cache(maxsize=2)
def strands(size: int) -> Strands:
    """Paint the atlas at `size` pixels square."""
    random = np.random.default_rng(23)
    maps = [np.zeros((size, size), dtype=np.float32) for _ in range(5)]
    maps[1][:] = 0.45
    for column, kind in enumerate(_KINDS):
        left, right = round(size * column / COLUMNS), round(size * (column + 1) / COLUMNS)
        curls = 9.0 if column in _CURLY else 0.0
        _paint([values[:, left:right] for values in maps], kind, curls, random)
    return Strands(*maps)


def _paint(
    maps: list[_Single], kind: tuple[int, float, float, float], curls: float, random: np.random.Generator
) -> None:
    """Draw a column's strands one over the other, the uppermost last; `curls`: how often each turns."""
    count, wander, gather, bright = kind
    alpha, shade, depth, identity, slant = maps
    height, width = alpha.shape
    v = np.linspace(0, 1, height)
    tufts = random.uniform(0.15, 0.85, max(3, count // 16))
    for index in range(count):
        layer = index / count
        root = random.uniform(0.06, 0.94)
        tuft = tufts[np.argmin(np.abs(tufts - root))]
        waves = (
            wander * (0.3 + v) * np.sin(v * random.uniform(2.0, 6.5) + random.uniform(0, 6.28)) * random.uniform(0.2, 1)
        )
        if curls:
            waves += 0.16 * np.sin(v * curls * random.uniform(4.0, 7.5) + random.uniform(0, 6.28))
        x = root + waves * 0.5 + (tuft - root) * gather * 2 * v**1.6 + (0.5 - root) * 0.12 * v**2
        begin, end = random.uniform(0.0, 0.035), 1 - random.uniform(0.0, 1.0) ** 1.8 * 0.38
        radius = width / 142 * random.uniform(0.8, 1.5) * np.clip((end - v) / 0.22, 0.25, 1)
        tone = bright * random.normal(1.0, 0.16) * (0.80 + 0.20 * layer)
        value = np.clip(0.5 * tone, 0.15, 0.95)
        span = int(np.ceil(radius.max())) + 1
        centre = x * width
        pixel = np.floor(centre)[:, None].astype(int) + np.arange(-span, span + 1)
        across = (pixel + 0.5 - centre[:, None]) / radius[:, None]
        cover = np.clip((1.25 - np.abs(across)) * radius[:, None] * 1.2, 0, 1)
        cover *= (np.clip((v - begin) / 0.03, 0, 1) * np.clip((end - v) / 0.05, 0, 1))[:, None]
        row = np.broadcast_to(np.arange(height)[:, None], pixel.shape)
        inside = (pixel >= 1) & (pixel < width - 1) & (cover > 0.02)
        at = (row[inside], pixel[inside])
        share = cover[inside].astype(np.float32)
        round_shade = value * (1 - 0.22 * np.clip(np.abs(across[inside]), 0, 1) ** 2)
        for target, painted in (
            (shade, round_shade),
            (depth, np.full(len(share), layer)),
            (identity, np.full(len(share), random.random())),
            (slant, np.clip(across[inside], -1, 1)),
        ):
            target[at] += (painted - target[at]).astype(np.float32) * share
        alpha[at] = np.maximum(alpha[at], share)


def _bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), dtype=np.uint8)
