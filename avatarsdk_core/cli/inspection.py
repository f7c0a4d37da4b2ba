"""What is in an export on the disk, as facts: files, parts, shapes, textures. Reads, and changes nothing."""

from __future__ import annotations

import contextlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avatarsdk_core.avatar.blendshapes import find_blendshapes
from avatarsdk_core.avatar.bundle import MANIFEST, PLY_SUFFIX, ModelFile, find_models
from avatarsdk_core.avatar.gltf_file import GltfFile, read_gltf
from avatarsdk_core.avatar.gltf_meshes import gltf_facts
from avatarsdk_core.avatar.parts import Part, describe_parts
from avatarsdk_core.avatar.ply import read_ply
from avatarsdk_core.avatar.textures import IMAGE_SUFFIXES, images_beside, parse_texture_name
from avatarsdk_core.catalog import blendshape_sets
from avatarsdk_core.transfer.unpack import unpack


@dataclass(frozen=True)
class PartFacts:
    """One mesh. `shapes`: how many morph targets; `textures`: slots that have an image; `masks` likewise."""

    name: str
    role: str
    category: str | None
    lod: str | None
    vertices: int
    triangles: int
    shapes: int
    textures: tuple[str, ...]


@dataclass(frozen=True)
class FileFacts:
    """One model file. `note` says what couldn't be read without Blender; `height` in metres; `sets` of blendshapes."""

    path: str
    identity: str
    category: str | None
    bytes: int
    joints: int
    height: float | None
    parts: tuple[PartFacts, ...]
    sets: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Inspection:
    """`origin`: the export's own words (`export.json`), where it has any; `textures`: image files and their bytes."""

    name: str
    origin: dict[str, Any]
    files: tuple[FileFacts, ...]
    textures: dict[str, int]
    bytes: int


def inspect_path(path: Path) -> Inspection:
    """An export's folder, its zip, or one model file.

    Raises:
        BundleError, ArchiveError: there is nothing that could be an export, or it is damaged.
    """
    with _unpacked(path) as root:
        found = find_models(root, path.stem if root != path else None)
        folder = root if root.is_dir() else root.parent
        origin = _origin(folder) if root.is_dir() else {}
        names = [file for file in sorted(folder.rglob("*")) if file.is_file()] if root.is_dir() else [root]
        images = {
            file.relative_to(folder).as_posix(): file.stat().st_size
            for file in names
            if file.suffix.lower() in IMAGE_SUFFIXES
        }
        avatar_first = sorted(found.files, key=lambda file: file.category is not None)
        files = tuple(_file(file, folder) for file in avatar_first)
        return Inspection(found.name, origin, files, images, sum(file.stat().st_size for file in names))


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    if path.is_dir() or not zipfile.is_zipfile(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="avatarsdk-inspect-") as scratch:
        unpack(path, Path(scratch) / "export")
        yield Path(scratch) / "export"


