"""A model's geometry as one GLB for Blender's importer: meshes, skins and morph targets, nothing else.

Materials and images are built by the add-on from what the export says, so the importer must not make its own; and a
node's name says little once Blender has made it unique, so mesh nodes and materials get tokens to find them by.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from .gltf_file import CHUNK_BIN, CHUNK_JSON, GLB_MAGIC, GltfFile
from .target_names import target_names

_DROPPED = ("animations", "images", "textures", "samplers", "cameras", "extras")
_MATERIAL_EXTENSION = ("KHR_materials", "KHR_texture", "EXT_texture", "KHR_lights")


def node_token(prefix: str, node: int) -> str:
    """The name that mesh node number `node` carries in the GLB."""
    return f"{prefix}-{node}"


def geometry_glb(gltf: GltfFile, prefix: str) -> bytes:
    """The GLB. Mesh nodes are named `node_token(prefix, index)`; joints keep their names, everything its index."""
    root = {key: value for key, value in gltf.root.items() if key not in _DROPPED}
    for key in ("extensionsUsed", "extensionsRequired"):
        kept = [name for name in root.get(key, []) if not str(name).startswith(_MATERIAL_EXTENSION)]
        root.pop(key, None)
        if kept:
            root[key] = kept
    root["extensions"] = {
        name: value
        for name, value in (root.get("extensions") or {}).items()
        if not name.startswith(_MATERIAL_EXTENSION)
    }
    root["accessors"] = [
        {key: value for key, value in accessor.items() if key not in ("min", "max", "name")}
        for accessor in gltf.items("accessors")
    ]  # Blender's importer reads bounds number by number, and uses none
    root["nodes"] = [_node(node, index, prefix) for index, node in enumerate(gltf.items("nodes"))]
    root["meshes"] = [_mesh(mesh) for mesh in gltf.items("meshes")]
    root["materials"] = [{"name": f"{prefix}-material"} for _ in gltf.items("materials")]  # one slot each
    root["scenes"] = [{"nodes": scene.get("nodes", [])} for scene in gltf.items("scenes")]
    binary = _merge_buffers(gltf, root)
    return _pack(root, binary)


def _node(node: dict[str, Any], index: int, prefix: str) -> dict[str, Any]:
    kept = {key: value for key, value in node.items() if key not in ("extras", "camera", "extensions")}
    if "mesh" in kept:
        kept["name"] = node_token(prefix, index)
    return kept


def _mesh(mesh: dict[str, Any]) -> dict[str, Any]:
    names = target_names(mesh)
    primitives = mesh.get("primitives", [])
    if len({primitive.get("material") for primitive in primitives}) == 1:  # no slots to keep apart
        primitives = [{key: value for key, value in primitive.items() if key != "material"} for primitive in primitives]
    kept = {**mesh, "primitives": primitives}
    return {**kept, "extras": {"targetNames": list(names)}} if names else kept


def _merge_buffers(gltf: GltfFile, root: dict[str, Any]) -> bytes:
    """One buffer of what the views cover but images, which are most of a file with its textures inside."""
    views = gltf.items("bufferViews")
    images = {image.get("bufferView") for image in gltf.items("images")} - _views_of_accessors(gltf)
    kept = {index: view for index, view in enumerate(views) if index not in images}
    starts, merged = [], bytearray()
    for number, buffer in enumerate(gltf.buffers):
        ranges = _joined(_range(view) for view in kept.values() if view.get("buffer", 0) == number)
        places = []
        for low, high in ranges:
            merged += bytes(-len(merged) % 4)
            places.append((low, len(merged)))
            merged += buffer[low:high]
        starts.append(places)
    root["buffers"] = [{"byteLength": len(merged)}] if merged else []
    root["bufferViews"] = [
        {**view, "buffer": 0, "byteOffset": _moved(_range(view)[0], starts[view.get("buffer", 0)])}
        if index in kept
        else {"buffer": 0, "byteLength": 1}
        for index, view in enumerate(views)
    ]
    return bytes(merged)


def _views_of_accessors(gltf: GltfFile) -> set[Any]:
    found = set()
    for accessor in gltf.items("accessors"):
        sparse = accessor.get("sparse") or {}
        found |= {part.get("bufferView") for part in (accessor, sparse.get("indices", {}), sparse.get("values", {}))}
    return found


def _range(view: dict[str, Any]) -> tuple[int, int]:
    """First byte and end of a view."""
    start = view.get("byteOffset", 0)
    return start, start + view.get("byteLength", 0)


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes as ranges that don't touch, each from a multiple of four on."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted((low - low % 4, high) for low, high in ranges):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined


def _moved(offset: int, places: list[tuple[int, int]]) -> int:
    low, place = places[bisect_right(places, offset, key=lambda entry: entry[0]) - 1]
    return place + offset - low


def _pack(root: dict[str, Any], binary: bytes) -> bytes:
    content = json.dumps({key: value for key, value in root.items() if value not in ([], {})}).encode()
    content += b" " * (-len(content) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<II", len(content), CHUNK_JSON) + content
    if binary:
        chunks += struct.pack("<II", len(binary), CHUNK_BIN) + binary
    return struct.pack("<III", GLB_MAGIC, 2, 12 + len(chunks)) + chunks
