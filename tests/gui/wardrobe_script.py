# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_wardrobe_window.py: `-- EXTENSION.zip OUT DRESSED OTHER THEMES`.

Two avatars stand side by side. By mouse and keyboard, the first is undressed and dressed again, takes the other's
haircut and top, wears its own outfit again, and gets another colour; each is undone and brought back. Leaves
OUT/wardrobe.json and a picture of each step; with THEMES, of every panel in dark and light and at scale 2. Quits.
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
from face_script import drawings, scroll
from gallery_script import MODULE, TAB, look, picture, until

WEAR = "bpy.ops.object.avatar_sdk_wear"
WHEEL = (100, -230)  # from a colour's field into the wheel that opens above it, in pixels at scale 1
PANELS = {  # in their order from the bottom: a header that unfolds pushes down only what is open already
    "VIEW3D_PT_avatar_sdk_assets": "assets",
    "VIEW3D_PT_avatar_sdk_info": "info",
    "VIEW3D_PT_avatar_sdk_lod": "lod",
    "VIEW3D_PT_avatar_sdk_look": "look",
    "VIEW3D_PT_avatar_sdk_body": "body",
}

told: dict[str, Any] = {}


def our(name: str) -> Any:
    """A module of the add-on."""
    return importlib.import_module(f"{MODULE}.{name}")


def worn() -> dict[str, bool]:
    """What the active avatar has: whether it is seen."""
    return {item.name: not item.hide_viewport for item in our("marks").worn(bpy.context.object)}


def colours() -> list[list[float]]:
    """Of the hair of both avatars: that of the one, which is active, first."""
    marks = our("marks")
    hair = [item for item in bpy.data.objects if item.get("avatar_sdk_category") == "haircuts"]
    hair.sort(key=lambda item: marks.armature_of(item) != bpy.context.object)
    return [[round(part, 3) for part in our("look").color_of(item)] for item in hair]


def bring(export: str, place: float) -> bpy.types.Object:
    """The armature of an avatar imported and put so far to the side."""
    bpy.ops.object.select_all(action="DESELECT")
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.import_scene.avatar_sdk("EXEC_DEFAULT", True, filepath=export)
    armature = our("marks").armature_of(bpy.context.object)
    armature.location.x = place
    return armature


def steps(out: Path, dressed: str, other: str, themes: str) -> Iterator[float]:
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    bring(other, 1.0)
    first = bring(dressed, 0.0)
    for thing in bpy.context.view_layer.objects:
        thing.select_set(thing == first)
    bpy.context.view_layer.objects.active = first
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_all()
        bpy.ops.ed.undo_push(message="two avatars")
    hand.view()["area"].spaces.active.show_region_ui = True
    yield 1.5
    hand.sidebar()["region"].active_panel_category = TAB
    yield 2.0
    yield from hand.unfold(hand.sidebar, drawings(our("panels.wardrobe").VIEW3D_PT_avatar_sdk_wardrobe))
    yield 3.0  # the pictures are drawn after the panel
    picture(out, "1-dressed")
    for name, module in PANELS.items() if themes else ():
        panel = getattr(our(f"panels.{module}"), name)
        if panel.poll(bpy.context):
            yield from hand.unfold(hand.sidebar, drawings(panel))
    told["at first"] = worn()
    yield from undress(out)
    yield from take_from_the_other(out)
    yield from change_clothes(out)
    yield from recolour(out)
    if themes:
        yield from all_panels(out)


def there_and_back(name: str, state: Callable[[], Any]) -> Iterator[float]:
    """What was just done, undone, and brought back, by keys."""
    told[name] = state()
    yield from hand.hover(hand.view, 0.3)
    yield from hand.keys("ctrl+z")
    yield 1.0
    told[f"{name}, undone"] = state()
    yield from hand.keys("ctrl+shift+z")
    yield 1.0
    told[f"{name}, redone"] = state()


