# SPDX-License-Identifier: GPL-3.0-or-later
"""Blendshapes that lie in files beside a model become shape keys of its meshes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import numpy.typing as npt

from avatarsdk_core.avatar.blendshapes import (
    blendshape_vertices,
    find_blendshapes,
    find_unsorted_blendshapes,
    read_blendshapes,
)
from avatarsdk_core.avatar.bundle import ModelFile
from avatarsdk_core.avatar.parts import plain_name
from avatarsdk_core.avatar.textures import MODEL

from .read import ReadModel

PERSON_IDENTITY = "avatar"
Points = npt.NDArray[np.float32]
Shapes = Mapping[str, Points]


def with_shapes_beside(file: ModelFile, read: ReadModel) -> ReadModel:
    """The model with the shapes that lie beside it and that its file doesn't bring itself.

    A file whose vertices are others (FBX joins those along the seams of the UVs) can't take them; that is a warning.
    Raises BundleError, naming the file, when one is damaged.
    """
    meshes, warnings = [], []
    for facts in read.facts.meshes:
        obj = read.objects[facts.key]
        files = shape_files(file, plain_name(facts.name))
        if not files and len(read.facts.meshes) == 1:  # older avatars: one mesh, called as its file
            files = shape_files(file, file.path.stem) or (
                find_unsorted_blendshapes(file.shape_folders, len(obj.data.vertices))
            )
        new = {name: path for name, path in files.items() if name not in facts.targets}
        points = rest_points(obj)
        fitting = {name: path for name, path in new.items() if _may_fit(path, len(points))}
        if len(fitting) < len(new):
            warnings.append(
                f"{len(new) - len(fitting)} blendshapes of {facts.name} are of another number of vertices; left out."
            )
        add_shapes(obj, read_blendshapes(fitting, y_up(points)))
        meshes.append(replace(facts, targets=(*facts.targets, *fitting)))
    facts_with_shapes = replace(read.facts, meshes=tuple(meshes))
    return replace(read, facts=facts_with_shapes, warnings=(*read.warnings, *warnings))


def shape_files(file: ModelFile, mesh: str) -> dict[str, Path]:
    """Shape name → file, for a mesh of the model. A haircut's file may be called `model` too: shapes elsewhere in the
    export that are for `model` are the person's.
    """
    is_persons = mesh.lower() != MODEL or file.identity == PERSON_IDENTITY
    return find_blendshapes(file.shape_folders if is_persons else (file.path.parent,), mesh)


def add_shapes(obj: bpy.types.Object, shapes: Shapes) -> None:
    """Shape keys from what each shape adds (V, 3), metres, in glTF's axes."""
    if not shapes:
        return
    basis = rest_points(obj)
    if obj.data.shape_keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    for name, deltas in shapes.items():
        key = obj.shape_key_add(name=name, from_mix=False)
        # `points` and float32 are ten times as fast as `data` or float64.
        key.points.foreach_set("co", np.ascontiguousarray(basis + z_up(deltas)).reshape(-1))


def rest_points(obj: bpy.types.Object) -> Points:
    """The rest positions (V, 3), world space: `read_model` leaves identity transforms on whatever it reads."""
    points = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def z_up(points: Points) -> Points:
    """From glTF's axes to Blender's: (x, y, z) → (x, −z, y)."""
    turned: Points = np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1)
    return turned


def y_up(points: Points) -> Points:
    """From Blender's axes to glTF's: (x, y, z) → (x, z, −y)."""
    turned: Points = np.stack([points[:, 0], points[:, 2], -points[:, 1]], axis=1)
    return turned


def _may_fit(file: Path, vertices: int) -> bool:
    """Whether a blendshape may be of the mesh, by its size; a damaged one is told by whoever reads it."""
    return file.suffix.lower() != ".bin" or blendshape_vertices(file) in (None, vertices)
