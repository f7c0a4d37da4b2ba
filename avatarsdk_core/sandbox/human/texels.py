"""The texels of a part: for every pixel of its texture that shows skin, where that skin is.

Painters work on flat arrays of N texels and hand them back as images, bled over the borders of the UV islands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats, floats
from .body import Body
from .occlusion import openness
from .raster import blend_corners, nearest_covered, rasterise

_Value = TypeVar("_Value", np.float32, np.uint8)
_AT_ONCE = 1 << 14  # texels whose arrays stay within the processor's cache: painting is three times as fast
_BLEED_SHARE = 1 / 64  # of the texture's width: room for a few mipmap levels


@dataclass(frozen=True, eq=False)
class Texels:
    """The covered pixels of a part's texture, N of them.

    Attributes:
        size: (width, height) of the texture.
        source: (H·W,) index of the texel that colours a pixel, -1 where none is near.
        at: (N,) flat index of each texel's own pixel.
        positions, normals: (N, 3) metres, T-pose.
        openness: (N,) 1 in the open, towards 0 in creases.
        regions: region -> (N,) 0-1.
        pitch: (N, 2) metres from a texel to its neighbour to the right and to the one below.
    """

    size: tuple[int, int]
    source: NDArray[np.int64]
    at: NDArray[np.int64]
    positions: Floats
    normals: Floats
    openness: Floats
    regions: Mapping[str, Floats]
    pitch: Floats

    def blocks(self) -> Iterator[Texels]:
        """The texels some thousands at a time, in order, to paint each for itself: no images are made of them."""
        for part in _slices(len(self.at)):
            yield replace(
                self,
                at=self.at[part],
                positions=self.positions[part],
                normals=self.normals[part],
                openness=self.openness[part],
                regions={name: share[part] for name, share in self.regions.items()},
                pitch=self.pitch[part],
            )

    def painted(self, paint: Callable[..., Floats], *values: Floats) -> Floats:
        """`paint(block, …)` of every block, put together; each of (N, …) `values` is handed over as its block's."""
        parts = zip(_slices(len(self.at)), self.blocks(), strict=True)
        return np.concatenate([paint(block, *(v[part] for v in values)) for part, block in parts])

    def image(self, values: NDArray[_Value], empty: float | NDArray[_Value] = 0.0) -> NDArray[_Value]:
        """(N,) or (N, C) values as an (H, W[, C]) image; pixels far from any texel are `empty`."""
        width, height = self.size
        flat = np.empty((height * width, *values.shape[1:]), dtype=values.dtype)
        flat[:] = empty
        near = self.source >= 0
        flat[near] = values[self.source[near]]
        return flat.reshape(height, width, *values.shape[1:])


@lru_cache(maxsize=4)
def part_texels(body: Body, part: str, size: tuple[int, int]) -> Texels:
    """Rasterise a part of the body; kept for the next texture of the same part and size."""
    mesh = body.parts[part]
    raster = rasterise(mesh.uvs, mesh.triangles, size)
    covered = raster.covered
    face = raster.face[covered]
    corners, weights = mesh.triangles[face], raster.barycentric[covered]
    at = np.flatnonzero(covered)
    nearest = nearest_covered(covered, max(2, int(size[0] * _BLEED_SHARE))).ravel()
    number = np.full(covered.size + 1, -1, dtype=np.int64)  # the last stands for "none near"
    number[at] = np.arange(len(at))
    normals = blend_corners(mesh.normals, corners, weights)
    regions = body.regions.get(part, {})
    names = tuple(regions)
    values = np.column_stack([openness(body, part), *(regions[name] for name in names)])
    shares = blend_corners(values, corners, weights)
    return Texels(
        size=size,
        source=number[nearest],
        at=at,
        positions=blend_corners(mesh.positions, corners, weights),
        normals=normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9),
        openness=shares[:, 0],
        regions={name: shares[:, index + 1] for index, name in enumerate(names)},
        pitch=_pitch(mesh.positions, mesh.uvs, mesh.triangles, size)[face],
    )


def _pitch(positions: Floats, uvs: Floats, triangles: NDArray[np.uint32], size: tuple[int, int]) -> Floats:
    """Per triangle the length in space of a step of one pixel along u and along v: (F, 2)."""
    p, q = positions[triangles], uvs[triangles].astype(np.float64) * size
    along, across = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    (a, b), (c, d) = (q[:, 1] - q[:, 0]).T, (q[:, 2] - q[:, 0]).T
    area = a * d - b * c
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)[:, None]
    right = (along * d[:, None] - across * b[:, None]) / area
    down = (across * a[:, None] - along * c[:, None]) / area
    lengths = np.column_stack([np.linalg.norm(right, axis=1), np.linalg.norm(down, axis=1)])
    return floats(np.clip(lengths, 1e-5, 1e-1))


def _slices(count: int) -> list[slice]:
    return [slice(start, start + _AT_ONCE) for start in range(0, max(1, count), _AT_ONCE)]
