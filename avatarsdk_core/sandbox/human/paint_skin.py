"""The colour of head and body: one skin for both, so that no seam shows at the neck."""

from __future__ import annotations

import numpy as np

from .anatomy import (
    CHEEK,
    MOUTH_CORNER,
    NOSE_TIP,
    Anatomy,
    body_flush,
    eye_distance,
    face_flush,
    fold,
    lower_face,
    pale_underside,
    smooth,
    spot,
)
from .arrays import Floats, floats
from .body import Body
from .look import Colour, Look
from .noise import fractal_noise, grain, smooth_noise
from .paint_hair import brow_mask, hair_on_scalp
from .texels import Texels
from .underwear import underwear

_FAINT = 0.004  # of what adds up to less nobody could see anything in 8 bits
_BLOOD = (0.04, -0.16, -0.14)  # what full blood adds to light skin, as a share of each channel


def head_colour(body: Body, texels: Texels, look: Look) -> Floats:
    """(N, 3) sRGB 0-1."""
    anatomy = Anatomy(body)
    cover, strands = hair_on_scalp(body, texels)
    cloth = underwear(body, texels)

    def paint(block: Texels, cover: Floats, strands: Floats, brows: Floats, *cloth: Floats) -> Floats:
        colour = _face(anatomy, block, look)
        _mix(colour, _colour(look.hair) * (0.66 * strands)[:, None], cover)
        _mix(colour, _colour(look.eyebrows), brows)
        return _dressed(colour, *cloth)

    return texels.painted(paint, cover, strands, brow_mask(body, texels), cloth.cover, cloth.colour)


def _face(anatomy: Anatomy, texels: Texels, look: Look) -> Floats:
    """The head's skin, lips and mouth, before hair grows on it."""
    points = fold(texels.positions)
    colour = _skin(texels, look)
    _redden(colour, face_flush(anatomy, points), look)
    _freckle(colour, texels, anatomy, points, look)
    _shade_eyes(colour, anatomy, points, look)
    if anatomy.body.subtype == "male":
        _mix(colour, _tint(look.hair, look.skin, 0.55), 0.15 * lower_face(anatomy, points))
    _paint_lips(colour, texels, look)
    corner = spot(points, anatomy.vertex(MOUTH_CORNER), 0.008)
    inside = smooth(texels.regions["inside-mouth"], 0.4, 0.9) * (1 - 0.85 * corner)
    _mix(colour, floats([0.42, 0.16, 0.15]), inside)
    _occlude(colour, _face_openness(texels, anatomy, points))
    return colour


def body_colour(body: Body, texels: Texels, look: Look) -> Floats:
    """(N, 3) sRGB 0-1."""
    anatomy, cloth = Anatomy(body), underwear(body, texels)

    def paint(block: Texels, *cloth: Floats) -> Floats:
        points = fold(block.positions)
        colour = _skin(block, look)
        _redden(colour, body_flush(anatomy, points, block.normals), look)
        palms = pale_underside(anatomy, points, block.normals)
        _mix(colour, _tint((236, 190, 170), look.skin, 0.55), 0.5 * palms)
        nails = np.maximum(block.regions["fingernails"], block.regions["toenails"])
        _mix(colour, _tint((240, 200, 190), look.skin, 0.45), 0.75 * smooth(nails, 0.25, 0.6))
        _occlude(colour, block.openness)
        return _dressed(colour, *cloth)

    return texels.painted(paint, cloth.cover, cloth.colour)


def _dressed(colour: Floats, cover: Floats, cloth: Floats) -> Floats:
    _mix(colour, cloth, cover)
    return np.clip(colour, 0, 1)


def _skin(texels: Texels, look: Look) -> Floats:
    """The base colour with the unevenness of real skin, in space."""
    broad = fractal_noise(texels.positions, 0.03, 3, 1)
    blotches = fractal_noise(texels.positions, 0.007, 2, 5)
    fine = grain(texels.positions, 0.0007, 9)
    value = 1 + 0.018 * broad + 0.012 * blotches + 0.010 * fine
    red = 0.012 * blotches + 0.008 * broad
    shift = np.stack([value + 0.3 * red, value - red, value - red], axis=1)
    return np.asarray(_colour(look.skin) * shift, dtype=np.float32)