def undress(out: Path) -> Iterator[float]:
    """A click on what is worn takes it off, a second one puts it on."""
    count = [0]

    def drawn() -> None:
        count[0] += 1

    handle = bpy.types.SpaceView3D.draw_handler_add(drawn, (), "WINDOW", "POST_PIXEL")
    yield from hand.scroll(hand.sidebar, -80)
    yield 2.0
    before = count[0]
    yield from hand.push(hand.sidebar, WEAR)
    yield 2.0
    told["drawn anew"] = count[0] > before
    bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")
    picture(out, "2-undressed")
    yield from there_and_back("undressed", worn)
    yield from hand.push(hand.sidebar, WEAR)
    told["dressed again"] = worn()
    yield 1.0
    picture(out, "2-dressed-again")


def take_from_the_other(out: Path) -> Iterator[float]:
    """Add › From Another Avatar… › its name, as a person types it."""
    for name in ("hair", "top"):
        found: list[hand.Point] = []
        yield from hand.seek(
            hand.sidebar, lambda call: "key_wardrobe" in call, found, across=(0.88, 0.94, 0.82), start=-80
        )
        if not found:
            raise LookupError("no key button beside Add")
        region = hand.sidebar()["region"]
        yield from hand.click((found[0][0] - region.width // 2, found[0][1]))
        picture(out, f"3-add-menu-{name}")
        yield from hand.keys("space")  # menus search for what is typed
        yield from hand.write("another")
        yield from hand.keys("Return")
        yield 1.0
        yield from hand.write(told["others"][name])
        picture(out, f"4-search-{name}")
        before = worn()
        yield from hand.keys("Return")

        def there_is_more(before: dict[str, bool] = before) -> bool:
            return len(worn()) > len(before)

        yield from until(there_is_more)
        yield 2.0
        picture(out, f"5-{name}")
        yield from there_and_back(f"with the other's {name}", worn)


def change_clothes(out: Path) -> Iterator[float]:
    """Its own outfit on again: the other's top makes room."""
    outfit = next(i for i in our("marks").worn(bpy.context.object) if i.get("avatar_sdk_category") == "outfits")
    yield from hand.push(hand.sidebar, f'{WEAR}(part="{outfit["avatar_sdk_part"]}"', across=(0.2, 0.5, 0.8))
    picture(out, "6-changed")
    yield from there_and_back("changed", worn)


def recolour(out: Path) -> Iterator[float]:
    """A click on the hair's colour, and one into the wheel that opens."""
    told["colours at first"] = colours()
    fields: list[hand.Point] = []
    yield from hand.seek(hand.sidebar, lambda name: name == "avatar_sdk_color", fields, across=(0.7,), start=-80)
    if not fields:
        raise LookupError("no colour in the sidebar")
    yield from hand.click(fields[0])
    yield 1.0
    picture(out, "7-wheel")
    before = colours()
    yield from hand.click((fields[0][0] + WHEEL[0], fields[0][1] + WHEEL[1]))
    picture(out, "8-in-the-wheel")
    region, window = hand.view()["region"], hand.view()["window"]
    yield from hand.click((region.x + 60, window.height - region.y - 60))  # beside the wheel: it closes

    def it_is_coloured() -> bool:
        return colours() != before

    yield from until(it_is_coloured)
    yield 2.0
    picture(out, "9-coloured")
    yield from there_and_back("coloured", colours)


def all_panels(out: Path) -> Iterator[float]:
    """Every panel of the active avatar, alone, in three looks."""
    for theme, scale in (("dark", 1.0), ("light", 1.0), ("light", 2.0)):
        look(theme, scale)
        yield 2.0
        yield from hand.scroll(hand.sidebar, -80)
        for page in range(6):
            picture(out, f"panels-{theme}-{scale:g}-{page}")
            yield from scroll(12)


def main(extension: str, folder: str, dressed: str, other: str, themes: str) -> None:
    out = Path(folder)
    work = steps(out, dressed, other, themes)
    told["others"] = {"hair": "hair", "top": "polo"}
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
        (out / "wardrobe.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=2.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
