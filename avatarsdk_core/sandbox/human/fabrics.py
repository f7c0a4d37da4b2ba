"""What the garments look like: cloth painted by where each texel lies on the body, in metres.

Seams, stitches and pockets follow the lines along which the garment was cut; weave and grain follow the flat pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .arrays import floats
from .draft import Pattern
from .measures import Measures
from .noise import fractal_noise, grain, smooth_noise
from .raster import bleed, interpolate, rasterise

_Single = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Swatch:
    """The covered texels of a garment's texture, N of them.

    Attributes:
        covered: (H, W) which pixels they are.
        rest: (N, 3) where they lie on the body suit; worn: (N, 3) on the body; flat: (N, 2) on the pattern; all metres.
        piece: (N,) name of the pattern piece.
        texel: metres from a texel to the next.
    """

    covered: NDArray[np.bool_]
    rest: _Single
    worn: _Single
    flat: _Single
    piece: NDArray[np.str_]
    texel: float

    def of(self, *names: str) -> NDArray[np.bool_]:
        return np.isin(self.piece, names)


@dataclass(frozen=True, eq=False)
class Fabric:
    """Finished maps, (size, size): colour and normal with 3 channels, the others with 1, all uint8.

    `dyed`: how much of a texel is the cloth's main colour, which recolouring changes, and not thread, button, rubber.
    """

    colour: NDArray[np.uint8]
    normal: NDArray[np.uint8]
    roughness: NDArray[np.uint8]
    occlusion: NDArray[np.uint8]
    dyed: NDArray[np.uint8]

    def recoloured(self, colour: tuple[int, int, int]) -> Image.Image:
        """Color with the cloth dyed anew: its mean becomes `colour`, lighter and darker texels stay so."""
        share = self.dyed.astype(np.float32)[..., None] / 255
        light = (self.colour.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
        mean = float((light * share).sum() / max(float(share.sum()), 1e-6))
        dyed = np.array(colour, np.float32) * (light / max(mean, 1.0))
        mixed = self.colour * (1 - share) + dyed * share
        return Image.fromarray(np.asarray(np.rint(np.clip(mixed, 0, 255)), dtype=np.uint8))

    def texture(self, texture_type: str) -> Image.Image | None:
        """The map of that type as the service packs it; None for a type that cloth hasn't."""
        zero, full = np.zeros_like(self.roughness), np.full_like(self.roughness, 255)
        match texture_type:
            case "Color":
                return Image.fromarray(self.colour)
            case "Normal":
                return Image.fromarray(self.normal)
            case "Roughness":
                return Image.fromarray(self.roughness)
            case "Metallic":
                return Image.fromarray(zero)
            case "AO":
                return Image.fromarray(self.occlusion)
            case "RecoloringMask":
                return Image.fromarray(self.dyed)
            case "GltfMetallicRoughness":
                return Image.fromarray(np.stack([full, self.roughness, zero], axis=-1))
            case "UnityMetallicSmoothness":
                return Image.fromarray(np.stack([zero, zero, zero, 255 - self.roughness], axis=-1))
        return None


def swatch(pattern: Pattern, size: int) -> Swatch:
    layout = pattern.layout
    raster = rasterise(layout.uvs, layout.triangles, (size, size))
    values = np.concatenate([pattern.rest, pattern.mesh.positions, layout.flat], axis=1)
    found = interpolate(raster, layout.triangles, values)[raster.covered]
    owner = layout.piece[layout.triangles[raster.face[raster.covered], 0]]
    names = np.array(pattern.names)[owner]
    return Swatch(raster.covered, found[:, :3], found[:, 3:6], found[:, 6:], names, 1 / (layout.metre * size))


