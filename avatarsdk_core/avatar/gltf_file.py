"""Reading a .glb or .gltf as a container: its JSON, its buffers, its images. Geometry is left to Blender's importer.

Source of the rules: glTF 2.0 specification, sections 3.6 (buffers, images as URI or buffer view) and 4 (GLB layout).
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote

from avatarsdk_core.errors import BundleError

GLB_MAGIC = 0x46546C67
CHUNK_JSON = 0x4E4F534A
CHUNK_BIN = 0x004E4942
MOST_BYTES = 2 << 30


@dataclass(frozen=True)
class ImageSource:
    """Where an image's bytes are: a file (`path`) or inside the model (`data`). `name` is its file name, or empty."""

    name: str
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """The encoded bytes (JPEG, PNG, …). Raises OSError when the file can't be read."""
        return self.data if self.data is not None else self.path.read_bytes() if self.path else b""


@dataclass(frozen=True)
class GltfFile:
    """A model file whose container was checked: JSON root object and the bytes of every buffer."""

    path: Path
    root: dict[str, Any] = field(repr=False)
    buffers: tuple[bytes, ...] = field(repr=False)
    _items: dict[str, list[dict[str, Any]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def items(self, key: str) -> list[dict[str, Any]]:
        """The top-level array `key` (nodes, meshes, materials, …); an empty list where there is none."""
        if key not in self._items:  # asked for hundreds of times
            value = self.root.get(key)
            self._items[key] = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
        return self._items[key]

    def image(self, index: int) -> ImageSource | None:
        """Image number `index`, or None where its file is missing or lies outside the model's folder."""
        images = self.items("images")
        if not 0 <= index < len(images):
            return None
        entry = images[index]
        if isinstance(uri := entry.get("uri"), str):
            if uri.startswith("data:"):
                return ImageSource(str(entry.get("name") or ""), data=_decode_data_uri(uri, self.path))
            name = PureWindowsPath(unquote(uri)).name  # knows both kinds of slashes
            path = _beside(self.path, uri)
            return ImageSource(name, path) if path else None
        view = entry.get("bufferView")
        data = self._view(view) if isinstance(view, int) else None
        return ImageSource(str(entry.get("name") or ""), data=data) if data else None

    def _view(self, index: int) -> bytes | None:
        views = self.items("bufferViews")
        if not 0 <= index < len(views):
            return None
        view = views[index]
        buffer, start, length = view.get("buffer"), view.get("byteOffset", 0), view.get("byteLength", 0)
        if not isinstance(buffer, int) or not 0 <= buffer < len(self.buffers):
            return None
        return self.buffers[buffer][start : start + length]


def read_gltf(path: Path, most: int = MOST_BYTES) -> GltfFile:
    """Reads `path`, checks the container, and loads its buffers.

    Args:
        most: bytes that the file and its buffers may have together.

    Raises BundleError, naming the file and what is wrong, when it can't be read, isn't glTF 2.0, is truncated, too
    large, or when a buffer it refers to is missing or too short.
    """
    try:
        if path.stat().st_size > most:
            raise BundleError(_too_large(path, most))
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: can't be read ({error.strerror or error}).") from error
    if path.suffix.lower() == ".glb" or content[:4] == b"glTF":
        root, binary = _split_glb(content, path)
    else:
        root, binary = _parse_json(content, path), b""
    version = root.get("asset", {}).get("version") if isinstance(root.get("asset"), dict) else None
    if not str(version).startswith("2"):
        raise BundleError(
            f"{path}: not a glTF 2.0 file (asset.version is {version!r}); export it again as glb or gltf."
        )
    _check_nodes(root, path)
    return GltfFile(path, root, tuple(_buffers(root, binary, path, most - len(content))))


def _too_large(path: Path, most: int) -> str:
    return (
        f"{path}: larger than {most / 1e6:,.0f} MB, the limit (file_bytes); export the avatar with a smaller LOD or "
        "smaller textures, or raise the limit."
    )


def _split_glb(content: bytes, path: Path) -> tuple[dict[str, Any], bytes]:
    if not content:
        raise BundleError(f"{path}: the file is empty; download it again.")
    if len(content) < 20 or struct.unpack_from("<I", content)[0] != GLB_MAGIC:
        raise BundleError(f"{path}: not a GLB file (it starts with {content[:4]!r}, not b'glTF').")
    declared = struct.unpack_from("<I", content, 8)[0]
    if declared > len(content):
        raise BundleError(f"{path}: truncated ({len(content):,} of {declared:,} bytes); download it again.")
    root: dict[str, Any] | None = None
    binary = b""
    offset = 12
    while offset + 8 <= declared:
        length, kind = struct.unpack_from("<II", content, offset)
        chunk = content[offset + 8 : offset + 8 + length]
        if len(chunk) < length:
            raise BundleError(f"{path}: a chunk of the GLB is truncated; download it again.")
        if kind == CHUNK_JSON and root is None:
            root = _parse_json(chunk, path)
        elif kind == CHUNK_BIN and not binary:
            binary = chunk
        offset += 8 + length
    if root is None:
        raise BundleError(f"{path}: a GLB without its JSON chunk; download it again.")
    return root, binary


def _parse_json(content: bytes, path: Path) -> dict[str, Any]:
    try:
        root = json.loads(content.rstrip(b"\0 ").decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BundleError(
            f"{path}: not a glTF file (its JSON can't be read: {type(error).__name__}); download it again."
        ) from error
    if not isinstance(root, dict):
        raise BundleError(f"{path}: not a glTF file (its JSON is no object).")
    return root


def _buffers(root: dict[str, Any], binary: bytes, path: Path, most: int) -> list[bytes]:
    loaded = []
    declared = root.get("buffers")
    for index, buffer in enumerate(declared if isinstance(declared, list) else []):
        if not isinstance(buffer, dict) or not isinstance(buffer.get("uri") or "", str):
            raise BundleError(f"{path}: damaged, its buffer {index} is no valid glTF; download it again.")
        uri = buffer.get("uri")
        if uri is None:
            data, label = binary, "the GLB's binary chunk"
        elif uri.startswith("data:"):
            data, label = _decode_data_uri(uri, path), "a data URI"
        else:
            data, label = _buffer_beside(path, uri, most), repr(unquote(uri))
            most -= len(data)
        length = buffer.get("byteLength", 0)
        if not isinstance(length, int) or length < 0:
            raise BundleError(f"{path}: damaged, the length of its buffer {index} is {length!r}; download it again.")
        if len(data) < length:
            raise BundleError(f"{path}: buffer {index} ({label}) is truncated ({len(data):,} of {length:,} bytes).")
        loaded.append(data)
    return loaded


def _buffer_beside(path: Path, uri: str, most: int) -> bytes:
    file = _beside(path, uri)
    if file is None:
        raise BundleError(f"{path}: its buffer {unquote(uri)!r} is missing; keep the files of an export together.")
    try:
        if file.stat().st_size > most:
            raise BundleError(_too_large(file, most))
        return file.read_bytes()
    except OSError as error:
        raise BundleError(f"{file}: can't be read ({error.strerror or error}).") from error


def _check_nodes(root: dict[str, Any], path: Path) -> None:
    """Raises BundleError where the nodes form no trees: who follows their children would never come to an end."""
    nodes = root.get("nodes")
    nodes = nodes if isinstance(nodes, list) else []
    parents: dict[int, int] = {}
    for index, node in enumerate(nodes):
        children = node.get("children") if isinstance(node, dict) else None
        for child in children if isinstance(children, list) else []:
            if type(child) is not int or not 0 <= child < len(nodes) or child in parents:
                raise BundleError(f"{path}: damaged, its node {index} has a child that can't be; download it again.")
            parents[child] = index
    ends: set[int] = set()  # nodes from which a way up ends
    for index in range(len(nodes)):
        way: list[int] = []
        while index not in ends:
            way.append(index)
            if index not in parents:
                break
            if len(way) > len(nodes):
                raise BundleError(f"{path}: damaged, its node {way[0]} is its own ancestor; download it again.")
            index = parents[index]
        ends.update(way)


def _decode_data_uri(uri: str, path: Path) -> bytes:
    try:
        return base64.b64decode(uri.split(",", 1)[1], validate=True)
    except (IndexError, binascii.Error) as error:
        raise BundleError(f"{path}: a data URI in it is damaged.") from error


def _beside(model: Path, uri: str) -> Path | None:
    """The file that a URI means, or None: a file from a stranger reaches nothing outside its own folder.

    Of a path on another machine (`C:\\…`, `file:///…`) the name alone counts, beside the model.
    """
    relative = PurePosixPath(unquote(uri).replace("\\", "/"))
    if not relative.parts:
        return None
    elsewhere = relative.is_absolute() or ".." in relative.parts or ":" in relative.parts[0]
    file = model.parent.joinpath(*(relative.parts[-1:] if elsewhere else relative.parts))
    try:
        return file if file.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None
