# SPDX-License-Identifier: GPL-3.0-or-later
"""Import again, in place: a newer export takes the place of an avatar, and what a person did with it stays.

Replaced: geometry, UVs, normals, weights and shape keys of each part, the bones' rest, our materials, their images.

Kept: objects with everything on them (modifiers, constraints, parents, transforms, custom properties, collections,
visibility), their mesh, shape key and armature data-blocks; pose, actions, NLA and drivers; values, ranges and mutes of
shape keys; what is worn; materials in slots that aren't ours, and inputs of ours that were changed; shape keys, vertex
groups and attributes that a person added, where the geometry has as many vertices; parts that the newer export lacks.

How: the newer export is a whole avatar already, built as any other. Its parts are grafted onto those that are there;
what has no counterpart moves over; the rest of it goes. Each step knows how to take itself back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import bpy
from mathutils import Matrix

from avatarsdk_core.avatar.matching import PartKey, match_parts
from avatarsdk_core.avatar.parts import SKIN, Role
from avatarsdk_core.avatar.wardrobe import gives_way

from .. import compat, face, marks, wardrobe
from ..materials.visibility import add_mask, remove_mask
from ..shelves import shelf
from .assemble import offset_between
from .graft import Graft, drop_stale, graft
from .replaced_materials import is_ours, replace_materials
from .rest_pose import take_rest_of

_MARKS = (
    *(marks.IDENTITY, marks.LOD, marks.PIECE, marks.SOURCE, marks.SHAPES, marks.PLACED),
    *(marks.BODY_MASK, marks.HEAD_MASK),
)


@dataclass
class Replaced:
    """What came of it: the parts that are new or renewed, what was kept, what was lost, faces hidden by masks."""

    parts: tuple[bpy.types.Object, ...] = ()
    kept: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    hidden: dict[str, dict[str, int]] = field(default_factory=dict)


def replace_in_place(old: bpy.types.Collection, fresh: bpy.types.Collection) -> Replaced:
    """Puts the avatar of the collection `fresh`, just built, in the place of the one of `old`; `fresh` is gone then.

    When it fails, `old` is as it was, and `fresh` somewhere in between.
    """
    with ExitStack() as undo:
        work = _Replacing(old, fresh, undo)
        done = work.run()
        undo.pop_all()
    work.clean_up()
    return done


class _Replacing:
    def __init__(self, old: bpy.types.Collection, fresh: bpy.types.Collection, undo: ExitStack) -> None:
        self.old, self.fresh, self.undo = old, fresh, undo
        self.there = marks.parts_of(marks.avatar_id(old))
        self.new = marks.parts_of(marks.avatar_id(fresh))
        self.armature = marks.armature_of(marks.avatar_id(old))
        self.own_armature = marks.armature_of(marks.avatar_id(fresh))
        found = match_parts([_key(obj) for obj in self.there], [_key(obj) for obj in self.new])
        self.pairs = [(self.there[place], self.new[index]) for index, place in found.items()]
        self.added = [obj for index, obj in enumerate(self.new) if index not in found]
        self.grafts: list[tuple[bpy.types.Object, Graft]] = []
        self.done = Replaced()
        self.images = _images_of(self.there)

    def run(self) -> Replaced:
        kept: list[str] = []
        masks = self._take_masks_off()
        heads_alone = self._move_bones()
        for there, new in self.pairs:
            self._place(there, new, is_head=heads_alone)
            done = graft(there, new)
            self.undo.callback(done.undo)
            self.grafts.append((there, done))
            told, take_back = replace_materials(there, new)
            self.undo.callback(take_back)
            kept += [*told, *(f"{there.name}: {line}" for line in done.own)]
            self.done.warnings += done.lost
            if done.stale_keys:
                gone = len(done.stale_keys)
                self.done.warnings.append(f"{there.name}: {gone} shape keys aren't in this export and were removed")
            _restore_later(self.undo, there, _MARKS)
            for name in _MARKS:
                if name in new:
                    there[name] = new[name]
            new_keys = done.new_keys
            if new_keys and there.get(marks.ROLE) in (Role.TEETH, Role.EYELASHES):
                self._follow(there, new_keys)
        for obj in self.added:
            self._move_over(obj, is_head=heads_alone)
        self._put_masks_on(masks)
        for head in (there for there, _ in self.pairs if there.get(marks.ROLE) == Role.HEAD):
            face.blend_haircut(head)
        origin = (marks.CODE, marks.SOURCE, marks.PIPELINE, marks.FORMAT)
        _restore_later(self.undo, self.old, origin)
        for name in origin:
            self.old[name] = self.fresh.get(name) or self.old.get(name, "")
        self._tell(kept)
        return self.done

    def clean_up(self) -> None:
        """What nothing needs any more goes: the rest of the new avatar, old shape keys, old materials and images."""
        for obj, done in self.grafts:
            drop_stale(obj, done)
        gone: list[bpy.types.ID] = [new for _, new in self.pairs]
        gone += [self.own_armature] if self.own_armature and self.own_armature != self.armature else []
        gone += [self.fresh, *self.fresh.children_recursive]
        bpy.data.batch_remove(gone + [done.backup for _, done in self.grafts])
        while unused := [block for block in bpy.data.materials if is_ours(block) and _is_unused(block)]:
            bpy.data.batch_remove(unused)
        self._remove_images()
        bpy.context.view_layer.update()

    def _take_masks_off(self) -> dict[str, bpy.types.Image]:
        """Takes all masks off both avatars. Returns (skin role)/(part id) -> image, of what the avatar wears then."""
        counterpart = {new[marks.PART]: there[marks.PART] for there, new in self.pairs}
        found: dict[str, bpy.types.Image] = {}
        for skin in (obj for obj in self.there if obj.get(marks.ROLE) in SKIN):
            mine = _masks_on(skin)
            self.undo.callback(_put_on, skin, mine, self.there)
            _take_off(skin, mine)
            found |= {f"{skin[marks.ROLE]}/{part}": image for part, image in mine.items()}
        for skin in (obj for obj in self.new if obj.get(marks.ROLE) in SKIN):
            theirs = _masks_on(skin)
            _take_off(skin, theirs)
            found |= {f"{skin[marks.ROLE]}/{counterpart.get(part, part)}": image for part, image in theirs.items()}
        return found

    def _put_masks_on(self, masks: dict[str, bpy.types.Image]) -> None:
        avatar = marks.avatar_id(self.old)
        garments = marks.parts_of(avatar)
        for skin in (obj for obj in garments if obj.get(marks.ROLE) in SKIN):
            role = f"{skin[marks.ROLE]}/"
            mine = {key.removeprefix(role): image for key, image in masks.items() if key.startswith(role)}
            self.undo.callback(_take_off, skin, mine)
            for name, faces in _put_on(skin, mine, garments).items():
                self.done.hidden.setdefault(name, {})[skin.name] = faces

    def _move_bones(self) -> bool:
        """Gives the armature the newer rest. Returns whether the newer export is a head that the ground moved."""
        if self.armature is None or self.own_armature is None:
            return False
        roles = {obj.get(marks.ROLE) for obj in self.new}
        has_body = Role.BODY in roles
        is_head = not has_body and bool(roles & {Role.HEAD})
        stands_alone = not any(obj.get(marks.ROLE) == Role.BODY for obj in self.there)
        if (has_body or (is_head and stands_alone)) and (take_back := take_rest_of(self.armature, self.own_armature)):
            self.undo.callback(take_back)
            self.done.warnings.append(f"{self.armature.name}: its bones have another rest now; check its animation")
        return is_head and not stands_alone

    def _place(self, there: bpy.types.Object, new: bpy.types.Object, *, is_head: bool) -> None:
        """Moves the new geometry so that it is right under the transform that the object has and keeps."""
        wanted = self._in_our_armature(new, is_head=is_head)
        correction = _placed(there).inverted_safe() @ wanted
        new[marks.PLACED] = _rows(_placed(there))
        if not _is_identity(correction):
            new.data.transform(correction, shape_keys=True)

    def _in_our_armature(self, new: bpy.types.Object, *, is_head: bool) -> Matrix:
        if self.own_armature is None:
            return new.matrix_world.copy()
        local = self.own_armature.matrix_world.inverted() @ new.matrix_world
        if self.armature is not None:
            local.translation += offset_between(self.own_armature, self.armature, is_head=is_head)
        return local

    def _move_over(self, obj: bpy.types.Object, *, is_head: bool) -> None:
        """A part that the avatar didn't have joins it; it is shown where nothing takes its place."""
        local = self._in_our_armature(obj, is_head=is_head)
        for collection in list(obj.users_collection):
            collection.objects.unlink(obj)
        shelf(self.old, Role(obj[marks.ROLE])).objects.link(obj)
        obj[marks.AVATAR] = marks.avatar_id(self.old)
        obj[marks.PLACED] = _rows(local)
        obj.parent = self.armature
        obj.matrix_parent_inverse.identity()
        obj.matrix_basis = local
        for modifier in obj.modifiers:
            if modifier.type == "ARMATURE":
                modifier.object = self.armature
        if marks.SHOWN in obj:
            taken = [other for other in self.there if other.get(marks.SHOWN) and _gives_way(obj, other)]
            wardrobe.show(obj, shown=bool(obj[marks.SHOWN]) and not taken)
        if obj.get(marks.ROLE) in (Role.TEETH, Role.EYELASHES):
            self._follow(obj, obj.data.shape_keys.key_blocks.keys()[1:] if obj.data.shape_keys else ())

    def _follow(self, part: bpy.types.Object, names: Sequence[str]) -> None:
        """Lets shape keys that weren't there before follow the head's; those that were are left as they are."""
        head = next((obj for obj in self.there if obj.get(marks.ROLE) == Role.HEAD), None)
        if head is not None:
            face.follow_head(head, [part], only=frozenset(names))

    def _tell(self, kept: list[str]) -> None:
        matched = {there.session_uid for there, _ in self.pairs}
        left = [obj.name for obj in self.there if obj.session_uid not in matched]
        lines = [f"{len(self.pairs)} parts renewed in place: objects, modifiers, animation, pose, what is worn"]
        lines += kept
        lines += [f"{', '.join(left)}: not in this export, as they were"] if left else []
        lines += [f"{', '.join(obj.name for obj in self.added)}: new"] if self.added else []
        self.done.kept = tuple(lines)
        self.done.parts = (*(there for there, _ in self.pairs), *self.added)

    def _remove_images(self) -> None:
        """Images of ours that nothing uses any more go; one that was painted on stays, with a user for its own sake."""
        for image in [image for image in bpy.data.images if image.session_uid in self.images and _is_unused(image)]:
            if image.is_dirty:
                image.use_fake_user = True
                self.done.warnings.append(f"{image.name}: was painted on; it stays in the file, no material shows it")
            else:
                bpy.data.images.remove(image)


