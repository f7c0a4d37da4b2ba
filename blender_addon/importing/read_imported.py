# SPDX-License-Identifier: GPL-3.0-or-later
"""FBX and OBJ: Blender reads them, and what it made is brought into the form that a glTF of the same avatar has.

Its importers keep the file's axes and units in the objects' transforms (a rotated armature), leave poses and keys as
they find them, and make materials of their own, which tell the names of textures and nothing else that is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PureWindowsPath

import bpy
from mathutils import Matrix

from avatarsdk_core.avatar.bundle import ModelFile
from avatarsdk_core.avatar.gltf_file import ImageSource
from avatarsdk_core.avatar.meshes import MaterialFacts, MeshFacts, ModelFacts, Surface
from avatarsdk_core.avatar.textures import images_beside, parse_texture_name, slot_of_type

from .. import compat
from .read import (
    ReadModel,
    armature_of,
    bake_transforms,
    keep_only,
    missing_textures,
    new_objects,
    without_namespace,
)

UV_LAYER = "UVMap"  # as the glTF importer calls it
_NUMBERED = re.compile(r"\.\d{3}$")
# Input of the importer's Principled BSDF -> slot, where the image's name doesn't tell.
_SLOTS_BY_INPUT = {"Base Color": "color", "Normal": "normal"}


def read_imported(file: ModelFile) -> ReadModel:
    """See `read.read_model`."""
    before = {block.session_uid for block in _looks()}
    kind, importer = _IMPORTERS[file.path.suffix.lower()]
    made = new_objects(lambda: importer(file.path), file.path, kind)
    meshes = sorted((obj for obj in made if obj.type == "MESH" and obj.data.polygons), key=lambda obj: obj.name)
    armature = armature_of(meshes, made)
    facts = _facts(meshes, file.path)
    bake_transforms(meshes, armature)
    if armature:
        _rest(armature)
    for obj in meshes:
        _tidy(obj)
    keep_only(made, meshes, armature)
    new = [block for block in _looks() if block.session_uid not in before]
    named = [_file_name(block) for block in new if isinstance(block, bpy.types.Image) and not block.packed_file]
    bpy.data.batch_remove(new)
    return ReadModel(facts, armature, dict(enumerate(meshes)), missing_textures(file, named))


def _import_obj(file: Path) -> set[str]:
    return bpy.ops.wm.obj_import(filepath=str(file))


_IMPORTERS: Mapping[str, tuple[str, Callable[[Path], set[str]]]] = {
    ".fbx": ("FBX", compat.import_fbx),
    ".obj": ("OBJ", _import_obj),
}


def _looks() -> list[bpy.types.ID]:
    return [*bpy.data.materials, *bpy.data.images]


def _facts(meshes: list[bpy.types.Object], file: Path) -> ModelFacts:
    beside = {image.name.lower(): image for image in images_beside(file)}
    facts = []
    for key, obj in enumerate(meshes):
        material = obj.active_material or next((found for found in obj.data.materials if found), None)
        keys = obj.data.shape_keys
        facts.append(
            MeshFacts(
                key=key,
                name=_plain(obj.name),
                material=_material_facts(material) if material else MaterialFacts(),
                targets=tuple(found.name for found in list(keys.key_blocks)[1:]) if keys else (),
                vertices=len(obj.data.vertices),
                textures=_textures(material, beside) if material else {},
                more=tuple(_surface(one, beside) for one in list(obj.data.materials)[1:]),
            )
        )
    is_rigged = any(modifier.type == "ARMATURE" for obj in meshes for modifier in obj.modifiers)
    return ModelFacts(tuple(facts), names_textures=any(mesh.textures for mesh in facts), is_rigged=is_rigged)


def _surface(material: bpy.types.Material | None, beside: dict[str, ImageSource]) -> Surface:
    return Surface(_material_facts(material), _textures(material, beside)) if material else Surface()


def _material_facts(material: bpy.types.Material) -> MaterialFacts:
    """Name and colour; metalness and transparency of the importers are wrong for these files."""
    shader = _principled(material)
    color = shader.inputs["Base Color"].default_value if shader else (1.0, 1.0, 1.0)
    return MaterialFacts(_plain(material.name), base_color=(color[0], color[1], color[2], 1.0))


def _textures(material: bpy.types.Material, beside: dict[str, ImageSource]) -> dict[str, ImageSource]:
    """Slot → image. The file's own paths are of the machine that wrote it: only their base names count."""
    found: dict[str, ImageSource] = {}
    shader = _principled(material)
    for socket in shader.inputs if shader else ():
        for image in _images_behind(socket):
            source = _source(image, beside)
            parsed = parse_texture_name(source.name) if source else None
            slot = slot_of_type(parsed.type) if parsed else _SLOTS_BY_INPUT.get(socket.name)
            if source and slot:
                found.setdefault(slot, source)
    return found


def _source(image: bpy.types.Image, beside: dict[str, ImageSource]) -> ImageSource | None:
    name = _file_name(image)
    if image.packed_file:
        return ImageSource(name, data=bytes(image.packed_file.data))
    return beside.get(name.lower())


def _file_name(image: bpy.types.Image) -> str:
    return PureWindowsPath(image.filepath).name or image.name  # knows both kinds of slashes


def _principled(material: bpy.types.Material) -> bpy.types.Node | None:
    nodes = material.node_tree.nodes if material.node_tree else ()
    return next((node for node in nodes if node.type == "BSDF_PRINCIPLED"), None)


def _images_behind(socket: bpy.types.NodeSocket) -> list[bpy.types.Image]:
    images = []
    for link in socket.links:
        node = link.from_node
        if node.type == "TEX_IMAGE" and node.image:
            images.append(node.image)
        else:
            images += [image for behind in node.inputs for image in _images_behind(behind)]
    return images


def _rest(armature: bpy.types.Object) -> None:
    """Bones at rest, with the names of the file: without a namespace (`mixamorig:`) and a number of Blender's."""
    for bone in armature.pose.bones:
        bone.rotation_mode = "QUATERNION"
        bone.matrix_basis = Matrix()
    without_namespace(armature)


def _tidy(obj: bpy.types.Object) -> None:
    if not obj.data.has_custom_normals:  # OBJ exports have no normals: flat would be nobody's wish
        obj.data.shade_smooth()
    for number, layer in enumerate(obj.data.uv_layers):
        layer.name = UV_LAYER if number == 0 else f"{UV_LAYER}.{number:03}"
    if keys := obj.data.shape_keys:
        for key in keys.key_blocks:
            key.value = 0.0


def _plain(name: str) -> str:
    return _NUMBERED.sub("", name)
