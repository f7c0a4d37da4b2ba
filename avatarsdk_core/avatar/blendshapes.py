"""Blendshapes that lie beside a mesh: `blendshapes/<Mesh>/<set>/<shape>.bin` or `.ply`.

Source: real metaperson_2.0 point clouds. A `.bin` is headerless: little-endian float32 x, y, z for each vertex, what
the shape adds in metres, in the axes and the order of the mesh's PLY. Whether a `.ply` holds that or whole positions is
told nowhere [guess]: it is positions when its points lie nearer to the mesh than to the origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from avatarsdk_core.errors import BundleError

if TYPE_CHECKING:  # what an export holds is found out without numpy; reading its shapes needs it
    import numpy as np
    import numpy.typing as npt

FOLDER = "blendshapes"
_SUFFIXES = (".bin", ".ply")


def find_blendshapes(folders: Iterable[Path], mesh: str) -> dict[str, Path]:
    """Shape name -> file, for a mesh: the sets in each of the folders, and the shapes in each, by the alphabet.

    A shape that two sets have is taken from the first.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for entry in sorted((folder / FOLDER / mesh).glob("*/*"), key=lambda file: (file.parent.name, file.name)):
            if entry.suffix.lower() in _SUFFIXES and entry.is_file() and not entry.name.startswith("."):
                found.setdefault(entry.stem, entry)
    return found


def find_unsorted_blendshapes(folders: Iterable[Path], vertices: int) -> dict[str, Path]:
    """Shape name -> file, for the only mesh of a model: older pipelines sort them into no folder of a mesh.

    All below `blendshapes/` that are of as many vertices; others are another model's.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for entry in sorted((folder / FOLDER).rglob("*")):
            if entry.suffix.lower() in _SUFFIXES and entry.is_file() and not entry.name.startswith("."):
                found.setdefault(entry.stem, entry)
    return {name: found[name] for name in sorted(found) if blendshape_vertices(found[name]) == vertices}


def blendshape_vertices(file: Path) -> int | None:
    """How many vertices a blendshape's file is of; None where it can't be told."""
    try:
        if file.suffix.lower() == ".bin":
            count, rest = divmod(file.stat().st_size, 12)
            return None if rest else count
        from .ply import read_ply

        return len(read_ply(file).points)
    except (OSError, BundleError):
        return None


def read_blendshapes(files: Mapping[str, Path], points: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """Shape name -> what it adds to the mesh's `points` (V, 3), metres.

    Raises BundleError, naming the file, when one can't be read or isn't of as many vertices as the mesh.
    """
    return {name: _deltas(path, points) for name, path in files.items()}


def _deltas(path: Path, points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    import numpy as np

    if path.suffix.lower() == ".ply":
        from .ply import read_ply

        values = read_ply(path).points
        found = len(values)
    else:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BundleError(f"{path}: can't be read ({error.strerror or error}).") from error
        found, rest = divmod(len(content), 12)
        if rest:
            raise BundleError(f"{path}: truncated ({len(content):,} bytes are no whole vertices); download it again.")
        values = np.frombuffer(content, "<f4").reshape(-1, 3).astype(np.float32, copy=False)
    if found != len(points):
        raise BundleError(f"{path}: a blendshape of {found:,} vertices, but its mesh has {len(points):,}.")
    if not np.isfinite(values).all():
        raise BundleError(f"{path}: damaged, some of its values are no numbers; download it again.")
    if path.suffix.lower() == ".ply" and _length(values - points) < _length(values):
        return values - points
    return values


def _length(vectors: npt.NDArray[np.float32]) -> float:
    import numpy as np

    return float(np.median(np.linalg.norm(vectors, axis=1)))