def woven(
    cloth: Swatch, colour: _Single, height: _Single, roughness: _Single, occlusion: _Single, dyed: _Single
) -> Fabric:
    """Maps from what was painted: colour (N, 3) sRGB 0–1, relief (N,) in metres, the others (N,) 0–1."""
    size = cloth.covered.shape[0]
    reach = max(2, size // 64)

    def image(values: _Single) -> _Single:
        full = np.zeros((*cloth.covered.shape, *values.shape[1:]), dtype=np.float32)
        full[cloth.covered] = values
        return np.asarray(bleed(full, cloth.covered, reach), dtype=np.float32)

    relief = image(height)
    right = (np.roll(relief, -1, axis=1) - np.roll(relief, 1, axis=1)) / (2 * cloth.texel)
    down = (np.roll(relief, -1, axis=0) - np.roll(relief, 1, axis=0)) / (2 * cloth.texel)
    inner = cloth.covered & np.roll(cloth.covered, 1, 0) & np.roll(cloth.covered, -1, 0)
    inner &= np.roll(cloth.covered, 1, 1) & np.roll(cloth.covered, -1, 1)
    normal = np.stack([-right, down, np.ones_like(right)], axis=-1) * inner[..., None]
    normal[~inner] = [0, 0, 1]
    normal = np.asarray(bleed(normal, inner, reach + 1), dtype=np.float32)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    shaded = colour * (0.35 + 0.65 * occlusion)[:, None]
    singles = (_bytes(image(values)) for values in (roughness, occlusion, dyed))
    return Fabric(_bytes(image(shaded)), _bytes(normal * 0.5 + 0.5), *singles)


def _bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), dtype=np.uint8)


def rgb(red: int, green: int, blue: int) -> _Single:
    return np.asarray(np.array([red, green, blue]) / 255, dtype=np.float32)


def line(distance: NDArray[np.floating], width: float, soft: float) -> _Single:
    """1 within half a `width` of a line, falling to 0 over `soft` metres."""
    return np.asarray(np.clip((width / 2 - np.abs(distance)) / soft + 0.5, 0, 1), dtype=np.float32)


