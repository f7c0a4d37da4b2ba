"""Glasses: a rim around each eye, lenses, a bridge, and temples that lie on the ears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .body import Body
from .cloth import Floats, Ints, fan, skin_of, unit
from .hair_growth import head_of
from .look import Colour
from .model import Material, Mesh
from .skeleton import INDEX

CATEGORY = "glasses"
MATERIAL = Material(alpha_mode="BLEND", metallic=0.0, roughness=0.4, double_sided=True)
TEXTURE_TYPES = ("Color", "Normal", "Roughness", "Metallic", "GltfMetallicRoughness", "UnityMetallicSmoothness")
AROUND, ACROSS = 40, 8  # points along a rim, and around its wire
CLEAR_OF_SKIN = 0.004  # metres
TEMPLE_CLEAR, TEMPLE_ROUNDS = 0.0012, 24
_FRAME, _LENS = (0.02, 0.46), (0.54, 0.98)  # their columns of the texture


@dataclass(frozen=True)
class Frame:
    """A pair of glasses: `width`, `height` of a lens and thickness of the `wire` in metres.

    Attributes:
        power: of the rim's superellipse: 2 is round, more is squarer.
        colour, metal: of the frame; lens, alpha: of the lenses.
    """

    width: float
    height: float
    power: float
    wire: float
    colour: Colour
    metal: bool = False
    lens: Colour = (235, 240, 240)
    alpha: int = 26


GLASSES: Mapping[str, Frame] = MappingProxyType(
    {
        "glasses_01": Frame(0.047, 0.044, 2.0, 0.0011, (176, 142, 84), metal=True),
        "glasses_02": Frame(0.052, 0.036, 4.5, 0.0021, (34, 32, 34)),
        "glasses_03": Frame(0.056, 0.047, 2.8, 0.0018, (72, 44, 26), lens=(38, 34, 30), alpha=205),
    }
)


@lru_cache(maxsize=8)
def glasses_mesh(body: Body, identity: str) -> Mesh:
    """The glasses `identity` of GLASSES on that head."""
    frame = GLASSES[identity]
    rims = _fitted(body, [_rim(body, frame, sign) for sign in (1.0, -1.0)])
    surfaces = [_tube(np.concatenate([rim, rim[:1]]), frame.wire) for rim in rims]
    surfaces += [
        _tube(line, frame.wire) for line in (_bridge(rims, frame), *(_temple(body, rim, frame.wire) for rim in rims))
    ]
    surfaces += [_lens(rim) for rim in rims]
    starts = np.cumsum([0, *(len(surface.positions) for surface in surfaces[:-1])])
    positions = np.concatenate([surface.positions for surface in surfaces]).astype(np.float32)
    joints = np.zeros((len(positions), 4), np.uint16)
    weights = np.zeros((len(positions), 4), np.float32)
    joints[:, 0], weights[:, 0] = INDEX["Head"], 1.0
    triangles = [surface.triangles + start for surface, start in zip(surfaces, starts.tolist(), strict=True)]
    return Mesh(
        positions=positions,
        normals=np.concatenate([surface.normals for surface in surfaces]).astype(np.float32),
        uvs=np.concatenate([surface.uvs for surface in surfaces]).astype(np.float32),
        triangles=np.concatenate(triangles).astype(np.uint32),
        joints=joints,
        weights=weights,
    )


def glasses_texture(identity: str, texture_type: str, size: int, colour: Colour | None = None) -> Image.Image | None:
    """A texture, `size` pixels square; None for a type that glasses haven't. `colour`: of the frame, if not its own."""
    frame = GLASSES[identity]
    is_lens = np.arange(size) >= size // 2
    grey = np.zeros((size, size), np.uint8)
    rough = np.where(is_lens, 13, 70 if frame.metal else 96).astype(np.uint8) + grey
    metal = np.where(is_lens | (not frame.metal), 0, 255).astype(np.uint8) + grey
    if texture_type == "Color":
        row = np.where(is_lens[:, None], (*frame.lens, frame.alpha), (*(colour or frame.colour), 255))
        return Image.fromarray(np.tile(row.astype(np.uint8), (size, 1, 1)))
    maps = {
        "Normal": np.full((size, size, 3), (128, 128, 255), np.uint8),
        "Roughness": rough,
        "Metallic": metal,
        "GltfMetallicRoughness": np.dstack([np.full_like(rough, 255), rough, metal]),
        "UnityMetallicSmoothness": np.dstack([metal, metal, metal, 255 - rough]),
    }
    return Image.fromarray(maps[texture_type]) if texture_type in maps else None


@dataclass(frozen=True, eq=False)
class _Surface:
    positions: Floats
    normals: Floats
    uvs: Floats
    triangles: Ints


def _rim(body: Body, frame: Frame, sign: float) -> Floats:
    """(AROUND, 3) from the hinge upwards, in a plane before the eye that is turned a little with the face."""
    eye = body.eyes["Left" if sign > 0 else "Right"]
    turn = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    cosine, sine = np.cos(turn), np.sin(turn)
    x = np.sign(cosine) * np.abs(cosine) ** (2 / frame.power) * frame.width / 2
    y = np.sign(sine) * np.abs(sine) ** (2 / frame.power) * frame.height / 2
    offset = np.stack([sign * x, y, -0.16 * x - 1.2 * x * x - 0.08 * y], axis=1)
    return np.asarray(eye.centre + np.array([sign * 0.001, -0.003, 1.15 * eye.radius]) + offset)


