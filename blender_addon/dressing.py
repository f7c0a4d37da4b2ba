# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes into an avatar's wardrobe from another avatar, and what goes from it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import bpy
from mathutils import Matrix

from avatarsdk_core.avatar.parts import PERSON, SKIN, Role

from . import face, marks, upkeep, wardrobe
from .duplicates import settle
from .shelves import shelf


def dress(avatar: marks.Avatar, garment: bpy.types.Object, *, wear: bool = True) -> bpy.types.Object:
    """Gives an avatar a copy of what another has (garment, haircut, glasses), at the levels of detail that it needs.

    The copy hangs on the avatar's own bones by their names, takes the shape of its body, and masks its skin. Its mesh
    is its own, its materials are the other's. What the avatar has already is put on, not copied again.

    Args:
        garment: of an avatar in this file, whether a scene shows it or not; appended or linked things too. One that
            belongs to no avatar has its vertices in the space of the armature that it was made for.
        wear: put it on.

    Returns:
        the avatar's own thing, with the switch.

    Raises ValueError for what nobody wears, and for an avatar that can't be changed here.
    """
    wearer = _member(avatar)
    if garment.type != "MESH" or not _is_wearable(garment):
        raise ValueError(f"{garment.name} is no garment, haircut or accessory of an avatar")
    settle(wearer)
    home = marks.collection_of(wearer)
    if home is None:
        raise ValueError(f"{wearer.name} isn't in a collection of its avatar")
    there = next((item for item in marks.worn(wearer) if is_same(item, garment)), None)
    if there is None:
        copies = [_copied(level, wearer, home) for level in _levels_for(wearer, garment)]
        upkeep.connect(wearer, copies)
        there = wardrobe.leader_of(copies[0])
    if wear:
        wardrobe.put_on(there)
    bpy.context.view_layer.update()
    return there


def remove(item: bpy.types.Object) -> list[str]:
    """Takes a garment, haircut or accessory out of its avatar's wardrobe, at all levels of detail, and its masks.

    Returns the names of the objects that are gone. Raises ValueError for what isn't worn, or can't be removed here.
    """
    if marks.SHOWN not in item:
        raise ValueError(f"{item.name} is no garment, haircut or accessory of an avatar")
    if item.library or item.override_library:
        raise ValueError(f"{item.name} is linked from another file: take it off instead, or make it local")
    rest = next((part for part in marks.members(item) if marks.SHOWN not in part), None)
    gone = levels_of(item)
    names = [level.name for level in gone]
    wardrobe.show(item, shown=False)  # a material that another avatar shares must not remember it as worn
    data = [level.data for level in gone]
    bpy.data.batch_remove(gone)
    bpy.data.batch_remove([mesh for mesh in dict.fromkeys(data) if mesh.users == 0])
    if rest is not None:
        upkeep.tidy(rest)
    bpy.context.view_layer.update()
    return names


def levels_of(item: bpy.types.Object) -> list[bpy.types.Object]:
    """The same thing at all its levels of detail, the one with the switch first."""
    leader = wardrobe.leader_of(item)
    parts = [part for part in marks.parts_of(item) if marks.SHOWN in part and part != leader]
    return [leader, *(part for part in parts if wardrobe.leader_of(part) == leader)]


def _member(avatar: marks.Avatar) -> bpy.types.Object:
    found = avatar if isinstance(avatar, bpy.types.Object) else next(iter(marks.members(avatar)), None)
    if found is None or not marks.avatar_id(found):
        raise ValueError(f"{found.name if found else avatar} belongs to no avatar")
    if found.library:
        raise ValueError(f"{found.name} is linked from another file: make the avatar editable here first")
    return found


def _is_wearable(garment: bpy.types.Object) -> bool:
    role = garment.get(marks.ROLE, "")
    return marks.SHOWN in garment or (role in set(Role) and role not in PERSON | {Role.OTHER})


