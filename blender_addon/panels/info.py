# SPDX-License-Identifier: GPL-3.0-or-later
"""What the active avatar is, and where it is from."""

from __future__ import annotations

import bpy

from .. import marks
from .of_avatar import OfAvatar


class VIEW3D_PT_avatar_sdk_info(OfAvatar, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    """What this avatar is and where it is from."""

    bl_label = "Info"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads it as it is)
    bl_order = 60

    def draw(self, context: bpy.types.Context) -> None:
        collection = marks.collection_of(context.object)
        if collection is not None and marks.REPORT in collection:
            self.layout.popover("VIEW3D_PT_avatar_sdk_report", text="Import Report", icon="TEXT")


CLASSES = (VIEW3D_PT_avatar_sdk_info,)
