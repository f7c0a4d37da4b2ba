"""Plain cloth and leather for the simpler garments: jersey, twill, ribbed hems, grained leather."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import Floats, floats
from .draft import Pattern
from .fabrics import (
    Fabric,
    Swatch,
    bump,
    creases,
    line,
    ramp,
    rgb,
    shirt_folds,
    stitched,
    swatch,
    trouser_fold_share,
    woven,
)
from .measures import Measures
from .noise import fractal_noise, grain, smooth_noise
from .tops import Cut

Colour = tuple[int, int, int]
Painter = Callable[[Pattern, Measures, int], Fabric]


@dataclass(frozen=True)
class Cloth:
    """What a garment is made of.

    Attributes:
        colour: sRGB 0-255; accent: of stripes and soles.
        kind: `jersey`, `twill` or `leather`.
        rough: how matt it is.
        striped: a band of the accent's colour across the chest.
    """

    colour: Colour
    kind: str = "jersey"
    rough: float = 0.86
    accent: Colour = (236, 234, 228)
    striped: bool = False


def top(cut: Cut, cloth: Cloth) -> Painter:
    """Painter of a shirt of that cut and cloth."""

    def paint(pattern: Pattern, size: Measures, pixels: int) -> Fabric:
        surface = swatch(pattern, pixels)
        p, soft = surface.rest, surface.texel
        colour, height = _ground(surface, cloth)
        fold = (0.0036 if cloth.kind == "leather" else 0.0026) * shirt_folds(p, size)
        height += fold
        occlusion = floats(1 - 40 * np.maximum(0.0009 - fold, 0) * 0.3)
        x, y = np.abs(p[:, 0]), p[:, 1]
        for distance, where in (
            (size.armhole(p * [1, 1, 1]), p[:, 0] > 0),
            (size.armhole(p * [-1, 1, 1]), p[:, 0] < 0),
            (p[:, 2] - size.side_seam, surface.of("front", "back")),
        ):
            groove = line(distance, 0.0016, soft * 1.5) * where
            height -= 0.0006 * groove
            occlusion *= 1 - 0.30 * groove
        dyed = np.ones(len(p), np.float32)
        if cloth.striped:
            band = floats(line(y - size.arm[1] + 0.135, 0.050, soft) * surface.of("front", "back"))
            colour, dyed = floats(colour + (rgb(*cloth.accent) - colour) * band[:, None]), floats(1 - band)
        if cloth.kind == "leather":
            colour, height, dyed = _zip(surface, size, colour, height, dyed)
        thread = colour * 0.75
        ends = [(y - size.shirt_hem - 0.018, p[:, 0], surface.of("front", "back"))]
        if cut.sleeve:
            ends.append((x - cut.end(size) + 0.018, y, surface.of("sleeve")))
        for distance, along, where in ends:
            colour = stitched(colour, height, thread, line(distance, 0.0014, soft) * where, along, soft)
        rough = _roughness(surface, cloth)
        return woven(surface, colour, height, rough, floats(np.clip(occlusion, 0, 1)), dyed)

    return paint


def legs(cloth: Cloth) -> Painter:
    """Painter of trousers of that cloth."""

    def paint(pattern: Pattern, size: Measures, pixels: int) -> Fabric:
        surface = swatch(pattern, pixels)
        p, soft = surface.rest, surface.texel
        colour, height = _ground(surface, cloth)
        share = trouser_fold_share(p, size) * (0.35 if cloth.rough < 0.7 else 1.0)
        fold = creases(p, (0.45, 1.5, 0.5), 0.07, 21) * share
        height += 0.0030 * fold
        occlusion = floats(1 - 0.20 * share * (1 - fold))
        colour *= (1 + 0.06 * (fold - 0.35 * share))[:, None]
        outer = surface.of("front", "back")
        seam = size.inseam(p)
        for distance in (seam, p[:, 0]):
            groove = line(distance, 0.0016, soft * 1.5) * outer
            height -= 0.0006 * groove
            occlusion *= 1 - 0.30 * groove
        band = line(p[:, 1] - size.waist + 0.036, 0.0014, soft) * outer
        colour = stitched(colour, height, colour * 0.75, band, p[:, 0], soft)
        return woven(
            surface, colour, height, _roughness(surface, cloth), np.clip(occlusion, 0, 1), np.ones(len(p), np.float32)
        )

    return paint


def shoes(cloth: Cloth) -> Painter:
    """Painter of shoes with an upper of that cloth and a sole of the accent's colour."""

    def paint(pattern: Pattern, size: Measures, pixels: int) -> Fabric:
        surface = swatch(pattern, pixels)
        p, soft = surface.rest, surface.texel
        colour, height = _ground(surface, cloth)
        upper, sole = surface.of("upper"), surface.of("sole", "bottom")
        lace, lining = surface.of("lace"), surface.of("lining")
        heel, toe = float(p[:, 2].min()), float(p[:, 2].max())
        along = (p[:, 2] - heel) / (toe - heel)
        occlusion = floats(1 - 0.5 * upper * ramp(p[:, 1], 0.034, 0.024))
        for at in (0.135, 0.72):
            groove = line((along - at) * (toe - heel), 0.0018, soft * 1.2) * upper
            height -= 0.0008 * groove
            occlusion *= 1 - 0.45 * groove
        wear = 0.10 * upper * bump(along, 0.66, 0.05)  # where the foot bends
        colour *= (1 - wear)[:, None]
        rubber = rgb(*cloth.accent) * (1 + 0.02 * grain(p, max(0.002, soft), 12))[:, None]
        colour = np.where(sole[:, None], rubber, colour)
        colour = np.where(lining[:, None], rgb(150, 132, 112), colour)
        colour = np.where(lace[:, None], rgb(*cloth.colour) * 0.6, colour)
        rough = np.where(sole, 0.75, np.where(lace | lining, 0.9, _roughness(surface, cloth)))
        return woven(surface, floats(colour), height, floats(rough), np.clip(occlusion, 0, 1), floats(upper))

    return paint


