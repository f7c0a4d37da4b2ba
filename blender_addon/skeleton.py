# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar's armature as an animator wants it: bones in collections, those that nobody poses out of sight."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.bones import BoneGroup, bone_group

_HIDDEN = frozenset({BoneGroup.TWIST, BoneGroup.ENDS})


def arrange(armature: bpy.types.Object) -> None:
    """Sorts the bones into collections of ours and draws them as sticks through the skin."""
    data = armature.data
    data.display_type = "STICK"
    armature.show_in_front = True
    made: dict[BoneGroup, bpy.types.BoneCollection] = {}
    for bone in data.bones:
        group = bone_group(bone.name, is_leaf=not bone.children)
        if group not in made:
            made[group] = data.collections.new(str(group))
        made[group].assign(bone)
    for group, collection in made.items():
        collection.is_visible = group not in _HIDDEN
