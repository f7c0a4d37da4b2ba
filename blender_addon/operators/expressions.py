# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions: put on, keep, rename, delete, hand on as a file; their pictures."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from avatarsdk_core.avatar.expression_file import MAX_NAME, SUFFIX, read_expressions, write_expressions
from avatarsdk_core.avatar.expression_library import add_expressions
from avatarsdk_core.avatar.expressions import Expression, of_face
from avatarsdk_core.errors import AvatarSDKError

from .. import expression_shelf, face_values, marks, words
from .face import OnFaces

_GONE = words.mark("That expression isn't there any more")
_NAMED = 3  # of many shape keys


def _some(names: Collection[str]) -> str:
    return ", ".join(sorted(names)[:_NAMED]) + (", …" if len(names) > _NAMED else "")


class PutsOn(OnFaces):
    """An operator that puts an expression on all chosen avatars."""

    strength: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Strength", description="How much of it", default=1.0, min=0.0, max=2.0, soft_max=1.0, subtype="FACTOR"
    )
    additive: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Add", description="Add it to the face that is there, instead of taking its place"
    )
    key: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Key", description="Insert keyframes at the current frame, for what moves or has keyframes already"
    )

    def put_on(self, context: bpy.types.Context, expression: Expression) -> set[str]:
        done, found = 0, 0
        missing: set[str] = set()
        driven: set[str] = set()
        keyed = self.key or context.scene.tool_settings.use_keyframe_insert_auto
        for head in self.faces(context):
            applied, changed = face_values.apply(head, expression, strength=self.strength, additive=self.additive)
            done, found = done + 1, found + applied.found
            missing.update(applied.missing)
            driven.update(changed.driven)
            if keyed:
                face_values.key(head, only_moved=True)
        if missing and not found:
            self.report({"ERROR"}, "This head has none of the expression's shapes: export it with ARKit's")  # type: ignore[attr-defined]
        elif missing:
            told = words.report("{count} shapes of it are missing: {names}", count=len(missing), names=_some(missing))
            self.report({"WARNING"}, told)  # type: ignore[attr-defined]
        if driven:
            told = words.report(
                "{count} shapes stay as drivers hold them: {names}", count=len(driven), names=_some(driven)
            )
            self.report({"WARNING"}, told)  # type: ignore[attr-defined]
        return {"FINISHED"} if done else {"CANCELLED"}


class _OfEntry:
    """An operator on one expression of the panel."""

    expression: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Expression",
        description="Id of one of the twelve, or name of one of your own",
        options={"HIDDEN", "SKIP_SAVE"},
    )
    own: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Own", description="It is one of your own library", options={"HIDDEN", "SKIP_SAVE"}
    )

    def entry(self) -> expression_shelf.Entry | None:
        found = expression_shelf.find(self.expression, own=self.own)
        if found is None:
            self.report({"ERROR"}, words.report(_GONE))  # type: ignore[attr-defined]
        return found


