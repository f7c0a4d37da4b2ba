# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a model with Blender's own importers: geometry, armature, shape keys. Nothing else comes with it."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from avatarsdk_core.avatar.bundle import ModelFile
from avatarsdk_core.avatar.limits import Limits, check_polygons, check_size
from avatarsdk_core.avatar.meshes import ModelFacts
from avatarsdk_core.avatar.parts import plain_name
from avatarsdk_core.avatar.textures import images_beside
from avatarsdk_core.errors import BundleError

OTHERWISE = "download it again, or export the avatar as glb."
LIMITS = Limits()
_SAMPLES = 500  # vertices that are looked at
# What Python raises where a file's numbers and names are other than its format says.
_NONSENSE = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError),
    struct.error,
)


@dataclass(frozen=True)
class ReadModel:
    """What came of a model's file.

    Attributes:
        facts: its meshes, for `avatar.bundle.understand`.
        armature: its armature, None for an unrigged model.
        objects: `MeshFacts.key` -> mesh object, a child of the armature.
        warnings: what couldn't be used, in plain words.
    """

    facts: ModelFacts
    armature: bpy.types.Object | None
    objects: dict[int, bpy.types.Object]
    warnings: tuple[str, ...] = ()


def read_model(file: ModelFile, template: ModelFile | None = None, limits: Limits = LIMITS) -> ReadModel:
    """Reads a model's file into the scene's collection, whatever its format: Z up, facing −Y, metres, at rest.

    Args:
        template: model of the same topology, with faces, that a point cloud is put on.
        limits: what is larger is refused, as far as possible before it is built.

    Raises BundleError, naming the file, when it is damaged, too large or can't be read; the caller rolls back.
    """
    try:
        read = _read(file, template, limits)
    except _NONSENSE as error:
        kind = type(error).__name__
        raise BundleError(f"{file.path}: damaged, what it says makes no sense ({kind}); {OTHERWISE}") from error
    _check_numbers(file, read)
    read = _with_bones(read)
    check_polygons(file.path, sum(len(obj.data.polygons) for obj in read.objects.values()), limits)
    return read


def _read(file: ModelFile, template: ModelFile | None, limits: Limits) -> ReadModel:
    from .read_gltf import read_gltf_file
    from .read_imported import read_imported
    from .read_ply import read_ply_model
    from .shapes import with_shapes_beside

    check_size([file.path, *file.plys], limits)
    if file.plys:
        return read_ply_model(file, template)
    return with_shapes_beside(file, read_gltf_file(file, limits) if file.is_gltf else read_imported(file))


def _check_numbers(file: ModelFile, read: ReadModel) -> None:
    for mesh in read.facts.meshes:
        vertices = read.objects[mesh.key].data.vertices
        points = np.empty(len(vertices) * 3, np.float32)
        vertices.foreach_get("co", points)
        if not np.isfinite(points).all():
            name = mesh.name or mesh.key
            raise BundleError(f"{file.path}: damaged, some points of {name} are no numbers; {OTHERWISE}")


def _with_bones(read: ReadModel) -> ReadModel:
    """Notes which bones the meshes hang on, where their names alone may not tell what they are."""
    if not read.facts.is_rigged or any(plain_name(mesh.name).startswith("Avatar") for mesh in read.facts.meshes):
        return read
    meshes = tuple(replace(mesh, bones=_bone_shares(read.objects[mesh.key])) for mesh in read.facts.meshes)
    return replace(read, facts=replace(read.facts, meshes=meshes))


