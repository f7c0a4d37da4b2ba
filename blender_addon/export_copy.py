# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar made ready for other programs: a copy of what it shows, with nothing in it that only Blender and we know.

    from bl_ext.user_default.avatar_sdk import export_copy  # or: from blender_addon import export_copy
    prepared = export_copy.prepare(bpy.context.object, export_copy.ExportOptions(bones="unreal"))

Masks are applied, one level of detail is left, places are in the data and no object is moved, turned or scaled; bones
have the names that were asked for, shape keys that move nothing are gone, and materials are a Principled BSDF with
plain textures, which Blender's exporters understand. The avatar stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import bpy
from mathutils import Matrix

from avatarsdk_core.avatar.bone_names import BoneNames, lacking, renamed

from . import lods, marks, words
from .applied_masks import AppliedMasks, copy_without_hidden_faces
from .export_materials import plain_materials
from .export_shapes import Shapes, drop_shapes


@dataclass(frozen=True)
class ExportOptions:
    """What the copy is to be like."""

    bones: BoneNames | Literal["kept", "mixamo", "unreal", "vrm"] = BoneNames.KEPT
    lod: int = 0
    """Level of detail, 1 the finest; 0 the one that renders show."""
    shapes: Shapes | Literal["all", "arkit", "none"] = Shapes.ALL
    """Shape keys to keep, of those that move something; what the others show now goes into the mesh."""
    at_rest: bool = True
    """Without pose and animation."""
    to_origin: bool = True
    """Back to where it was imported to; else it stays where it stands in the scene."""


@dataclass(frozen=True)
class Prepared:
    """The copy, and what became of the avatar in it."""

    collection: bpy.types.Collection
    armature: bpy.types.Object | None
    parts: tuple[bpy.types.Object, ...]
    sources: dict[bpy.types.ID, bpy.types.ID]
    """Copied object, mesh, armature or material → what it stands for."""
    faces_removed: int
    bones_renamed: int
    shapes_dropped: int
    warnings: tuple[str, ...] = ()

    @property
    def objects(self) -> list[bpy.types.Object]:
        """All objects of the copy, its armature first."""
        return [*([self.armature] if self.armature else []), *self.parts]


def prepare(avatar: marks.Avatar, options: ExportOptions | None = None) -> Prepared:
    """Copies what an avatar shows and makes the copy ready for other programs. The scene must be in object mode.

    Raises ValueError where the avatar shows nothing, or hasn't the level of detail; the file is as it was then.
    """
    options = options or ExportOptions()
    before = {block.session_uid for block in _blocks()}
    try:
        return _prepared(avatar, options)
    except BaseException:
        bpy.data.batch_remove([block for block in _blocks() if block.session_uid not in before])
        raise


def discard(prepared: Prepared) -> None:
    """Removes a prepared copy with all that was made for it."""
    data = list(dict.fromkeys(obj.data for obj in prepared.objects))
    materials = {slot.material for obj in prepared.parts for slot in obj.material_slots if slot.material}
    images = {
        node.image for one in materials for node in one.node_tree.nodes if node.type == "TEX_IMAGE" and node.image
    }
    bpy.data.batch_remove([*prepared.objects, prepared.collection])
    for kind in (data, materials, images):
        bpy.data.batch_remove([block for block in kind if block.users == 0])


def _blocks() -> list[bpy.types.ID]:
    kinds = ("collections", "objects", "meshes", "armatures", "materials", "images")
    return [block for kind in kinds for block in getattr(bpy.data, kind)]


