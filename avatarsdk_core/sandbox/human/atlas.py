"""Where each part's islands of the source's UV atlas lie in the part's own texture.

Every island is carried over by one map, `place`: a box of the atlas (v upwards) onto a box of the texture (v
downwards, as in glTF), for the head with a quarter turn so that the face stands upright, the avatar's left at larger u.
The maps are affine but for the head's: each of its axes is stretched around the face at the cost of the back of the
head, so that eyes, brows and lips get more than twice the texels in each direction. Painters work in space and needn't
know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # left, low, right, high


@dataclass(frozen=True)
class Lens:
    """A smooth, strictly increasing map of 0…1 onto itself that is steepest at `middle`.

    Its slope is proportional to 1 + strength · sech²((x - middle) / width), whose integral has a closed form.
    """

    middle: float
    width: float
    strength: float

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = self._integral(np.array([0.0, 1.0]))
        return np.asarray((self._integral(values) - low) / (high - low))

    def _integral(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        bump = np.tanh((values - self.middle) / self.width)
        return np.asarray(values + self.strength * self.width * bump)


@dataclass(frozen=True)
class Placement:
    """`turned`: the atlas' u becomes the texture's v, and its v upside down the texture's u.

    `lenses`: what the texture's u and v (0…1 in its box) go through.
    """

    atlas: Box
    texture: Box
    turned: bool = False
    lenses: tuple[Lens, Lens] | None = None

    def holds(self, uvs: NDArray[np.float64]) -> NDArray[np.bool_]:
        left, low, right, high = self.atlas
        return (uvs[:, 0] >= left) & (uvs[:, 0] <= right) & (uvs[:, 1] >= low) & (uvs[:, 1] <= high)

    def apply(self, uvs: NDArray[np.float64]) -> NDArray[np.float64]:
        left, low, right, high = self.atlas
        across = (uvs[:, 0] - left) / (right - left)
        down = (high - uvs[:, 1]) / (high - low)
        if self.turned:
            across, down = down, across
        if self.lenses:
            across, down = self.lenses[0](across), self.lenses[1](down)
        left, low, right, high = self.texture
        return np.column_stack([left + across * (right - left), low + down * (high - low)])


FACE = (Lens(middle=0.5, width=0.15, strength=3.6), Lens(middle=0.60, width=0.18, strength=2.2))
HEAD = (
    Placement((0.6405, 0.1485, 0.9945, 0.8185), (0.01, 0.01, 0.99, 0.82), turned=True, lenses=FACE),  # face … neck
    Placement((0.757, 0.011, 0.925, 0.137), (0.01, 0.84, 0.16, 0.99)),  # inside of the mouth
    Placement((0.0115, 0.546, 0.0785, 0.634), (0.18, 0.84, 0.24, 0.99)),  # socket of the right eye
    Placement((0.0855, 0.546, 0.1525, 0.634), (0.26, 0.84, 0.32, 0.99)),  # socket of the left eye
)
# The base of the neck, which real exports count to the head, lies on the body's island of the atlas.
NECK = (Placement((0.2475, 0.8415, 0.5135, 0.9745), (0.34, 0.84, 0.99, 0.99)),)
BODY = (Placement((0.008, 0.009, 0.764, 0.975), (0.005, 0.005, 0.995, 0.995)),)
TEETH = (
    Placement((0.6775, 0.8755, 0.7385, 0.897795), (0.02, 0.02, 0.98, 0.35)),  # upper
    Placement((0.6775, 0.897796, 0.7385, 0.9205), (0.02, 0.38, 0.98, 0.71)),  # lower
    Placement((0.6225, 0.9285, 0.6485, 0.9845), (0.02, 0.74, 0.62, 0.98), turned=True),  # tongue
)
EYELASHES = (Placement((0.6575, 0.9265, 0.7585, 0.9855), (0.01, 0.01, 0.99, 0.99)),)


def place(uvs: NDArray[np.float64], placements: tuple[Placement, ...]) -> NDArray[np.float64]:
    """(N, 2) texture coordinates of the atlas' `uvs`; those in no box become NaN, which no part may contain."""
    placed = np.full(uvs.shape, np.nan)
    for placement in placements:
        inside = placement.holds(uvs)
        placed[inside] = placement.apply(uvs[inside])
    return placed


def islands_within(
    placements: tuple[Placement, ...], uvs: NDArray[np.float64], islands: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """(N,) whether the whole island that a UV vertex belongs to lies in the placements' boxes."""
    inside = np.any([placement.holds(uvs) for placement in placements], axis=0)
    outside_count = np.bincount(islands, ~inside)
    return np.asarray(outside_count[islands] == 0)