class AVATAR_SDK_OT_face_expression(_OfEntry, PutsOn, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Put this expression on the face"""

    bl_idname = "avatar_sdk.face_expression"
    bl_label = "Apply Expression"

    def execute(self, context: bpy.types.Context) -> set[str]:
        entry = self.entry()
        return self.put_on(context, entry.expression) if entry else {"CANCELLED"}


class AVATAR_SDK_OT_expression_save(bpy.types.Operator):  # noqa: N801
    """Keep the face as it is now among your own expressions, with a picture of this avatar"""

    bl_idname = "avatar_sdk.expression_save"
    bl_label = "Save Expression"
    bl_options = {"REGISTER"}  # noqa: RUF012  (Blender reads it as it is)

    name: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Name",
        description="What to call it; one of your own of the same name is replaced",
        maxlen=MAX_NAME,
        options={"SKIP_SAVE"},
    )
    with_form: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="With the Form of the Face", description="The form of the face too, which is the person's own"
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not marks.avatar_id(context.object):
            cls.poll_message_set(words.tip("Select a part of an avatar"))
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self.name = words.iface("My Expression")
        return set(context.window_manager.invoke_props_dialog(self, confirm_text="Save"))

    def execute(self, context: bpy.types.Context) -> set[str]:
        head = face_values.head_of(context.object)
        if head is None:
            self.report({"ERROR"}, "This avatar's head has no shape keys: it was exported without blendshapes")
            return {"CANCELLED"}
        expression = of_face(self.name, face_values.values_of(head), with_form=self.with_form)
        try:
            entry = expression_shelf.save(expression)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Saved the expression {name}", name=entry.name))
        expression_shelf.render_soon(context.object, [entry])
        return {"FINISHED"}


class AVATAR_SDK_OT_expression_rename(_OfEntry, bpy.types.Operator):  # noqa: N801
    """Give this expression of yours another name"""

    bl_idname = "avatar_sdk.expression_rename"
    bl_label = "Rename Expression"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    name: bpy.props.StringProperty(name="Name", maxlen=MAX_NAME, options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self.name = self.expression
        return set(context.window_manager.invoke_props_dialog(self, confirm_text="Rename"))

    def execute(self, _context: bpy.types.Context) -> set[str]:
        try:
            expression_shelf.rename(self.expression, self.name)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class AVATAR_SDK_OT_expression_delete(_OfEntry, bpy.types.Operator):  # noqa: N801
    """Delete this expression of yours. Faces that wear it stay as they are"""

    bl_idname = "avatar_sdk.expression_delete"
    bl_label = "Delete Expression"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return set(context.window_manager.invoke_confirm(self, event))

    def execute(self, _context: bpy.types.Context) -> set[str]:
        try:
            expression_shelf.delete(self.expression)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class AVATAR_SDK_OT_expression_import(bpy.types.Operator, ImportHelper):  # noqa: N801
    """Take the expressions of a file that somebody gave you into your own"""

    bl_idname = "avatar_sdk.expression_import"
    bl_label = "Import Expressions"
    bl_options = {"REGISTER"}  # noqa: RUF012

    filename_ext = SUFFIX
    filter_glob: bpy.props.StringProperty(default=f"*{SUFFIX}", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        try:
            given = read_expressions(bpy.path.abspath(self.filepath))
            added = add_expressions(expression_shelf.folder(), given)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        finally:
            expression_shelf.look_again()
        told = words.report("{count} of {all} expressions are new", count=len(added), all=len(given))
        self.report({"INFO"}, told)
        return {"FINISHED"}


class AVATAR_SDK_OT_expression_export(_OfEntry, bpy.types.Operator, ExportHelper):  # noqa: N801
    """Write this expression, or all of your own, to a file, to hand it to somebody else"""

    bl_idname = "avatar_sdk.expression_export"
    bl_label = "Export Expressions"
    bl_options = {"REGISTER"}  # noqa: RUF012

    filename_ext = SUFFIX
    filter_glob: bpy.props.StringProperty(default=f"*{SUFFIX}", options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self.filepath = bpy.path.clean_name(self.expression or words.iface("Expressions")) + SUFFIX
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        if self.expression:
            entry = self.entry()
            if entry is None:
                return {"CANCELLED"}
            chosen = [Expression(entry.name, entry.expression.values)]
        else:
            expression_shelf.look_again()
            chosen = [entry.expression for entry in expression_shelf.entries() if entry.own]
        if not chosen:
            self.report({"ERROR"}, "You have no expressions of your own yet: save one first")
            return {"CANCELLED"}
        file = Path(bpy.path.abspath(self.filepath))
        try:
            write_expressions(chosen, file)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Wrote {file}", file=file.name))
        return {"FINISHED"}


class AVATAR_SDK_OT_expression_pictures(bpy.types.Operator):  # noqa: N801
    """Render a picture of this avatar with each expression on"""

    bl_idname = "avatar_sdk.expression_pictures"
    bl_label = "Render Pictures"
    bl_options = {"REGISTER"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not marks.avatar_id(context.object):
            cls.poll_message_set(words.tip("Select a part of an avatar"))
            return False
        if expression_shelf.rendering():
            cls.poll_message_set(words.tip("Pictures are being rendered"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        if face_values.head_of(context.object) is None:
            self.report({"ERROR"}, "This avatar's head has no shape keys: it was exported without blendshapes")
            return {"CANCELLED"}
        expression_shelf.look_again()
        expression_shelf.render_soon(context.object, expression_shelf.entries())
        if expression_shelf.trouble():
            self.report({"ERROR"}, expression_shelf.trouble())
            return {"CANCELLED"}
        return {"FINISHED"}


CLASSES = (
    AVATAR_SDK_OT_face_expression,
    AVATAR_SDK_OT_expression_save,
    AVATAR_SDK_OT_expression_rename,
    AVATAR_SDK_OT_expression_delete,
    AVATAR_SDK_OT_expression_import,
    AVATAR_SDK_OT_expression_export,
    AVATAR_SDK_OT_expression_pictures,
)
