"""Reading the service's PLY files: point clouds, and meshes of triangles or quads with texture coordinates.

Blender's own importer reads their points only. Source of the layout: real metaperson_2.0 point clouds
(binary_little_endian, `comment Created by ItSeez3D`, metres, glTF's axes), the vendor's loader for the faces, and the
PLY format's description by Greg Turk (header, elements, properties, lists).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from avatarsdk_core.errors import BundleError

MAX_COUNT = 20_000_000
_HEADER_BYTES = 1 << 16
_END = b"end_header"
_TEXTURE = "comment TextureFile "
_TYPES = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "<i2"),
    **dict.fromkeys(("ushort", "uint16"), "<u2"),
    **dict.fromkeys(("int", "int32"), "<i4"),
    **dict.fromkeys(("uint", "uint32"), "<u4"),
    **dict.fromkeys(("float", "float32"), "<f4"),
    **dict.fromkeys(("double", "float64"), "<f8"),
}
_COUNT_TYPES = {name: kind for name, kind in _TYPES.items() if "f" not in kind}
# Lists of a face that are read, and how many values each has for a corner.
_FACE_LISTS = {"vertex_indices": 1, "vertex_index": 1, "texcoord": 2}
_TRIANGLE = 3


@dataclass(frozen=True)
class PlyMesh:
    """A PLY's content, Y up, metres.

    Attributes:
        points: (V, 3) float32.
        corners: (C,) int32 indices of points, face after face; none for a point cloud.
        sizes: (F,) int32, how many of the corners each face has.
        uvs: (C, 2) float32, V up; None where the file has none.
        texture: name of its colour image, empty where the file tells none.
    """

    points: npt.NDArray[np.float32] = field(repr=False)
    corners: npt.NDArray[np.int32] = field(repr=False)
    sizes: npt.NDArray[np.int32] = field(repr=False)
    uvs: npt.NDArray[np.float32] | None = field(default=None, repr=False)
    texture: str = ""

    @property
    def starts(self) -> npt.NDArray[np.int32]:
        """(F,) where each face's corners begin."""
        return np.asarray(np.cumsum(self.sizes) - self.sizes, np.int32)

    @property
    def triangles(self) -> npt.NDArray[np.int32]:
        """(T, 3) indices of points: the faces as fans around their first corners."""
        fans = np.repeat(np.arange(len(self.sizes)), self.sizes - 2)  # the face that each triangle is of
        number = np.arange(len(fans)) - np.repeat(np.cumsum(self.sizes - 2) - (self.sizes - 2), self.sizes - 2)
        first = self.starts[fans]
        return self.corners[np.stack([first, first + number + 1, first + number + 2], axis=1)]


@dataclass
class _Element:
    name: str
    count: int
    properties: list[tuple[str, ...]]  # (type, name), or ("list", count type, type, name)