def _fitted(body: Body, rims: list[Floats]) -> list[Floats]:
    """Both moved forward together until no point is in the skin or touches it."""
    skin = head_of(body).skin
    for _ in range(12):
        short = CLEAR_OF_SKIN - min(float(skin.distance(rim).min()) for rim in rims)
        if short <= 0:
            break
        rims = [rim + np.array([0, 0, max(short, 0.0005)]) for rim in rims]
    return rims


def _bridge(rims: list[Floats], frame: Frame) -> Floats:
    """Over the nose, from rim to rim."""
    inner = round(AROUND * 0.44)
    left, right = rims[0][inner], rims[1][inner]
    share = np.linspace(0, 1, 11)[:, None]
    arch = np.sin(np.pi * share) * [0, 0.0035, 0.0045]
    return np.asarray(left * (1 - share) + right * share + arch)


def _temple(body: Body, rim: Floats, wire: float) -> Floats:
    """From the hinge back over the ear, its end bent down behind it."""
    head = head_of(body)
    sign = float(np.sign(rim[0, 0]))
    ear = head.ears[np.sign(head.ears[:, 0]) == sign]
    top = ear[ear[:, 1] > ear[:, 1].max() - 0.012].mean(axis=0)
    root = float(np.abs(ear[ear[:, 1] > ear[:, 1].max() - 0.02, 0]).min())  # where the ear meets the head
    hinge = rim[round(AROUND * 0.06)] + np.array([sign * 0.004, 0.001, -0.002])
    over = np.array([sign * (root + 0.003), top[1] + 0.004, top[2] - 0.002])
    end = over + np.array([-sign * 0.002, -0.024, -0.024])
    share = np.linspace(0, 1, 25)[:, None]
    front = hinge * (1 - share) + over * share
    back = over + (end - over) * share[1:10] ** [1.0, 1.4, 0.8] / share[9] ** [1.0, 1.4, 0.8]
    line = head.skin.pushed(np.concatenate([[rim[round(AROUND * 0.06)]], front, back]), 0.0042)
    for _ in range(TEMPLE_ROUNDS):  # what lifts it off the head may put it into the ear: back and forth, ever less
        line[1:] = 0.5 * line[1:] + 0.5 * skin_of(body).pushed(line[1:], wire + TEMPLE_CLEAR)
        line[2:-1] += 0.15 * ((line[1:-2] + line[3:]) / 2 - line[2:-1])
    return line


def _tube(line: Floats, radius: float) -> _Surface:
    """A round wire along a line (N, 3)."""
    along = unit(np.gradient(line, axis=0))
    side = unit(np.cross(along, [0.13, 0.21, 0.97]))
    up = np.cross(side, along)
    turn = np.linspace(0, 2 * np.pi, ACROSS + 1)
    around = side[:, None] * np.cos(turn)[:, None] + up[:, None] * np.sin(turn)[:, None]
    u = np.broadcast_to(np.linspace(*_FRAME, ACROSS + 1), (len(line), ACROSS + 1))
    v = np.broadcast_to(np.linspace(0.02, 0.98, len(line))[:, None], u.shape)
    corner = np.arange(len(line) * (ACROSS + 1)).reshape(len(line), -1)[:-1, :-1].ravel()
    quads = np.stack([corner, corner + ACROSS + 1, corner + ACROSS + 2, corner + 1], axis=1)
    positions = line[:, None] + radius * around
    return _Surface(
        positions.reshape(-1, 3), around.reshape(-1, 3), np.stack([u, v], axis=-1).reshape(-1, 2), fan(quads)
    )


def _lens(rim: Floats) -> _Surface:
    """A fan from the middle to the rim, bulging a little."""
    middle = rim.mean(axis=0)
    outwards = np.array([0.0, 0.0, 1.0])
    ring = middle + (rim - middle) * 0.55 + outwards * 0.0012
    positions = np.concatenate([[middle + outwards * 0.0016], ring, rim])
    count = len(rim)
    inner, outer = np.arange(1, count + 1), np.arange(count + 1, 2 * count + 1)
    after, outer_after = np.roll(inner, -1), np.roll(outer, -1)
    centre = np.zeros(count, dtype=np.int64)
    triangles = np.concatenate(
        [
            np.stack([centre, inner, after], axis=1),
            np.stack([inner, outer, outer_after], axis=1),
            np.stack([inner, outer_after, after], axis=1),
        ]
    )
    if rim[0, 0] < middle[0]:  # the right eye's rim runs the other way
        triangles = triangles[:, ::-1]
    flat = (positions[:, :2] - middle[:2]) / np.ptp(rim[:, :2], axis=0)
    low, high = _LENS
    uvs = np.stack([(low + high) / 2 + flat[:, 0] * (high - low) * 0.9, 0.5 - 0.9 * flat[:, 1]], axis=1)
    normals: NDArray[np.float64] = unit(outwards + 0.12 * np.concatenate([flat * [1, 1], flat[:, :1] * 0], axis=1))
    return _Surface(positions, normals, uvs, triangles)
