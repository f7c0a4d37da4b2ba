# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh gets other geometry and stays the same data-block, its shape keys too: all that points at them holds.

Animation, drivers, values and ranges belong to the Key data-block and to names; so keys are moved, never made anew.
What a person added (shape keys, vertex groups, attributes) stays where it can: shape keys and vertex groups on as many
vertices in the same order, attributes on the same faces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import bmesh
import bpy
import numpy as np
import numpy.typing as npt

from .. import marks

_FIELDS = {  # attribute type -> name in foreach_get, values each, dtype
    "FLOAT": ("value", 1, np.float32),
    "INT": ("value", 1, np.int32),
    "BOOLEAN": ("value", 1, bool),
    "FLOAT_VECTOR": ("vector", 3, np.float32),
    "FLOAT2": ("vector", 2, np.float32),
    "FLOAT_COLOR": ("color", 4, np.float32),
    "BYTE_COLOR": ("color", 4, np.float32),
}


@dataclass(frozen=True)
class Graft:
    """What a graft did.

    Attributes:
        new_keys: shape keys that weren't there before.
        stale_keys: those that the newer export has no more; `drop_stale` removes them.
        own: what of the person's own was kept, in plain words.
        lost: what of it couldn't be kept.
        backup: the mesh as it was; `undo` removes it, else the caller does.
        undo: puts everything back.
    """

    new_keys: tuple[str, ...]
    stale_keys: tuple[str, ...]
    own: tuple[str, ...]
    lost: tuple[str, ...]
    backup: bpy.types.Mesh
    undo: Callable[[], None]


def graft(target: bpy.types.Object, source: bpy.types.Object) -> Graft:
    """Gives `target`'s mesh the geometry, UVs, normals, weights and shape keys of `source`'s."""
    mesh = target.data
    backup, names = mesh.copy(), [group.name for group in target.vertex_groups]
    before = _key_names(mesh)
    whole_undo = _undo(target, backup, names, before)
    try:
        own = _Own(target, source)
        _write_geometry(target, source.data, [group.name for group in source.vertex_groups])
        wanted = _key_names(source.data)
        new = _write_keys(target, source.data, before, own.keys)
        own.put_back()
    except BaseException:
        whole_undo()
        raise
    stale = tuple(name for name in before[1:] if name not in wanted and name not in own.keys)
    return Graft(tuple(new), stale, own.kept, own.lost, backup, whole_undo)


def drop_stale(target: bpy.types.Object, done: Graft) -> None:
    """Removes shape keys that the newer export has no more; the last step, since nothing brings them back."""
    keys = target.data.shape_keys
    if keys is None:
        return
    if len(done.stale_keys) == len(keys.key_blocks) - 1:
        target.shape_key_clear()
        return
    for name in done.stale_keys:
        target.shape_key_remove(keys.key_blocks[name])


def remember_shapes(obj: bpy.types.Object) -> None:
    """Notes which shape keys came with the export, to tell a person's own from them."""
    obj[marks.SHAPES] = "\n".join(_key_names(obj.data)[1:])


class _Own:
    """What a person added to a mesh, held while its geometry changes."""

    def __init__(self, target: bpy.types.Object, source: bpy.types.Object) -> None:
        self.target = target
        old, new = target.data, source.data
        as_many = len(old.vertices) == len(new.vertices)
        same = as_many and _corners(old) == _corners(new)
        known = set(str(target.get(marks.SHAPES, "")).split("\n")) | set(_key_names(new))
        theirs = [name for name in _key_names(old)[1:] if name not in known and marks.SHAPES in target]
        groups = [group.name for group in target.vertex_groups if group.name not in source.vertex_groups]
        extra = [one for one in old.attributes if _is_own(one) and one.name not in new.attributes]
        self.keys = {name: _offset(old, name) for name in theirs} if as_many else {}
        self.weights = _weights(target, groups) if as_many and groups else {}
        self.attributes = [(one.name, one.data_type, one.domain, _values(one)) for one in extra] if same else []
        self.kept = tuple(
            _told(count, kind)
            for count, kind in (
                (len(self.keys), "own shape keys"),
                (len(self.weights), "own vertex groups"),
                (len(self.attributes), "own attributes and UV maps"),
            )
            if count
        )
        gone = [] if as_many else [*theirs, *groups]
        gone += [] if same else [one.name for one in extra]
        self.lost = tuple(f"{target.name}: {name} is lost, its geometry is another now" for name in gone)

    def put_back(self) -> None:
        for name, weights in self.weights.items():
            group = self.target.vertex_groups.new(name=name)
            for vertex, weight in weights:
                group.add([vertex], weight, "REPLACE")
        for name, kind, domain, values in self.attributes:
            made = self.target.data.attributes.new(name, kind, domain)
            made.data.foreach_set(_FIELDS[kind][0], values)


