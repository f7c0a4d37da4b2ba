# SPDX-License-Identifier: GPL-3.0-or-later
"""What was made for one body takes the shape of another.

Bodies of one template have their vertices in one order: where the two differ tells, point by point, how far a garment
over them has to go. Where the bodies can't be compared, the joints of the two skeletons tell it, as the garment's
weights share it out. All of it is in the space of the armature, at rest, without shape keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree
from mathutils.kdtree import KDTree

from . import marks

Points = npt.NDArray[np.float32]

NEIGHBOURS = 8  # vertices of the skin that move one of a garment: fewer leave creases, more lose the shape
_NEAREST = 1e-4  # metres; nearer ones count as if they lay here
_LOWEST, _HIGHEST = 0.008, 0.03  # metres that cloth lies above a skin that it wasn't made for
_ROUNDS = 3  # from the nearest place of the skin: each mends what the one before pushed to another place
_SAMPLES = 500  # corners of a skin that are looked up on the other one
_APART = 0.1  # of what a skin spans: farther, the same UV is another place of the body


def world_of(obj: bpy.types.Object | None) -> Matrix:
    """Where an object stands, from its parents: `matrix_world` isn't there for what no scene shows."""
    if obj is None:
        return Matrix.Identity(4)
    own: Matrix = obj.matrix_parent_inverse @ obj.matrix_basis
    return world_of(obj.parent) @ own


def rest_points(obj: bpy.types.Object, frame: bpy.types.Object | None) -> Points:
    """The mesh (V, 3) without its shape keys, in the space of `frame`, or the world's."""
    mesh = obj.data
    basis = mesh.shape_keys.reference_key.points if mesh.shape_keys else mesh.vertices
    flat = np.empty(len(basis) * 3, np.float32)
    basis.foreach_get("co", flat)
    return _moved(flat.reshape(-1, 3), world_of(frame).inverted() @ world_of(obj))


def between_skins(
    points: Points, old: Sequence[tuple[bpy.types.Object, Points]], new: Sequence[tuple[bpy.types.Object, Points]]
) -> Points | None:
    """How far each point (V, 3) has to go from one person's skin to another's; None where no two have one template.

    Args:
        old, new: parts of the skin, and their points at rest.
    """
    here, there = [], []
    for part, before in old:
        twin = next((after for other, after in new if _same_template(part, other)), None)
        if twin is not None:
            here.append(before)
            there.append(twin)
    if not here:
        return None
    before, moves = np.concatenate(here), np.concatenate(there) - np.concatenate(here)
    tree = KDTree(len(before))
    for index, point in enumerate(before.tolist()):
        tree.insert(point, index)
    tree.balance()
    found = [tree.find_n(point, NEIGHBOURS) for point in points.tolist()]
    near = np.array([[index for _, index, _ in some] for some in found])
    shares = 1.0 / np.maximum(np.array([[distance for _, _, distance in some] for some in found]), _NEAREST)
    shares /= shares.sum(axis=1, keepdims=True)
    moved: Points = np.einsum("vn,vnk->vk", shares, moves[near]).astype(np.float32)
    return moved


def above_skins(
    points: Points,
    far: Points,
    old: Sequence[tuple[bpy.types.Object, Points]],
    new: Sequence[tuple[bpy.types.Object, Points]],
) -> Points:
    """`far` (V, 3), so that cloth lies above the other person's skin where nothing hides it: as
    high as above its owner's.

    Args:
        points: of the garment, before it goes anywhere.
        old, new: parts of the skin, and their points at rest.
    """
    before, after = _surface(old), _surface(new)
    moved: Points = (points + far).copy()
    wanted = [min(max(_height(before, Vector(point))[0], _LOWEST), _HIGHEST) for point in points.tolist()]
    for _ in range(_ROUNDS):
        for index, point in enumerate(moved.tolist()):
            height, normal = _height(after, Vector(point))
            if height < wanted[index]:
                moved[index] += np.array(normal * (wanted[index] - height), np.float32)
    return moved - points


def _surface(skins: Sequence[tuple[bpy.types.Object, Points]]) -> BVHTree:
    places: list[list[float]] = []
    faces: list[tuple[int, ...]] = []
    for part, points in skins:
        first = len(places)
        places += points.tolist()
        faces += [tuple(first + index for index in polygon.vertices) for polygon in part.data.polygons]
    return BVHTree.FromPolygons(places, faces)


def _height(surface: BVHTree, point: Vector) -> tuple[float, Vector]:
    """How far above a surface a point lies, below it less than 0, and which way is up there."""
    place, normal, _, _ = surface.find_nearest(point)
    return float((point - place).dot(normal)), normal


