# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with an avatar of the gallery. Nothing here waits: the service is asked through `jobs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from avatarsdk_core.errors import AvatarSDKError
from avatarsdk_core.gallery.cards import Card

from .. import jobs, online, preferences, words
from ..importing import ImportOptions, import_avatar
from ..operators.needs_network import NeedsNetwork
from . import state


class _OnCard:
    """An operator on one avatar, named by its key."""

    key: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def card(self) -> Card | None:
        found = state.card(self.key or state.gallery().chosen)
        if found is None:
            self.report({"ERROR"}, "This avatar isn't in the gallery any more: refresh it")  # type: ignore[attr-defined]
        return found


class _Online(NeedsNetwork, _OnCard):
    """One that needs the service."""


class AVATAR_SDK_OT_gallery_refresh(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Look anew at the avatars folder, and ask the service for its list"""

    bl_idname = "avatar_sdk.gallery_refresh"
    bl_label = "Refresh Avatar Gallery"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.refresh()
        return {"FINISHED"}


class AVATAR_SDK_OT_gallery_page(bpy.types.Operator):  # noqa: N801
    """Turn the page of the gallery"""

    bl_idname = "avatar_sdk.gallery_page"
    bl_label = "Turn Page of Avatar Gallery"
    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender reads it as it is)

    page: bpy.props.IntProperty(min=0, options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.show(page=self.page)
        return {"FINISHED"}


class AVATAR_SDK_OT_gallery_choose(_OnCard, bpy.types.Operator):  # noqa: N801
    """Pick this avatar"""

    bl_idname = "avatar_sdk.gallery_choose"
    bl_label = "Pick Avatar"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        found = state.card(properties.key)
        if found is None:
            return ""
        facts = (found.name, found.status, found.pipeline, found.created[:10], *found.folders)
        return "\n".join(filter(None, facts))

    def execute(self, _context: bpy.types.Context) -> set[str]:
        state.choose(self.key)
        return {"FINISHED"}


class AVATAR_SDK_OT_gallery_import(_OnCard, bpy.types.Operator):  # noqa: N801
    """Import this avatar: at once where its files are on the disk, else as soon as they are downloaded"""

    bl_idname = "avatar_sdk.gallery_import"
    bl_label = "Import Avatar from Gallery"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    again: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Replace in Place",
        description="Where this avatar is in the scene already, it is brought up to date instead of being added again",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        if not found.folders:
            return self._fetch(found)
        options = ImportOptions(name=found.name, code=found.code, reimport=self.again, quality=preferences.quality())
        try:
            imported = import_avatar(Path(found.folders[0]), options)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for warning in (*imported.warnings, *imported.notes):
            self.report({"WARNING"}, warning)
        root = imported.armature or imported.parts[0]
        for obj in context.selected_objects:
            obj.select_set(False)
        root.select_set(True)
        context.view_layer.objects.active = root
        return {"FINISHED"}

    def _fetch(self, found: Card) -> set[str]:
        if reason := online.reason():
            self.report(
                {"ERROR"}, words.report("{name} isn't on this disk yet. {reason}", name=found.name, reason=reason)
            )
            return {"CANCELLED"}
        if not found.is_completed:
            self.report({"ERROR"}, words.report("{name} isn't computed: there are no files", name=found.name))
            return {"CANCELLED"}
        folder = str(preferences.avatars_folder())
        jobs.start("collect", title=found.name, avatar=found.code, name=found.name, folder=folder)
        self.report({"INFO"}, words.report("{name} is being downloaded, and appears when it is there", name=found.name))
        return {"FINISHED"}


class AVATAR_SDK_OT_gallery_rename(_Online, bpy.types.Operator):  # noqa: N801
    """Give this avatar another name on the service; folders on the disk and objects in the scene keep theirs"""

    bl_idname = "avatar_sdk.gallery_rename"
    bl_label = "Rename Avatar"

    name: bpy.props.StringProperty(name="Name", maxlen=100, options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        self.key, self.name = found.key, found.name
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "name")

    def execute(self, _context: bpy.types.Context) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        if not self.name.strip():
            self.report({"ERROR"}, "An avatar needs a name")
            return {"CANCELLED"}
        jobs.ask("rename", then=_take_renamed, avatar=found.code, name=self.name.strip())
        return {"FINISHED"}


class AVATAR_SDK_OT_gallery_delete(_Online, bpy.types.Operator):  # noqa: N801
    """Delete this avatar on the service, for good. Its files on the disk and what is in the scene stay"""

    bl_idname = "avatar_sdk.gallery_delete"
    bl_label = "Delete Avatar"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        self.key = found.key
        return context.window_manager.invoke_confirm(
            self,
            event,
            title=words.iface("Delete {name}?", name=found.name),
            message="The service deletes it and all its exports for good. Files on this disk stay.",
            confirm_text="Delete",
            icon="WARNING",
        )

    def execute(self, _context: bpy.types.Context) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        jobs.ask("delete", then=_take_deleted, avatar=found.code)
        return {"FINISHED"}


class AVATAR_SDK_OT_gallery_open(_OnCard, bpy.types.Operator):  # noqa: N801
    """Show this avatar's folder in the system's file browser"""

    bl_idname = "avatar_sdk.gallery_open"
    bl_label = "Open Folder of Avatar"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        folder = Path(found.folders[0]) if found.folders else None
        if folder is None or not folder.is_dir():
            self.report({"ERROR"}, words.report("{name} has no folder on this disk: import it first", name=found.name))
            return {"CANCELLED"}
        bpy.ops.wm.path_open(filepath=str(folder))
        return {"FINISHED"}


def _take_renamed(answer: Any) -> None:
    if answer.final:
        if answer.failure is None:
            state.renamed(str(answer.fields["avatar"]["code"]), str(answer.fields["avatar"]["name"]))
        state.tell(answer.failure.message if answer.failure else "")


def _take_deleted(answer: Any) -> None:
    if answer.final:
        if answer.failure is None:
            state.removed(str(answer.fields["avatar"]))
        state.tell(answer.failure.message if answer.failure else "")


CLASSES = (
    AVATAR_SDK_OT_gallery_refresh,
    AVATAR_SDK_OT_gallery_page,
    AVATAR_SDK_OT_gallery_choose,
    AVATAR_SDK_OT_gallery_import,
    AVATAR_SDK_OT_gallery_rename,
    AVATAR_SDK_OT_gallery_delete,
    AVATAR_SDK_OT_gallery_open,
)


def register() -> None:
    """Nothing is asked before the gallery is looked at."""


def unregister() -> None:
    """Forgets the gallery."""
    state.clear()
