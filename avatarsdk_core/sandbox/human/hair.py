"""Haircuts as cards: strips with strands painted on them, grown over the head along a parting or a crown.

What the haircuts are is told in `hair_styles`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import SandboxError
from .body import Body
from .cloth import Floats, Ints, fan, unit
from .decimate import Level
from .garments import Garment
from .hair_growth import Head, head_of
from .hair_strands import COLUMNS, strands
from .hair_styles import NAMES, Style, style
from .hair_traces import traced
from .look import Look
from .model import Material, Mesh
from .skeleton import INDEX

if TYPE_CHECKING:
    from PIL import Image

CATEGORY = "haircuts"
HAIRCUTS: Mapping[str, str] = MappingProxyType(dict.fromkeys(NAMES, CATEGORY))
MATERIAL = Material(alpha_mode="BLEND", metallic=0.0, roughness=0.55, double_sided=True)
ACROSS = (-1.0, 0.0, 1.0)  # a card's columns, bent into a shallow gutter


@dataclass(frozen=True, eq=False)
class _Cards:
    """(N, K, 3) middle lines and which way is outwards there; (N,) half widths and columns of the strand texture."""

    lines: Floats
    out: Floats
    widths: Floats
    columns: Ints


def build_haircut(body: Body, identity: str) -> Garment:
    """The haircut `identity` of HAIRCUTS on that head.

    Raises:
        SandboxError: there is no such haircut.
    """
    _check(identity)
    mesh, level = _built(body, identity)
    return Garment(identity, CATEGORY, mesh, MATERIAL, level)


def haircut_texture(body: Body, identity: str, texture_type: str, size: int, look: Look) -> Image.Image | None:
    """A texture of a haircut, `size` pixels square; None where it has none of that type.

    Raises:
        SandboxError: there is no such haircut.
    """
    _check(identity)
    return strands(size).texture(texture_type, look.hair)


def _check(identity: str) -> None:
    if identity not in HAIRCUTS:
        raise SandboxError(f"The sandbox has no haircut {identity!r}; it has {', '.join(HAIRCUTS)}")


@lru_cache(maxsize=8)
def _built(body: Body, identity: str) -> tuple[Mesh, Level]:
    """The mesh and its LOD2."""
    head, cut = head_of(body), style(identity, body.subtype)
    random = np.random.default_rng(7)
    layers = [_layer(head, cut, layer, random) for layer in range(len(cut.layers))]
    return joined([_to_mesh(cards, head, random) for cards in layers]), _coarse(layers)


def _layer(head: Head, cut: Style, index: int, random: np.random.Generator) -> _Cards:
    layer = cut.layers[index]
    lines, out, depth = traced(head, cut, layer, random)
    if not cut.long:  # short hair lies on the skull, beside the ears
        clear = _clear(lines, head.ears)
        lines, out, depth = lines[clear], out[clear], depth[clear]
    # Wide cards at the hairline would hang over the forehead with their edges.
    narrow = np.interp(depth, [0.0, 0.025], [0.45, 1.0])
    widths = layer.width * random.uniform(0.75, 1.2, len(lines)) * narrow / 2
    columns = random.choice(np.array(layer.columns), len(lines))
    return _Cards(lines, out, widths, columns)


def _coarse(layers: Sequence[_Cards]) -> Level:
    """Every card with about a third of its rows."""
    kept, triangles, start, made = [], [], 0, 0
    for cards in layers:
        count, rows, _ = cards.lines.shape
        fewer = max(3, (rows + 4) // 3)
        chosen = np.unique(np.rint(np.linspace(0, rows - 1, fewer)).astype(int))
        grid = np.arange(count * rows * len(ACROSS)).reshape(count, rows, len(ACROSS))
        kept.append(start + grid[:, chosen].ravel())
        triangles.append(made + _triangles(count, len(chosen), len(ACROSS)))
        start, made = start + grid.size, made + kept[-1].size
    return Level(np.concatenate(kept), np.concatenate(triangles).astype(np.uint32))


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of several without targets."""
    starts = np.cumsum([0, *(len(mesh.positions) for mesh in meshes[:-1])])
    moved = [mesh.triangles + np.uint32(start) for mesh, start in zip(meshes, starts.tolist(), strict=True)]
    return Mesh(
        positions=np.concatenate([mesh.positions for mesh in meshes]),
        normals=np.concatenate([mesh.normals for mesh in meshes]),
        uvs=np.concatenate([mesh.uvs for mesh in meshes]),
        triangles=np.concatenate(moved),
        joints=np.concatenate([mesh.joints for mesh in meshes]),
        weights=np.concatenate([mesh.weights for mesh in meshes]),
    )


