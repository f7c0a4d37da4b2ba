# SPDX-License-Identifier: GPL-3.0-or-later
"""An armature's bones move to where a newer export has them; its pose, its animation and added bones stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bpy
from mathutils import Matrix, Vector

SAME_PLACE = 1e-6  # metres
_Bone = tuple[Matrix, Vector, Vector, str]  # matrix, head, tail, parent's name


def take_rest_of(armature: bpy.types.Object, newer: bpy.types.Object) -> Callable[[], None] | None:
    """Gives the armature's bones the rest of the newer one's, and adds bones that it lacks.

    Bones that only the armature has (a person's controls, say) stay where they are.

    Returns what takes it back, or None where nothing differed.
    """
    wanted = _bones(newer.data)
    there = _bones(armature.data)
    moved = {name: bone for name, bone in wanted.items() if name not in there or _differ(bone, there[name])}
    if not moved:
        return None
    before = {name: there[name] for name in moved if name in there}
    added = [name for name in moved if name not in there]
    _place(armature, moved)

    def undo() -> None:
        _place(armature, before, remove=added)

    return undo


def _bones(data: bpy.types.Armature) -> dict[str, _Bone]:
    return {
        bone.name: (
            bone.matrix_local.copy(),
            bone.head_local.copy(),
            bone.tail_local.copy(),
            bone.parent.name if bone.parent else "",
        )
        for bone in data.bones
    }


def _differ(bone: _Bone, other: _Bone) -> bool:
    ends = max((bone[1] - other[1]).length, (bone[2] - other[2]).length)
    turned = max(abs(a - b) for row, old in zip(bone[0], other[0], strict=True) for a, b in zip(row, old, strict=True))
    return bool(ends > SAME_PLACE or turned > SAME_PLACE * 10)


def _place(armature: bpy.types.Object, bones: dict[str, _Bone], remove: list[str] | None = None) -> None:
    with _edit_mode(armature):
        edit = armature.data.edit_bones
        for name in bones:
            if name not in edit:
                edit.new(name)
        for name, (matrix, head, tail, parent) in bones.items():
            bone = edit[name]
            if parent in edit and bone.parent != edit[parent]:
                bone.parent = edit[parent]
            bone.use_connect = False  # or the parent's tail would come along
            bone.head, bone.tail = head, tail
            bone.align_roll(matrix.to_3x3().col[2])
        for name in remove or []:
            edit.remove(edit[name])


@contextmanager
def _edit_mode(armature: bpy.types.Object) -> Iterator[None]:
    """Edit mode of an armature that may be hidden or in no view layer; selection and visibility come back."""
    layer, scene = bpy.context.view_layer, bpy.context.scene
    active = layer.objects.active
    linked = armature.name not in layer.objects
    if linked:
        scene.collection.objects.link(armature)
    hidden = armature.hide_viewport, armature.hide_get(), armature.hide_select
    armature.hide_viewport = armature.hide_select = False
    armature.hide_set(False)
    selected = [obj for obj in layer.objects if obj.select_get()]
    layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    try:
        yield
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")
        layer.objects.active = active
        armature.hide_viewport, armature.hide_select = hidden[0], hidden[2]
        armature.hide_set(hidden[1])
        if linked:
            scene.collection.objects.unlink(armature)
        for obj in layer.objects:
            obj.select_set(obj in selected)
