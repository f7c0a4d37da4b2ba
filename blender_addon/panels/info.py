# SPDX-License-Identifier: GPL-3.0-or-later
"""What the active avatar is, where it is from, and how much of it there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy

from .. import marks, words
from ..materials.images import SIZE
from ..operators.info import AVATAR_SDK_OT_guesses
from ..operators.sign_in import AVATAR_SDK_OT_copy
from .of_avatar import OfAvatar
from .text import paragraph


class VIEW3D_PT_avatar_sdk_info(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """What this avatar is, where it is from, and how much of it there is."""

    bl_label = "Info"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 60

    def draw(self, context: bpy.types.Context) -> None:
        collection = marks.collection_of(context.object)
        if collection is not None:
            _draw_origin(self.layout, collection)
        members = marks.members(context.object)
        _draw_counts(self.layout.column(align=True), members)
        self.layout.operator(AVATAR_SDK_OT_guesses.bl_idname, icon="QUESTION")
        paragraph(
            self.layout,
            context,
            "What you may do with an avatar, its hair and its clothes is in the licence of your account.",
            "INFO",
        )


def _draw_origin(layout: bpy.types.UILayout, collection: bpy.types.Collection) -> None:
    column = layout.column(align=True)
    source, code = str(collection.get(marks.SOURCE, "")), str(collection.get(marks.CODE, ""))
    if source:
        column.label(text=words.iface("Export: {name}", name=source), translate=False)
    if code:
        row = column.row(align=True)
        row.label(text=words.iface("Code: {code}", code=code), translate=False)
        row.operator(AVATAR_SDK_OT_copy.bl_idname, text="", icon="COPYDOWN").text = code
    for text, name in (
        (words.mark("Pipeline: {name}"), marks.PIPELINE),
        (words.mark("Format: {name}"), marks.FORMAT),
    ):
        if told := str(collection.get(name, "")):
            column.label(text=words.iface(text, name=told), translate=False)
    scale = float(collection.get(marks.SCALE, 1.0))
    if scale != 1.0:
        column.label(text=words.iface("Imported at scale {scale:g}", scale=scale), translate=False)
    if marks.REPORT in collection:
        layout.popover("VIEW3D_PT_avatar_sdk_report", text="Import Report", icon="TEXT")


def _draw_counts(column: bpy.types.UILayout, members: Sequence[bpy.types.Object]) -> None:
    """Of all its parts, at all levels of detail, worn or not."""
    meshes = {obj.data for obj in members if obj.type == "MESH"}
    bones = sum(len(obj.data.bones) for obj in members if obj.type == "ARMATURE")
    keys = sum(len(mesh.shape_keys.key_blocks) - 1 for mesh in meshes if mesh.shape_keys)
    materials = {slot.material for obj in members for slot in obj.material_slots if slot.material}
    column.label(text=words.iface("Parts: {count}", count=len(meshes)), translate=False)
    column.label(
        text=words.iface("Vertices: {count:,}", count=sum(len(mesh.vertices) for mesh in meshes)), translate=False
    )
    column.label(
        text=words.iface("Faces: {count:,}", count=sum(len(mesh.polygons) for mesh in meshes)), translate=False
    )
    column.label(text=words.iface("Shape keys: {count}", count=keys), translate=False)
    column.label(text=words.iface("Bones: {count}", count=bones), translate=False)
    column.label(text=words.iface("Materials: {count}", count=len(materials)), translate=False)
    sizes = _texture_sizes(materials)
    if sizes:
        width, height = max(sizes, key=lambda size: size[0] * size[1])
        column.label(
            text=words.iface(
                "Textures: {count}, up to {width} × {height}", count=len(sizes), width=width, height=height
            ),
            translate=False,
        )
    if levels := sorted({str(obj[marks.LOD]) for obj in members if obj.get(marks.LOD)}):
        column.label(text=words.iface("LOD: {levels}", levels=", ".join(levels)), translate=False)


def _texture_sizes(materials: Iterable[bpy.types.Material]) -> list[tuple[int, int]]:
    """Width and height of each image. One that isn't ours is asked only once Blender has decoded it."""
    images = {
        node.image
        for material in materials
        if material.node_tree
        for node in material.node_tree.nodes
        if node.type == "TEX_IMAGE" and node.image
    }
    told = [image.get(SIZE) or (image.size if image.has_data else None) for image in images]
    return [(int(size[0]), int(size[1])) for size in told if size]


CLASSES = (VIEW3D_PT_avatar_sdk_info,)