def ramp(values: NDArray[np.floating], low: float, high: float) -> _Single:
    """0 at `low`, 1 at `high`, smooth between; `low` may be the greater."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def bump(values: NDArray[np.floating], middle: float, width: float) -> _Single:
    """A bell: 1 in the `middle`, about 0.37 at `width` from it."""
    return np.asarray(np.exp(-(((values - middle) / width) ** 2)), dtype=np.float32)


def creases(points: _Single, stretch: tuple[float, float, float], cell: float, seed: int) -> _Single:
    """Folds: sharp ridges with wide valleys, 0–1, longer along the axes with a small `stretch`."""
    scaled = points * np.array(stretch, dtype=np.float32)
    warped = scaled + 0.35 * cell * smooth_noise(points, cell * 1.7, seed + 50)[:, None]
    ridge = 1 - np.abs(smooth_noise(warped, cell, seed)) * 1.6
    return np.asarray(np.clip(ridge, 0, 1) ** 2, dtype=np.float32)


def stitched(
    colour: _Single, height: _Single, thread: _Single, at: _Single, along: NDArray[np.floating], soft: float
) -> _Single:
    """Draw a row of stitches where `at` is 1, dashed by `along` (metres); pressed into the relief."""
    dash = ramp(np.abs((along / 0.0042) % 1 - 0.5), 0.42, 0.30) if soft < 0.0012 else np.float32(0.7)
    share = at * dash
    height -= 0.0003 * at
    height += 0.0004 * share
    return colour + (thread - colour) * share[:, None]


def polo(pattern: Pattern, size: Measures, pixels: int) -> Fabric:
    """A plain piqué shirt with a ribbed collar and cuffs, a placket and three buttons."""
    cloth = swatch(pattern, pixels)
    p, soft = cloth.rest, cloth.texel
    x, y = p[:, 0], p[:, 1]
    base = rgb(74, 124, 126)
    torso, collar = cloth.of("front", "back"), cloth.of("collar")
    mottle = 0.020 * fractal_noise(p, 0.06, 3, 1) + 0.030 * grain(p, max(0.0012, soft), 2)
    colour = base * (1 + mottle)[:, None]
    height = 0.00006 * _pique(cloth.flat, max(0.0016, 2.5 * soft))

    fold = 0.0028 * shirt_folds(p, size)
    height += fold * ~collar
    occlusion = 1 - 60 * np.maximum(0.0009 - fold, 0) * _fold_share(p, size)
    occlusion *= 1 - 0.30 * torso * ramp(size.neckline(p), 0.050, 0.005)
    occlusion *= 1 - 0.25 * bump(np.hypot(np.abs(x) - size.arm[0] + 0.03, y - size.arm[1] + 0.09), 0, 0.05)

    sleeve_end = size.arm[0] + 0.60 * size.upper_arm
    cuff = cloth.of("sleeve") * ramp(np.abs(x), sleeve_end - 0.0205 - soft, sleeve_end - 0.0205 + soft)
    rib_along = np.where(collar, cloth.flat[:, 0], y)
    ribbed = np.sin(rib_along * np.float32(2 * np.pi / max(0.0026, 3 * soft)))
    height += 0.00012 * ribbed * np.maximum(cuff, collar)
    colour *= (1 - 0.07 * np.maximum(cuff, collar))[:, None]

    thread = base * 0.78
    for distance, along, where in (
        (y - size.shirt_hem - 0.020, x, torso),
        (np.abs(x) - sleeve_end + 0.0225, y, cloth.of("sleeve")),
    ):
        colour = stitched(colour, height, thread, line(distance, 0.0014, soft) * where, along, soft)
    for distance, where in (
        (size.armhole(p * [1, 1, 1]), x > 0),
        (size.armhole(p * [-1, 1, 1]), x < 0),
        (p[:, 2] - size.side_seam, torso),
    ):
        groove = line(distance, 0.0016, soft * 1.5) * where
        height -= 0.0006 * groove
        occlusion *= 1 - 0.30 * groove
    colour, height, occlusion, buttons = _placket(cloth, size, colour, height, occlusion)
    return woven(cloth, colour, height, np.full(len(p), 0.86, np.float32), np.clip(occlusion, 0, 1), 1 - buttons)


def _pique(flat: _Single, period: float) -> _Single:
    return np.asarray(np.sin(flat[:, 0] * (2 * np.pi / period)) * np.sin(flat[:, 1] * (2 * np.pi / period)))


def _fold_share(p: _Single, size: Measures) -> _Single:
    """How much the shirt creases: at the waist's sides, under the arms, a little everywhere."""
    x, y = np.abs(p[:, 0]), p[:, 1]
    waist = bump(y, size.waist + 0.02, 0.11) * (0.45 + 0.55 * ramp(x, 0.03, 0.13))
    armpit = bump(np.hypot(x - size.arm[0] + 0.02, y - size.arm[1] + 0.07), 0, 0.085)
    sleeve = 0.8 * ramp(x, size.arm[0], size.arm[0] + 0.08)
    return np.asarray(np.clip(0.12 + waist + armpit + sleeve, 0, 1), dtype=np.float32)


def shirt_folds(p: _Single, size: Measures) -> _Single:
    away = np.stack([np.abs(p[:, 0]) - size.arm[0] - 0.02, p[:, 1] - size.arm[1] - 0.06, p[:, 2] * 0.6], axis=1)
    # Under the arms folds point at the shoulder; at the waist they lie across.
    angle = np.arctan2(away[:, 1], away[:, 0])
    polar = np.stack([angle * 0.12, np.hypot(away[:, 0], away[:, 1]) * 0.3, p[:, 2] * 0.5 + np.sign(p[:, 0])], axis=1)
    radial = creases(polar.astype(np.float32), (1, 1, 1), 0.045, 11)
    across = creases(p, (0.45, 1.25, 0.45), 0.075, 5)
    high = ramp(p[:, 1], size.waist + 0.10, size.waist + 0.24)
    return np.asarray((radial * high + across * (1 - high)) * _fold_share(p, size), dtype=np.float32)


