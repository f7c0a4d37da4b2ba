"""Seamless noise in space: a tileable volume of random values, looked up at 3D points.

Painted in space, a texture has no seam where its UV islands part, nor where two parts meet.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_CELLS = 64  # a power of two: coordinates wrap by masking
_POINTS_AT_ONCE = 1 << 14


def smooth_noise(points: NDArray[np.float32], cell: float, seed: int = 0) -> NDArray[np.float32]:
    """Band-limited noise at (N, 3) points: (N,), mean 0, about ±1, features `cell` metres wide."""
    volume = _volume()
    result = np.empty(len(points), dtype=np.float32)
    offset = np.random.default_rng(seed).random(3).astype(np.float32) * _CELLS
    for start in range(0, len(points), _POINTS_AT_ONCE):
        part = slice(start, start + _POINTS_AT_ONCE)
        result[part] = _trilinear(volume, points[part] * np.float32(1 / cell) + offset)
    return result


def fractal_noise(points: NDArray[np.float32], cell: float, octaves: int, seed: int = 0) -> NDArray[np.float32]:
    """Octaves of noise, each half as wide and half as strong as the one before."""
    total = np.zeros(len(points), dtype=np.float32)
    for octave in range(octaves):
        total += smooth_noise(points, cell / 2**octave, seed + octave) * np.float32(0.5**octave)
    return total


def grain(points: NDArray[np.float32], cell: float, seed: int = 0) -> NDArray[np.float32]:
    """Uninterpolated noise, for features about as small as a texel: (N,), mean 0, about ±1."""
    volume = _volume()
    turn = np.random.default_rng(seed).random(3).astype(np.float32) * _CELLS
    index = np.floor(points * np.float32(1 / cell) + turn).astype(np.int32) & (_CELLS - 1)
    return np.asarray(volume[(index[:, 0] * _CELLS + index[:, 1]) * _CELLS + index[:, 2]])


@lru_cache(maxsize=1)
def _volume() -> NDArray[np.float32]:
    values = np.random.default_rng(20).standard_normal((_CELLS,) * 3)
    return (np.clip(values, -2.5, 2.5) / 1.6).astype(np.float32).ravel()


def _trilinear(volume: NDArray[np.float32], at: NDArray[np.float32]) -> NDArray[np.float32]:
    low = np.floor(at)
    share = at - low
    share = share * share * (3 - 2 * share)
    x, y, z = share.T
    low_index = low.astype(np.int32) & (_CELLS - 1)
    high_index = (low_index + 1) & (_CELLS - 1)
    near = [low_index[:, 0] * _CELLS**2, low_index[:, 1] * _CELLS, low_index[:, 2]]
    far = [high_index[:, 0] * _CELLS**2, high_index[:, 1] * _CELLS, high_index[:, 2]]
    result = np.zeros(len(at), dtype=np.float32)
    for first, wx in ((near[0], 1 - x), (far[0], x)):
        for second, wy in ((near[1], 1 - y), (far[1], y)):
            row = first + second
            result += wx * wy * (volume[row + near[2]] * (1 - z) + volume[row + far[2]] * z)
    return result
