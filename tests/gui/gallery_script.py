# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_gallery_window.py: `-- EXTENSION.zip OUT DROPPED.glb COUNT SCALE THEME`.

A person's first minutes, with the mouse and the keyboard (xdotool): Add › Avatar › Sample Avatar, the gallery of an
account with many avatars, a page turned, an avatar picked, a search typed; a file dropped. Leaves OUT/gallery.json and
OUT/*.png, and quits.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import hand

TAB = "Avatar SDK"
PATIENCE = 40  # seconds
MODULE = "bl_ext.user_default.avatar_sdk"

told: dict[str, Any] = {}


def state() -> Any:
    return sys.modules[f"{MODULE}.gallery.state"]


def until(happened: Callable[[], Any]) -> Iterator[float]:
    """Waits till it happened; gives up after PATIENCE."""
    for _ in range(PATIENCE * 4):
        if happened():
            return
        yield 0.25
    raise TimeoutError(f"not within {PATIENCE} s: {happened.__name__}")


def picture(folder: Path, name: str) -> None:
    """The screen as a person sees it."""
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", str(folder / f"{name}.png")], check=True, timeout=30)


def look(theme: str, scale: float) -> None:
    preferences = bpy.context.preferences
    preferences.view.ui_scale = scale
    if theme == "light":
        for folder in bpy.utils.preset_paths("interface_theme"):
            for file in Path(folder).glob("*ight*.xml"):
                bpy.ops.script.execute_preset(filepath=str(file), menu_idname="USERPREF_MT_interface_theme_presets")
                told["theme"] = file.name
                return


def open_gallery() -> Iterator[float]:
    """A click on the right header."""
    drawings = [0]

    def the_gallery_is_drawn(_panel: object, _context: object) -> None:
        drawings[0] += 1

    sys.modules[f"{MODULE}.gallery.panel"].VIEW3D_PT_avatar_sdk_gallery.append(the_gallery_is_drawn)

    def gallery() -> int:
        return drawings[0]

    yield from hand.unfold(hand.sidebar, gallery)


def steps(out: Path, dropped: str) -> Iterator[float]:
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    yield 1.0
    yield from add_sample(out)
    yield from browse(out)
    yield from drop(out, dropped)


def add_sample(out: Path) -> Iterator[float]:
    """Shift+A, the name typed, Return: Blender's menus search as one types."""
    yield from hand.hover(hand.view)
    yield 0.6
    hand.press("key", "shift+a")
    yield 1.5
    picture(out, "add_menu")
    hand.press("type", "--delay", "60", "sample avatar")
    yield 3.0
    picture(out, "add_search")
    hand.press("key", "Return")

    def an_armature_is_there() -> bool:
        return any(thing.type == "ARMATURE" for thing in bpy.context.scene.objects)

    yield from until(an_armature_is_there)
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.view3d.view_all()
    yield 3.0
    told["sample"] = sorted(thing.name for thing in bpy.context.scene.objects)
    picture(out, "sample")
    yield from hand.hover(hand.view)
    hand.press("key", "ctrl+z")

    def it_is_undone() -> bool:
        return not any(thing.type == "ARMATURE" for thing in bpy.context.scene.objects)

    yield from until(it_is_undone)
    told["undone"] = True


def browse(out: Path) -> Iterator[float]:
    """The gallery: opened, filled, a page turned, an avatar picked, a search."""
    hand.view()["area"].spaces.active.show_region_ui = True
    yield 1.5
    hand.sidebar()["region"].active_panel_category = TAB
    yield 1.5
    yield from open_gallery()
    picture(out, "opened")

    def all_are_listed() -> bool:
        return len(state().gallery().cards) >= int(told["expected"]) and not state().gallery().listing

    yield from until(all_are_listed)

    def pictures_are_there() -> bool:
        return all(card.picture for card in state().gallery().page.cards if card.is_completed)

    yield from until(pictures_are_there)
    yield 3.0
    told["listed"] = len(state().gallery().cards)
    told["pages"] = state().gallery().page.pages
    told["pictures"] = sum(bool(card.picture) for card in state().gallery().page.cards)
    picture(out, "gallery")
    first = state().gallery().page.cards[0].key
    yield from hand.push(hand.sidebar, f'bpy.ops.avatar_sdk.gallery_choose(key="{first}"', across=(0.15,))

    def one_is_chosen() -> bool:
        return bool(state().gallery().chosen)

    yield from until(one_is_chosen)
    told["chosen first"] = state().gallery().chosen == first
    yield 2.0
    picture(out, "chosen")
    yield from hand.push(hand.sidebar, "search")
    yield 0.5
    hand.press("type", "--delay", "60", "1 7")

    def the_search_is_done() -> bool:
        return state().gallery().query.search == "1 7"

    yield from until(the_search_is_done)
    hand.press("key", "Return")
    yield 2.0
    told["found"] = state().gallery().page.matching
    told["names"] = [card.name for card in state().gallery().page.cards]
    picture(out, "search")


def drop(out: Path, file: str) -> Iterator[float]:
    """A file dropped into the view: Blender asks which importer, ours is in the menu."""
    with bpy.context.temp_override(**hand.view()):
        handlers = [one.bl_idname for one in bpy.types.FileHandler.__subclasses__() if one.poll_drop(bpy.context)]
        told["handlers"] = sorted(name for name in handlers if name.startswith("AVATAR_SDK"))
        bpy.ops.wm.drop_import_file(
            "INVOKE_DEFAULT", directory=str(Path(file).parent), files=[{"name": Path(file).name}]
        )
    yield 2.0
    picture(out, "drop_menu")
    hand.press("key", "Escape")
    yield 1.0


def main(extension: str, folder: str, dropped: str, expected: str, scale: str, theme: str) -> None:
    out = Path(folder)
    told["expected"] = int(expected)
    work = steps(out, dropped)
    bpy.context.preferences.view.show_splash = False

    def tick() -> float | None:
        try:
            if "installed" not in told:
                look(theme, float(scale))
                told["installed"] = True
                bpy.ops.extensions.package_install_files(
                    filepath=extension, repo="user_default", enable_on_install=True
                )
                return 2.0
            return next(work)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
            picture(out, "error")
        (out / "gallery.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
