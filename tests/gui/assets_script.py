# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_assets_window.py: `-- EXTENSION.zip OUT DRESSED BARE`.

A dressed avatar's clothes are marked as an asset and saved; in a new file, with that folder as asset library, they are
dragged by the mouse from the Asset Browser onto another avatar. Leaves OUT/assets.json and OUT/assets *.png, and quits.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.gui.window_script import bring, objects, picture, until, view

LIBRARY = "Test wardrobe"
told: dict[str, Any] = {}


def worn() -> list[bpy.types.Object]:
    """Garments that an avatar wears now."""
    return [thing for thing in bpy.context.scene.objects if thing.get("avatar_sdk_shown") and thing.parent]


def asset_browser() -> dict[str, Any]:
    """Context of the Asset Browser."""
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.ui_type == "ASSETS")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": window, "area": area, "region": region}


def xdotool(*words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True, timeout=30)


def screen_place(x: float, y: float) -> tuple[int, int]:
    """A place in the window, from its lower left corner, as the mouse counts."""
    window = bpy.context.window_manager.windows[0]
    return round(x), round(window.height - y)


def in_view(place: Vector) -> tuple[int, int]:
    where = view()
    found = location_3d_to_region_2d(where["region"], where["area"].spaces.active.region_3d, place)
    return screen_place(where["region"].x + found.x, where["region"].y + found.y)


def drag(start: tuple[int, int], end: tuple[int, int]) -> Iterator[float]:
    """By the mouse, slowly enough for a program that draws by software."""
    xdotool("mousemove", *start)
    yield 1.0
    xdotool("mousedown", 1)
    yield 0.5
    for part in range(1, 11):
        between = (round(start[axis] + (end[axis] - start[axis]) * part / 10) for axis in (0, 1))
        xdotool("mousemove", *between)
        yield 0.15
    yield 2.0
    xdotool("mouseup", 1)
    yield 1.0


def open_browser() -> Iterator[float]:
    """Beside the 3D View, in a half of it: the Properties are too narrow for assets and catalogs."""
    screen = view()["window"].screen
    before = {area.as_pointer() for area in screen.areas}
    with bpy.context.temp_override(**view()):
        bpy.ops.screen.area_split(direction="VERTICAL", factor=0.5)
    yield 1.0
    new = next(area for area in screen.areas if area.as_pointer() not in before)
    new.ui_type = "ASSETS"
    yield 2.0
    space = asset_browser()["area"].spaces.active
    space.params.asset_library_reference = LIBRARY
    space.show_region_toolbar = False  # the catalogs: the asset is the one thing that is shown
    yield 3.0


def steps(out: Path, dressed: str, bare: str) -> Iterator[float]:
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    bring(dressed)
    yield 1.0
    library = out / "library"
    library.mkdir(exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "wardrobe.blend"))
    bpy.context.view_layer.objects.active = worn()[0].parent
    worn()[0].parent.select_set(True)
    with bpy.context.temp_override(**view()):
        told["marked"] = sorted(bpy.ops.object.avatar_sdk_mark_asset("EXEC_DEFAULT", True, what="WARDROBE"))
    yield 2.0
    bpy.ops.wm.save_mainfile()
    bpy.context.preferences.filepaths.asset_libraries.new(name=LIBRARY, directory=str(library))
    bpy.ops.wm.read_homefile(use_factory_startup=False, app_template="")
    yield 2.0
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    bring(bare)
    yield 1.0
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_all()
    told["before"] = objects()
    yield from open_browser()
    yield 3.0
    picture(out, "assets before")
    region = asset_browser()["region"]
    start = screen_place(region.x + 50, region.y + region.height - 50)
    armature = next(thing for thing in bpy.context.scene.objects if thing.type == "ARMATURE")
    belly = armature.matrix_world @ armature.data.bones["Spine1"].head_local
    yield from drag(start, in_view(belly))

    def it_is_worn() -> bool:
        return bool(worn())

    told["operators"] = [found.bl_idname for found in bpy.context.window_manager.operators]
    try:
        yield from until(it_is_worn)
    finally:
        told["operators"] = [found.bl_idname for found in bpy.context.window_manager.operators]
        told["after"] = objects()
        picture(out, "assets after")
    yield 2.0
    picture(out, "assets worn")
    told["worn"] = {thing.name: thing.parent.name for thing in worn()}
    with bpy.context.temp_override(**view()):
        for _ in range(2):
            bpy.ops.ed.undo()
    yield 2.0
    told["undone"] = objects()
    with bpy.context.temp_override(**view()):
        for _ in range(2):
            bpy.ops.ed.redo()
    yield 3.0
    told["redone"] = objects()
    told["worn again"] = {thing.name: thing.parent.name for thing in worn()}


def main(extension: str, folder: str, dressed: str, bare: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    walk = steps(out, dressed, bare)

    def tick() -> float | None:
        try:
            return next(walk)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
        (out / "assets.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
