# SPDX-License-Identifier: GPL-3.0-or-later
"""Dressing: put on, take off, take from another avatar, remove, key."""

from __future__ import annotations

import bpy

from .. import dressing, marks, wardrobe, words
from ..selection import selected_avatars

_garments: list[tuple[str, str, str]] = []  # Blender keeps pointers to these texts


class OfEditableAvatar:
    """Greyed, with the reason, where no avatar of this file is chosen."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not marks.avatar_id(context.object):
            cls.poll_message_set(words.tip("Select a part of an avatar"))  # type: ignore[attr-defined]
            return False
        if context.object.library:
            cls.poll_message_set(  # type: ignore[attr-defined]
                words.tip("This avatar is linked from another file: make it editable here first")
            )
            return False
        return True


class OBJECT_OT_avatar_sdk_wear(OfEditableAvatar, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Put this on, or take it off where it is worn; what is in its place comes off"""

    bl_idname = "object.avatar_sdk_wear"
    bl_label = "Wear"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    part: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Part", description="Id of the garment's part", options={"HIDDEN", "SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        item = _item(context.object, self.part)
        if item is None:
            self.report({"ERROR"}, "Nothing of that id is in this avatar's wardrobe")
            return {"CANCELLED"}
        wear = not item[marks.SHOWN]
        changed, lacking = [item], 0
        for avatar in selected_avatars(context)[1:]:
            twin = next((one for one in marks.worn(avatar) if dressing.is_same(one, item)), None)
            changed += [twin] if twin is not None else []
            lacking += twin is None
        for one in changed:
            off = wardrobe.put_on(one) if wear else []
            if not wear:
                wardrobe.show(one, shown=False)
            if context.scene.tool_settings.use_keyframe_insert_auto:
                for thing in (one, *off):
                    wardrobe.key(thing)
        if lacking:
            self.report({"INFO"}, words.report("{count} of the selected avatars don't have it", count=lacking))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_remove_garment(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Delete this from the avatar's wardrobe, with its masks, at all levels of detail"""

    bl_idname = "object.avatar_sdk_remove_garment"
    bl_label = "Remove from Wardrobe"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    part: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Part", description="Id of the garment's part", options={"HIDDEN", "SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        result: set[str] = context.window_manager.invoke_confirm(self, event)
        return result

    def execute(self, context: bpy.types.Context) -> set[str]:
        if context.mode != "OBJECT":
            self.report({"ERROR"}, "Switch to Object Mode first")
            return {"CANCELLED"}
        active = context.object
        item = _item(active, self.part)
        if item is None:
            self.report({"ERROR"}, "Nothing of that id is in this avatar's wardrobe")
            return {"CANCELLED"}
        stays = next((part for part in (active, marks.armature_of(active), *marks.parts_of(active))
                      if part is not None and marks.SHOWN not in part), None)  # fmt: skip
        was_active = active in dressing.levels_of(item)
        try:
            names = dressing.remove(item)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if was_active and stays is not None and stays.name in context.view_layer.objects:
            context.view_layer.objects.active = stays
        self.report({"INFO"}, words.report("Removed {name}", name=names[0]))
        return {"FINISHED"}


def _others_garments(_operator: object, context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    """What other avatars of this file have, for the search that opens."""
    active = context.object if context is not None else None
    mine = set(marks.members(active)) if active is not None and marks.avatar_id(active) else set()
    found = (obj for obj in bpy.data.objects if marks.SHOWN in obj and not obj.get(marks.FOLLOWS) and obj not in mine)
    _garments[:] = [(str(obj.session_uid), _label(obj), "") for obj in found] or [("-", "–", "")]
    return _garments


class OBJECT_OT_avatar_sdk_dress(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Give the selected avatars a copy of what another avatar of this file has, fitted to each and put on"""

    bl_idname = "object.avatar_sdk_dress"
    bl_label = "From Another Avatar"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012
    bl_property = "garment"

    garment: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Garment", description="What another avatar of this file has", items=_others_garments
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if _others_garments(self, context)[0][0] == "-":
            self.report({"WARNING"}, "No other avatar of this file has anything to wear")
            return {"CANCELLED"}
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        if context.mode != "OBJECT":
            self.report({"ERROR"}, "Switch to Object Mode first")
            return {"CANCELLED"}
        item = next((obj for obj in bpy.data.objects if str(obj.session_uid) == self.garment), None)
        if item is None:
            self.report({"ERROR"}, "That garment isn't in this file any more")
            return {"CANCELLED"}
        owner = marks.anchor_of(item)
        wearers = [one for one in selected_avatars(context) if marks.anchor_of(one) != owner]
        if not wearers:
            self.report({"ERROR"}, "Select the avatar that is to wear it")
            return {"CANCELLED"}
        try:
            for wearer in wearers:
                dressing.dress(wearer, item)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("{name} is worn by {count} more", name=item.name, count=len(wearers)))
        return {"FINISHED"}


class OBJECT_OT_avatar_sdk_key_wardrobe(OfEditableAvatar, bpy.types.Operator):  # noqa: N801
    """Insert keyframes for what the selected avatars wear and don't wear at this frame"""

    bl_idname = "object.avatar_sdk_key_wardrobe"
    bl_label = "Key What Is Worn"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[str]:
        items = [item for avatar in selected_avatars(context) for item in marks.worn(avatar)]
        for item in items:
            wardrobe.key(item)
        self.report({"INFO"}, words.report("{count} keyframes inserted", count=len(items)))
        return {"FINISHED"}


def _item(avatar: bpy.types.Object, part: str) -> bpy.types.Object | None:
    return next((item for item in marks.worn(avatar) if item.get(marks.PART) == part), None)


def _label(obj: bpy.types.Object) -> str:
    anchor = marks.anchor_of(obj)
    return f"{obj.name} · {anchor.name}" if anchor is not None else obj.name


CLASSES = (
    OBJECT_OT_avatar_sdk_wear,
    OBJECT_OT_avatar_sdk_remove_garment,
    OBJECT_OT_avatar_sdk_dress,
    OBJECT_OT_avatar_sdk_key_wardrobe,
)
