# SPDX-License-Identifier: GPL-3.0-or-later
"""Guesses about the person: shown once, to somebody who clicked for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy

from avatarsdk_core.avatar.model_json import Guess

from .. import marks, person_guesses, words

_ABOUT = {"age": words.mark("Age"), "gender": words.mark("Gender"), "race": words.mark("Race")}


class AVATAR_SDK_OT_guesses(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Show what the service guessed of the person: read from the export now, and kept nowhere"""

    bl_idname = "avatar_sdk.guesses"
    bl_label = "Guesses About the Person…"
    bl_options = {"INTERNAL"}  # noqa: RUF012  (no step to undo, nothing in the redo panel)

    filepath: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Export", description="The avatar's export: its folder, or its model.json", subtype="FILE_PATH",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not marks.avatar_id(context.object):
            cls.poll_message_set(words.tip("Select a part of an avatar"))
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        file = person_guesses.model_json_of(context.object)
        if file is not None:
            self.filepath = str(file)
            return self.execute(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        if not self.filepath:
            self.report({"ERROR"}, "Choose the avatar's export: its folder, or its model.json")
            return {"CANCELLED"}
        try:
            guesses = person_guesses.guesses_in(Path(bpy.path.abspath(self.filepath)))
        except FileNotFoundError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        _show(context, guesses)  # never by a report: those are logged
        return {"FINISHED"}


def _show(context: bpy.types.Context, guesses: Sequence[Guess]) -> None:
    def draw(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
        draw_guesses(menu.layout, guesses)

    if not bpy.app.background:
        context.window_manager.popup_menu(draw, title=words.iface("Guesses About the Person"), icon="QUESTION")


def draw_guesses(layout: bpy.types.UILayout, guesses: Sequence[Guess]) -> None:
    """A line each, with how sure the service was."""
    for guess in guesses:
        about, value = words.iface(_ABOUT[guess.about]), guess.value.replace("_", " ")
        if guess.confidence is None:
            layout.label(text=words.iface("{about}: {value}", about=about, value=value), translate=False)
        else:
            layout.label(
                text=words.iface(
                    "{about}: {value} ({share:.0%} sure)", about=about, value=value, share=guess.confidence
                ),
                translate=False,
            )
    if not guesses:
        layout.label(text="The service wasn't asked for any")


CLASSES = (AVATAR_SDK_OT_guesses,)