def read_ply(path: Path) -> PlyMesh:
    """Reads a binary little-endian PLY of points, or of faces with three corners or more.

    Raises BundleError, naming the file and what is wrong, when it can't be read, is damaged, truncated or of another
    kind (text, big-endian, lists that are no face's).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: can't be read ({error.strerror or error}).") from error
    lines, offset = _header(content, path)
    elements = _elements(lines, path)
    points: npt.NDArray[np.float32] | None = None
    corners, sizes, uvs = np.zeros(0, np.int32), np.zeros(0, np.int32), None
    for element in elements:
        if element.name == "face":
            corners, sizes, uvs = _faces(list(_face_rows(content, offset, element, path)), element, path)
            break
        rows = _rows(content, offset, element, path)
        offset += rows.nbytes
        if element.name == "vertex":
            points = _points(rows, path)
    if points is None or not len(points):
        raise BundleError(f"{path}: a PLY without points; download it again.")
    if len(corners) and (corners.min() < 0 or corners.max() >= len(points)):
        raise BundleError(f"{path}: damaged, a face of it names a point that isn't there; download it again.")
    texture = next((line[len(_TEXTURE) :].strip() for line in lines if line.startswith(_TEXTURE)), "")
    return PlyMesh(points, corners, sizes, uvs, texture)


def _header(content: bytes, path: Path) -> tuple[list[str], int]:
    end = content.find(_END, 0, _HEADER_BYTES)
    line_end = content.find(b"\n", end, end + 16)
    if not content.startswith(b"ply") or end < 0 or line_end < 0:
        raise BundleError(f"{path}: not a PLY file (it starts with {content[:4]!r}); download it again.")
    lines = [line.strip() for line in content[:end].decode("utf-8", "replace").splitlines()]
    layout = next((line for line in lines if line.startswith("format ")), "format missing")
    if layout.split()[1:2] != ["binary_little_endian"]:
        raise BundleError(f"{path}: a PLY whose format is {layout[7:]}; only binary_little_endian is read.")
    return lines, line_end + 1


def _elements(lines: list[str], path: Path) -> list[_Element]:
    found: list[_Element] = []
    try:
        for words in (line.split() for line in lines):
            if words[:1] == ["element"]:
                found.append(_Element(words[1], int(words[2]), []))
            elif words[:1] == ["property"]:
                found[-1].properties.append(tuple(words[1:]))
    except (IndexError, ValueError) as error:
        raise BundleError(f"{path}: damaged, the PLY's header can't be read; download it again.") from error
    if any(not 0 <= element.count <= MAX_COUNT for element in found):
        raise BundleError(f"{path}: its header names more than {MAX_COUNT:,} points or faces.")
    return found


def _rows(content: bytes, offset: int, element: _Element, path: Path) -> npt.NDArray[Any]:
    """The rows of an element without lists, as a structured array."""
    row = _row(element, _TRIANGLE, path)
    if offset + element.count * row.itemsize > len(content):
        raise _truncated(path, content, offset + element.count * row.itemsize)
    return np.frombuffer(content, row, element.count, offset)


def _row(element: _Element, corners: int, path: Path) -> np.dtype[Any]:
    """How a row lies in the file; its lists are those of a face with that many corners."""
    fields: list[Any] = []
    try:
        for words in element.properties:
            if words[0] == "list":
                _, count_type, kind, name = words
                fields.append((f"{name} count", _COUNT_TYPES[count_type]))
                fields.append((name, _TYPES[kind], (_FACE_LISTS[name] * corners,)))
            else:
                kind, name = words
                fields.append((name, _TYPES[kind]))
        row = np.dtype(fields)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise BundleError(f"{path}: a PLY with properties that aren't read ({element.name}).") from error
    if not row.itemsize:
        raise BundleError(f"{path}: damaged, an element of the PLY ({element.name}) has no properties.")
    return row


def _face_rows(content: bytes, offset: int, element: _Element, path: Path) -> Iterator[npt.NDArray[Any]]:
    """The faces in the order of the file, as structured arrays of faces with equally many corners."""
    first = next((words[-1] for words in element.properties if words[0] == "list"), None)
    left, window = element.count, 1
    while left and first is not None:
        leading = np.frombuffer(content, _fitting(content, offset, _row(element, 0, path), path), 1, offset)
        corners = int(leading[f"{first} count"][0]) // _FACE_LISTS.get(first, 1)
        row = _row(element, corners, path)
        if corners < _TRIANGLE or row.itemsize > len(content):
            raise BundleError(f"{path}: a PLY with faces of {corners} corners; export the avatar as glb.")
        most = min(left, window, (len(content) - offset) // row.itemsize)
        if not most:
            raise _truncated(path, content, offset + row.itemsize)
        rows = np.frombuffer(content, row, most, offset)
        other = np.flatnonzero(rows[f"{first} count"] != leading[f"{first} count"][0])
        rows = rows[: other[0]] if len(other) else rows
        window = 2 * window if len(rows) == window else 1  # so that a row isn't looked at again and again
        offset, left = offset + rows.nbytes, left - len(rows)
        yield rows


def _fitting(content: bytes, offset: int, row: np.dtype[Any], path: Path) -> np.dtype[Any]:
    if offset + row.itemsize > len(content):
        raise _truncated(path, content, offset + row.itemsize)
    return row


def _truncated(path: Path, content: bytes, needed: int) -> BundleError:
    return BundleError(f"{path}: truncated ({len(content):,} of {needed:,} bytes); download it again.")


def _points(rows: npt.NDArray[Any], path: Path) -> npt.NDArray[np.float32]:
    if not {"x", "y", "z"} <= set(rows.dtype.names or ()):
        raise BundleError(f"{path}: a PLY whose points have no x, y and z.")
    points = np.stack([rows[axis] for axis in "xyz"], axis=1).astype(np.float32)
    if not np.isfinite(points).all():
        raise BundleError(f"{path}: damaged, some of its points are no numbers; download it again.")
    return points


def _faces(
    runs: list[npt.NDArray[Any]], element: _Element, path: Path
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32] | None]:
    """Corners, sizes and texture coordinates of all faces."""
    names = [words[-1] for words in element.properties if words[0] == "list"]
    if any((rows[f"{name} count"] != rows[name].shape[1]).any() for rows in runs for name in names):
        raise BundleError(f"{path}: damaged, a face's texture coordinates aren't two a corner; download it again.")
    indices = next((name for name in names if name != "texcoord"), None)
    if indices is None or not runs:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), None
    corners = np.concatenate([rows[indices].reshape(-1) for rows in runs]).astype(np.int32)
    sizes = np.concatenate([np.full(len(rows), rows[indices].shape[1], np.int32) for rows in runs])
    if "texcoord" not in names:
        return corners, sizes, None
    uvs = np.concatenate([rows["texcoord"].reshape(-1, 2) for rows in runs]).astype(np.float32)
    if not np.isfinite(uvs).all():
        raise BundleError(f"{path}: damaged, some of its texture coordinates are no numbers; download it again.")
    return corners, sizes, uvs