def _key(obj: bpy.types.Object) -> PartKey:
    read = {name: str(obj.get(f"avatar_sdk_{name}", "") or "") for name in PartKey.__dataclass_fields__}
    return PartKey(**read)


def _masks_on(skin: bpy.types.Object) -> dict[str, bpy.types.Image]:
    """Part id of a garment -> the image that hides this skin under it."""
    prefix = marks.MASK_IMAGE
    found = {key: image for key, image in skin.items() if key.startswith(prefix) and image}
    return {key.removeprefix(prefix): image for key, image in found.items()}


def _take_off(skin: bpy.types.Object, masks: dict[str, bpy.types.Image]) -> None:
    with _own_materials_aside(skin):
        for part in masks:
            remove_mask(skin, part)
            skin.pop(marks.MASK_IMAGE + part, None)


def _put_on(
    skin: bpy.types.Object, masks: dict[str, bpy.types.Image], garments: Sequence[bpy.types.Object]
) -> dict[str, int]:
    """Hides the skin under the garments. Returns garment name -> faces hidden."""
    by_part = {obj[marks.PART]: obj for obj in garments}
    hidden = {}
    with _own_materials_aside(skin):
        for part, image in masks.items():
            if garment := by_part.get(part):
                hidden[garment.name] = add_mask(skin, garment, image)
                skin[marks.MASK_IMAGE + part] = image
    return hidden