def _placket(
    cloth: Swatch, size: Measures, colour: _Single, height: _Single, occlusion: _Single
) -> tuple[_Single, _Single, _Single, _Single]:
    """Colour, relief and occlusion with the placket, and where its buttons are."""
    p, soft = cloth.worn, cloth.texel
    x, y = p[:, 0], p[:, 1]
    front = cloth.of("front")
    top = float(size.neck_pivot[1] - 0.04)
    bottom = top - 0.125
    within = front & (np.abs(x) < 0.016) & (y > bottom)
    edge = np.maximum(
        line(np.abs(x) - 0.016, 0.0014, soft) * (y > bottom), line(y - bottom, 0.0014, soft) * (np.abs(x) < 0.0165)
    )
    edge = edge * front
    height = floats(height + 0.0007 * within - 0.0005 * edge)
    occlusion = floats(occlusion * (1 - 0.35 * edge))
    stitch = np.maximum(line(np.abs(x) - 0.0135, 0.001, soft), line(y - bottom - 0.012, 0.001, soft)) * within
    colour = floats(colour * (1 - 0.18 * stitch)[:, None])
    buttons = np.zeros(len(p), np.float32)
    for drop in (0.035, 0.072, 0.106):
        r = np.hypot(x, y - (top - drop))
        button = front * line(r, 0.0115, soft)
        holes = line(np.hypot(np.abs(x) - 0.0014, y - top + drop), 0.0016, soft)
        buttons = np.maximum(buttons, button)
        light = rgb(226, 218, 200) * (1 - 0.75 * holes)[:, None]
        colour = floats(colour + (light - colour) * button[:, None])
        height = floats(height + button * (0.0012 + 0.0006 * bump(r, 0.0045, 0.0012)))
        occlusion = floats(occlusion * (1 - 0.4 * front * (line(r, 0.0145, soft) - button).clip(0)))
    return colour, height, occlusion, floats(buttons)


def jeans(pattern: Pattern, size: Measures, pixels: int) -> Fabric:
    """Dark indigo denim, faded on the thighs, with ochre stitching and back pockets."""
    cloth = swatch(pattern, pixels)
    p, soft = cloth.rest, cloth.texel
    x, y = np.abs(p[:, 0]), p[:, 1]
    front, back, hem = cloth.of("front"), cloth.of("back"), cloth.of("hem")
    twill = np.sin((cloth.flat[:, 0] + cloth.flat[:, 1]) * np.float32(2 * np.pi / max(0.0018, 3 * soft)))
    slub = smooth_noise(cloth.flat[:, [0, 1, 0]] * np.array([1, 0.06, 0], np.float32), 0.0022, 4)
    worn = _wear(p, size) * (front + 0.45 * back)
    dark, light = rgb(37, 45, 72), rgb(86, 103, 138)
    share = np.clip(0.10 + 0.62 * worn + 0.05 * fractal_noise(p, 0.05, 3, 6), 0, 1)
    colour = dark + (light - dark) * share[:, None]
    colour *= (1 + 0.05 * twill + 0.07 * slub + 0.07 * grain(p, max(0.0012, soft), 3))[:, None]
    height = 0.00007 * twill

    fold_share = trouser_fold_share(p, size)
    fold = creases(p, (0.45, 1.5, 0.5), 0.07, 21) * fold_share
    height += 0.0034 * fold
    colour *= (1 + 0.16 * (fold - 0.35 * fold_share))[:, None]  # ridges fade, valleys stay dark
    occlusion = 1 - 0.22 * fold_share * (1 - fold)
    crotch = size.hip[1] - 0.06
    occlusion *= 1 - 0.35 * bump(x, 0.0, 0.035) * ramp(y, crotch - 0.30, crotch - 0.02) * ramp(y, crotch + 0.09, crotch)

    thread = rgb(176, 124, 74)
    seam = size.inseam(p)
    legs = (front | back) & ~hem
    for distance, where in ((seam, legs), (p[:, 0], legs & (y > crotch - 0.05))):
        groove = line(distance, 0.0016, soft * 1.5) * where
        height -= 0.0007 * groove
        occlusion *= 1 - 0.35 * groove
        colour *= (1 + 0.10 * line(np.abs(distance) - 0.004, 0.005, 0.004) * where)[:, None]
        rows = line(np.abs(distance) - 0.0035, 0.0011, soft) * where
        if distance is seam:  # side seams are topstitched at the hips only
            rows *= back * (y > size.hip[1] - 0.04)
        colour = stitched(colour, height, thread, rows, y, soft)
    hem_line = line(y - size.ankle[1] - 0.045 - 0.011, 0.0011, soft) * legs
    colour = stitched(colour, height, thread, hem_line, p[:, 0] + p[:, 2], soft)
    band = line(y - size.waist + 0.036, 0.0011, soft) * legs
    colour = stitched(colour, height, thread, band, p[:, 0], soft)
    colour, height, occlusion = _pockets(cloth, size, colour, height, occlusion, thread)
    dyed = ramp(np.abs(colour - thread).max(axis=1), 0.05, 0.20)
    return woven(cloth, colour, height, np.full(len(p), 0.82, np.float32), np.clip(occlusion, 0, 1), dyed)


