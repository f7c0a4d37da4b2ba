"""The ways down to coarser levels, found once and kept in the package: finding them takes seconds, reading them none.

`scripts/build_sandbox_levels.py` writes `ways.npz`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.decimate import Collapses

FILE = "ways.npz"


def stored_way(name: str, wanted: str) -> Collapses | None:
    """The way of that name, None where the package has none of a mesh with the fingerprint (`levels`) `wanted`."""
    data = _stored()
    if name not in data or str(data[name]) != wanted:
        return None
    return Collapses(data[f"{name}_old"].astype(np.int64), data[f"{name}_new"].astype(np.int64))


def write_ways(ways: Mapping[str, tuple[str, Collapses]], folder: Path) -> Path:
    """Write FILE: name -> (fingerprint, way). The same ways give the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, (found, way) in sorted(ways.items()):
        arrays[name] = np.array(found)
        arrays[f"{name}_old"], arrays[f"{name}_new"] = way.old.astype(np.uint16), way.new.astype(np.uint16)
    target = folder / FILE
    with target.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)
    return target


@lru_cache(maxsize=1)
def _stored() -> Mapping[str, NDArray[np.generic]]:
    resource = files(__package__) / FILE
    if not resource.is_file():
        return {}
    with resource.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
