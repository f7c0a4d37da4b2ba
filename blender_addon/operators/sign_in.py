# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in and out; the worker does it, and the answer shows in the preferences."""

from __future__ import annotations

import bpy

from .. import account
from .needs_network import NeedsNetwork


class _Online(NeedsNetwork):
    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender reads it as it is)


class AVATAR_SDK_OT_sign_in(_Online, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Try these credentials now, and keep them in your system's keychain if the service accepts them"""

    bl_idname = "avatar_sdk.sign_in"
    bl_label = "Sign In to Avatar SDK"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        from .. import signin_preferences

        if not signin_preferences.is_complete():
            self.report({"ERROR"}, "Fill in all fields of the form first")
            return {"CANCELLED"}
        by_pair = signin_preferences.way() == "PAIR"
        typed = signin_preferences.take_typed()
        fields = {name: typed[name] for name in (("client_id", "client_secret") if by_pair else ("token",))}
        account.sign_in(
            grant="client_credentials" if by_pair else "token", root_url=typed.get("root_url", ""), **fields
        )
        return {"FINISHED"}


class AVATAR_SDK_OT_sign_in_sandbox(_Online, bpy.types.Operator):  # noqa: N801
    """Sign in to the sandbox that runs on this computer: everything works, and nothing costs anything"""

    bl_idname = "avatar_sdk.sign_in_sandbox"
    bl_label = "Use the Sandbox"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        account.sign_in_sandbox()
        return {"FINISHED"}


class AVATAR_SDK_OT_find_sandbox(_Online, bpy.types.Operator):  # noqa: N801
    """Look again for a sandbox on this computer"""

    bl_idname = "avatar_sdk.find_sandbox"
    bl_label = "Look Again"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        account.look_for_sandbox()
        return {"FINISHED"}


class AVATAR_SDK_OT_sign_out(_Online, bpy.types.Operator):  # noqa: N801
    """Forget the credentials on this computer and end their token. Avatars stay"""

    bl_idname = "avatar_sdk.sign_out"
    bl_label = "Sign Out"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        account.sign_out()
        return {"FINISHED"}


class AVATAR_SDK_OT_look_who(_Online, bpy.types.Operator):  # noqa: N801
    """Ask the service again who is signed in"""

    bl_idname = "avatar_sdk.look_who"
    bl_label = "Try Again"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        from ..creating import state

        state.ask_again()
        account.look()
        return {"FINISHED"}


class AVATAR_SDK_OT_copy(bpy.types.Operator):  # noqa: N801
    """Copy this to the clipboard"""

    bl_idname = "avatar_sdk.copy"
    bl_label = "Copy"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    text: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.clipboard = self.text
        self.report({"INFO"}, "Copied")
        return {"FINISHED"}


class AVATAR_SDK_OT_preferences(bpy.types.Operator):  # noqa: N801
    """Open this add-on's preferences: signing in, folders, cache"""

    bl_idname = "avatar_sdk.preferences"
    bl_label = "Sign In…"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        package = __package__.rpartition(".")[0]
        return set(bpy.ops.preferences.addon_show(module=package))


CLASSES = (
    AVATAR_SDK_OT_sign_in,
    AVATAR_SDK_OT_sign_in_sandbox,
    AVATAR_SDK_OT_find_sandbox,
    AVATAR_SDK_OT_sign_out,
    AVATAR_SDK_OT_look_who,
    AVATAR_SDK_OT_copy,
    AVATAR_SDK_OT_preferences,
)