def same_layout(old: Sequence[tuple[bpy.types.Object, Points]], new: Sequence[tuple[bpy.types.Object, Points]]) -> bool:
    """Whether masks that were made for one person's skin fit another's: the same places have the same UVs.

    So they have at all levels of detail of a template, whatever the body's shape; not on a body that was made
    otherwise. True where there is nothing to compare.

    Args:
        old, new: parts of the skin, and their points at rest.
    """
    pairs = [
        (_by_uv(part, points), _by_uv(other, theirs))
        for part, points in old
        for other, theirs in new
        if part.get(marks.ROLE) == other.get(marks.ROLE)
    ]
    for (uvs, places), (their_uvs, their_places) in pairs:
        if not len(uvs) or not len(their_uvs):
            continue
        tree = KDTree(len(uvs))
        for index, (u, v) in enumerate(uvs.tolist()):
            tree.insert((u, v, 0.0), index)
        tree.balance()
        chosen = np.linspace(0, len(their_uvs) - 1, _SAMPLES).astype(int)
        nearest = [tree.find((u, v, 0.0))[1] for u, v in their_uvs[chosen].tolist()]
        apart = np.linalg.norm(places[nearest] - their_places[chosen], axis=1)
        if np.median(apart) > _APART:
            return False
    return True


def _by_uv(part: bpy.types.Object, points: Points) -> tuple[Points, Points]:
    """UV (L, 2) of each corner of a mesh, and where it lies (L, 3), as shares of what the part spans."""
    mesh = part.data
    if mesh.uv_layers.active is None:
        return np.empty((0, 2), np.float32), np.empty((0, 3), np.float32)
    uvs, vertices = np.empty(len(mesh.loops) * 2, np.float32), np.empty(len(mesh.loops), np.int32)
    mesh.uv_layers.active.data.foreach_get("uv", uvs)
    mesh.loops.foreach_get("vertex_index", vertices)
    low, high = points.min(axis=0), points.max(axis=0)
    shares: Points = (points - low) / np.maximum(high - low, _NEAREST)
    return uvs.reshape(-1, 2), shares[vertices]


def joints_of(armature: bpy.types.Object | None, item: bpy.types.Object) -> Mapping[str, Points]:
    """Bone name -> its joint at rest, of an armature, or of the one that an asset remembers (see `marks.REST`)."""
    if armature is not None:
        return {bone.name: np.array(bone.head_local, np.float32) for bone in armature.data.bones}
    try:
        told = json.loads(str(item.get(marks.REST, "{}")))
        return {str(name): np.array(matrix, np.float32).reshape(4, 4)[:3, 3] for name, matrix in told.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def between_skeletons(item: bpy.types.Object, old: Mapping[str, Points], new: Mapping[str, Points]) -> Points | None:
    """How far each vertex of an item has to go from one skeleton's joints to another's, by its weights.

    None where they share no bone that the item hangs on.
    """
    groups = {group.index: group.name for group in item.vertex_groups}
    moves = {index: new[name] - old[name] for index, name in groups.items() if name in old and name in new}
    if not moves:
        return None
    middle = np.median(np.array(list(moves.values())), axis=0)
    far = np.empty((len(item.data.vertices), 3), np.float32)
    for number, vertex in enumerate(item.data.vertices):
        weights = [(element.weight, moves[element.group]) for element in vertex.groups if element.group in moves]
        total = sum(weight for weight, _ in weights)
        far[number] = sum(weight * move for weight, move in weights) / total if total > 0 else middle
    return far


def move_points(obj: bpy.types.Object, scale: float, far: Points | None) -> None:
    """Scales a mesh with its shape keys about its origin, then moves each vertex by its row of `far` (V, 3)."""
    mesh = obj.data
    holders = [mesh.vertices, *(key.points for key in (mesh.shape_keys.key_blocks if mesh.shape_keys else ()))]
    for holder in holders:
        flat = np.empty(len(holder) * 3, np.float32)
        holder.foreach_get("co", flat)
        points = flat.reshape(-1, 3) * np.float32(scale)
        if far is not None:
            points = points + far
        holder.foreach_set("co", np.ascontiguousarray(points, np.float32).reshape(-1))
    mesh.update()


def _moved(points: Points, matrix: Matrix) -> Points:
    whole = np.array(matrix, np.float32)
    moved: Points = points @ whole[:3, :3].T + whole[:3, 3]
    return moved


def _same_template(one: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Whether two meshes have the same vertices in the same order, wherever they are."""
    if len(one.data.vertices) != len(other.data.vertices) or len(one.data.loops) != len(other.data.loops):
        return False
    corners = []
    for mesh in (one.data, other.data):
        loops = np.empty(len(mesh.loops), np.int32)
        mesh.loops.foreach_get("vertex_index", loops)
        corners.append(loops)
    return bool((corners[0] == corners[1]).all())
