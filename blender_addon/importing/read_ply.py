# SPDX-License-Identifier: GPL-3.0-or-later
"""PLY: meshes with faces as they are, point clouds on a template's mesh; blendshapes beside them become shape keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import bpy
import numpy as np
import numpy.typing as npt

from avatarsdk_core.avatar.blendshapes import find_unsorted_blendshapes, read_blendshapes
from avatarsdk_core.avatar.bundle import ModelFile
from avatarsdk_core.avatar.gltf_file import ImageSource
from avatarsdk_core.avatar.meshes import MeshFacts, ModelFacts
from avatarsdk_core.avatar.parts import plain_name
from avatarsdk_core.avatar.ply import PlyMesh, read_ply
from avatarsdk_core.avatar.pointcloud import offset_at_neck, smooth_normals
from avatarsdk_core.avatar.textures import images_beside
from avatarsdk_core.errors import BundleError

from .read import ReadModel, missing_textures, read_model
from .shapes import Points, Shapes, add_shapes, rest_points, shape_files, z_up

HEAD = "AvatarHead"
UP = 2  # Blender's upright axis


def read_ply_model(file: ModelFile, template: ModelFile | None) -> ReadModel:
    """Reads a model of PLY files; see `read.read_model`.

    Raises BundleError when they are point clouds and there is no template, or one of another topology.
    """
    meshes = {path.stem: read_ply(path) for path in file.plys}
    clouds = [name for name, mesh in meshes.items() if not len(mesh.corners)]
    shapes = {name: read_blendshapes(_shape_files(file, name, mesh), mesh.points) for name, mesh in meshes.items()}
    if not clouds:
        return _built(file, meshes, shapes)
    if template is None:
        raise BundleError(
            f"{file.path}: a point cloud, it has no faces; name a template to put it on, an export of the same LOD."
        )
    return _on_template(file, meshes, shapes, template)


def _shape_files(file: ModelFile, name: str, mesh: PlyMesh) -> dict[str, Path]:
    found = shape_files(file, name)
    alone = not found and len(file.plys) == 1
    return find_unsorted_blendshapes(file.shape_folders, len(mesh.points)) if alone else found


def _built(file: ModelFile, meshes: dict[str, PlyMesh], shapes: Mapping[str, Shapes]) -> ReadModel:
    objects, facts = {}, []
    images = _images(file)
    for key, (name, ply) in enumerate(meshes.items()):
        mesh = bpy.data.meshes.new(name)
        _fill(mesh, ply)
        objects[key] = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(objects[key])
        add_shapes(objects[key], shapes[name])
        facts.append(
            MeshFacts(key, name, targets=tuple(shapes[name]), vertices=len(ply.points), textures=_color(ply, images))
        )
    return ReadModel(ModelFacts(tuple(facts)), None, objects, _missing(file, meshes))


def _fill(mesh: bpy.types.Mesh, ply: PlyMesh) -> None:
    points = z_up(ply.points)
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", points.reshape(-1))
    mesh.loops.add(len(ply.corners))
    mesh.loops.foreach_set("vertex_index", ply.corners)
    mesh.polygons.add(len(ply.sizes))
    mesh.polygons.foreach_set("loop_start", ply.starts)
    if ply.uvs is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.uv.foreach_set("vector", np.ascontiguousarray(ply.uvs).reshape(-1))
    mesh.update(calc_edges=True)
    mesh.validate()
    _set_normals(mesh, points, ply.triangles)


def _on_template(
    file: ModelFile, meshes: dict[str, PlyMesh], shapes: Mapping[str, Shapes], template: ModelFile
) -> ReadModel:
    read = read_model(template)
    by_name = {plain_name(mesh.name): mesh for mesh in read.facts.meshes}
    if len(meshes) == len(by_name) == 1:  # older avatars: one mesh, whose cloud is called `model`
        by_name = dict(zip(meshes, by_name.values(), strict=True))
    for name, ply in meshes.items():
        if name not in by_name:
            raise BundleError(f"{file.path.with_name(name)}.ply: the template {template.path} has no {name}.")
        vertices = len(read.objects[by_name[name].key].data.vertices)
        if len(ply.points) != vertices:
            raise BundleError(
                f"{file.path.with_name(name)}.ply: {len(ply.points):,} points, but {name} of the template "
                f"{template.path} has {vertices:,}; name a template of the same LOD."
            )
    images = _images(file)
    anchor = HEAD if HEAD in meshes else next(iter(meshes))
    offset = offset_at_neck(rest_points(read.objects[by_name[anchor].key]), z_up(meshes[anchor].points), UP)
    changed = {}
    for name, ply in meshes.items():
        facts = by_name[name]
        _move(read.objects[facts.key], z_up(ply.points) + offset)
        add_shapes(read.objects[facts.key], shapes[name])
        textures = {**facts.textures, **_color(ply, images)}
        changed[facts.key] = replace(facts, targets=tuple(shapes[name]), textures=textures)
    known = tuple(changed.get(mesh.key, mesh) for mesh in read.facts.meshes)
    all_images = (*read.facts.images, *images_beside(template.path))
    facts_now = replace(read.facts, meshes=known, images=all_images)
    return ReadModel(facts_now, read.armature, read.objects, _missing(file, meshes))


def _move(obj: bpy.types.Object, points: Points) -> None:
    obj.shape_key_clear()  # the template's expressions are another face's
    obj.data.vertices.foreach_set("co", np.ascontiguousarray(points).reshape(-1))
    obj.data.update()
    obj.data.calc_loop_triangles()
    corners = np.empty(len(obj.data.loop_triangles) * 3, np.int32)
    obj.data.loop_triangles.foreach_get("vertices", corners)
    _set_normals(obj.data, points, corners.reshape(-1, 3))


def _set_normals(mesh: bpy.types.Mesh, points: Points, faces: npt.NDArray[np.int32]) -> None:
    mesh.shade_smooth()
    # As a list: an array takes several times as long here.
    mesh.normals_split_custom_set_from_vertices(smooth_normals(points, faces).tolist())


def _images(file: ModelFile) -> dict[str, ImageSource]:
    return {image.name.lower(): image for image in images_beside(file.path)}


def _missing(file: ModelFile, meshes: Mapping[str, PlyMesh]) -> tuple[str, ...]:
    return missing_textures(file, [PureWindowsPath(ply.texture).name for ply in meshes.values()])


def _color(ply: PlyMesh, images: Mapping[str, ImageSource]) -> dict[str, ImageSource]:
    image = images.get(PureWindowsPath(ply.texture).name.lower()) if ply.texture else None
    return {"color": image} if image else {}