def _redden(colour: Floats, share: Floats, look: Look) -> None:
    """Blood shows less through dark skin, where it rather darkens."""
    light = np.float32(max(look.skin) / 255)
    colour *= 1 + share[:, None] * floats(_BLOOD) * floats([light, 0.35 + 0.45 * light, 0.35 + 0.45 * light])


def _paint_lips(colour: Floats, texels: Texels, look: Look) -> None:
    near = np.flatnonzero(texels.regions["lips"] > 0)
    points = texels.positions[near]
    lips = smooth(texels.regions["lips"][near] + 0.06 * smooth_noise(points, 0.0016, 33), 0.0, 0.95)
    wrinkles = 1 + 0.05 * smooth_noise(points * floats([1, 0.25, 0.5]), 0.0012, 31)
    colour[near] += (_colour(look.lips) * wrinkles[:, None] - colour[near]) * (0.78 * lips)[:, None]


def _shade_eyes(colour: Floats, anatomy: Anatomy, points: Floats, look: Look) -> None:
    """Darker and cooler under the eyes, a dark line where the lashes grow, moist pink at the lids' inner edge."""
    centre, _ = anatomy.eye
    distance = eye_distance(anatomy, points)
    front = points[:, 2] > centre[2]
    below = spot(points, centre + floats([-0.002, -0.014, 0.012]), (0.015, 0.007, 0.02))
    colour *= 1 - below[:, None] * floats([0.035, 0.050, 0.035])
    above = spot(points, centre + floats([0.0, 0.011, 0.012]), (0.017, 0.006, 0.02))
    colour *= 1 - above[:, None] * floats([0.03, 0.05, 0.05])
    fold_line = spot(points, anatomy.vertex(CHEEK) + floats([-0.013, 0.004, 0.0]), (0.004, 0.012, 0.02))
    colour *= 1 - fold_line[:, None] * floats([0.015, 0.02, 0.02])
    lid = smooth(distance, 1.24, 1.11) * front
    upper = smooth(points[:, 1] - centre[1], -0.002, 0.003)
    _mix(colour, _tint(look.eyebrows, look.skin, 0.75), lid * (0.05 + 0.50 * upper))
    inner = smooth(distance, 1.10, 1.06) * front * (1 - upper)
    _mix(colour, _tint((205, 120, 110), look.skin, 0.5), 0.45 * inner)


def _freckle(colour: Floats, texels: Texels, anatomy: Anatomy, points: Floats, look: Look) -> None:
    """A few faint freckles over nose and cheeks, where the sun falls; dark skin shows fewer."""
    sun = spot(points, anatomy.vertex(NOSE_TIP) + floats([0.012, 0.018, -0.01]), (0.040, 0.020, 0.05))
    near = np.flatnonzero(sun > _FAINT)
    specks = smooth(smooth_noise(texels.positions[near], 0.0021, 13), 1.0, 1.7)
    specks *= 0.5 + 0.5 * smooth(smooth_noise(texels.positions[near], 0.011, 14), -0.5, 0.8)
    colour[near] *= 1 - (sun[near] * specks)[:, None] * floats([0.07, 0.13, 0.15]) * np.float32(max(look.skin) / 255)


def _face_openness(texels: Texels, anatomy: Anatomy, points: Floats) -> Floats:
    """Light that the thin lids and the moist lips let through keeps the creases there from going black."""
    lids = 0.55 * smooth(eye_distance(anatomy, points), 1.45, 1.15)
    lips = 0.42 * smooth(texels.regions["lips"], 0.1, 0.6)
    corner = 0.85 * spot(points, anatomy.vertex(MOUTH_CORNER), 0.008)
    inside = smooth(texels.regions["inside-mouth"], 0.4, 0.9)
    least = np.maximum(np.maximum(lids, lips) * (1 - inside), corner)
    return np.asarray(np.maximum(texels.openness, least))


def _occlude(colour: Floats, openness: Floats) -> None:
    """Creases keep a reddish shade: light bounces about between skin and skin."""
    shade = np.clip(openness, 0.02, 1)[:, None]
    colour *= shade ** floats([0.38, 0.58, 0.64])


def _mix(colour: Floats, other: Floats, share: Floats) -> None:
    colour += (other - colour) * share[:, None]


def _colour(colour: Colour) -> Floats:
    return floats(colour) / np.float32(255)


def _tint(colour: Colour, skin: Colour, share: float) -> Floats:
    """A colour of the skin's family: `share` of the first in the skin's own."""
    return floats(_colour(skin) + (_colour(colour) - _colour(skin)) * share)
