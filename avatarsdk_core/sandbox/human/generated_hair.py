"""The generated haircut: a shape of the head that lifts its scalp into cropped hair, and a texture to lay over it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .anatomy import Anatomy, fold, scalp, smooth
from .arrays import Floats, floats
from .body import Body
from .hair_growth import head_of
from .look import Colour
from .noise import fractal_noise, smooth_noise
from .texels import Texels, part_texels

THICKNESS = 0.024  # metres on top; less at the sides, next to nothing at the nape
FADE = 0.030  # metres behind the hairline over which it rises


def generated_shape(body: Body) -> Floats:
    """(V, 3) deltas of AvatarHead; zero on the face, the ears and the neck's rim."""
    head, points = head_of(body), body.parts["AvatarHead"].positions
    outwards = head.points - head.axis(head.points)
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    height = smooth(floats(head.points[:, 1]), head.jaw + 0.02, head.hairline + 0.02)
    ahead = smooth(floats(head.points[:, 2]), float(head.centre[2]), float(head.centre[2]) + 0.08)
    tufts = 1 + 0.16 * smooth_noise(points, 0.016, 91) + 0.10 * smooth_noise(points, 0.007, 92)
    rise = smooth(floats(head.depths), 0.0, FADE) * (0.20 + 0.80 * height + 0.22 * ahead * height) * tufts
    return floats(outwards * (THICKNESS * rise)[:, None])


def generated_texture(body: Body, kind: str, size: int, colour: Colour) -> Image.Image | None:
    """`Color` (RGBA over the head's own UVs) or `Alpha`, `size` pixels square; None for other types."""
    if kind not in ("Color", "Alpha"):
        return None
    texels = part_texels(body, "AvatarHead", (size, size))
    cover, strands = _strands(body, texels)
    if kind == "Alpha":
        return Image.fromarray(_bytes(texels.image(cover, empty=0.0)))
    tint = floats(colour) / np.float32(255)
    warm = floats([1.05, 1.0, 0.93]) ** ((strands - 1)[:, None] * 2)
    image = texels.image(np.clip(tint * strands[:, None] * warm, 0, 1), empty=tint)
    return Image.fromarray(np.dstack([_bytes(image), _bytes(texels.image(cover, empty=0.0))]))


def _strands(body: Body, texels: Texels) -> tuple[Floats, Floats]:
    """(N,) cover, ragged at the hairline, and brightness around 1: strands that run away from the crown."""
    anatomy = Anatomy(body)
    depth = scalp(anatomy, fold(texels.positions), texels)
    near = np.flatnonzero(depth > -0.012)
    crown = anatomy.joint("HeadTop_End") + floats([0.004, -0.02, -0.05])
    away = texels.positions[near] - crown
    distance = np.linalg.norm(away, axis=1, keepdims=True)
    bend = floats([0.35, 0, 0]) * smooth_noise(texels.positions[near], 0.03, 94)[:, None] * distance
    flow = (away + bend) / np.maximum(distance, 1e-6) * 0.13 + distance * 0.04
    fine = fractal_noise(floats(flow), 0.0011, 2, 95)
    locks = smooth_noise(floats(flow * 0.4), 0.0022, 96)
    cover, brightness = np.zeros_like(depth), np.ones_like(depth)
    cover[near] = smooth(depth[near] + 0.004 * locks + 0.0025 * fine, -0.004, 0.007)
    shade = 0.80 + 0.20 * smooth(depth[near], 0.0, 0.03)
    brightness[near] = np.clip(shade * (1 + 0.34 * fine + 0.22 * locks), 0.35, 1.7)
    return cover, brightness


def _bytes(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), dtype=np.uint8)
