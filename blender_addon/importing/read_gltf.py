# SPDX-License-Identifier: GPL-3.0-or-later
"""glTF: what the file says is read by the core, its geometry by Blender's importer."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote

import bpy

from avatarsdk_core.avatar.bundle import ModelFile
from avatarsdk_core.avatar.geometry import geometry_glb, node_token
from avatarsdk_core.avatar.gltf_file import GltfFile, read_gltf
from avatarsdk_core.avatar.gltf_meshes import gltf_facts
from avatarsdk_core.avatar.limits import Limits, check_polygons, count_polygons
from avatarsdk_core.errors import BundleError

from .. import compat
from .read import (
    OTHERWISE,
    ReadModel,
    armature_of,
    bake_transforms,
    keep_only,
    missing_textures,
    new_objects,
    without_namespace,
)


def read_gltf_file(file: ModelFile, limits: Limits) -> ReadModel:
    """See `read.read_model`."""
    gltf = read_gltf(file.path, limits.file_bytes)
    check_polygons(file.path, count_polygons(gltf), limits)
    facts = gltf_facts(gltf)
    prefix = f"avatar-sdk-{uuid.uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        geometry = Path(folder) / "geometry.glb"
        geometry.write_bytes(geometry_glb(gltf, prefix))
        made = new_objects(lambda: compat.import_gltf(geometry), file.path, "glTF", _way_out(gltf))
    by_name = {obj.name: obj for obj in made}
    objects = {}
    for mesh in facts.meshes:
        obj = by_name.get(node_token(prefix, mesh.key))
        if obj is None or obj.type != "MESH":
            name = mesh.name or f"number {mesh.key}"
            raise BundleError(f"{file.path}: Blender's importer made no mesh of node {name!r}; export it again.")
        objects[mesh.key] = obj
    meshes = list(objects.values())
    armature = armature_of(meshes, made)
    _flatten(meshes, armature)
    if armature:
        without_namespace(armature)
    if any(not _is_identity(obj) for obj in [*meshes, *([armature] if armature else [])]):  # other people's files
        bake_transforms(meshes, armature)
    keep_only(made, meshes, armature)
    warnings = (*missing_textures(file, _absent_images(gltf)), *_unreadable_images(gltf), *_animations(gltf))
    return ReadModel(facts, armature, objects, warnings)


def _animations(gltf: GltfFile) -> tuple[str, ...]:
    """Told, since an avatar arrives at rest, whatever its format."""
    count = len(gltf.items("animations"))
    return (f"Animations left out: {count}; an avatar arrives at rest.",) if count else ()


def _way_out(gltf: GltfFile) -> str:
    """What to do where Blender's importer fails: what a file requires beyond glTF itself is the likely reason."""
    required = gltf.root.get("extensionsRequired")
    names = ", ".join(str(name) for name in required) if isinstance(required, list) else ""
    return f"it requires {names}; export the avatar without." if names else OTHERWISE


def _unreadable_images(gltf: GltfFile) -> tuple[str, ...]:
    """A warning that names the images of the one kind that glTF knows and Blender doesn't."""
    named = []
    for index, entry in enumerate(gltf.items("images")):
        uri = str(entry.get("uri") or "")
        if entry.get("mimeType") == "image/ktx2" or uri.lower().endswith(".ktx2"):
            named.append(str(entry.get("name") or "") or PureWindowsPath(unquote(uri)).name or f"image {index}")
    told = f"Textures as KTX2, which Blender can't read, left out: {', '.join(named)}; export them as png or jpg."
    return (told,) if named else ()


def _absent_images(gltf: GltfFile) -> list[str]:
    """Names of the images that lie where the file says no file lies."""
    return [
        PureWindowsPath(unquote(entry["uri"])).name  # knows both kinds of slashes
        for index, entry in enumerate(gltf.items("images"))
        if isinstance(entry.get("uri"), str) and not entry["uri"].startswith("data:") and gltf.image(index) is None
    ]


def _flatten(meshes: Sequence[bpy.types.Object], armature: bpy.types.Object | None) -> None:
    """Hangs each mesh right under the armature, where it stands: what lay between goes away."""
    for obj in meshes:
        world = obj.matrix_world.copy()
        obj.parent = armature
        if armature:
            obj.matrix_parent_inverse.identity()
            obj.matrix_basis = armature.matrix_world.inverted() @ world
        else:
            obj.matrix_world = world
    if armature:
        world = armature.matrix_world.copy()
        armature.parent = None
        armature.matrix_world = world


def _is_identity(obj: bpy.types.Object) -> bool:
    flat = [value for row in obj.matrix_world for value in row]
    return all(abs(value - (index % 5 == 0)) < 1e-5 for index, value in enumerate(flat))
