"""Pattern pieces: a garment's surface cut along its seams, laid flat in metres, and packed into the UV square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cloth import Floats, Ints, scatter
from .geometry import unique_pairs

GAP = 0.012  # metres between pieces


@dataclass(frozen=True, eq=False)
class Layout:
    """A garment unfolded.

    Attributes:
        source: (W,) index of the welded vertex that each UV vertex comes from.
        uvs: (W, 2) in the unit square, v downwards.
        flat: (W, 2) the same in metres of cloth, the grain along the second axis, upwards.
        triangles: (F, 3) over the UV vertices, in the order of the pieces.
        piece: (W,) index of the piece.
        metre: size of a metre of cloth in the unit square.
    """

    source: Ints
    uvs: Floats
    flat: Floats
    triangles: Ints
    piece: Ints
    metre: float


def lay_out(positions: Floats, pieces: list[tuple[Ints, Floats, bool]]) -> Layout:
    """Flatten and pack pieces.

    Args:
        positions: (V, 3) in metres.
        pieces: for each piece its triangles (F, 3), flat positions (V, 2), and whether these are only a first guess.
    """
    source, flat, triangles, piece = [], [], [], []
    count = 0
    for index, (faces, guess, curved) in enumerate(pieces):
        used, local = np.unique(faces, return_inverse=True)
        local = local.reshape(-1, 3)
        flat.append(relaxed(positions[used], local, guess[used]) if curved else guess[used])
        source.append(used)
        triangles.append(local + count)
        piece.append(np.full(len(used), index))
        count += len(used)
    offsets, side = packed([part.max(axis=0) - part.min(axis=0) + GAP for part in flat])
    placed = [part - part.min(axis=0) + offset + GAP / 2 for part, offset in zip(flat, offsets, strict=True)]
    uvs = np.concatenate(placed) / side
    uvs[:, 1] = 1 - uvs[:, 1]
    return Layout(
        np.concatenate(source), uvs, np.concatenate(placed), np.concatenate(triangles), np.concatenate(piece), 1 / side
    )


def relaxed(positions: Floats, triangles: Ints, guess: Floats, rounds: int = 240) -> Floats:
    """Flat positions (V, 2) near `guess` whose edges are as long as in space: springs, relaxed with momentum."""
    edges, _, _ = unique_pairs(np.sort(np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1))
    first, second = edges.T
    length = np.linalg.norm(positions[first] - positions[second], axis=1)
    both = np.concatenate([first, second])
    degree = np.maximum(np.bincount(both, minlength=len(positions)), 1)[:, None]
    flat, velocity = guess.copy(), np.zeros_like(guess)
    for _ in range(rounds):
        apart = flat[second] - flat[first]
        stretch = np.linalg.norm(apart, axis=1)
        pull = apart * ((stretch - length) / np.maximum(stretch, 1e-9))[:, None]
        velocity = 0.85 * velocity + 0.5 * scatter(both, np.concatenate([pull, -pull]), len(flat)) / degree
        flat = flat + velocity
    return flat


def packed(sizes: list[NDArray[np.float64]]) -> tuple[list[NDArray[np.float64]], float]:
    """Lower left corners of rectangles in a square, by shelves, and the square's side."""
    order = sorted(range(len(sizes)), key=lambda index: -float(sizes[index][1]))
    side = float(np.sqrt(sum(float(size[0] * size[1]) for size in sizes)))
    side = max(side, max(float(size.max()) for size in sizes))
    while True:
        corners = _shelves(sizes, order, side)
        if corners is not None:
            return corners, side
        side *= 1.01


def _shelves(sizes: list[NDArray[np.float64]], order: list[int], side: float) -> list[NDArray[np.float64]] | None:
    corners = [np.zeros(2)] * len(sizes)
    x = y = height = 0.0
    for index in order:
        width, tall = sizes[index]
        if x + width > side:
            x, y, height = 0.0, y + height, 0.0
        if x + width > side or y + tall > side:
            return None
        corners[index] = np.array([x, y])
        x, height = x + width, max(height, tall)
    return corners
