# SPDX-License-Identifier: GPL-3.0-or-later
"""File › Import › Avatar SDK export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy_extras.io_utils import ImportHelper

from avatarsdk_core.errors import AvatarSDKError

from .. import marks, words
from ..duplicates import settle
from ..importing import import_avatar
from ..importing.option_properties import OptionProperties
from ..panels.import_report import show_report

if TYPE_CHECKING:
    from ..importing import ImportedAvatar

PRESETS = Path(__file__).parents[1]  # its folder `presets` is searched


class IMPORT_SCENE_OT_avatar_sdk(bpy.types.Operator, OptionProperties, ImportHelper):  # noqa: N801  (Blender's naming)
    """Import an Avatar SDK export: a folder, a zip (or several of one export), or a .glb, .gltf, .fbx, .obj or .ply"""

    bl_idname = "import_scene.avatar_sdk"
    bl_label = "Import Avatar SDK Export"
    bl_options = {"REGISTER", "UNDO", "PRESET"}  # noqa: RUF012  (Blender reads it as it is)

    filename_ext = ".glb"
    filter_glob: bpy.props.StringProperty(default="*.glb;*.gltf;*.fbx;*.obj;*.ply;*.zip", options={"HIDDEN"})  # type: ignore[valid-type]
    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE", "HIDDEN"})  # type: ignore[valid-type]
    files: bpy.props.CollectionProperty(  # type: ignore[valid-type]
        type=bpy.types.OperatorFileListElement, options={"SKIP_SAVE", "HIDDEN"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self.recall()
        result: set[str] = self.invoke_popup(context)  # a dialog for what was dropped, else the file browser
        return result

    def draw(self, _context: bpy.types.Context) -> None:
        self.draw_options(self.layout)

    def execute(self, context: bpy.types.Context) -> set[str]:
        if not (self.filepath or self.directory or self.files):
            self.report({"ERROR"}, "Choose an export: its folder, a .zip or a model file")
            return {"CANCELLED"}
        try:
            imported = import_avatar(self._paths(), self.to_options(_active_avatar(context)))
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if self.options.is_invoke:
            self.keep()
        for warning in (*imported.warnings, *imported.notes):
            self.report({"WARNING"}, warning)
        _select(imported, context)
        done = "Replaced {name}: {count} parts" if imported.replaced else "Imported {name}: {count} parts"
        self.report({"INFO"}, words.report(done, name=imported.collection.name, count=len(imported.parts)))
        if self.options.is_invoke:
            show_report(context, imported)
        return {"FINISHED"}

    def _paths(self) -> list[Path]:
        """What was chosen: several files of one folder, or one path; one that ends in a separator means the folder."""
        names = [entry.name for entry in self.files if entry.name]
        if len(names) > 1:
            folder = Path(bpy.path.abspath(self.directory or str(Path(self.filepath).parent)))
            return [folder / name for name in names]
        return [Path(bpy.path.abspath(self.filepath or self.directory))]


def _active_avatar(context: bpy.types.Context) -> str:
    """The avatar of the active object, or the only one of the scene."""
    active = settle(context.object)
    if active and marks.collection_of(active):
        return active
    avatars = {marks.avatar_id(found) for found in context.scene.collection.children_recursive} - {""}
    return avatars.pop() if len(avatars) == 1 else ""


def _select(imported: ImportedAvatar, context: bpy.types.Context) -> None:
    for obj in context.selected_objects:
        obj.select_set(False)
    root = imported.armature or imported.parts[0]
    if root.name in context.view_layer.objects:
        root.select_set(True)
        context.view_layer.objects.active = root


def menu_entry(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """The line in File › Import."""
    self.layout.operator(
        IMPORT_SCENE_OT_avatar_sdk.bl_idname, text="Avatar SDK export (folder, .zip, .glb, .gltf, .fbx, .obj, .ply)"
    )


def register() -> None:
    """Our presets stand among Blender's."""
    bpy.utils.register_preset_path(str(PRESETS))


def unregister() -> None:
    """And go with us."""
    bpy.utils.unregister_preset_path(str(PRESETS))


CLASSES = (IMPORT_SCENE_OT_avatar_sdk,)
