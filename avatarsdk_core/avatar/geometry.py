"""A model's geometry as one GLB for Blender's importer: meshes, skins, morph targets and animations, nothing else.

Materials and images are built by the add-on from what the export says, so the importer must not make its own; and a
node's name says little once Blender has made it unique, so mesh nodes and materials get tokens to find them by.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from .gltf_file import CHUNK_BIN, CHUNK_JSON, GLB_MAGIC, GltfFile
from .target_names import target_names

_DROPPED = ("images", "textures", "samplers", "cameras", "extras")
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
    root["nodes"] = [_node(node, index, prefix) for index, node in enumerate(gltf.items("nodes"))]
    root["meshes"] = [_mesh(mesh) for mesh in gltf.items("meshes")]
    root["materials"] = [{"name": f"{prefix}-material"} for _ in gltf.items("materials")]
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
    return {**mesh, "extras": {"targetNames": list(names)}} if names else mesh


def _merge_buffers(gltf: GltfFile, root: dict[str, Any]) -> bytes:
    starts, merged = [], bytearray()
    for buffer in gltf.buffers:
        merged += bytes(-len(merged) % 4)
        starts.append(len(merged))
        merged += buffer
    root["buffers"] = [{"byteLength": len(merged)}] if merged else []
    root["bufferViews"] = [
        {**view, "buffer": 0, "byteOffset": view.get("byteOffset", 0) + starts[view.get("buffer", 0)]}
        for view in gltf.items("bufferViews")
    ]
    return bytes(merged)


def _pack(root: dict[str, Any], binary: bytes) -> bytes:
    content = json.dumps({key: value for key, value in root.items() if value not in ([], {})}).encode()
    content += b" " * (-len(content) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<II", len(content), CHUNK_JSON) + content
    if binary:
        chunks += struct.pack("<II", len(binary), CHUNK_BIN) + binary
    return struct.pack("<III", GLB_MAGIC, 2, 12 + len(chunks)) + chunks
