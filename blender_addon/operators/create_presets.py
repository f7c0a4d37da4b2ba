# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets of the Create panel: kept in the extension's own folder, shared as files."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from avatarsdk_core.creation.presets import (
    SUFFIX,
    Preset,
    file_name,
    list_presets,
    read_preset,
    write_preset,
)
from avatarsdk_core.errors import AvatarSDKError

from .. import words
from ..creating import state
from ..user_folder import user_folder


def presets_folder() -> Path:
    """Where presets are kept; it needn't exist."""
    return user_folder() / "presets"


_known: tuple[tuple[str, str], ...] | None = None  # (title, path), read once and after each change


def known() -> tuple[tuple[str, str], ...]:
    """Titles and paths of the presets that are kept, as they were when the menu was last opened or changed."""
    return _known or ()


def look_again() -> None:
    """Reads the folder's list of names."""
    global _known
    _known = tuple((path.stem, str(path)) for path in list_presets(presets_folder()))


class AVATAR_SDK_OT_preset_save(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Keep what is chosen here, to take it up again later. The photo isn't part of it"""

    bl_idname = "avatar_sdk.preset_save"
    bl_label = "Save Preset"
    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender reads it as it is)

    title: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Name", description="What to call it; one of the same name is replaced", options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self.title = state.preset_title() or words.iface("My Preset")
        return set(context.window_manager.invoke_props_dialog(self, confirm_text="Save"))

    def execute(self, _context: bpy.types.Context) -> set[str]:
        title = " ".join(self.title.split())
        if not title:
            self.report({"ERROR"}, "Give the preset a name")
            return {"CANCELLED"}
        try:
            write_preset(Preset(title, state.form()), presets_folder() / file_name(title))
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        state.load(Preset(title, state.form()))
        look_again()
        self.report({"INFO"}, words.report("Saved the preset {title}", title=title))
        return {"FINISHED"}


class AVATAR_SDK_OT_preset_load(bpy.types.Operator):  # noqa: N801
    """Choose all that this preset says. Photo and name stay"""

    bl_idname = "avatar_sdk.preset_load"
    bl_label = "Load Preset"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    path: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        return _load(self, self.path)


class AVATAR_SDK_OT_preset_remove(bpy.types.Operator):  # noqa: N801
    """Delete this preset"""

    bl_idname = "avatar_sdk.preset_remove"
    bl_label = "Delete Preset"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    path: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return set(context.window_manager.invoke_confirm(self, event))

    def execute(self, _context: bpy.types.Context) -> set[str]:
        file = Path(self.path)
        if file.parent != presets_folder():
            return {"CANCELLED"}
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            told = words.report("The preset {title} can't be deleted: {why}", title=file.stem, why=error.strerror)
            self.report({"ERROR"}, told)
            return {"CANCELLED"}
        look_again()
        return {"FINISHED"}


class AVATAR_SDK_OT_preset_import(bpy.types.Operator, ImportHelper):  # noqa: N801
    """Load a preset from a file that somebody gave you"""

    bl_idname = "avatar_sdk.preset_import"
    bl_label = "Load Preset from File"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    filename_ext = SUFFIX
    filter_glob: bpy.props.StringProperty(default=f"*{SUFFIX}", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        return _load(self, bpy.path.abspath(self.filepath))


class AVATAR_SDK_OT_preset_export(bpy.types.Operator, ExportHelper):  # noqa: N801
    """Write what is chosen here to a file, to hand it to somebody else. It holds neither photo nor account"""

    bl_idname = "avatar_sdk.preset_export"
    bl_label = "Save Preset to File"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    filename_ext = SUFFIX
    filter_glob: bpy.props.StringProperty(default=f"*{SUFFIX}", options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self.filepath = file_name(state.preset_title() or words.iface("My Preset"))
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        file = Path(bpy.path.abspath(self.filepath))
        try:
            write_preset(Preset(state.preset_title() or file.stem, state.form()), file)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Wrote {file}", file=file.name))
        return {"FINISHED"}


class AVATAR_SDK_OT_presets(bpy.types.Operator):  # noqa: N801
    """Presets: what was chosen before"""

    bl_idname = "avatar_sdk.presets"
    bl_label = "Presets"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, _context: bpy.types.Context) -> set[str]:
        look_again()
        if bpy.app.background:  # a menu without a window would end Blender
            return {"CANCELLED"}
        return set(bpy.ops.wm.call_menu(name=AVATAR_SDK_MT_presets.bl_idname))


class AVATAR_SDK_MT_presets(bpy.types.Menu):  # noqa: N801
    """The presets that are kept, and what can be done with them."""

    bl_idname = "AVATAR_SDK_MT_presets"
    bl_label = "Presets"

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        for title, path in known():
            layout.operator(AVATAR_SDK_OT_preset_load.bl_idname, text=title, translate=False).path = path
        if not known():
            layout.label(text="None saved yet")
        layout.separator()
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator(AVATAR_SDK_OT_preset_save.bl_idname, text="Save…", icon="ADD")
        for title, path in known():
            if title == state.preset_title():
                text = words.iface("Delete {title}…", title=title)
                layout.operator(
                    AVATAR_SDK_OT_preset_remove.bl_idname, text=text, icon="TRASH", translate=False
                ).path = path
        layout.separator()
        layout.operator(AVATAR_SDK_OT_preset_import.bl_idname, text="Load from File…", icon="IMPORT")
        layout.operator(AVATAR_SDK_OT_preset_export.bl_idname, text="Save to File…", icon="EXPORT")


def _load(operator: bpy.types.Operator, path: str) -> set[str]:
    try:
        preset = read_preset(path)
    except AvatarSDKError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    state.load(preset)
    operator.report({"INFO"}, words.report("Loaded the preset {title}", title=preset.title))
    return {"FINISHED"}


CLASSES = (
    AVATAR_SDK_OT_preset_save,
    AVATAR_SDK_OT_preset_load,
    AVATAR_SDK_OT_preset_remove,
    AVATAR_SDK_OT_preset_import,
    AVATAR_SDK_OT_preset_export,
    AVATAR_SDK_OT_presets,
    AVATAR_SDK_MT_presets,
)
