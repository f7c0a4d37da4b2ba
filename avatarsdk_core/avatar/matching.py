"""Which part of a newer export takes the place of which part of an avatar that is already there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .parts import PERSON


@dataclass(frozen=True)
class PartKey:
    """What a part is told by across exports.

    Attributes:
        role: see `parts.Role`.
        category, identity: of the asset; "" and `avatar` for the person's own parts.
        side: `left`, `right` or "".
        piece: the node's plain name in the file, which tells upper teeth from lower ones; "" where not known.
        lod: `LOD1`, `LOD2` or "".
    """

    role: str
    category: str = ""
    identity: str = ""
    side: str = ""
    piece: str = ""
    lod: str = ""


def match_parts(there: Sequence[PartKey], new: Sequence[PartKey]) -> Mapping[int, int]:
    """Index in `new` -> index in `there`, each at most once.

    The same thing in the same level of detail comes first. What is left takes the place of the same thing in another
    level. A person's part whose name differs (another format or pipeline) is matched where both sides have one of its
    role alone. Another garment never takes a garment's place.
    """
    found: dict[int, int] = {}
    for same in (_is_equal, _is_same_thing, _only_ones(there, new)):
        for index, part in enumerate(new):
            if index in found:
                continue
            taken = set(found.values())
            fitting = [place for place, other in enumerate(there) if place not in taken and same(part, other)]
            if fitting:
                found[index] = fitting[0]
    return found


def _thing(part: PartKey) -> tuple[str, ...]:
    named = part.piece if part.role in PERSON else part.identity
    return part.role, part.category, part.side, named


def _is_equal(part: PartKey, other: PartKey) -> bool:
    return _thing(part) == _thing(other) and part.lod == other.lod


def _is_same_thing(part: PartKey, other: PartKey) -> bool:
    return _thing(part) == _thing(other)


def _only_ones(there: Sequence[PartKey], new: Sequence[PartKey]) -> Callable[[PartKey, PartKey], bool]:
    def only_one(part: PartKey, other: PartKey) -> bool:
        mine = (part.role, part.side)
        alone = all(sum((key.role, key.side) == mine for key in side) == 1 for side in (there, new))
        return part.role in PERSON and alone and (other.role, other.side) == mine

    return only_one