def _origin(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    keys = ("code", "avatar_code", "created_on", "comment")
    return {key: data[key] for key in keys if data.get(key)} if isinstance(data, dict) else {}


def _file(file: ModelFile, folder: Path) -> FileFacts:
    name = file.path.relative_to(folder).as_posix()
    size = file.path.stat().st_size
    if file.is_gltf:
        return _gltf(file, name, size)
    if file.path.suffix.lower() == PLY_SUFFIX:
        parts = tuple(_ply_part(path) for path in file.plys)
        total = sum(path.stat().st_size for path in file.plys)
        shapes = (found for path in file.plys for found in find_blendshapes([path.parent], path.stem).values())
        sets = tuple(sorted({shape.parent.name for shape in shapes}))
        where = name if len(file.plys) == 1 else f"{Path(name).parent.as_posix()}/*.ply"
        return FileFacts(where.removeprefix("./"), file.identity, file.category, total, 0, None, parts, sets)
    note = f"only Blender reads what is in an {file.path.suffix[1:].upper()}"
    return FileFacts(name, file.identity, file.category, size, 0, None, (), (), note)


def _gltf(file: ModelFile, name: str, size: int) -> FileFacts:
    gltf = read_gltf(file.path)
    facts = gltf_facts(gltf)
    described = describe_parts(facts, images_beside(file.path), file.identity, file.category)
    parts = tuple(
        _part(part, mesh.vertices, _triangles(gltf, mesh.key))
        for part, mesh in zip(described, facts.meshes, strict=True)
    )
    joints = max((len(skin.get("joints") or ()) for skin in gltf.items("skins")), default=0)
    shapes = {target for part in described for target in part.targets}
    outside = sum(path.stat().st_size for path in _buffers(gltf))
    return FileFacts(name, file.identity, file.category, size + outside, joints, _height(gltf), parts, _sets(shapes))


def _part(part: Part, vertices: int, triangles: int) -> PartFacts:
    return PartFacts(
        name=part.name,
        role=part.role.value,
        category=part.category,
        lod=part.lod,
        vertices=vertices,
        triangles=triangles,
        shapes=len(part.targets),
        textures=tuple(part.textures),
    )


def _ply_part(path: Path) -> PartFacts:
    mesh = read_ply(path)
    shapes = len(find_blendshapes([path.parent], path.stem))
    role = "mesh" if len(mesh.corners) else "point cloud"
    return PartFacts(path.stem, role, None, None, len(mesh.points), len(mesh.triangles), shapes, ())


def _primitives(gltf: GltfFile) -> Iterator[tuple[int, dict[str, Any]]]:
    """Index of its node, and the primitive."""
    meshes = gltf.items("meshes")
    for index, node in enumerate(gltf.items("nodes")):
        mesh = node.get("mesh")
        if isinstance(mesh, int) and 0 <= mesh < len(meshes):
            for primitive in meshes[mesh].get("primitives") or ():
                yield index, primitive


def _accessor(gltf: GltfFile, index: Any) -> dict[str, Any]:
    accessors = gltf.items("accessors")
    return accessors[index] if isinstance(index, int) and 0 <= index < len(accessors) else {}


def _triangles(gltf: GltfFile, node: int) -> int:
    counts = (
        int(_accessor(gltf, primitive.get("indices", primitive.get("attributes", {}).get("POSITION"))).get("count", 0))
        for index, primitive in _primitives(gltf)
        if index == node and primitive.get("mode", 4) == 4
    )
    return sum(counts) // 3


def _height(gltf: GltfFile) -> float | None:
    """From the lowest to the highest vertex, as the file tells them (glTF wants min and max of positions)."""
    spans = [
        (accessor["min"][1], accessor["max"][1])
        for _, primitive in _primitives(gltf)
        if len((accessor := _accessor(gltf, primitive.get("attributes", {}).get("POSITION"))).get("min") or ()) == 3
        and len(accessor.get("max") or ()) == 3
    ]
    return round(max(high for _, high in spans) - min(low for low, _ in spans), 3) if spans else None


def _buffers(gltf: GltfFile) -> Iterator[Path]:
    for buffer in gltf.items("buffers"):
        uri = buffer.get("uri")
        if isinstance(uri, str) and not uri.startswith("data:"):
            path = gltf.path.parent / uri
            if path.is_file():
                yield path


def _sets(shapes: set[str]) -> tuple[str, ...]:
    """The catalogue's sets that are all there, the largest first, and how many shapes belong to none of them."""
    found = []
    left = set(shapes)
    for each in sorted(blendshape_sets().values(), key=lambda each: -len(each.names or ())):
        names = set(each.names or ())
        if names and names <= shapes and names & left:
            found.append(each.name)
            left -= names
    return (*found, f"{len(left)} others") if left and found else (f"{len(left)} shapes",) if left else tuple(found)


def texture_line(textures: dict[str, int]) -> str:
    """How many, of which kinds."""
    kinds: dict[str, int] = {}
    for name in textures:
        parsed = parse_texture_name(name)
        kind = parsed.type if parsed else "other"
        kinds[kind] = kinds.get(kind, 0) + 1
    if set(kinds) == {"other"}:
        return ""
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])))