def _ground(surface: Swatch, cloth: Cloth) -> tuple[Floats, Floats]:
    """Colour and relief of the cloth before it is sewn."""
    p, flat, soft = surface.rest, surface.flat, surface.texel
    base = rgb(*cloth.colour)
    height: Floats
    colour: Floats
    if cloth.kind == "leather":
        cells = smooth_noise(p, 0.0026, 41) + 0.5 * smooth_noise(p, 0.0013, 42)
        height = floats(0.00012 * np.clip(cells, -0.6, 0.8))
        colour = floats(base * (1 + 0.05 * fractal_noise(p, 0.04, 3, 43) + 0.05 * np.clip(cells, -1, 1))[:, None])
    elif cloth.kind == "twill":
        twill = np.sin((flat[:, 0] + flat[:, 1]) * np.float32(2 * np.pi / max(0.0018, 3 * soft)))
        height = floats(0.00006 * twill)
        colour = floats(base * (1 + 0.035 * twill + 0.03 * fractal_noise(p, 0.05, 3, 44))[:, None])
    else:
        knit = np.sin(flat[:, 0] * np.float32(2 * np.pi / max(0.0016, 3 * soft)))
        height = floats(0.00004 * knit)
        colour = floats(
            base * (1 + 0.02 * fractal_noise(p, 0.06, 3, 45) + 0.025 * grain(p, max(0.0012, soft), 46))[:, None]
        )
    return colour, height


def _roughness(surface: Swatch, cloth: Cloth) -> Floats:
    uneven = 0.06 * smooth_noise(surface.rest, 0.012, 47) if cloth.kind == "leather" else 0.0
    return floats(np.full(len(surface.rest), cloth.rough) + uneven)


def _zip(
    surface: Swatch, size: Measures, colour: Floats, height: Floats, dyed: Floats
) -> tuple[Floats, Floats, Floats]:
    """A zip down the front: a strip of cloth with metal teeth."""
    p, soft = surface.worn, surface.texel
    within = surface.of("front") * line(p[:, 0], 0.018, soft)
    teeth = surface.of("front") * line(p[:, 0], 0.005, soft)
    dash = ramp(np.abs((p[:, 1] / 0.0036) % 1 - 0.5), 0.40, 0.25) if soft < 0.0010 else np.float32(0.8)
    colour = floats(colour * (1 - 0.45 * within)[:, None])
    colour = floats(colour + (rgb(178, 176, 170) - colour) * (teeth * dash)[:, None])
    height = floats(height - 0.0006 * within + 0.0008 * teeth * dash)
    return colour, height, floats(dyed * (1 - within))
