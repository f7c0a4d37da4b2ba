"""The skin's fine relief and its gloss: heights in metres that become a normal map, and roughness."""

from __future__ import annotations

import numpy as np

from .anatomy import CHIN, FOREHEAD, NOSE_TIP, Anatomy, fold, pale_underside, smooth, spot
from .arrays import Floats, floats
from .body import Body
from .noise import smooth_noise
from .paint_hair import brow_mask, hair_on_scalp
from .texels import Texels
from .underwear import underwear

SKIN_ROUGHNESS = 0.56


def head_height(body: Body, texels: Texels) -> Floats:
    """(N,) metres over the mesh: pores, wrinkles of the lips, strands of hair."""
    height = _skin_height(texels)
    lips = smooth(texels.regions["lips"], 0.2, 0.8)
    wrinkles = smooth_noise(texels.positions * floats([1, 0.2, 0.4]), _resolved(texels, 0.0011), 31)
    height += lips * (0.00006 * wrinkles - height)
    cover, strands = hair_on_scalp(body, texels)
    height += cover * (0.0004 * (strands - 1) + 0.0003)
    return _dress(height + 0.0002 * brow_mask(body, texels), body, texels)


def body_height(body: Body, texels: Texels) -> Floats:
    """(N,) metres over the mesh: skin, the step of the underwear, the edge of the nails."""
    height = _skin_height(texels)
    nails = np.maximum(texels.regions["fingernails"], texels.regions["toenails"])
    height *= 1 - smooth(nails, 0.2, 0.5)
    height += 0.0003 * smooth(nails, 0.35, 0.6)
    return _dress(height, body, texels)


def _dress(height: Floats, body: Body, texels: Texels) -> Floats:
    cloth = underwear(body, texels)
    return floats(height * (1 - cloth.cover) + cloth.height)


def head_roughness(body: Body, texels: Texels) -> Floats:
    """(N,) 0-1: oilier on forehead, nose and chin, moist on lips and in the mouth, dull where hair is."""
    anatomy, points = Anatomy(body), fold(texels.positions)
    shine = spot(points, anatomy.vertex(FOREHEAD), (0.04, 0.02, 0.04))
    shine = np.maximum(shine, spot(points, anatomy.vertex(NOSE_TIP), (0.011, 0.04, 0.03)))
    shine = np.maximum(shine, 0.7 * spot(points, anatomy.vertex(CHIN), (0.016, 0.012, 0.03)))
    rough = SKIN_ROUGHNESS - 0.07 * shine + 0.03 * smooth_noise(texels.positions, 0.004, 41)
    rough += (0.42 - rough) * smooth(texels.regions["lips"], 0.2, 0.8)
    rough += (0.45 - rough) * smooth(texels.regions["inside-mouth"], 0.4, 0.9)
    hair = np.maximum(hair_on_scalp(body, texels)[0], brow_mask(body, texels))
    rough += (0.82 - rough) * hair
    return _dull_cloth(rough, body, texels)


def body_roughness(body: Body, texels: Texels) -> Floats:
    """(N,) 0-1."""
    anatomy, points = Anatomy(body), fold(texels.positions)
    rough = SKIN_ROUGHNESS + 0.03 * smooth_noise(texels.positions, 0.004, 41)
    rough += 0.06 * pale_underside(anatomy, points, texels.normals)
    nails = np.maximum(texels.regions["fingernails"], texels.regions["toenails"])
    rough += (0.30 - rough) * smooth(nails, 0.25, 0.6)
    return _dull_cloth(rough, body, texels)


def _dull_cloth(rough: Floats, body: Body, texels: Texels) -> Floats:
    return floats(np.clip(rough + (0.88 - rough) * underwear(body, texels).cover, 0, 1))


def normal_map(texels: Texels, height: Floats) -> Floats:
    """(H, W, 3) tangent-space normals 0-1, green upwards as in glTF, from heights (N,) in metres."""
    pitch = texels.image(texels.pitch, empty=1.0)
    field = texels.image(height)
    # Past the borders of an island the bled height says nothing about the slope.
    slope_right: Floats = np.zeros_like(field)
    slope_down: Floats = np.zeros_like(field)
    slope_right[:, 1:-1] = (field[:, 2:] - field[:, :-2]) / (2 * pitch[:, 1:-1, 0])
    slope_down[1:-1] = (field[2:] - field[:-2]) / (2 * pitch[1:-1, :, 1])
    normals = np.stack([-slope_right, slope_down, np.ones_like(field)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return np.asarray(0.5 + 0.5 * normals, dtype=np.float32)


def _skin_height(texels: Texels) -> Floats:
    fine = smooth_noise(texels.positions, _resolved(texels, 0.0009), 21)
    coarse = smooth_noise(texels.positions, _resolved(texels, 0.0026), 22)
    # Pores are pits: what rises between them is flat.
    return np.asarray(0.000030 * np.minimum(fine, 0.3) + 0.000035 * coarse, dtype=np.float32)


def _resolved(texels: Texels, cell: float) -> float:
    """A feature no smaller than the texture can show without glitter."""
    return max(cell, 1.7 * float(np.median(texels.pitch)))
