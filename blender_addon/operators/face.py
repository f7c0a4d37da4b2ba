# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with the faces of all chosen avatars: reset, mirror, key."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from avatarsdk_core.avatar.expressions import Mirror

from .. import face_values, marks, words
from ..face_values import FaceError
from ..selection import selected_avatars


class OnFaces:
    """An operator on the faces of all chosen avatars that have one to change."""

    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012  (Blender reads it as it is)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        chosen = (context.object, *context.selected_objects)
        if not any(obj and obj.library is None and marks.avatar_id(obj) for obj in chosen):
            cls.poll_message_set(words.tip("Select an avatar; one that is linked must be made editable first"))  # type: ignore[attr-defined]
            return False
        return True

    def faces(self, context: bpy.types.Context) -> Iterator[bpy.types.Object]:
        """The heads, each once: linked duplicates share one. What can't be changed is told."""
        seen = set()
        for avatar in selected_avatars(context):
            try:
                head = face_values.changeable(avatar)
            except FaceError as error:
                self.report({"WARNING"}, str(error))  # type: ignore[attr-defined]
                continue
            if head.data.session_uid not in seen:
                seen.add(head.data.session_uid)
                yield head


class AVATAR_SDK_OT_face_reset(OnFaces, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Put all shape keys of the face to zero"""

    bl_idname = "avatar_sdk.face_reset"
    bl_label = "Reset Face"

    def execute(self, context: bpy.types.Context) -> set[str]:
        done = [face_values.reset(head) for head in self.faces(context)]
        return {"FINISHED"} if done else {"CANCELLED"}


class AVATAR_SDK_OT_face_mirror(OnFaces, bpy.types.Operator):  # noqa: N801
    """Mirror the face: its sides change places, or one is copied onto the other"""

    bl_idname = "avatar_sdk.face_mirror"
    bl_label = "Mirror Face"

    way: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Way",
        items=[
            (Mirror.SWAP.value, "Swap Sides", "Left becomes right, and right left"),
            (Mirror.LEFT_TO_RIGHT.value, "Left to Right", "The person's left side is copied onto the right one"),
            (Mirror.RIGHT_TO_LEFT.value, "Right to Left", "The person's right side is copied onto the left one"),
        ],
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        done = [face_values.mirror(head, Mirror(self.way)) for head in self.faces(context)]
        return {"FINISHED"} if done else {"CANCELLED"}


class AVATAR_SDK_OT_face_key(OnFaces, bpy.types.Operator):  # noqa: N801
    """Insert keyframes for the face's shape keys at the current frame"""

    bl_idname = "avatar_sdk.face_key"
    bl_label = "Key Face"

    only_moved: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Only What Moves",
        description="Only shape keys that aren't at zero, or have keyframes already",
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        count = sum(len(face_values.key(head, only_moved=self.only_moved)) for head in self.faces(context))
        self.report({"INFO"}, words.report("{count} shape keys have a keyframe here", count=count))
        return {"FINISHED"} if count else {"CANCELLED"}


CLASSES = (
    AVATAR_SDK_OT_face_reset,
    AVATAR_SDK_OT_face_mirror,
    AVATAR_SDK_OT_face_key,
)
