"""LOD2 of the avatar's own parts: index maps, so that everything else stays as it is in LOD1."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.decimate import Level, decimate
from avatarsdk_core.sandbox.human.model import Mesh, Subtype
from avatarsdk_core.sandbox.human.stored_maps import LEVELS

# Vertices as documented for the service, except where the source is coarser than that.
LOD2_VERTICES: Mapping[str, int] = MappingProxyType(
    {
        "AvatarBody": 3400,
        "AvatarEyelashes": 330,  # the documented 130 are one flat card per lid
        "AvatarHead": 1760,
        "AvatarLeftCornea": 138,
        "AvatarLeftEyeball": 148,
        "AvatarRightCornea": 138,
        "AvatarRightEyeball": 148,
        "AvatarTeethLower": 253,
        "AvatarTeethUpper": 130,
    }
)
RIM_REACH = 1e-6  # metres; the two rims of the neck lie on one another


@lru_cache(maxsize=32)
def part_level(subtype: Subtype, part: str) -> Level:
    """LOD2 of a part of the body, made of the default body and good for every shape of it.

    The package holds it; if the human has changed since, it is found anew.
    """
    mesh = build_body(subtype).parts[part]
    return LEVELS.read(Level, level_name(subtype, part), mesh) or found_level(subtype, part)


def level_name(subtype: Subtype, part: str) -> str:
    return f"{subtype}_{part}"


def found_level(subtype: Subtype, part: str) -> Level:
    """LOD2 of a part as decimation finds it."""
    body = build_body(subtype)
    mesh, keep = body.parts[part], None
    if part in ("AvatarBody", "AvatarHead"):  # both keep the vertices of the neck's rim, so that no gap opens there
        other = body.parts["AvatarHead" if part == "AvatarBody" else "AvatarBody"]
        keep = _on(mesh, other)
    (level,) = decimate(mesh, [LOD2_VERTICES[part]], keep)
    return level


def _on(mesh: Mesh, other: Mesh) -> NDArray[np.bool_]:
    """(V,) which vertices of `mesh` lie on one of the other's."""
    places = {tuple(place) for place in np.rint(other.positions / RIM_REACH).astype(np.int64).tolist()}
    rounded = np.rint(mesh.positions / RIM_REACH).astype(np.int64).tolist()
    return np.array([tuple(place) in places for place in rounded], dtype=bool)
