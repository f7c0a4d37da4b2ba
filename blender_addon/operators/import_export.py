# SPDX-License-Identifier: GPL-3.0-or-later
"""File › Import › Avatar SDK export."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy_extras.io_utils import ImportHelper

from avatarsdk_core.errors import AvatarSDKError

from .. import marks
from ..importing import ImportOptions, import_avatar


class IMPORT_SCENE_OT_avatar_sdk(bpy.types.Operator, ImportHelper):  # noqa: N801  (Blender's naming)
    """Import an Avatar SDK export: a folder, a zip, or a .glb, .gltf, .fbx, .obj or .ply file"""

    bl_idname = "import_scene.avatar_sdk"
    bl_label = "Import Avatar SDK Export"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    filename_ext = ".glb"
    filter_glob: bpy.props.StringProperty(default="*.glb;*.gltf;*.fbx;*.obj;*.ply;*.zip", options={"HIDDEN"})  # type: ignore[valid-type]
    dress_active: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Put on Active Avatar",
        description="An outfit or haircut without a person of its own is put on the avatar that is active; a head on "
        "a body without one",
        default=True,
    )
    quality: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Materials",
        description="How much of the textures the materials use",
        items=[
            ("full", "Full", "All textures, light that scatters in the skin"),
            ("simple", "Simple", "Colours only: quick to draw"),
        ],
    )
    template: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Template",
        description="For point clouds only: an export with faces, of the same sex and LOD, that the points are put on",
        subtype="FILE_PATH",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set("Switch to Object Mode first")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        onto = marks.avatar_id(context.object) if self.dress_active else ""
        try:
            template = bpy.path.abspath(self.template)
            options = ImportOptions(onto=onto, template=template, quality=self.quality)
            imported = import_avatar(_chosen(self.filepath), options)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for warning in (*imported.warnings, *imported.notes):
            self.report({"WARNING"}, warning)
        for obj in context.selected_objects:
            obj.select_set(False)
        root = imported.armature or imported.parts[0]
        root.select_set(True)
        context.view_layer.objects.active = root
        self.report({"INFO"}, f"Imported {imported.collection.name}: {len(imported.parts)} parts")
        return {"FINISHED"}


def _chosen(filepath: str) -> Path:
    """The path of the file browser; with no file chosen it ends in a separator and means the folder."""
    return Path(bpy.path.abspath(filepath))


def menu_entry(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """The line in File › Import."""
    self.layout.operator(
        IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="Avatar SDK export (folder, .zip, .glb, .gltf, .fbx, .obj, .ply)"
    )


CLASSES = (IMPORT_SCENE_OT_avatar_sdk,)
