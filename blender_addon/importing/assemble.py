# SPDX-License-Identifier: GPL-3.0-or-later
"""From imported models to one avatar: collection, one armature, named and marked parts, materials, masks, face."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

import bpy
import numpy as np
from mathutils import Vector

from avatarsdk_core.avatar import masks
from avatarsdk_core.avatar.bundle import Bundle, Model
from avatarsdk_core.avatar.colors import Color
from avatarsdk_core.avatar.parts import PERSON, Part, Role
from avatarsdk_core.avatar.wardrobe import worn_at_first

from .. import face, marks, skeleton, wardrobe
from ..materials.groups import Kind, fill
from ..materials.images import ImageLoader, pixels_of
from ..materials.surfaces import Quality, build_material, kind_of_part
from ..materials.visibility import give_mask
from ..shelves import shelf
from .graft import remember_shapes
from .read import ReadModel
from .replaced_materials import sign

# Skeletons nearer than this (metres) count as the same.
SAME_PLACE = 1e-5
HEAD_BONE = "Head"
_MASKED = (("body_mask", Role.BODY), ("head_mask", Role.HEAD))


def new_avatar(bundle: Bundle, name: str, parent: bpy.types.Collection) -> bpy.types.Collection:
    """An empty, marked collection for the avatar, linked into `parent`."""
    collection = bpy.data.collections.new(name)
    marks.mark(collection, avatar=uuid.uuid4().hex, source=bundle.name)
    parent.children.link(collection)
    return collection


def adopt(
    collection: bpy.types.Collection,
    model: Model,
    read: ReadModel,
    images: ImageLoader,
    colors: Mapping[str, Color],
    quality: Quality = "full",
) -> list[bpy.types.Object]:
    """Brings a read model into an avatar: its parts, bound to the avatar's armature. Returns their objects."""
    fill()
    avatar = marks.avatar_id(collection)
    armature = marks.armature_of(avatar)
    if armature is None and read.armature is not None:
        armature = _take_armature(read.armature, collection)
    parts = []
    for part in model.parts:
        obj = read.objects[part.key]
        _move(obj, shelf(collection, part.role))
        _bind(obj, read.armature, armature, is_head=part.role in PERSON and not model.has_body)
        _name_and_mark(obj, part, avatar, str(collection.get(marks.SOURCE, "")))
        surfaces = [part, *(replace(part, material=one.material, textures=one.textures) for one in part.more)]
        materials = [build_material(one, images, obj.name, colors=colors, quality=quality) for one in surfaces]
        _set_materials(obj, materials)
        obj.visible_shadow = kind_of_part(part) is not Kind.CORNEA
        face.open_range(obj)
        remember_shapes(obj)
        obj[marks.PLACED] = [value for row in obj.matrix_basis for value in row]
        parts.append(obj)
    if read.armature is not None and read.armature != armature:
        bpy.data.objects.remove(read.armature)
    for part, obj in zip(model.parts, parts, strict=True):
        if part.role not in PERSON and part.role is not Role.OTHER:
            wardrobe.make_wearable(obj)
    return parts


def wear_first(parts: Sequence[bpy.types.Object]) -> None:
    """Of what came in, the first of each kind is worn; it takes the place of what the avatar wore."""
    items = [part for part in parts if marks.SHOWN in part and not part.get(marks.FOLLOWS)]
    for item, worn in zip(items, worn_at_first([item.get(marks.CATEGORY) for item in items]), strict=True):
        if worn:
            wardrobe.put_on(item)
        else:
            wardrobe.show(item, shown=False)


def give_masks(model: Model, objects: Sequence[bpy.types.Object], images: ImageLoader) -> None:
    """Says which masks the model's garments bring; `upkeep.connect` puts them on the skin."""
    for part, obj in zip(model.parts, objects, strict=True):
        for slot, role in _MASKED:
            if image := _mask_image(part, slot, images):
                give_mask(obj, role, image)


def _mask_image(part: Part, slot: str, images: ImageLoader) -> bpy.types.Image | None:
    """The mask that the export names, or a nameless image in its place that looks like one."""
    label = f"{part.name}_{slot}"
    if source := part.textures.get(slot):
        return images.load(source, label, decoded=True)
    likely = part.likely_masks.get(slot)
    image = images.load(likely, label, decoded=True) if likely else None
    return image if image and masks.looks_like_mask(pixels_of(image)) else None


def _take_armature(armature: bpy.types.Object, collection: bpy.types.Collection) -> bpy.types.Object:
    _move(armature, collection)
    armature.name = armature.data.name = collection.name
    skeleton.arrange(armature)
    marks.mark(armature, avatar=marks.avatar_id(collection), source=collection[marks.SOURCE])
    return armature


def _move(obj: bpy.types.Object, collection: bpy.types.Collection) -> None:
    for other in list(obj.users_collection):
        other.objects.unlink(obj)
    collection.objects.link(obj)


def _bind(
    obj: bpy.types.Object, own: bpy.types.Object | None, armature: bpy.types.Object | None, *, is_head: bool
) -> None:
    """Binds a mesh to the avatar's armature by bone name; where the skeletons stand apart, the mesh moves along."""
    if armature is None or own is None or own == armature:
        return
    local = own.matrix_world.inverted() @ obj.matrix_world
    local.translation += offset_between(own, armature, is_head=is_head)
    obj.parent = armature
    obj.matrix_parent_inverse.identity()
    obj.matrix_basis = local
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE":
            modifier.object = armature


def offset_between(own: bpy.types.Object, armature: bpy.types.Object, *, is_head: bool) -> Vector:
    """How far the avatar's joints stand from the mesh's own: the median over the bones that both have.

    An outfit's skeleton can sit a few millimetres off the body's (the soles of its shoes). A head-only export is moved
    down to the ground, skeleton and all: what belongs to a head goes by the Head bone.
    """
    own_heads = {bone.name: bone.head_local for bone in own.data.bones}
    shared = [bone for bone in armature.data.bones if bone.name in own_heads]
    on_head = [bone for bone in shared if bone.name == HEAD_BONE] if is_head else []
    apart = [bone.head_local - own_heads[bone.name] for bone in on_head or shared]
    if not apart:
        return Vector()
    median = np.median(np.array([tuple(vector) for vector in apart]), axis=0)
    return Vector(median) if np.abs(median).max() > SAME_PLACE else Vector()


def _name_and_mark(obj: bpy.types.Object, part: Part, avatar: str, source: str) -> None:
    name = part.name if part.category is None else part.identity
    obj.name = name
    obj.data.name = name
    marks.mark(
        obj,
        avatar=avatar,
        part=uuid.uuid4().hex,
        role=str(part.role),
        category=part.category,
        identity=part.identity,
        lod=part.lod,
        side=part.side,
        source=source,
        piece=part.name,
    )


def _set_materials(obj: bpy.types.Object, materials: Sequence[bpy.types.Material]) -> None:
    for material in materials:
        sign(material)
    slots = obj.data.materials
    if not slots:
        slots.append(materials[0])
    for index in range(len(slots)):
        slots[index] = materials[index] if index < len(materials) else materials[0]
