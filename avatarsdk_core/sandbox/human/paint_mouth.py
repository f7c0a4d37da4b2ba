"""Teeth, gums and tongue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .anatomy import smooth
from .arrays import Floats, floats
from .atlas import TEETH
from .noise import fractal_noise, smooth_noise
from .texels import Texels

# Widths of the teeth from the midline backwards in millimetres (usual figures of dental anatomy).
_UPPER = (8.5, 6.5, 7.5, 7.0, 7.0, 10.0, 9.5)
_LOWER = (5.3, 5.7, 6.8, 7.0, 7.1, 11.0, 10.5)
_ENAMEL = (0.86, 0.82, 0.74)
_GUM = (0.64, 0.32, 0.31)
_TONGUE = (0.66, 0.33, 0.33)


def teeth_colour(texels: Texels, upper: bool) -> Floats:
    """(N, 3) sRGB 0-1."""
    teeth = ~_tongue(texels)
    tooth, gap, tip = _tooth(texels, teeth, upper)
    colour = np.empty((len(teeth), 3), dtype=np.float32)
    colour[:] = _TONGUE
    colour *= (1 + 0.10 * fractal_noise(texels.positions, 0.0022, 2, 61))[:, None]
    gum = floats(_GUM) * (1 + 0.06 * smooth_noise(texels.positions, 0.002, 62))[:, None]
    shine = 1 - 0.20 * gap + 0.04 * tip
    enamel = floats(_ENAMEL) * shine[:, None] * (1 - (1 - tip)[:, None] * floats([0.03, 0.08, 0.16]))
    colour[teeth] = (gum + (enamel - gum) * tooth[:, None])[teeth]
    # The mouth is a cave: little light gets to the back.
    depth = smooth(texels.positions[:, 2], texels.positions[:, 2].max() - 0.035, texels.positions[:, 2].max() - 0.006)
    return np.clip(colour * (0.50 + 0.50 * depth)[:, None], 0, 1)


def teeth_height(texels: Texels, upper: bool) -> Floats:
    """(N,) metres: teeth stand out of the gum, with grooves between them; the tongue is rough."""
    teeth = ~_tongue(texels)
    tooth, gap, _ = _tooth(texels, teeth, upper)
    tongue = 0.00015 * smooth_noise(texels.positions, 0.0012, 63)
    return np.where(teeth, 0.0006 * tooth * (1 - gap), tongue).astype(np.float32)


def teeth_roughness(texels: Texels, upper: bool) -> Floats:
    """(N,) 0-1."""
    teeth = ~_tongue(texels)
    tooth, _, _ = _tooth(texels, teeth, upper)
    return np.where(teeth, 0.34 - 0.12 * tooth, 0.42).astype(np.float32)


def _tongue(texels: Texels) -> NDArray[np.bool_]:
    row = texels.at // texels.size[0]
    return np.asarray((row + 0.5) / texels.size[1] > TEETH[2].texture[1] - 0.015)


def _tooth(texels: Texels, teeth: NDArray[np.bool_], upper: bool) -> tuple[Floats, Floats, Floats]:
    """(N,) shares: enamel rather than gum, gap between two teeth, 0 at the gum to 1 at the cutting edge."""
    points = texels.positions
    own = points[teeth]
    front, back = own[:, 2].max(), own[:, 2].min()
    # Along the arch: the angle seen from its middle grows about as the length does.
    middle = back + 0.35 * (front - back)
    arc = np.abs(np.arctan2(points[:, 0], points[:, 2] - middle))
    arc /= arc[teeth].max()
    bounds = np.cumsum(_UPPER if upper else _LOWER)
    bounds = np.concatenate([[0.0], bounds / bounds[-1]])
    index = np.clip(np.searchsorted(bounds, arc, side="right") - 1, 0, len(bounds) - 2)
    share = np.clip((arc - bounds[index]) / (bounds[index + 1] - bounds[index]), 0, 1)
    edge = np.minimum(share, 1 - share) * (bounds[index + 1] - bounds[index])
    gap = np.exp(-((edge / 0.012) ** 2))
    level = (points[:, 1] - own[:, 1].min()) / max(float(np.ptp(own[:, 1])), 1e-6)
    tip = 1 - level if upper else level
    scallop = 0.36 + 0.12 * (2 * share - 1) ** 2
    tooth = smooth(tip - scallop, -0.05, 0.05)
    return tooth, np.asarray(gap, dtype=np.float32), np.clip(smooth(tip, 0.3, 0.9), 0, 1)