def _wear(p: _Single, size: Measures) -> _Single:
    """Where denim fades: down the middle of the thighs, on the knees, on the seat."""
    x, y = np.abs(p[:, 0]), p[:, 1]
    thigh = bump(x, float(size.hip[0]) + 0.012, 0.042) * bump(y, float(size.hip[1] + size.knee[1]) / 2, 0.19)
    knee = 0.55 * bump(np.hypot(x - size.knee[0], (y - size.knee[1]) * 0.7), 0, 0.055)
    seat = 0.9 * bump(np.hypot(x - 0.075, y - size.hip[1] + 0.02), 0, 0.07) * (p[:, 2] < size.hip[2])
    return np.asarray(np.clip(thigh + knee + seat, 0, 1), dtype=np.float32)


def trouser_fold_share(p: _Single, size: Measures) -> _Single:
    y = p[:, 1]
    behind = ramp(p[:, 2], size.knee[2] + 0.02, size.knee[2] - 0.03)
    knee = bump(y, float(size.knee[1]), 0.085) * (0.35 + 0.65 * behind)
    ankle = ramp(y, float(size.ankle[1]) + 0.20, float(size.ankle[1]) + 0.06)
    groin = 0.8 * bump(np.hypot(np.abs(p[:, 0]) - 0.06, (y - size.hip[1] + 0.04) * 1.1), 0, 0.06)
    return np.asarray(np.clip(0.08 + knee + 0.9 * ankle + groin, 0, 1), dtype=np.float32)


def _pockets(
    cloth: Swatch, size: Measures, colour: _Single, height: _Single, occlusion: _Single, thread: _Single
) -> tuple[_Single, _Single, _Single]:
    p, soft = cloth.rest, cloth.texel
    across = np.abs(np.abs(p[:, 0]) - 0.082)
    top, bottom = float(size.hip[1] + 0.085), float(size.hip[1] - 0.055)
    # A shield: straight sides, a point at the lower end.
    lower = bottom + 0.45 * across
    outside = np.maximum(np.maximum(across - 0.062, lower - p[:, 1]), p[:, 1] - top)
    back = cloth.of("back")
    height = height + 0.0008 * (back & (outside < 0))
    edge = line(outside, 0.0016, soft) * back
    occlusion = occlusion * (1 - 0.35 * edge)
    for inset in (0.0025, 0.0085):
        colour = stitched(colour, height, thread, line(outside + inset, 0.0011, soft) * back, p[:, 1] + p[:, 0], soft)
    front = cloth.of("front")
    scoop = np.hypot(np.abs(p[:, 0]) - 0.175, (p[:, 1] - size.waist + 0.03) * 1.05) - 0.085
    colour = stitched(colour, height, thread, line(scoop, 0.0011, soft) * front, p[:, 1] * 1.4, soft)
    occlusion = occlusion * (1 - 0.3 * line(scoop + 0.003, 0.0016, soft) * front)
    return colour, height, occlusion


