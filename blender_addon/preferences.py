# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on's preferences, and what the rest of it reads of them, also where the add-on runs without them."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from . import cache_size, words
from .signin_preferences import draw_sign_in

if TYPE_CHECKING:
    from .materials.surfaces import Quality

ADDON = __package__
AVATARS_VARIABLE = "AVATARSDK_AVATARS"
_log = logging.getLogger("avatarsdk_core")
_level_before: list[int] = []


def _apply_log_level(preferences: Any, _context: bpy.types.Context | None) -> None:
    _log.setLevel(preferences.log_level)


def _count_cache_again(_preferences: Any, _context: bpy.types.Context | None) -> None:
    cache_size.forget()


class AvatarSDKPreferences(bpy.types.AddonPreferences):
    """Edit › Preferences › Add-ons › Avatar SDK."""

    bl_idname = ADDON

    avatars_folder: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Avatars Folder",
        description="Where downloaded avatars are kept, each in a folder of its own. "
        "Empty: the folder Avatar SDK in your documents",
        subtype="DIR_PATH",
    )
    cache_folder: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Cache Folder",
        description="Where files are kept that many avatars share. Empty: the system's folder for caches, which the "
        "command line uses too",
        subtype="DIR_PATH",
        update=_count_cache_again,
    )
    cache_limit: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Cache Limit (MB)",
        description="How large the cache may grow, in megabytes; what was used longest ago is removed first",
        default=2000,
        min=100,
        soft_max=50_000,
    )
    use_drop: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Drag & Drop of Model Files",
        description="Offer the Avatar SDK when a .glb, .gltf, .fbx, .obj or .ply file is dropped into the 3D View. "
        "Where Blender has an importer of its own, a menu asks which one to use",
        default=True,
    )
    quality: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Materials",
        description="How much of the textures the materials use when an avatar arrives or is imported from the gallery",
        items=[
            ("full", "Full", "All textures, light that scatters in the skin"),
            ("simple", "Simple", "Colours only: quick to draw"),
        ],
    )
    log_level: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Log",
        description="What is told on Blender's console and in the log of the background process; never secrets",
        items=[
            ("WARNING", "Problems", "Only what goes wrong"),
            ("INFO", "Steps", "Also what is being done"),
            ("DEBUG", "Everything", "Every request, for a report about a fault"),
        ],
        update=_apply_log_level,
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        self._draw_network(layout.column(heading="Network"), context)
        draw_sign_in(layout, context)
        self._draw_folders(layout.column(heading="Folders"))
        column = layout.column(heading="Import")
        column.prop(self, "use_drop")
        column.prop(self, "quality")
        layout.prop(self, "log_level")

    def _draw_network(self, column: bpy.types.UILayout, context: bpy.types.Context) -> None:
        column.prop(context.preferences.system, "use_online_access", text="Allow Online Access")
        if not bpy.app.online_access:
            column.label(
                text="Blender was started offline: imports work, signing in and creating don't"
                if context.preferences.system.use_online_access
                else "Blender is offline: imports work, signing in and creating don't",
                icon="INTERNET_OFFLINE",
            )

    def _draw_folders(self, column: bpy.types.UILayout) -> None:
        column.prop(self, "avatars_folder", placeholder="Avatar SDK, in your documents")
        column.prop(self, "cache_folder", placeholder="The system's folder for caches")
        column.prop(self, "cache_limit")
        row = column.row()
        row.alignment = "RIGHT"
        row.label(text=cache_size.words())
        row.operator("avatar_sdk.clear_cache", text="Clear", text_ctxt=words.CONTEXT)


class AVATAR_SDK_OT_clear_cache(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Remove all files from the cache; they are downloaded again when they are needed. Avatars stay"""

    bl_idname = "avatar_sdk.clear_cache"
    bl_label = "Clear Avatar SDK Cache"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        from avatarsdk_core.errors import AvatarSDKError

        try:
            removed = cache_size.opened().clear()
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        finally:
            cache_size.forget()
        told = words.report("Removed {files} files, {size:.0f} MB", files=removed.entries, size=removed.bytes / 1e6)
        self.report({"INFO"}, told)
        return {"FINISHED"}


CLASSES = (AvatarSDKPreferences, AVATAR_SDK_OT_clear_cache)


def register() -> None:
    """The log speaks as it was told to."""
    _level_before.append(_log.level)
    if (found := preferences()) is not None:
        _apply_log_level(found, None)


def unregister() -> None:
    """The log speaks as it did before."""
    _log.setLevel(_level_before.pop() if _level_before else logging.NOTSET)
    cache_size.forget()


def preferences() -> Any:
    """This add-on's AddonPreferences, or None where it runs without being enabled (scripts, tests)."""
    addon = bpy.context.preferences.addons.get(ADDON)
    return addon.preferences if addon is not None else None


def default_avatars_folder() -> Path:
    """`Avatar SDK` in the documents; uninstalling an extension removes its own folder, so avatars aren't kept there."""
    home = Path.home()
    documents = home / "Documents"
    return (documents if documents.is_dir() else home) / "Avatar SDK"


def avatars_folder() -> Path:
    """Where downloaded avatars are kept: AVATARSDK_AVATARS, else the preference, else `default_avatars_folder()`."""
    named = os.environ.get(AVATARS_VARIABLE) or _text("avatars_folder")
    return Path(bpy.path.abspath(named)).expanduser() if named else default_avatars_folder()


def offers_drop() -> bool:
    """Whether files dropped into the 3D View are for us too."""
    found = preferences()
    return found is None or bool(found.use_drop)


def quality() -> Quality:
    """The materials of avatars that arrive."""
    return "simple" if _text("quality") == "simple" else "full"


def worker_environment() -> dict[str, str]:
    """Environment variables that tell the background process what these preferences say; those that are set stay."""
    found = preferences()
    if found is None:
        return {}
    told = {"AVATARSDK_LOG_LEVEL": found.log_level, "AVATARSDK_CACHE_LIMIT": f"{found.cache_limit}MB"}
    if found.cache_folder:
        told["AVATARSDK_CACHE"] = bpy.path.abspath(found.cache_folder)
    return {name: value for name, value in told.items() if name not in os.environ}


def _text(name: str) -> str:
    found = preferences()
    return str(getattr(found, name)) if found is not None else ""