def _clear(lines: Floats, ears: Floats) -> NDArray[np.bool_]:
    """(N,) which lines keep 8 mm off the ears."""
    low, high = ears.min(axis=0) - 0.01, ears.max(axis=0) + 0.01
    near = ((lines > low) & (lines < high)).all(axis=2).any(axis=1)
    result = ~near
    for index in np.flatnonzero(near):
        apart = np.linalg.norm(lines[index][:, None] - ears, axis=2)
        result[index] = apart.min() > 0.008
    return np.asarray(result)


def _to_mesh(cards: _Cards, head: Head, random: np.random.Generator) -> Mesh:
    count, points, _ = cards.lines.shape
    along = unit(np.gradient(cards.lines, axis=1))
    hull = unit(cards.out)
    twist = random.normal(0, 0.16, (count, 1, 1))
    aside = unit(np.cross(along, hull))
    up = unit(np.cross(aside, along))
    aside, up = aside * np.cos(twist) + up * np.sin(twist), up * np.cos(twist) - aside * np.sin(twist)
    place = np.linspace(0, 1, points)
    taper = np.interp(place, [0, 0.12, 0.7, 1], [0.8, 1.0, 1.0, 0.7])[None, :, None]
    half = cards.widths[:, None, None] * taper
    rows = [cards.lines + aside * half * a - up * 0.16 * half * a * a for a in ACROSS]
    positions = np.stack(rows, axis=2).reshape(-1, 3)
    # Soft shading: a card is lit as the outside of the whole head of hair, with a little of its own bend.
    bent = [hull + 0.35 * aside * a + 0.25 * up for a in ACROSS]
    normals = unit(np.stack(bent, axis=2)).reshape(-1, 3)
    u = (cards.columns[:, None, None] + 0.5 + 0.46 * np.array(ACROSS)) / COLUMNS
    u = np.broadcast_to(u, (count, points, len(ACROSS)))
    v = np.broadcast_to(place[None, :, None] * 0.98 + 0.01, u.shape)
    joints, weights = _weights(positions, head)
    return Mesh(
        positions=positions.astype(np.float32),
        normals=normals.astype(np.float32),
        uvs=np.stack([u, v], axis=-1).reshape(-1, 2).astype(np.float32),
        triangles=_triangles(count, points, len(ACROSS)).astype(np.uint32),
        joints=joints,
        weights=weights,
    )


def _triangles(count: int, rows: int, columns: int) -> Ints:
    corner = np.arange(count * rows * columns).reshape(count, rows, columns)[:, :-1, :-1].ravel()
    return fan(np.stack([corner, corner + 1, corner + columns + 1, corner + columns], axis=1))


def _weights(positions: Floats, head: Head) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """The head's, below the jaw the neck's, and what lies on the shoulders stays there, however the head nods."""
    below = head.jaw - positions[:, 1]
    chest = 0.9 * np.clip((below - 0.065) / 0.06, 0, 1)
    neck = 0.35 * (1 - chest) * np.clip(below / 0.08, 0, 1)
    shares = np.column_stack([1 - neck - chest, neck, chest, np.zeros(len(positions))])
    joints = np.where(shares > 0, [INDEX["Head"], INDEX["Neck2"], INDEX["Spine2"], 0], 0)
    return joints.astype(np.uint16), shares.astype(np.float32)
