"""Coarser levels of what is worn: index maps along a way down that the package holds, else one found on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from .body import Body
from .decimate import Collapses, Level, collapses
from .garments import build_garment
from .model import Mesh
from .outfits import OUTFITS
from .stored_maps import WORN, fingerprint

LOD2_SHARE = 0.4  # of LOD1's vertices
LOWPOLY_SHARE = 0.22  # of the vertices, as in the documented tables of body_0.3's outfits


@lru_cache(maxsize=32)
def worn_level(body: Body, identity: str, share: float = LOD2_SHARE) -> Level:
    """That share of a garment's vertices; an outfit's is that of its garments."""
    if identity in OUTFITS:
        return joined_level(body, OUTFITS[identity], share)
    mesh = build_garment(body, identity).mesh
    return _way(mesh).level(mesh.triangles, round(share * len(mesh.positions)))


def joined_level(body: Body, identities: Sequence[str], share: float) -> Level:
    """The level of garments in one mesh (`outfits.one_mesh`)."""
    kept, triangles, start, made = [], [], 0, 0
    for identity in identities:
        level = worn_level(body, identity, share)
        kept.append(level.kept + start)
        triangles.append(level.triangles + np.uint32(made))
        start += len(build_garment(body, identity).mesh.positions)
        made += len(level.kept)
    return Level(np.concatenate(kept), np.concatenate(triangles))


def found_ways(meshes: Sequence[Mesh]) -> Mapping[str, tuple[Mesh, Collapses]]:
    """What the package should hold: name -> (mesh, its way down). Garments cut alike share one."""
    different = {_name(mesh): mesh for mesh in meshes}  # the last of each
    return {name: (mesh, _found(mesh)) for name, mesh in different.items()}


def _way(mesh: Mesh) -> Collapses:
    return WORN.read(Collapses, _name(mesh), mesh) or _found(mesh)


def _found(mesh: Mesh) -> Collapses:
    return collapses(mesh, round(LOWPOLY_SHARE * len(mesh.positions)))


def _name(mesh: Mesh) -> str:
    return fingerprint(mesh)[:16]
