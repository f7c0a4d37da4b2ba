# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions in the Asset Browser: as Actions, which go onto the faces of the chosen avatars."""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.expressions import Expression
from avatarsdk_core.errors import AvatarSDKError

from .. import expression_actions, expression_shelf, face_values, marks, words
from .expressions import PutsOn


class AVATAR_SDK_OT_expression_mark_asset(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Show expressions in the Asset Browser: as Actions, with pictures of this avatar"""

    bl_idname = "avatar_sdk.expression_mark_asset"
    bl_label = "Mark Expression as Asset"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    expression: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Expression",
        description="Id of one of the twelve, or name of one of your own; empty for all of them",
        options={"SKIP_SAVE"},
    )
    own: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Own", description="It is one of your own library", options={"HIDDEN", "SKIP_SAVE"}
    )

    author: bpy.props.StringProperty(name="Author", description="Who made it")  # type: ignore[valid-type]
    license: bpy.props.StringProperty(name="Licence", description="Under which terms it may be used")  # type: ignore[valid-type]
    tags: bpy.props.StringProperty(name="Tags", description="Words to find it by, separated by commas")  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not marks.avatar_id(context.object):
            cls.poll_message_set(words.tip("Select a part of an avatar: the pictures show it"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        if self.expression:
            entry = expression_shelf.find(self.expression, own=self.own)
            chosen = [entry] if entry else []
        else:
            expression_shelf.look_again()
            chosen = [entry for entry in expression_shelf.entries() if entry.own == self.own]
        if not chosen:
            self.report({"ERROR"}, "There is no such expression: save one first")
            return {"CANCELLED"}
        avatar = marks.avatar_id(context.object)
        files = [expression_shelf.picture(entry, avatar) for entry in chosen]
        try:
            missing = [entry for entry, file in zip(chosen, files, strict=True) if not file.is_file()]
            expression_shelf.render(context.object, missing)
        except (face_values.FaceError, OSError, RuntimeError) as error:
            self.report({"WARNING"}, words.report("No pictures: {reason}", reason=str(error).strip()))
        try:
            for entry, file in zip(chosen, files, strict=True):
                name = entry.name if entry.own else words.iface(entry.name)
                expression_actions.mark(
                    Expression(name, entry.expression.values),
                    file if file.is_file() else None,
                    tags=[tag.strip() for tag in self.tags.split(",") if tag.strip()],
                    description=words.iface("Expression of a face: {count} shapes", count=len(entry.expression.values)),
                    author=self.author,
                    license=self.license,
                )
        except (ValueError, AvatarSDKError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if not bpy.data.filepath:
            self.report({"WARNING"}, "Save the file and mark again: then the Asset Browser shows the catalogs")
        self.report({"INFO"}, words.report("{count} assets are in the Asset Browser", count=len(chosen)))
        return {"FINISHED"}


class AVATAR_SDK_OT_apply_expression_action(PutsOn, bpy.types.Operator):  # noqa: N801
    """Put an Action of shape keys on the faces of the selected avatars, as an expression"""

    bl_idname = "avatar_sdk.apply_expression_action"
    bl_label = "Apply Expression Action"

    action: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Action",
        description="Name of an Action of this file; empty for the one that is active in the Asset Browser",
    )
    frame: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Frame", description="Frame of the Action, counted from its first, that the expression is taken from"
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if self.action or _asset(context) is not None:
            return self.execute(context)
        return set(context.window_manager.invoke_props_dialog(self, confirm_text="Apply"))

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop_search(self, "action", bpy.data, "actions")
        for name in ("frame", "strength", "additive", "key"):
            layout.prop(self, name)

    def execute(self, context: bpy.types.Context) -> set[str]:
        asset = None if self.action else _asset(context)
        try:
            if asset is not None:
                with expression_actions.brought(asset) as action:
                    expression = self._read(action)
            else:
                action = bpy.data.actions.get(self.action)
                if action is None:
                    self.report({"ERROR"}, "Choose an Action of shape keys, here or in the Asset Browser")
                    return {"CANCELLED"}
                expression = self._read(action)
        except (ValueError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return self.put_on(context, expression)

    def _read(self, action: bpy.types.Action) -> Expression:
        return expression_actions.read(action, action.frame_range[0] + self.frame)


def _asset(context: bpy.types.Context) -> bpy.types.AssetRepresentation | None:
    asset = getattr(context, "asset", None)
    return asset if asset is not None and asset.id_type == "ACTION" else None


def _entry(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    if _asset(context) is not None:
        self.layout.separator()
        self.layout.operator(AVATAR_SDK_OT_apply_expression_action.bl_idname, icon="USER")


def register() -> None:
    """Our line in the Asset Browser's context menu."""
    bpy.types.ASSETBROWSER_MT_context_menu.append(_entry)


def unregister() -> None:
    """Takes it out."""
    bpy.types.ASSETBROWSER_MT_context_menu.remove(_entry)


CLASSES = (AVATAR_SDK_OT_expression_mark_asset, AVATAR_SDK_OT_apply_expression_action)
