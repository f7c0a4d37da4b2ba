# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars for other programs: a prepared copy in the scene, or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy_extras.io_utils import ExportHelper

from avatarsdk_core.errors import AvatarSDKError

from .. import marks, words
from ..selection import selected_avatars

if TYPE_CHECKING:
    from ..export_copy import ExportOptions, Prepared

_BONES = (
    ("kept", "As They Are", "Bones keep their names"),
    ("mixamo", "Mixamo", "mixamorig:Hips, mixamorig:LeftArm and so on"),
    ("unreal", "Unreal Engine", "pelvis, upperarm_l and so on, as the mannequin's"),
    ("vrm", "VRM", "hips, leftUpperArm and so on, as VRM 1.0 calls humanoid bones"),
)
_SHAPES = (
    ("all", "All", "All shape keys that move something"),
    ("arkit", "ARKit", "The expressions of ARKit alone"),
    ("none", "None", "No shape keys: the shapes as they are now are in the mesh"),
)


class ExportProperties:
    """Options of both operators, as `export_copy.ExportOptions` has them."""

    bones: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Bone Names", description="Whose names bones get", items=_BONES, translation_context=words.CONTEXT
    )
    shapes: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Shape Keys",
        description="Which shape keys are kept; what the others show now goes into the mesh",
        items=_SHAPES,
        translation_context=words.CONTEXT,
    )
    lod: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="LOD", description="Level of detail, 1 the finest; 0 is the one that renders show", min=0, max=9
    )
    at_rest: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="At Rest", description="Without pose and animation", default=True
    )
    to_origin: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="To the Origin", description="Where it was imported to, not where it stands in the scene", default=True
    )

    def to_options(self) -> ExportOptions:
        from ..export_copy import ExportOptions

        return ExportOptions(self.bones, self.lod, self.shapes, self.at_rest, self.to_origin)

    def draw_options(self, layout: bpy.types.UILayout) -> None:
        layout.use_property_split, layout.use_property_decorate = True, False
        for name in ("bones", "shapes", "lod", "at_rest", "to_origin"):
            layout.prop(self, name)


def _can(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if context.mode != "OBJECT":
        cls.poll_message_set(words.tip("Switch to Object Mode first"))
        return False
    if not marks.avatar_id(context.object):
        cls.poll_message_set(words.tip("Select an avatar first"))
        return False
    return True


def _avatars(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The selected avatars; a linked one too, as nothing of it is changed."""
    return selected_avatars(context) or [context.object]


class OBJECT_OT_avatar_sdk_prepare_export(bpy.types.Operator, ExportProperties):  # noqa: N801  (Blender's naming)
    """Copy what the selected avatars show and make the copies ready for other programs; the avatars stay as they are"""

    bl_idname = "object.avatar_sdk_prepare_export"
    bl_label = "Prepare for Export"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _can(cls, context)

    def draw(self, _context: bpy.types.Context) -> None:
        self.draw_options(self.layout)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from .. import export_copy

        made: list[Prepared] = []
        try:
            for avatar in _avatars(context):
                made.append(export_copy.prepare(avatar, self.to_options()))
        except ValueError as error:
            for one in made:
                export_copy.discard(one)
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for obj in context.selected_objects:
            obj.select_set(False)
        for one in made:
            for obj in one.objects:
                if obj.name in context.view_layer.objects:
                    obj.select_set(True)
                    context.view_layer.objects.active = one.objects[0]
            _tell(self, one, one.collection.name)
        return {"FINISHED"}


class EXPORT_SCENE_OT_avatar_sdk(bpy.types.Operator, ExportProperties, ExportHelper):  # noqa: N801  (Blender's naming)
    """Export the selected avatars for other programs as a .glb or .fbx: masks applied, plain materials, one LOD"""

    bl_idname = "export_scene.avatar_sdk"
    bl_label = "Export Avatar"
    bl_options = {"REGISTER", "PRESET"}  # noqa: RUF012  (Blender reads it as it is)

    file_format: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Format",
        description="What kind of file is written",
        items=(
            (".glb", "glTF Binary", "One .glb with everything in it"),
            (".fbx", "FBX", "One .fbx with its textures"),
        ),
    )
    filter_glob: bpy.props.StringProperty(default="*.glb;*.fbx", options={"HIDDEN"})  # type: ignore[valid-type]
    filename_ext = ".glb"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _can(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            collection = marks.collection_of(context.object)
            folder = Path(bpy.data.filepath).parent if bpy.data.filepath else Path.home()
            self.filepath: str = str(folder / bpy.path.clean_name(collection.name if collection else "avatar"))
        result: set[str] = ExportHelper.invoke(self, context, event)
        return result

    def check(self, context: bpy.types.Context) -> bool:
        self.filename_ext = self.file_format
        changed: bool = ExportHelper.check(self, context)
        return changed

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        self.layout.prop(self, "file_format")
        self.draw_options(self.layout)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from .. import export_file

        if not self.filepath:
            self.report({"ERROR"}, "Name the file that is to be written")
            return {"CANCELLED"}
        path = Path(bpy.path.abspath(self.filepath))
        if path.suffix.lower() not in export_file.FORMATS:
            path = path.with_name(path.name + self.file_format)
        try:
            made = export_file.write(path, _avatars(context), self.to_options())
        except (AvatarSDKError, ValueError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for one in made:
            _tell(self, one, path.name)
        return {"FINISHED"}


def _tell(operator: bpy.types.Operator, made: Prepared, name: str) -> None:
    for warning in made.warnings:
        operator.report({"WARNING"}, warning)
    told = words.report(
        "{name}: {faces:,} hidden faces and {shapes} shape keys left out, {bones} bones renamed",
        name=name,
        faces=made.faces_removed,
        shapes=made.shapes_dropped,
        bones=made.bones_renamed,
    )
    operator.report({"INFO"}, told)


def menu_entry(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """The line in File › Export."""
    self.layout.operator(EXPORT_SCENE_OT_avatar_sdk.bl_idname, text="Avatar for other programs (.glb, .fbx)")


CLASSES = (OBJECT_OT_avatar_sdk_prepare_export, EXPORT_SCENE_OT_avatar_sdk)
