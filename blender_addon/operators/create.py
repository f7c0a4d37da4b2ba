# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does with the form of a new avatar; the form itself is `creating.state`."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy_extras.io_utils import ImportHelper

from .. import account, words
from ..creating import state
from ..panels.places import CATEGORY

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png")
# What people have and the service doesn't take: shown all the same, so that they are told what to do with them.
OTHER_ENDINGS = (".heic", ".heif", ".webp", ".tif", ".tiff", ".bmp")


class AVATAR_SDK_OT_photo(bpy.types.Operator, ImportHelper):  # noqa: N801  (Blender's naming)
    """Choose a photo of a face: from the front, in even light, hair out of the face"""

    bl_idname = "avatar_sdk.photo"
    bl_label = "Choose Photo"
    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender reads it as it is)

    filename_ext = ".jpg"
    filter_glob: bpy.props.StringProperty(  # type: ignore[valid-type]
        default=";".join(f"*{ending}" for ending in (*PHOTO_ENDINGS, *OTHER_ENDINGS)), options={"HIDDEN"}
    )
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.set_photo(bpy.path.abspath(self.filepath))
        found = state.photo()
        if found is not None and found.problem:
            self.report({"ERROR"}, found.problem)
            return {"CANCELLED"}
        return {"FINISHED"}


class AVATAR_SDK_OT_drop_photo(bpy.types.Operator):  # noqa: N801
    """Make an avatar of this photo"""

    bl_idname = "avatar_sdk.drop_photo"
    bl_label = "Photo for a New Avatar"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.set_photo(bpy.path.abspath(self.filepath))
        found = state.photo()
        if found is not None and found.problem:
            self.report({"ERROR"}, found.problem)
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("{file}: see the panel Create Avatar", file=Path(self.filepath).name))
        return {"FINISHED"}


class AVATAR_SDK_FH_photo(bpy.types.FileHandler):  # noqa: N801
    """A photo dropped into a 3D View whose sidebar shows our tab; everywhere else it is Blender's to handle."""

    bl_idname = "AVATAR_SDK_FH_photo"
    bl_label = "Photo for a New Avatar"
    bl_import_operator = AVATAR_SDK_OT_drop_photo.bl_idname
    bl_file_extensions = ";".join((*PHOTO_ENDINGS, *OTHER_ENDINGS))

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        area = context.area
        if area is None or area.type != "VIEW_3D":
            return False
        sidebars = (region for region in area.regions if region.type == "UI" and region.width > 1)
        return any(region.active_panel_category == CATEGORY for region in sidebars)


class AVATAR_SDK_OT_no_photo(bpy.types.Operator):  # noqa: N801
    """Take this photo away, or stop waiting for the phone"""

    bl_idname = "avatar_sdk.no_photo"
    bl_label = "Another Photo"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.set_photo("")
        return {"FINISHED"}


class AVATAR_SDK_OT_selfie(bpy.types.Operator):  # noqa: N801
    """Show a QR code that opens a page on your phone, where you take the photo; it comes here by itself"""

    bl_idname = "avatar_sdk.selfie"
    bl_label = "Photo by Phone"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if reason := account.gate():
            cls.poll_message_set(reason)
            return False
        return True

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.start_selfie()
        return {"FINISHED"}


class AVATAR_SDK_OT_choose(bpy.types.Operator):  # noqa: N801
    """Take it along, or leave it out"""

    bl_idname = "avatar_sdk.choose"
    bl_label = "Choose"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    category: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    choice: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    tip: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return properties.tip or words.tip(cls.__doc__ or "")

    def execute(self, _context: bpy.types.Context) -> set[str]:
        form = state.form()
        state.set_form(
            form.with_choice(self.category, self.choice, self.choice not in form.chosen(self.category))
            if self.choice
            else form.with_choices(self.category, ())
        )
        return {"FINISHED"}


class AVATAR_SDK_OT_create(bpy.types.Operator):  # noqa: N801
    """Send this to the service. You can go on working: the avatar comes into the scene when it is done"""

    bl_idname = "avatar_sdk.create"
    bl_label = "Create Avatar"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if reason := account.gate() or state.current().reason:  # the gate may have shut since the form was looked at
            cls.poll_message_set(reason)
            return False
        return True

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.begin()
        self.report({"INFO"}, words.report("{name} is on its way: see Jobs", name=state.name()))
        return {"FINISHED"}


CLASSES = (
    AVATAR_SDK_OT_photo,
    AVATAR_SDK_OT_drop_photo,
    AVATAR_SDK_FH_photo,
    AVATAR_SDK_OT_no_photo,
    AVATAR_SDK_OT_selfie,
    AVATAR_SDK_OT_choose,
    AVATAR_SDK_OT_create,
)