def _prepared(avatar: marks.Avatar, options: ExportOptions) -> Prepared:
    original = marks.armature_of(avatar)
    home = _home(avatar)
    made = _copy_of_level(avatar, options.lod)
    if options.at_rest:
        _rest(made.armature, made.parts)
        bpy.context.view_layer.update()
    dropped = drop_shapes(made.parts, Shapes(options.shapes))
    _clear_transforms(made.armature, made.parts, home if options.to_origin else Matrix())
    warnings, count = _rename_bones(made.armature, BoneNames(options.bones))
    sources: dict[bpy.types.ID, bpy.types.ID] = {}
    for copy, source in zip(made.parts, made.originals, strict=True):
        sources |= {copy: source, copy.data: source.data}
        sources |= plain_materials(copy, source)
    if made.armature and original:
        sources |= {made.armature: original, made.armature.data: original.data}
    bpy.context.view_layer.update()
    removed = sum(made.removed.values())
    return Prepared(made.collection, made.armature, made.parts, sources, removed, count, dropped, warnings)


def _copy_of_level(avatar: marks.Avatar, level: int) -> AppliedMasks:
    """The copy of one level of detail; the avatar's own switch is back where it was afterwards."""
    holder = lods.holder_of(avatar)
    if not level or (level == 1 and not lods.levels_in(avatar)):
        return copy_without_hidden_faces(avatar)
    before = holder.get(marks.RENDER_LOD) if holder else None
    lods.show_level(avatar, render=level)
    try:
        bpy.context.view_layer.update()
        return copy_without_hidden_faces(avatar)
    finally:
        if holder and before is not None:
            lods.show_level(avatar, render=before)
            bpy.context.view_layer.update()


def _home(avatar: marks.Avatar) -> Matrix:
    """What takes the scene's space to the avatar's own, where it stands as it was imported, at the scale it has now."""
    armature, parts = marks.armature_of(avatar), marks.parts_of(avatar)
    if armature is None and not parts:
        return Matrix()  # nothing is shown either, and the copy says so
    if armature is not None:
        world = armature.matrix_world
    else:
        part = parts[0]
        placed = part.get(marks.PLACED)
        rows = Matrix([placed[start : start + 4] for start in range(0, 16, 4)]) if placed else Matrix()
        world = part.matrix_world @ rows.inverted_safe()
    return Matrix.Diagonal((*world.to_scale(), 1.0)) @ world.inverted_safe()


def _rest(armature: bpy.types.Object | None, parts: tuple[bpy.types.Object, ...]) -> None:
    for block in (armature, *(part.data.shape_keys for part in parts)):
        if block is not None and block.animation_data:
            block.animation_data.action = None
            for track in list(block.animation_data.nla_tracks):
                block.animation_data.nla_tracks.remove(track)
    for bone in armature.pose.bones if armature else ():
        bone.matrix_basis = Matrix()


def _clear_transforms(armature: bpy.types.Object | None, parts: tuple[bpy.types.Object, ...], home: Matrix) -> None:
    """Puts the places of all objects into their data."""
    worlds = {part: home @ part.matrix_world for part in parts}
    if armature is not None:
        world = home @ armature.matrix_world
        armature.data.transform(world)
        for bone in armature.pose.bones:
            bone.location *= world.to_scale().x
        armature.parent = None
        armature.matrix_world = Matrix()
    for part, world in worlds.items():
        part.data.transform(world, shape_keys=True)
        if world.is_negative:
            part.data.flip_normals()
        part.matrix_parent_inverse = Matrix()
    bpy.context.view_layer.update()
    for part in parts:
        part.matrix_world = Matrix()
        part[marks.PLACED] = [value for row in Matrix() for value in row]


def _rename_bones(armature: bpy.types.Object | None, scheme: BoneNames) -> tuple[tuple[str, ...], int]:
    if armature is None:
        return (), 0
    names = [bone.name for bone in armature.data.bones]
    lacks = lacking(names) if scheme is BoneNames.VRM else ()
    # By way of names that nobody has: a new name may be one that another bone gives up.
    wanted = renamed(names, scheme)
    for stage in ({old: f"{number}~" for number, old in enumerate(wanted)}, None):
        pairs = stage or {f"{number}~": new for number, new in enumerate(wanted.values())}
        for old, new in pairs.items():
            armature.data.bones[old].name = new  # Blender renames vertex groups along
    told = words.report("VRM needs bones that this avatar doesn't have: {bones}", bones=", ".join(lacks))
    return ((told,) if lacks else ()), len(wanted)
