"""Haircuts as cards: strips with strands painted on them, grown over the head along a parting or a crown.

One identity (`Haircut0`, a name of the service's own set) is a bob with a side parting on a female head and a short cut
on a male one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import SandboxError
from .body import Body
from .cloth import Floats, Ints, fan, unit
from .garments import Garment
from .hair_growth import Head, Style, grown, head_of, roots, style_of
from .hair_strands import COLUMNS, strands
from .look import Look
from .model import Material, Mesh
from .skeleton import INDEX

if TYPE_CHECKING:
    from PIL import Image

CATEGORY = "haircuts"
HAIRCUTS: Mapping[str, str] = MappingProxyType({"Haircut0": CATEGORY})
MATERIAL = Material(alpha_mode="BLEND", metallic=0.0, roughness=0.55, double_sided=True)
ACROSS = (-1.0, 0.0, 1.0)  # a card's columns, bent into a shallow gutter


@dataclass(frozen=True, eq=False)
class _Cards:
    """(N, K, 3) middle lines and (N,) half widths, with each card's column of the strand texture."""

    lines: Floats
    widths: Floats
    columns: Ints


def build_haircut(body: Body, identity: str) -> Garment:
    """The haircut `identity` of HAIRCUTS on that head.

    Raises:
        SandboxError: there is no such haircut.
    """
    _check(identity)
    return Garment(identity, CATEGORY, _mesh(body), MATERIAL)


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


@lru_cache(maxsize=4)
def _mesh(body: Body) -> Mesh:
    head, style = head_of(body), style_of(body)
    random = np.random.default_rng(7)
    layers = [_layer(head, style, layer, random) for layer in range(len(style.layers))]
    cards = _Cards(
        *(np.concatenate([getattr(cards, name) for cards in layers]) for name in ("lines", "widths", "columns"))
    )
    return _to_mesh(cards, head, random)


def _layer(head: Head, style: Style, index: int, random: np.random.Generator) -> _Cards:
    layer = style.layers[index]
    start, depth = roots(head, style, layer.count, random)
    lines = grown(head, style, layer, start, random)
    if not style.long:  # cropped hair lies on the skull, beside the ears
        clear = _clear(lines, head.ears)
        lines, depth = lines[clear], depth[clear]
    # Wide cards at the hairline would hang over the forehead with their edges.
    narrow = np.interp(depth, [0.0, 0.025], [0.45, 1.0])
    widths = layer.width * random.uniform(0.75, 1.2, len(lines)) * narrow / 2
    columns = random.choice(np.array(layer.columns), len(lines))
    return _Cards(lines, widths, columns)


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
    hull = unit(cards.lines - head.axis(cards.lines))
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
    """The head's, and below the jaw a little of the neck's."""
    share = 0.35 * np.clip((head.jaw - positions[:, 1]) / 0.08, 0, 1)
    joints = np.zeros((len(positions), 4), dtype=np.uint16)
    weights = np.zeros((len(positions), 4), dtype=np.float32)
    joints[:, 0], weights[:, 0] = INDEX["Head"], 1 - share
    joints[:, 1], weights[:, 1] = np.where(share > 0, INDEX["Neck2"], 0), share
    return joints, weights
