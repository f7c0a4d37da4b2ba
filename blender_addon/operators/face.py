# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with the faces of all chosen avatars: reset, mirror, key."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from avatarsdk_core.avatar.expressions import Mirror
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of

from .. import face_values, marks, words
from ..face_values import FaceError
from ..selection import selected_avatars

ALL = "all"
GROUPS = [
    (ALL, "All", "All of the face"),
    (ShapeGroup.ARKIT.value, "ARKit", "Movements of the face by ARKit's names"),
    (ShapeGroup.VISEMES.value, "Visemes", "Mouths of speech sounds"),
    (ShapeGroup.EMOTIONS.value, "Emotions", "Whole expressions"),
    (ShapeGroup.FACE.value, "Form", "The form of the face"),
    (ShapeGroup.OTHER.value, "Others", "Shape keys of no known set"),
]


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


class _OnGroup(OnFaces):
    """An operator on all shape keys of the faces, or on one group of them."""

    group: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Group", description="Which shape keys", items=GROUPS, options={"SKIP_SAVE"}
    )

    def names(self, head: bpy.types.Object) -> set[str] | None:
        """Those meant; None for all."""
        if self.group == ALL:
            return None
        return {name for name in face_values.values_of(head) if group_of(name) == self.group}


class AVATAR_SDK_OT_face_reset(_OnGroup, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Put the shape keys of the face to zero, all or those of the group that is shown"""

    bl_idname = "avatar_sdk.face_reset"
    bl_label = "Reset Face"

    def execute(self, context: bpy.types.Context) -> set[str]:
        done = [face_values.reset(head, self.names(head)) for head in self.faces(context)]
        return {"FINISHED"} if done else {"CANCELLED"}


class AVATAR_SDK_OT_face_mirror(_OnGroup, bpy.types.Operator):  # noqa: N801
    """Mirror the face, all or the group that is shown: its sides change places, or one is copied onto the other"""

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
        done = [face_values.mirror(head, Mirror(self.way), self.names(head)) for head in self.faces(context)]
        return {"FINISHED"} if done else {"CANCELLED"}


class AVATAR_SDK_OT_face_key(_OnGroup, bpy.types.Operator):  # noqa: N801
    """Insert keyframes for the face's shape keys, all or the group that is shown, at the current frame"""

    bl_idname = "avatar_sdk.face_key"
    bl_label = "Key Face"

    only_moved: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Only What Moves",
        description="Only shape keys that aren't at zero, or have keyframes already",
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        keyed = (face_values.key(head, self.names(head), only_moved=self.only_moved) for head in self.faces(context))
        count = sum(map(len, keyed))
        self.report({"INFO"}, words.report("{count} shape keys have a keyframe here", count=count))
        return {"FINISHED"} if count else {"CANCELLED"}


CLASSES = (
    AVATAR_SDK_OT_face_reset,
    AVATAR_SDK_OT_face_mirror,
    AVATAR_SDK_OT_face_key,
)
