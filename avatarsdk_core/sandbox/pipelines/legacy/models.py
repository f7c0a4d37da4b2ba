"""A model's files in any of the formats, from parts and their painted textures."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from avatarsdk_core.sandbox.formats.fbx import write_fbx
from avatarsdk_core.sandbox.formats.obj import obj_model
from avatarsdk_core.sandbox.formats.ply import ply_mesh, ply_points
from avatarsdk_core.sandbox.gltf import Texture, write_gltf
from avatarsdk_core.sandbox.human.model import Part, Skeleton
from avatarsdk_core.sandbox.pipelines.legacy.images import ImageFile

Textures = Mapping[str, Sequence[ImageFile]]  # by part


def model_files(
    parts: Sequence[Part],
    skeleton: Skeleton | None,
    textures: Textures,
    model_format: str,
    *,
    embed: bool = False,
    pointcloud: bool = False,
    name: str = "model",
) -> dict[str, bytes]:
    """File name -> content, the images beside the model left out. PLY and OBJ of several parts: see `obj_model`.

    `embed`: images into the file, where the format can; `pointcloud`: a PLY of the places alone.
    """
    if pointcloud:
        return {f"{name}.ply": ply_points(parts[0].mesh.positions)}
    if model_format == "ply":
        return {f"{name}.ply": ply_mesh(parts[0].mesh, _colour(textures, parts[0]))}
    if model_format == "obj":
        return obj_model(parts, {part.name: _colour(textures, part) for part in parts}, name)
    if model_format == "fbx":
        return {f"{name}.fbx": _fbx(parts, skeleton, textures, embed, name)}
    return _gltf(parts, skeleton, textures, model_format == "glb", embed, name)


def _gltf(
    parts: Sequence[Part], skeleton: Skeleton | None, textures: Textures, binary: bool, embed: bool, name: str
) -> dict[str, bytes]:
    entries = {
        part.name: {
            image.type: Texture(image.name, image.path.read_bytes() if embed else b"")
            for image in textures.get(part.name, ())
        }
        for part in parts
    }
    return write_gltf(parts, skeleton, entries, binary=binary, embed=embed, name=name)


def _fbx(parts: Sequence[Part], skeleton: Skeleton | None, textures: Textures, embed: bool, name: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="avatarsdk-fbx-") as folder:
        root = Path(folder)
        files = _gltf(parts, skeleton, textures, False, False, name)
        for images in textures.values():
            files.update({image.name: image.path.read_bytes() for image in images})
        for file, content in files.items():
            (root / file).write_bytes(content)
        target = root / "fbx" / f"{name}.fbx"
        target.parent.mkdir()
        write_fbx(root / f"{name}.gltf", target, embed=embed)
        return target.read_bytes()


def _colour(textures: Textures, part: Part) -> str:
    return next((image.name for image in textures.get(part.name, ()) if image.type == "Color"), "")
