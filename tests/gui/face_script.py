# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_face_window.py: `-- EXTENSION.zip OUT HEAD THEMES`.

By mouse and keyboard: Face is opened, an avatar smiles, the smile is undone and brought back, kept under a name, and
pictures of all expressions are rendered and seen, in a dark and in a light theme, one is put on from the Asset Browser.
Leaves OUT/face.json and a picture of each step, and quits.
"""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import hand
from gallery_script import MODULE, TAB, look, picture, until

SMILE = 'bpy.ops.avatar_sdk.face_expression(strength=1, additive=False, key=False, expression="smile"'

told: dict[str, Any] = {}


def our(name: str) -> Any:
    """A module of the add-on."""
    return importlib.import_module(f"{MODULE}.{name}")


def moved() -> dict[str, float]:
    """The shape keys of the head that aren't at zero."""
    head = our("face_values").head_of(bpy.context.object)
    return {name: round(slider.value, 3) for name, slider in our("face_values").values_of(head).items() if slider.value}


def drawings(panel: type) -> Callable[[], int]:
    """How often a panel is drawn from now on."""
    count = [0]

    def draw(_panel: object, _context: object) -> None:
        count[0] += 1

    panel.append(draw)  # type: ignore[attr-defined]

    def times_drawn() -> int:
        return count[0]

    return times_drawn


def steps(out: Path, export: str, themes: str) -> Iterator[float]:
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.import_scene.avatar_sdk("EXEC_DEFAULT", True, filepath=export)
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_all()
    hand.view()["area"].spaces.active.show_region_ui = True
    yield 1.5
    hand.sidebar()["region"].active_panel_category = TAB
    yield 1.5
    yield from hand.unfold(hand.sidebar, drawings(our("panels.face").VIEW3D_PT_avatar_sdk_face))
    yield from smile(out)
    yield from keep(out)
    yield from see(out)
    for theme, scale in [("light", 1.0), ("light", 2.0)] if themes else []:
        yield from see_in(out, theme, scale)
    bpy.context.preferences.view.ui_scale = 1.0
    yield from share(out)


def smile(out: Path) -> Iterator[float]:
    """A click puts it on, Ctrl Z takes it off, and once more."""
    yield from hand.push(hand.sidebar, SMILE, across=(0.15, 0.4, 0.7))
    told["smile"] = moved()
    picture(out, "smile")
    yield from hand.hover(hand.view)
    yield from hand.keys("ctrl+z")
    yield 0.6
    told["undone"] = moved()
    yield from hand.keys("ctrl+shift+z")
    yield 0.6
    told["redone"] = moved()


def keep(out: Path) -> Iterator[float]:
    """Save…, the name that is offered, and its picture."""
    shelf = our("expression_shelf")
    yield from hand.push(hand.sidebar, "bpy.ops.avatar_sdk.expression_save", across=(0.25,))
    yield 1.0
    picture(out, "save_dialog")
    yield from hand.keys("Return")

    def it_is_kept() -> bool:
        return any(entry.own for entry in shelf.entries())

    yield from until(it_is_kept)

    def it_has_a_picture() -> bool:
        entry = next(entry for entry in shelf.entries() if entry.own)
        return bool(shelf.icon(entry, bpy.context.object["avatar_sdk_avatar"]))

    yield from until(it_has_a_picture)
    told["kept"] = {entry.name: dict(entry.expression.values) for entry in shelf.entries() if entry.own}
    picture(out, "saved")


def see(out: Path) -> Iterator[float]:
    """Render Pictures, and the grid in other looks."""
    shelf = our("expression_shelf")
    scenes = [scene.name for scene in bpy.data.scenes]
    yield from hand.push(hand.sidebar, "bpy.ops.avatar_sdk.expression_pictures", across=(0.6,))

    def all_have_pictures() -> bool:
        avatar = bpy.context.object["avatar_sdk_avatar"]
        return not shelf.rendering() and all(shelf.icon(entry, avatar) for entry in shelf.entries())

    yield from until(all_have_pictures)
    told["trouble"] = shelf.trouble()
    told["same scenes"] = scenes == [scene.name for scene in bpy.data.scenes]
    told["still smiling"] = moved() == told["redone"]
    yield from scroll(60)
    picture(out, "face_dark")
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.avatar_sdk.expression_more(expression="My Expression")
    yield 1.0
    picture(out, "more")
    yield from hand.keys("Escape")


def see_in(out: Path, theme: str, scale: float) -> Iterator[float]:
    """The panel's top, end and middle in another look."""
    look(theme, scale)
    yield 2.0
    for place, lines in (("top", -60), ("end", 60), ("middle", -5)):
        yield from scroll(lines)
        picture(out, f"face_{theme}_{scale:g}_{place}")


def share(out: Path) -> Iterator[float]:
    """An expression as an asset, chosen in the Asset Browser and put on from there."""
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.avatar_sdk.face_reset("EXEC_DEFAULT", True)
        bpy.ops.avatar_sdk.expression_mark_asset("EXEC_DEFAULT", True, expression="laugh")
    area = next(area for area in hand.view()["window"].screen.areas if area.ui_type == "PROPERTIES")
    area.ui_type = "ASSETS"
    area.spaces.active.show_region_toolbar = False  # the catalogs would leave no room
    yield 2.0
    browser = hand.area_of("FILE_BROWSER")
    assert browser is not None
    browser["area"].spaces.active.params.asset_library_reference = "LOCAL"
    yield 3.0
    region, window = browser["region"], browser["window"]
    place = region.x + 50, window.height - (region.y + region.height - 50)
    yield from hand.click(place)
    picture(out, "asset")
    browser = hand.area_of("FILE_BROWSER")
    assert browser is not None
    with bpy.context.temp_override(**browser):
        told["asset"] = bpy.context.asset.name if bpy.context.asset else ""
    hand.press("click", 3)
    yield 1.5
    picture(out, "asset_menu")
    yield from hand.keys("space")  # menus search for what is typed
    yield from hand.write("apply expression")
    yield 1.0
    picture(out, "asset_search")
    yield from hand.keys("Return")

    def it_laughs() -> bool:
        return bool(moved())

    yield from until(it_laughs)
    told["laughing"] = moved()


def scroll(lines: int) -> Iterator[float]:
    """The wheel over the lower part of the sidebar: over the sliders it would scroll them."""
    region, window = hand.sidebar()["region"], hand.sidebar()["window"]
    hand.press("mousemove", region.x + region.width // 2, window.height - region.y - region.height // 4)
    yield 0.3
    hand.press("click", "--repeat", abs(lines), "--delay", "20", "5" if lines > 0 else "4")
    yield 1.5


def main(extension: str, folder: str, export: str, themes: str) -> None:
    out = Path(folder)
    work = steps(out, export, themes)
    bpy.context.preferences.view.show_splash = False
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)

    def tick() -> float | None:
        try:
            return next(work)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
            picture(out, "error")
        (out / "face.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=2.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
