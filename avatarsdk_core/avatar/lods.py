"""Levels of detail of one avatar side by side: which mesh stands for a thing at which level.

A thing (the head, a garment) that has no mesh of a level is shown there by the mesh of the nearest level that it has:
an avatar whose shoes come in one level only doesn't walk barefoot in the other.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

_LEVEL = re.compile(r"LOD(\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Mesh:
    """A mesh of an avatar: what it is of (equal for all its levels), the LOD that it is marked with, its vertices."""

    thing: Hashable
    lod: str = ""
    vertices: int = 0


@dataclass(frozen=True)
class Levels:
    """`all`: the avatar's levels, the lowest is the finest; fewer than two where nothing is there twice.

    `own`: each mesh's level, None where it has none. `shown`: the levels at which each mesh is seen.
    """

    all: tuple[int, ...]
    own: tuple[int | None, ...]
    shown: tuple[frozenset[int], ...]


def levels_of(meshes: Sequence[Mesh]) -> Levels:
    """Which mesh is seen at which level. Where nothing marks the levels of a thing, the finer has more vertices."""
    members: dict[Hashable, list[int]] = {}
    for index, mesh in enumerate(meshes):
        members.setdefault(mesh.thing, []).append(index)
    own: list[int | None] = [None] * len(meshes)
    for indices in members.values():
        for index, level in zip(indices, _own_levels([meshes[index] for index in indices]), strict=True):
            own[index] = level
    present = {thing: {level for index in indices if (level := own[index])} for thing, indices in members.items()}
    several = {level for levels in present.values() if len(levels) > 1 for level in levels}
    everything = range(min(several), max(several) + 1) if several else range(0)
    shown = [_shown(own[index], present[mesh.thing], everything) for index, mesh in enumerate(meshes)]
    return Levels(tuple(everything), tuple(own), tuple(shown))


def visibility_table(shown: frozenset[int], levels: Sequence[int], *, worn: bool) -> Mapping[int, float]:
    """Hidden (1) or not (0) of a mesh, by a sum that one driver can make.

    The sum is twice the level, and for what is `worn` one more while it is put on.
    """
    table = {}
    for level in levels:
        table[2 * level] = float(worn or level not in shown)
        table[2 * level + 1] = float(level not in shown)
    return table


def _own_levels(meshes: Sequence[Mesh]) -> list[int | None]:
    marked = [int(found[1]) if (found := _LEVEL.search(mesh.lod)) else None for mesh in meshes]
    counts = sorted({mesh.vertices for mesh in meshes}, reverse=True)
    if len(counts) < 2 or None not in marked:
        return marked
    known = {mesh.vertices: level for mesh, level in zip(meshes, marked, strict=True) if level is not None}
    by_count: dict[int, int] = {}
    for count in counts:  # from the finest: one level coarser than the one before, but never past one that is known
        coarser = [level for other, level in known.items() if other < count]
        after = max(by_count.values(), default=0) + 1
        by_count[count] = known.get(count, max(1, min([after, *(level - 1 for level in coarser)])))
    return [by_count[mesh.vertices] if level is None else level for mesh, level in zip(meshes, marked, strict=True)]


def _shown(own: int | None, present: set[int], everything: Sequence[int]) -> frozenset[int]:
    if own is None or not present:
        return frozenset(everything)
    return frozenset(level for level in everything if min(present, key=lambda has: (abs(has - level), has)) == own)