@contextmanager
def _own_materials_aside(skin: bpy.types.Object) -> Iterator[None]:
    """Materials of a person's own get no mask of ours: an empty one stands in their place for the while."""
    aside = [(slot, slot.material) for slot in skin.material_slots if slot.material and not is_ours(slot.material)]
    stand_ins = []
    for slot, _ in aside:
        slot.material = bpy.data.materials.new("Avatar SDK")
        compat.use_nodes(slot.material)
        stand_ins.append(slot.material)
    try:
        yield
    finally:
        for slot, material in aside:
            slot.material = material
        bpy.data.batch_remove(stand_ins)


def _restore_later(undo: ExitStack, block: bpy.types.ID, names: Sequence[str]) -> None:
    before = {name: block[name] for name in names if name in block}
    before = {name: list(value) if hasattr(value, "to_list") else value for name, value in before.items()}

    def restore() -> None:
        for name in names:
            if name in before:
                block[name] = before[name]
            else:
                block.pop(name, None)

    undo.callback(restore)


def _gives_way(obj: bpy.types.Object, other: bpy.types.Object) -> bool:
    return gives_way(obj.get(marks.CATEGORY), other.get(marks.CATEGORY))


def _placed(obj: bpy.types.Object) -> Matrix:
    """The transform that a part was imported with; of older files the one that it has."""
    rows = obj.get(marks.PLACED)
    return Matrix([rows[start : start + 4] for start in (0, 4, 8, 12)]) if rows else obj.matrix_basis.copy()


def _rows(matrix: Matrix) -> list[float]:
    return [value for row in matrix for value in row]


def _is_identity(matrix: Matrix) -> bool:
    apart = [abs(a - b) for a, b in zip(_rows(matrix), _rows(Matrix()), strict=True)]
    return max(apart) < 1e-7


def _images_of(parts: Sequence[bpy.types.Object]) -> set[int]:
    slots = [slot.material for obj in parts for slot in obj.material_slots if is_ours(slot.material)]
    nodes = [node for material in slots for node in material.node_tree.nodes]
    return {node.image.session_uid for node in nodes if getattr(node, "image", None)}


def _is_unused(block: bpy.types.ID) -> bool:
    return block.users == 0 and block.library is None
