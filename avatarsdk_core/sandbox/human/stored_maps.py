"""Index maps that were found once and are kept in the package: finding them takes seconds, reading them none.

`scripts/build_sandbox_levels.py` writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .decimate import Collapses, Level
from .model import Mesh

_Map = TypeVar("_Map", Level, Collapses)


def fingerprint(mesh: Mesh) -> str:
    """What tells whether an index map is of this mesh: its triangles and how many vertices it has."""
    digest = hashlib.sha256(np.ascontiguousarray(mesh.triangles, "<u4").tobytes())
    digest.update(str(len(mesh.positions)).encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class MapFile:
    """A file of maps of one kind in a package, each under a name with the fingerprint of its mesh."""

    package: str
    file: str

    def read(self, kind: type[_Map], name: str, mesh: Mesh) -> _Map | None:
        """The map of that name, None where the package has none of this mesh."""
        data = self._content
        if name not in data or str(data[name]) != fingerprint(mesh):
            return None
        arrays: dict[str, Any] = {field.name: data[f"{name}_{field.name}"].astype(np.int64) for field in fields(kind)}
        if "triangles" in arrays:
            arrays["triangles"] = arrays["triangles"].astype(np.uint32)
        return kind(**arrays)

    def write(self, maps: Mapping[str, tuple[Mesh, Level | Collapses]], folder: Path) -> Path:
        """name -> (mesh, its map). The same maps give the same bytes."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for name, (mesh, found) in sorted(maps.items()):
            arrays[name] = np.array(fingerprint(mesh))
            for field in fields(found):
                arrays[f"{name}_{field.name}"] = getattr(found, field.name).astype(np.uint16)
        target = folder / self.file
        with target.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)
        return target

    @cached_property
    def _content(self) -> Mapping[str, NDArray[np.generic]]:
        resource = files(self.package) / self.file
        if not resource.is_file():
            return {}
        with resource.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}


LEVELS = MapFile("avatarsdk_core.sandbox.human", "levels.npz")  # LOD2 of the avatar's own parts
WORN = MapFile("avatarsdk_core.sandbox.human", "worn.npz")  # garments' ways down
WAYS = MapFile("avatarsdk_core.sandbox.pipelines.legacy", "ways.npz")  # those of the older pipelines' meshes
