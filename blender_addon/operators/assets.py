# SPDX-License-Identifier: GPL-3.0-or-later
"""To and from the Asset Browser: mark, unmark, wear what was dragged into the scene or is active there."""

from __future__ import annotations

import bpy

from avatarsdk_core.errors import AvatarSDKError

from .. import asset_drops, marks, words
from ..selection import selected_avatars
from .wardrobe import OfEditableAvatar


class OBJECT_OT_avatar_sdk_mark_asset(OfEditableAvatar, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Show the selected avatars, or what they wear, in the Asset Browser, with catalog, tags and picture"""

    bl_idname = "object.avatar_sdk_mark_asset"
    bl_label = "Mark as Asset"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    what: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="What",
        description="What becomes an asset",
        items=[
            ("AVATAR", "Avatar", "Each selected avatar with all that it wears"),
            ("SELECTED", "Selected Clothes and Hair", "Copies of the selected garments, haircuts and accessories"),
            ("WARDROBE", "Whole Wardrobe", "Copies of all that the selected avatars have in their wardrobes"),
        ],
    )
    author: bpy.props.StringProperty(name="Author", description="Who made it")  # type: ignore[valid-type]
    license: bpy.props.StringProperty(name="Licence", description="Under which terms it may be used")  # type: ignore[valid-type]
    tags: bpy.props.StringProperty(name="Tags", description="Words to find it by, separated by commas")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        result: set[str] = context.window_manager.invoke_props_dialog(self)
        return result

    def execute(self, context: bpy.types.Context) -> set[str]:
        from .. import asset_copies

        details = {"author": self.author, "license": self.license, "tags": self.tags}
        try:
            if self.what == "AVATAR":
                made = [asset_copies.mark_avatar(avatar, **details) for avatar in selected_avatars(context)]
            else:
                made = [asset_copies.mark_worn(item, **details) for item in self._items(context)]
        except (ValueError, AvatarSDKError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if not made:
            self.report({"ERROR"}, "Select a garment, a haircut or an accessory, or choose the whole wardrobe")
            return {"CANCELLED"}
        if not bpy.data.filepath:
            self.report({"WARNING"}, "Save the file and mark again: then the Asset Browser shows the catalogs")
        self.report({"INFO"}, words.report("{count} assets are in the Asset Browser", count=len(made)))
        return {"FINISHED"}

    def _items(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        if self.what == "WARDROBE":
            return [item for avatar in selected_avatars(context) for item in marks.worn(avatar)]
        return [obj for obj in context.selected_objects if marks.SHOWN in obj and marks.avatar_id(obj)]


class OBJECT_OT_avatar_sdk_unmark_asset(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Take the selected avatars and all of their clothes and hair out of the Asset Browser; the avatars stay"""

    bl_idname = "object.avatar_sdk_unmark_asset"
    bl_label = "Unmark Assets"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[str]:
        from .. import asset_copies

        count = sum(asset_copies.unmark_all(avatar) for avatar in selected_avatars(context))
        self.report({"INFO"}, words.report("{count} assets were taken out of the Asset Browser", count=count))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_wear_dropped(bpy.types.Operator):  # noqa: N801
    """Let the avatar below put on the garments and haircuts that were dragged from the Asset Browser into the scene"""

    bl_idname = "object.avatar_sdk_wear_dropped"
    bl_label = "Wear Dropped Assets"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(words.tip("Switch to Object Mode first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        dropped = asset_drops.dropped(context.scene)
        if not dropped:
            self.report({"ERROR"}, "Drag a garment or a haircut from the Asset Browser onto an avatar first")
            return {"CANCELLED"}
        try:
            worn = [asset_drops.wear(obj, context.scene) for obj in dropped]
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for item in worn:
            self.report({"INFO"}, words.report("{name} is worn", name=item.name))
        return {"FINISHED"}


class ASSET_OT_avatar_sdk_wear(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Let the selected avatars put on the asset that is active in the Asset Browser"""

    bl_idname = "asset.avatar_sdk_wear"
    bl_label = "Dress Avatar"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        asset = getattr(context, "asset", None)
        if asset is None or asset.id_type != "OBJECT":
            cls.poll_message_set(words.tip("Choose a garment or a haircut in the Asset Browser"))
            return False
        return bool(super().poll(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        asset = context.asset
        try:
            with asset_drops.brought(asset) as garment:
                worn = [asset_drops.put_on(avatar, garment) for avatar in selected_avatars(context)]
        except (ValueError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for item in worn:
            self.report({"INFO"}, words.report("{name} is worn", name=item.name))
        return {"FINISHED"}


def _entry(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    asset = getattr(context, "asset", None)
    if asset is not None and asset.id_type == "OBJECT":
        self.layout.separator()
        self.layout.operator(ASSET_OT_avatar_sdk_wear.bl_idname, icon="MATCLOTH")


def register() -> None:
    """Our line in the Asset Browser's context menu."""
    bpy.types.ASSETBROWSER_MT_context_menu.append(_entry)


def unregister() -> None:
    """Takes it out."""
    bpy.types.ASSETBROWSER_MT_context_menu.remove(_entry)


CLASSES = (
    OBJECT_OT_avatar_sdk_mark_asset,
    OBJECT_OT_avatar_sdk_unmark_asset,
    OBJECT_OT_avatar_sdk_wear_dropped,
    ASSET_OT_avatar_sdk_wear,
)