def _bone_shares(obj: bpy.types.Object) -> dict[str, float]:
    """Bone -> share of the vertices that hang on it most, of some hundred vertices all over the mesh."""
    vertices = obj.data.vertices
    looked_at = [vertices[index] for index in range(0, len(vertices), max(1, len(vertices) // _SAMPLES))]
    heaviest = [max(vertex.groups, key=lambda entry: entry.weight).group for vertex in looked_at if len(vertex.groups)]
    names = {group.index: group.name for group in obj.vertex_groups}
    return {names[index]: count / len(heaviest) for index, count in Counter(heaviest).items() if index in names}


def without_namespace(armature: bpy.types.Object) -> None:
    """Takes namespaces (`mixamorig:Hips`) off the bones' names, and numbers of Blender's; vertex groups follow."""
    for bone in armature.data.bones:
        name = re.sub(r"\.\d{3}$", "", bone.name.rpartition(":")[2])
        if name and name != bone.name and name not in armature.data.bones:
            bone.name = name


def bake_transforms(meshes: Sequence[bpy.types.Object], armature: bpy.types.Object | None) -> None:
    """Puts each object's place into its data: what remains are identity transforms."""
    worlds = [obj.matrix_world.copy() for obj in meshes]
    if armature:
        world = armature.matrix_world.copy()
        armature.parent = None
        armature.data.transform(world)
        _reset(armature)
    for obj, world in zip(meshes, worlds, strict=True):
        if obj.data.users > 1:
            obj.data = obj.data.copy()
        obj.data.transform(world, shape_keys=True)
        if world.determinant() < 0:
            obj.data.flip_normals()
        obj.parent = armature
        _reset(obj)


def _reset(obj: bpy.types.Object) -> None:
    obj.rotation_mode = "QUATERNION"
    obj.matrix_parent_inverse.identity()
    obj.matrix_basis = Matrix()


def new_objects(
    importer: Callable[[], set[str]], original: Path, kind: str, otherwise: str = OTHERWISE
) -> list[bpy.types.Object]:
    """Runs an importer's operator and returns the objects that it made.

    Raises BundleError, naming `original` and the way out, `otherwise`.
    """
    before = {obj.session_uid for obj in bpy.data.objects}
    try:
        result = importer()
    except RuntimeError as error:
        raise BundleError(
            f"{original}: Blender's {kind} importer can't read it ({_reason(error)}); {otherwise}"
        ) from error
    if result != {"FINISHED"}:
        raise BundleError(f"{original}: Blender's {kind} importer can't read it; {otherwise}")
    bpy.context.view_layer.update()  # world matrices of new objects are unknown before
    return [obj for obj in bpy.data.objects if obj.session_uid not in before]


def keep_only(
    made: Sequence[bpy.types.Object], meshes: Sequence[bpy.types.Object], armature: bpy.types.Object | None
) -> None:
    """Removes what an importer made beside the meshes and their armature: empties, cameras, lights."""
    kept = {obj.session_uid for obj in meshes} | ({armature.session_uid} if armature else set())
    if others := [obj for obj in made if obj.session_uid not in kept]:
        bpy.data.batch_remove(others)


def armature_of(meshes: Sequence[bpy.types.Object], made: Sequence[bpy.types.Object]) -> bpy.types.Object | None:
    """The armature that deforms the meshes, or one that came with them."""
    for obj in meshes:
        for modifier in obj.modifiers:
            if modifier.type == "ARMATURE" and modifier.object:
                return modifier.object
    return next((obj for obj in made if obj.type == "ARMATURE"), None)


def missing_textures(file: ModelFile, named: Iterable[str]) -> tuple[str, ...]:
    """A warning that names the images, of those that a model's file asks for, which lie nowhere in the export."""
    wanted = {name for name in named if name}
    folders = {file.path.parent, *file.shape_folders} if wanted else set()
    found = {image.name.lower() for folder in folders for image in images_beside(folder / file.path.name)}
    missing = sorted(name for name in wanted if name.lower() not in found)
    return (f"Missing textures, left out: {', '.join(missing)}; put them beside the model.",) if missing else ()


def _reason(error: RuntimeError) -> str:
    """Blender's own words without the path: the first line, or the last one of a Python importer's traceback."""
    lines = [line.strip().removeprefix("Error: ") for line in str(error).splitlines() if line.strip()]
    if lines and "Traceback" in lines[0]:
        lines = [line for line in lines[1:] if not line.startswith(("File ", "Location:"))][-1:]
    told = re.sub(r"^.*Cannot import file '.*': ", "", lines[0]) if lines else "no reason given"
    return told.rstrip(".")
