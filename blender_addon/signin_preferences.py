# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in, in the add-on's preferences.

What is typed stays in this module, and secrets only until they are sent: the properties store nothing of it, so that
neither a .blend nor the preferences' file can hold it.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from avatarsdk_core.creation.summary import counted
from avatarsdk_core.running_sandbox import COMMAND, INSTALL

from . import account, online, words
from .operators import sign_in
from .panels.text import paragraph

WAYS = (
    ("PAIR", "Application", "With the client id and the client secret of your application on avatarsdk.com"),
    ("TOKEN", "Access Token", "With an access token that somebody gave you; it ends after some hours"),
    ("SANDBOX", "Sandbox", "With a service of your own on this computer, for trying out: no account, no cost"),
)
_BY_TOKEN = words.mark("By access token")
_ACCESS = {
    "developer": words.mark("Access: developer, you see all avatars of the application"),
    "client": words.mark("Access: client, you see the avatars made on this computer"),
}
_typed: dict[str, str] = {}
_way = 0


def take_typed() -> dict[str, str]:
    """What was typed, without spaces around it; the secrets of it are left nowhere here."""
    found = {name: text.strip() for name, text in _typed.items() if text.strip()}
    for secret in ("client_secret", "token"):
        _typed.pop(secret, None)
    return found


def way() -> str:
    """The chosen way: PAIR, TOKEN or SANDBOX."""
    return WAYS[_way][0]


def is_complete() -> bool:
    """Something was typed in every field that the way needs."""
    needed = {"PAIR": ("client_id", "client_secret"), "TOKEN": ("token",), "SANDBOX": ()}[way()]
    return all(_typed.get(name, "").strip() for name in needed)


def _kept(name: str) -> dict[str, Callable[..., object]]:
    """Callbacks that keep a field's text in this module, and nowhere in Blender's data."""

    def put(_self: object, text: str) -> None:
        _typed[name] = text

    return {"get": lambda _self: _typed.get(name, ""), "set": put}


def _get_way(_self: object) -> int:
    return _way


def _set_way(_self: object, number: int) -> None:
    global _way
    if number != _way:
        account.forget_message()  # it was about the other way
    _way = number
    if way() == "SANDBOX" and online.is_online():
        account.look_for_sandbox()


class AVATAR_SDK_PG_sign_in(bpy.types.PropertyGroup):  # noqa: N801  (Blender's naming)
    """The fields of the form."""

    way: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Sign In With", items=WAYS, get=_get_way, set=_set_way, options={"SKIP_SAVE"}
    )
    client_id: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Client ID",
        description="Of your application on avatarsdk.com",
        options={"SKIP_SAVE"},
        **_kept("client_id"),
    )
    client_secret: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Client Secret",
        description="Of the same application. It is kept in your system's keychain, never in Blender's files",
        subtype="PASSWORD",
        options={"SKIP_SAVE"},
        **_kept("client_secret"),
    )
    token: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Access Token",
        description="It is kept in your system's keychain, never in Blender's files",
        subtype="PASSWORD",
        options={"SKIP_SAVE"},
        **_kept("token"),
    )
    root_url: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Service",
        description="Address of another service than the public one. Empty: https://api.avatarsdk.com/",
        options={"SKIP_SAVE"},
        **_kept("root_url"),
    )


def draw_sign_in(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The box at the top of the preferences: who is signed in, or the form."""
    account.wanted()
    box = layout.box()
    box.use_property_split = True
    column = box.column()
    column.enabled = online.is_online()
    if account.phase() == account.SIGNED_IN:
        _draw_account(column, context)
    else:
        _draw_form(column, context)
    if account.message():
        paragraph(column, context, account.message(), "ERROR" if account.is_trouble() else "INFO")


def _draw_account(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    who = account.current()
    row = column.row()
    row.label(text="Signed in to the sandbox on this computer" if who.is_sandbox else "Signed in", icon="CHECKMARK")
    row.operator(sign_in.AVATAR_SDK_OT_sign_out.bl_idname, icon="X")
    lines = [
        words.iface("Service: {host}", host=who.host),
        words.iface("Application: {client_id}", client_id=who.client_id) if who.client_id else _BY_TOKEN,
        _ACCESS.get(who.access, ""),
        words.iface("Kept in: {place}", place=who.kept_in) if who.kept_in else "",
        _usage(who.usage),
        words.mark("Plan: the service doesn't tell its name; the Create panel shows what it includes"),
    ]
    for line in filter(None, lines):
        paragraph(column, context, line)


def _usage(usage: object) -> str:
    if not isinstance(usage, dict):
        return words.iface("Avatars made: only developer access is told")
    return words.iface("Avatars: {counted}", counted=counted(usage))


def _draw_form(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    fields = context.window_manager.avatar_sdk_sign_in
    asking = account.phase() == account.ASKING
    column.row().prop(fields, "way", expand=True)
    if way() == "SANDBOX":
        _draw_sandbox(column, context)
        return
    for name in ("client_id", "client_secret") if way() == "PAIR" else ("token",):
        column.prop(fields, name)
    column.prop(fields, "root_url", placeholder="https://api.avatarsdk.com/")
    row = column.row()
    row.enabled = is_complete() and not asking
    row.operator(sign_in.AVATAR_SDK_OT_sign_in.bl_idname, text="Trying…" if asking else "Sign In", icon="USER")
    if way() == "PAIR":
        row = column.row()
        row.operator("wm.url_open", text="Get an Account", icon="URL").url = "https://avatarsdk.com/"


def _draw_sandbox(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    found = account.sandbox()
    if found is None:
        paragraph(column, context, "Looking for a sandbox on this computer…")
    elif found.get("urls"):
        asking = account.phase() == account.ASKING
        row = column.row()
        row.enabled = not asking
        text = words.iface("Use the Sandbox at {url}", url=found["urls"][0])
        row.operator(sign_in.AVATAR_SDK_OT_sign_in_sandbox.bl_idname, text="Trying…" if asking else text, icon="HOME")
        return
    elif found.get("stranger"):
        text = words.iface(
            "A sandbox answers at {url} and doesn't tell its keys: paste those of its terminal under Application, "
            "with its address as Service",
            url=found["stranger"],
        )
        paragraph(column, context, text, "INFO")
    else:
        paragraph(column, context, "No sandbox runs here. Start one in a terminal, then look again:", "INFO")
        for command in (INSTALL, COMMAND):
            row = column.row()
            row.label(text=command, translate=False)
            row.operator(sign_in.AVATAR_SDK_OT_copy.bl_idname, text="", icon="COPYDOWN").text = command
    column.operator(sign_in.AVATAR_SDK_OT_find_sandbox.bl_idname, icon="FILE_REFRESH")


CLASSES = (AVATAR_SDK_PG_sign_in,)


def register() -> None:
    """The fields hang on the window manager."""
    bpy.types.WindowManager.avatar_sdk_sign_in = bpy.props.PointerProperty(type=AVATAR_SDK_PG_sign_in)


def unregister() -> None:
    """Takes them back, and what was typed with them."""
    del bpy.types.WindowManager.avatar_sdk_sign_in
    take_typed()
