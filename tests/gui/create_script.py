# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_create_window.py: `-- EXTENSION.zip OUT PHOTO`, with a sandbox announced.

The form in all its states: offline, online, the sandbox by one click, a photo, hair and clothes, a page for a phone.
Pictures of each; where somebody wants to look, also at scale 2 and with a light theme.
Leaves OUT/create.json.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import hand
from jobs_script import MODULE, numbers, picture, until, view

told: dict[str, Any] = {}


def sidebar() -> bpy.types.Region:
    return next(region for region in view()["area"].regions if region.type == "UI")


def time_draw(cls: Any, seconds: list[float]) -> None:
    """Measures every drawing of a panel from now on; Blender looks at the function's arguments."""
    inner = cls.draw

    def draw(self: Any, context: Any) -> None:
        began = time.perf_counter()
        inner(self, context)
        seconds.append(time.perf_counter() - began)

    cls.draw = draw


def drawings(seconds: list[float]) -> Callable[[], int]:
    """How often a panel was drawn whose drawings are measured."""

    def count() -> int:
        return len(seconds)

    return count


def steps(out: Path, photo: str) -> Iterator[float]:
    account = importlib.import_module(f"{MODULE}.account")
    state = importlib.import_module(f"{MODULE}.creating.state")
    panel = importlib.import_module(f"{MODULE}.panels.create")
    signin = importlib.import_module(f"{MODULE}.signin_preferences")
    with bpy.context.temp_override(**view()):
        bpy.ops.screen.screen_full_area()
    yield 1.0
    view()["area"].spaces.active.show_region_ui = True
    yield 1.5
    sidebar().active_panel_category = "Avatar SDK"
    yield 1.0
    picture(out, "1-offline")
    bpy.context.preferences.system.use_online_access = True
    yield from until(lambda: account.phase() == account.SIGNED_OUT, "asked who is signed in")
    yield 0.5
    picture(out, "2-signed-out")
    yield from preferences_window(out, signin, account)
    yield from until(lambda: state.current().from_service, "what the account has")
    draws: dict[Any, list[float]] = {cls: [] for cls in panel.CLASSES}
    for cls, seconds in draws.items():
        time_draw(cls, seconds)
    yield 0.5
    picture(out, "4-signed-in")
    wants_pictures = bool(os.environ.get("AVATARSDK_GUI_PICTURES"))
    for cls in (
        (panel.VIEW3D_PT_avatar_sdk_create_look, panel.VIEW3D_PT_avatar_sdk_create_face) if wants_pictures else ()
    ):
        yield from hand.unfold(hand.sidebar, drawings(draws[cls]))
    picture(out, "4-unfolded")
    told["problem"] = problem(out)
    bpy.ops.avatar_sdk.drop_photo(filepath=photo)
    form = bpy.context.window_manager.avatar_sdk_create
    state.set_form(
        state.form().with_choice("haircuts", "Haircut3", True).with_choice("outfits_top", "jacket_Tavush", True)
    )
    form.lod, form.texture_profile = "LOD2", "1K.jpg"
    yield 1.5
    picture(out, "5-photo")
    yield from hand.scroll(hand.sidebar, 12)
    picture(out, "6-summary")
    if wants_pictures:  # somebody wants to look
        yield from looks(out)
        yield from kinds(out, form)
    yield from phone(out, state)
    bpy.ops.avatar_sdk.drop_photo(filepath=photo)
    yield 1.0
    told["draws"] = numbers([second for seconds in draws.values() for second in seconds])
    told["reason"] = state.current().reason


def preferences_window(out: Path, signin: Any, account: Any) -> Iterator[float]:
    """The add-on's preferences; the sandbox by one click."""
    with bpy.context.temp_override(**view()):
        bpy.ops.avatar_sdk.preferences()
    yield 2.0
    picture(out, "3-preferences")
    bpy.context.window_manager.avatar_sdk_sign_in.way = "SANDBOX"
    yield from until(lambda: account.sandbox() is not None, "looked for a sandbox")
    yield 1.0
    picture(out, "3-preferences-sandbox")
    told["found"] = account.sandbox()["urls"]
    bpy.ops.avatar_sdk.sign_in_sandbox()
    yield from until(lambda: account.phase() == account.SIGNED_IN, "signed in")
    yield 1.5
    picture(out, "3-preferences-signed-in")
    windows = bpy.context.window_manager.windows
    if len(windows) > 1:
        with bpy.context.temp_override(window=windows[-1]):
            bpy.ops.wm.window_close()
    yield 1.0


def problem(out: Path) -> str:
    """A photo that won't do."""
    small = out / "IMG_1.HEIC"
    small.write_bytes(b"\0\0\0\x18ftypheic" + bytes(20))
    try:
        bpy.ops.avatar_sdk.drop_photo(filepath=str(small))
    except RuntimeError as error:
        return str(error)
    return ""


def looks(out: Path) -> Iterator[float]:
    """Scale 2, and a light theme."""
    view_preferences = bpy.context.preferences.view
    yield from hand.scroll(hand.sidebar, -30)
    view_preferences.ui_scale = 2.0
    yield 2.0
    picture(out, "7-scale-2")
    yield from hand.scroll(hand.sidebar, 30)
    picture(out, "7-scale-2-end")
    view_preferences.ui_scale = 1.0
    yield 1.0
    places = [Path(place) for place in bpy.utils.preset_paths("interface_theme")]
    theme = next((path for place in places for path in sorted(place.glob("*ight*.xml"))), None)
    told["theme"] = theme.name if theme else ""
    if theme is not None:
        bpy.ops.script.execute_preset(filepath=str(theme), menu_idname="USERPREF_MT_interface_theme_presets")
        yield 1.5
        yield from hand.scroll(hand.sidebar, -60)
        picture(out, "7-light")
        yield from hand.scroll(hand.sidebar, 12)
        picture(out, "7-light-end")
        bpy.ops.preferences.reset_default_theme()
        yield 1.0


def kinds(out: Path, form: Any) -> Iterator[float]:
    """Another kind of avatar."""
    form.pipeline = "body_0.3"
    form.subtype = "mobile"
    yield 2.0
    yield from hand.scroll(hand.sidebar, -60)
    picture(out, "8-body")
    yield from hand.scroll(hand.sidebar, 40)
    picture(out, "8-body-end")
    form.pipeline = "metaperson_2.0"
    yield from hand.scroll(hand.sidebar, -60)


def phone(out: Path, state: Any) -> Iterator[float]:
    """The QR code."""
    bpy.ops.avatar_sdk.no_photo()
    yield 0.5
    picture(out, "8-no-photo")
    bpy.ops.avatar_sdk.selfie()
    yield from until(lambda: state.selfie().qr, "a QR code")
    yield 2.0
    picture(out, "8-phone")
    bpy.ops.avatar_sdk.no_photo()
    yield 0.5


def main(extension: str, folder: str, photo: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    work = steps(out, photo)
    began = time.monotonic()

    def step() -> float | None:
        try:
            return next(work)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
            picture(out, "error")
        told["seconds"] = round(time.monotonic() - began)
        (out / "create.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(step, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