def _told(count: int, kind: str) -> str:
    return f"{count} {kind}"


def _undo(
    target: bpy.types.Object, backup: bpy.types.Mesh, groups: Sequence[str], keys: Sequence[str]
) -> Callable[[], None]:
    def undo() -> None:
        _write_geometry(target, backup, groups)
        if backup.shape_keys is None:
            if target.data.shape_keys is not None:
                target.shape_key_clear()
        else:
            _write_keys(target, backup, keys, {})
            for name in _key_names(target.data):
                if name not in keys:
                    target.shape_key_remove(target.data.shape_keys.key_blocks[name])
        bpy.data.meshes.remove(backup)

    return undo


def _write_geometry(target: bpy.types.Object, source: bpy.types.Mesh, groups: Sequence[str]) -> None:
    """Vertices, faces, UVs, normals, weights. Shape keys get as many points; their places come later."""
    target.vertex_groups.clear()
    for name in groups:
        target.vertex_groups.new(name=name)
    shape = bmesh.new()
    try:
        shape.from_mesh(source, face_normals=False, vertex_normals=False)
        shape.to_mesh(target.data)
    finally:
        shape.free()
    target.data.update()


def _write_keys(
    target: bpy.types.Object, source: bpy.types.Mesh, before: Sequence[str], own: dict[str, npt.NDArray[np.float32]]
) -> list[str]:
    """Moves the target's shape keys to where the source's are, makes those that lack. Returns the names of those."""
    mesh, wanted = target.data, _key_names(source)
    for name in _key_names(mesh):  # writing geometry makes keys of its own for what it doesn't know
        if name not in before and name not in wanted:
            target.shape_key_remove(mesh.shape_keys.key_blocks[name])
    basis = _points(source.vertices)
    if wanted:
        there = _key_names(mesh)
        for name in wanted:
            if name not in there:
                target.shape_key_add(name=name, from_mix=False)
    if mesh.shape_keys is None:
        return []
    blocks = mesh.shape_keys.key_blocks
    blocks[0].points.foreach_set("co", basis.reshape(-1))
    for name in wanted[1:]:
        blocks[name].points.foreach_set("co", _points(source.shape_keys.key_blocks[name].points).reshape(-1))
    for name, offset in own.items():
        blocks[name].points.foreach_set("co", np.ascontiguousarray(basis + offset).reshape(-1))
    new = [name for name in wanted[1:] if name not in before]
    for name in new:
        model = source.shape_keys.key_blocks[name]
        blocks[name].slider_min, blocks[name].slider_max = model.slider_min, model.slider_max
        blocks[name].value = model.value
    mesh.update()
    return new


def _key_names(mesh: bpy.types.Mesh) -> list[str]:
    return list(mesh.shape_keys.key_blocks.keys()) if mesh.shape_keys else []


def _points(points: bpy.types.bpy_prop_collection) -> npt.NDArray[np.float32]:
    found = np.empty(len(points) * 3, np.float32)
    points.foreach_get("co", found)
    return found.reshape(-1, 3)


def _offset(mesh: bpy.types.Mesh, name: str) -> npt.NDArray[np.float32]:
    """How a shape key differs from the one that it is relative to."""
    block = mesh.shape_keys.key_blocks[name]
    moved: npt.NDArray[np.float32] = _points(block.points) - _points(block.relative_key.points)
    return moved


def _corners(mesh: bpy.types.Mesh) -> bytes:
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    starts = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_start", starts)
    return corners.tobytes() + starts.tobytes()


def _is_own(attribute: bpy.types.Attribute) -> bool:
    hidden = attribute.name.startswith(".") or attribute.is_internal or attribute.name.startswith("avatar_sdk_")
    return not hidden and attribute.data_type in _FIELDS and attribute.name not in ("position", "custom_normal")


def _values(attribute: bpy.types.Attribute) -> npt.NDArray[np.generic]:
    name, width, kind = _FIELDS[attribute.data_type]
    values = np.empty(len(attribute.data) * width, kind)
    attribute.data.foreach_get(name, values)
    return values


def _weights(obj: bpy.types.Object, names: Sequence[str]) -> dict[str, list[tuple[int, float]]]:
    by_index = {obj.vertex_groups[name].index: name for name in names}
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    for vertex in obj.data.vertices:
        for entry in vertex.groups:
            if entry.group in by_index:
                found[by_index[entry.group]].append((vertex.index, entry.weight))
    return found