def is_same(one: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Whether two garments are the same asset, whoever wears them."""
    names = (marks.CATEGORY, marks.IDENTITY)
    return one == other or all(one.get(name) == other.get(name) and one.get(name) for name in names)


def _levels_for(wearer: bpy.types.Object, garment: bpy.types.Object) -> Sequence[bpy.types.Object]:
    """The garment at the levels that the avatar has; where it has none of them, the one that was asked for."""
    wanted = {part.get(marks.LOD) for part in marks.parts_of(wearer, *SKIN)}
    fitting_ones = [level for level in levels_of(garment) if level.get(marks.LOD) in wanted]
    return fitting_ones or [garment]


def _copied(garment: bpy.types.Object, wearer: bpy.types.Object, home: bpy.types.Collection) -> bpy.types.Object:
    from . import fitting  # and numpy, which enabling the add-on needn't wait for

    old, new = marks.armature_of(garment) or _bound_to(garment), marks.armature_of(wearer)
    scale = _scale(wearer) / _scale(garment)
    skins = [(part, fitting.rest_points(part, old) * scale) for part in marks.parts_of(garment, *SKIN)]
    wanted = [(part, fitting.rest_points(part, new)) for part in marks.parts_of(wearer, *SKIN)]
    copy = garment.copy()
    copy.data = garment.data.copy()
    _forget_the_other(copy)
    marks.mark(copy, avatar=marks.avatar_id(wearer), part=uuid.uuid4().hex)
    if marks.avatar_id(garment) or old is not None:
        _stand_still(copy, fitting.world_of(old).inverted() @ fitting.world_of(garment))
    else:  # an asset stands wherever it was dropped
        _stand_still(copy, Matrix.Identity(4))
    points = fitting.rest_points(copy, None) * scale
    far = fitting.between_skins(points, skins, wanted)
    if far is None:
        strange = not fitting.same_layout(skins, wanted)
        joints = {name: joint * scale for name, joint in fitting.joints_of(old, garment).items()}
        far = fitting.between_skeletons(copy, joints, fitting.joints_of(new, copy))
        if strange:
            _forget_masks(copy)
        if strange and far is not None and garment.get(marks.ROLE) == Role.GARMENT:
            far = fitting.above_skins(points, far, skins, wanted)
    fitting.move_points(copy, scale, far)
    copy.parent = new
    for modifier in copy.modifiers:
        if modifier.type == "ARMATURE":
            modifier.object = new
    copy[marks.PLACED] = [value for row in copy.matrix_basis for value in row]
    shelf(home, Role(garment.get(marks.ROLE, Role.ACCESSORY))).objects.link(copy)
    face.open_range(copy)
    wardrobe.make_wearable(copy)
    return copy


def _forget_the_other(copy: bpy.types.Object) -> None:
    """What ties a copy to the avatar that it was copied from goes: drivers, its place, its leader."""
    keys = copy.data.shape_keys
    for block in (copy, keys):
        if block is not None and block.animation_data:
            block.animation_data_clear()
    if marks.FOLLOWS in copy:
        del copy[marks.FOLLOWS]


def _forget_masks(copy: bpy.types.Object) -> None:
    """Made for a skin that has its UVs elsewhere, they would hide arms or legs."""
    for name in (marks.BODY_MASK, marks.HEAD_MASK):
        if name in copy:
            del copy[name]


def _stand_still(copy: bpy.types.Object, matrix: Matrix) -> None:
    """The mesh stands as it stood in its avatar's space, with nothing left to its object."""
    copy.parent = None
    copy.matrix_parent_inverse.identity()
    copy.matrix_basis = Matrix.Identity(4)
    copy.data.transform(matrix, shape_keys=True)


def _bound_to(garment: bpy.types.Object) -> bpy.types.Object | None:
    """The armature that an asset without an avatar brings along."""
    leads = [garment.parent, *(modifier.object for modifier in garment.modifiers if modifier.type == "ARMATURE")]
    return next((lead for lead in leads if lead is not None and lead.type == "ARMATURE"), None)


def _scale(obj: bpy.types.Object) -> float:
    collection = marks.collection_of(obj)
    return float(collection.get(marks.SCALE, 1.0)) if collection is not None else 1.0
