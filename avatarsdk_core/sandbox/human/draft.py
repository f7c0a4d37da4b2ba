"""A garment being put together from surfaces, until it is laid out as one Mesh."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .cloth import Floats, Ints, Sheet, resampled, strip, unit
from .geometry import vertex_normals
from .model import Mesh
from .pattern import Layout, lay_out
from .weights import strongest_weights


@dataclass(frozen=True, eq=False)
class Piece:
    """A pattern piece.

    Attributes:
        triangles: over the draft's vertices.
        flat: (V, 2) flat positions of all the draft's vertices, in metres.
        curved: whether `flat` is only a projection that has yet to be laid flat.
    """

    name: str
    triangles: Ints
    flat: Floats
    curved: bool


@dataclass(frozen=True, eq=False)
class Draft:
    """Welded surface, pattern pieces, and (N, 3) points along its openings."""

    sheet: Sheet
    pieces: tuple[Piece, ...] = ()
    openings: tuple[Floats, ...] = ()

    @classmethod
    def of(cls, sheet: Sheet) -> Draft:
        return cls(sheet)

    def with_piece(self, name: str, faces: Ints, guess: Floats) -> Draft:
        """Some of the surface's triangles as a piece, `guess` a projection of all vertices (V, 2)."""
        return replace(self, pieces=(*self.pieces, Piece(name, self.sheet.triangles[faces], guess, True)))

    def with_sheet(self, name: str, sheet: Sheet, flat: Floats) -> Draft:
        """Another surface as a piece of its own."""
        count = len(self.sheet.positions)
        triangles = sheet.triangles + count
        joined = self.sheet.joined(sheet, np.concatenate([self.sheet.triangles, triangles]))
        padded = np.concatenate([np.zeros((count, 2)), flat])
        return replace(self, sheet=joined, pieces=(*self.pieces, Piece(name, triangles, padded, False)))

    def with_opening(self, points: Floats) -> Draft:
        """An edge through which skin is seen."""
        return replace(self, openings=(*self.openings, points))


@dataclass(frozen=True, eq=False)
class Pattern:
    """A finished garment's mesh with what its fabric is painted by.

    Attributes:
        layout: its UVs and flat shape.
        rest: (W, 3) where each UV vertex lay on the body suit.
        names: name of each pattern piece.
        openings: (N, 3) points along the edges through which skin is seen.
    """

    mesh: Mesh
    layout: Layout
    rest: Floats
    names: tuple[str, ...]
    openings: Floats


def finished(draft: Draft) -> Pattern:
    """The draft unfolded, with UVs, normals and the four strongest weights."""
    sheet = draft.sheet
    layout = lay_out(sheet.positions, [(piece.triangles, piece.flat, piece.curved) for piece in draft.pieces])
    normals = vertex_normals(sheet.positions, sheet.triangles)
    joints, weights = strongest_weights(np.maximum(sheet.weights, 0))
    source = layout.source
    mesh = Mesh(
        positions=sheet.positions[source].astype(np.float32),
        normals=normals[source].astype(np.float32),
        uvs=layout.uvs.astype(np.float32),
        triangles=layout.triangles.astype(np.uint32),
        joints=joints[source],
        weights=weights[source],
    )
    return Pattern(
        mesh, layout, sheet.rest[source], tuple(piece.name for piece in draft.pieces), np.concatenate(draft.openings)
    )


def hemmed(draft: Draft, rim: Ints, *, depth: float, length: float) -> Draft:
    """The draft with the cloth turned in at a rim, so that its edge shows a thickness."""
    sheet = draft.sheet
    normals = vertex_normals(sheet.positions, sheet.triangles)
    points, before, after, share = resampled(sheet.positions[rim], len(rim))
    t = share[:, None]
    inwards = -unit(normals[rim[before]] * (1 - t) + normals[rim[after]] * t)
    weights = sheet.weights[rim[before]] * (1 - t) + sheet.weights[rim[after]] * t
    along = unit(np.roll(points[:-1], -1, axis=0) - np.roll(points[:-1], 1, axis=0))
    along = np.concatenate([along, along[:1]])
    back = unit(np.cross(along, inwards))  # from the rim into the cloth's surface
    if (back[:-1] * (_middle(sheet) - points[:-1])).sum() < 0:
        back = -back
    rows = [points, points + inwards * depth, points + inwards * depth + back * length]
    fold, flat = strip(rows, weights)
    return draft.with_sheet("hem", fold, flat).with_opening(points)


def _middle(sheet: Sheet) -> Floats:
    return np.asarray(sheet.positions.mean(axis=0))
