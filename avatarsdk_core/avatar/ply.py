"""Reading the service's PLY files: point clouds, and meshes of triangles with texture coordinates.

Blender's own importer reads their points only. Source of the layout: real metaperson_2.0 point clouds
(binary_little_endian, `comment Created by ItSeez3D`, metres, glTF's axes), the vendor's loader for the faces, and the
PLY format's description by Greg Turk (header, elements, properties, lists).
"""

from __future__ import annotations

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
# Lists of a face that are read, and how many values each has for a triangle.
_FACE_LISTS = {"vertex_indices": 3, "vertex_index": 3, "texcoord": 6}


@dataclass(frozen=True)
class PlyMesh:
    """A PLY's content, Y up, metres.

    Attributes:
        points: (V, 3) float32.
        faces: (F, 3) int32 indices of points; no rows for a point cloud.
        uvs: (F, 3, 2) float32, one for each corner, V up; None where the file has none.
        texture: name of its colour image, empty where the file tells none.
    """

    points: npt.NDArray[np.float32] = field(repr=False)
    faces: npt.NDArray[np.int32] = field(repr=False)
    uvs: npt.NDArray[np.float32] | None = field(default=None, repr=False)
    texture: str = ""


@dataclass
class _Element:
    name: str
    count: int
    properties: list[tuple[str, ...]]  # (type, name), or ("list", count type, type, name)


def read_ply(path: Path) -> PlyMesh:
    """Reads a binary little-endian PLY of points or triangles.

    Raises BundleError, naming the file and what is wrong, when it can't be read, is damaged, truncated or of another
    kind (text, big-endian, faces that are no triangles).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: can't be read ({error.strerror or error}).") from error
    lines, offset = _header(content, path)
    elements = _elements(lines, path)
    points: npt.NDArray[np.float32] | None = None
    faces, uvs = np.zeros((0, 3), np.int32), None
    for element in elements:
        rows = _rows(content, offset, element, path)
        offset += rows.nbytes
        if element.name == "vertex":
            points = _points(rows, path)
        elif element.name == "face":
            faces, uvs = _faces(rows, element, path)
            break
    if points is None or not len(points):
        raise BundleError(f"{path}: a PLY without points; download it again.")
    if len(faces) and (faces.min() < 0 or faces.max() >= len(points)):
        raise BundleError(f"{path}: damaged, a face of it names a point that isn't there; download it again.")
    texture = next((line[len(_TEXTURE) :].strip() for line in lines if line.startswith(_TEXTURE)), "")
    return PlyMesh(points, faces, uvs, texture)


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
    """The element's rows as a structured array. A list takes as many values as a triangle needs; checked later."""
    fields: list[Any] = []
    try:
        for words in element.properties:
            if words[0] == "list":
                _, count_type, kind, name = words
                fields.append((f"{name} count", _TYPES[count_type]))
                fields.append((name, _TYPES[kind], (_FACE_LISTS[name],)))
            else:
                kind, name = words
                fields.append((name, _TYPES[kind]))
        row = np.dtype(fields)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise BundleError(f"{path}: a PLY with properties that aren't read ({element.name}).") from error
    if not row.itemsize:
        raise BundleError(f"{path}: damaged, an element of the PLY ({element.name}) has no properties.")
    if offset + element.count * row.itemsize > len(content):
        needed = offset + element.count * row.itemsize
        raise BundleError(f"{path}: truncated ({len(content):,} of {needed:,} bytes); download it again.")
    return np.frombuffer(content, row, element.count, offset)


def _points(rows: npt.NDArray[Any], path: Path) -> npt.NDArray[np.float32]:
    if not {"x", "y", "z"} <= set(rows.dtype.names or ()):
        raise BundleError(f"{path}: a PLY whose points have no x, y and z.")
    points = np.stack([rows[axis] for axis in "xyz"], axis=1).astype(np.float32)
    if not np.isfinite(points).all():
        raise BundleError(f"{path}: damaged, some of its points are no numbers; download it again.")
    return points


def _faces(
    rows: npt.NDArray[Any], element: _Element, path: Path
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32] | None]:
    names = [words[-1] for words in element.properties if words[0] == "list"]
    if any((rows[f"{name} count"] != _FACE_LISTS[name]).any() for name in names):
        raise BundleError(f"{path}: a PLY with faces that are no triangles; export the avatar as glb.")
    corners = next((name for name in names if name != "texcoord"), None)
    if corners is None:
        return np.zeros((0, 3), np.int32), None
    uvs = rows["texcoord"].astype(np.float32).reshape(-1, 3, 2) if "texcoord" in names and len(rows) else None
    if uvs is not None and not np.isfinite(uvs).all():
        raise BundleError(f"{path}: damaged, some of its texture coordinates are no numbers; download it again.")
    return rows[corners].astype(np.int32), uvs