def sneakers(pattern: Pattern, size: Measures, pixels: int) -> Fabric:
    """White leather with a coloured heel, a stitched toe cap, and a rubber sole with a stripe."""
    cloth = swatch(pattern, pixels)
    p, soft = cloth.rest, cloth.texel
    upper, sole, bottom = cloth.of("upper"), cloth.of("sole"), cloth.of("bottom")
    heel, toe = float(p[:, 2].min()), float(p[:, 2].max())
    along = (p[:, 2] - heel) / (toe - heel)
    white, accent = rgb(232, 230, 224), rgb(62, 104, 108)
    colour = np.broadcast_to(white, (len(p), 3)).astype(np.float32).copy()
    colour *= (1 + 0.012 * fractal_noise(p, 0.02, 3, 8))[:, None]
    height = 0.00006 * smooth_noise(p, 0.0028, 9) + 0.00004 * grain(p, max(0.0009, soft), 10)
    occlusion = np.ones(len(p), np.float32)
    roughness = np.full(len(p), 0.52, np.float32)

    tab = upper * ramp(along, 0.135, 0.130) * ramp(p[:, 1], 0.040, 0.0405)
    colour += (accent - colour) * tab[:, None]
    side = np.abs(p[:, 0] - np.where(p[:, 0] > 0, size.ankle[0], -size.ankle[0]))
    swoosh = (
        upper * line(p[:, 1] - 0.036 - 0.9 * np.maximum(along - 0.30, 0) * 0.06, 0.007, soft) * ramp(along, 0.24, 0.26)
    )
    swoosh *= ramp(along, 0.56, 0.54) * (side > 0.02)
    colour += (accent - colour) * swoosh[:, None]
    for distance, where in (
        (along - 0.745, upper),
        (along - 0.135, upper * (p[:, 1] > 0.03)),
        (side - 0.020 - 0.010 * ramp(along, 0.7, 0.45), upper * (along > 0.42) * (along < 0.71)),
    ):
        metres = distance * (toe - heel) if distance is not side else distance
        groove = line(metres, 0.0018, soft * 1.2) * where
        height -= 0.0008 * groove
        occlusion *= 1 - 0.45 * groove
        colour *= (1 - 0.16 * line(np.abs(metres) - 0.003, 0.0011, soft) * where)[:, None]
    occlusion *= 1 - 0.5 * upper * ramp(p[:, 1], 0.034, 0.024)

    colour = np.where(
        (sole | bottom)[:, None], rgb(236, 233, 222) * (1 + 0.02 * grain(p, max(0.002, soft), 12))[:, None], colour
    )
    stripe = sole * line(p[:, 1] - 0.0185, 0.0030, soft)
    colour += (accent - colour) * stripe[:, None]
    height += sole * 0.0003 * np.sin(p[:, 1] * np.float32(2 * np.pi / 0.004)) * (p[:, 1] < 0.013)
    colour = np.where(bottom[:, None], rgb(170, 128, 84), colour)
    roughness = np.where(sole | bottom, 0.7, roughness)
    lining = cloth.of("lining")
    colour = np.where(lining[:, None], rgb(196, 196, 192), colour)
    occlusion = np.where(lining, 0.8 * ramp(p[:, 1], size.ankle[1] - 0.04, size.ankle[1] + 0.01) + 0.2, occlusion)
    lace = cloth.of("lace")
    colour = np.where(lace[:, None], rgb(244, 243, 238), colour)
    roughness = np.where(lace | lining, 0.9, roughness).astype(np.float32)
    dyed = floats(np.clip(tab + swoosh, 0, 1) + stripe)
    return woven(cloth, colour, height, roughness, np.clip(occlusion, 0, 1).astype(np.float32), np.clip(dyed, 0, 1))
