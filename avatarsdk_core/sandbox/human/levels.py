"""The LOD2 of the avatar's own parts, found once and kept in the package: finding them takes seconds.

`scripts/build_sandbox_levels.py` writes `levels.npz`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .decimate import Level
from .model import Mesh

FILE = "levels.npz"


def fingerprint(mesh: Mesh) -> str:
    """What tells whether an index map is of this mesh: its triangles and how many vertices it has."""
    digest = hashlib.sha256(np.ascontiguousarray(mesh.triangles, "<u4").tobytes())
    digest.update(str(len(mesh.positions)).encode())
    return digest.hexdigest()


def stored_level(name: str, mesh: Mesh) -> Level | None:
    """The level of that name, None where the package has none of this mesh."""
    data = _stored()
    if name not in data or str(data[name]) != fingerprint(mesh):
        return None
    return Level(data[f"{name}_kept"].astype(np.int64), data[f"{name}_triangles"].astype(np.uint32))


def write_levels(levels: Mapping[str, tuple[Mesh, Level]], folder: Path) -> Path:
    """Write FILE: name -> (mesh, its level). The same levels give the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, (mesh, level) in sorted(levels.items()):
        arrays[name] = np.array(fingerprint(mesh))
        arrays[f"{name}_kept"] = level.kept.astype(np.uint16)
        arrays[f"{name}_triangles"] = level.triangles.astype(np.uint16)
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
