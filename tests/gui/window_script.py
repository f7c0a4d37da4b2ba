# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_window.py: `-- EXTENSION.zip OUT BODY OUTFIT`.

Does what a person does, a step at a time with redraws in between: installs the extension, opens the sidebar at its tab,
imports a body and an outfit for it, takes the outfit off, undoes. Leaves OUT/told.json and OUT/*.png, and quits.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

TAB = "Avatar SDK"
PATIENCE = 20  # seconds that a redraw may take on software OpenGL

told: dict[str, Any] = {"results": []}
drawn: dict[str, int] = {}


def view() -> dict[str, Any]:
    """Context of the 3D View in the first window."""
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": window, "area": area, "region": region}


def sidebar() -> bpy.types.Region:
    return next(region for region in view()["area"].regions if region.type == "UI")


def panels() -> list[type]:
    """Our panels' classes, as registered."""
    return [panel for panel in bpy.types.Panel.__subclasses__() if getattr(panel, "bl_category", "") == TAB]


def count(panel: type) -> None:
    """Counts how often Blender draws this panel to its end."""
    name = panel.__name__
    drawn[name] = 0

    def draw(_panel: object, _context: object) -> None:
        drawn[name] += 1

    panel.append(draw)  # type: ignore[attr-defined]


def picture(folder: Path, name: str) -> None:
    """The screen as a person sees it, where ImageMagick is there to take it."""
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", str(folder / f"{name}.png")], check=True, timeout=30)


def until(happened: Any) -> Iterator[float]:
    """Redraws till it happened; gives up after PATIENCE."""
    for _ in range(PATIENCE * 4):
        if happened():
            return
        view()["area"].tag_redraw()
        yield 0.25
    raise TimeoutError(f"not within {PATIENCE} s: {happened.__doc__}")


def bring(export: str) -> list[str]:
    """File › Import with this export; the kinds and names of all objects afterwards."""
    with bpy.context.temp_override(**view()):
        told["results"] += sorted(bpy.ops.import_scene.avatar_sdk("EXEC_DEFAULT", True, filepath=export))
        bpy.ops.view3d.view_all()
    return sorted(f"{thing.type} {thing.name}" for thing in bpy.context.scene.objects)


def garments() -> list[bpy.types.Object]:
    return [thing for thing in bpy.context.scene.objects if "avatar_sdk_shown" in thing]


def walk(extension: str, out: Path, body: str, outfit: str) -> Iterator[float]:
    """What a person does; each yield gives Blender that many seconds to draw."""
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    for panel in panels():
        count(panel)
    view()["area"].spaces.active.show_region_ui = True
    yield 1.0
    sidebar().active_panel_category = TAB

    def first_drawing() -> bool:
        """a panel of ours is drawn"""
        return any(drawn.values())

    yield from until(first_drawing)
    picture(out, "empty")
    told["with body"] = bring(body)
    yield 1.0
    told["with outfit"] = bring(outfit)

    def all_drawn() -> bool:
        """every panel is drawn after the import"""
        return all(drawn.values())

    yield from until(all_drawn)
    yield 2.0
    picture(out, "dressed")
    for garment in garments():
        garment["avatar_sdk_shown"] = False
        garment.update_tag()
    view()["area"].tag_redraw()
    yield 2.0
    told["hidden"] = {garment.name: garment.hide_viewport for garment in garments()}
    picture(out, "undressed")
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    yield 1.0
    told["after undo"] = sorted(f"{thing.type} {thing.name}" for thing in bpy.context.scene.objects)


def main(extension: str, folder: str, body: str, outfit: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    steps = walk(extension, out, body, outfit)

    def tick() -> float | None:
        try:
            return next(steps)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
        told["drawn"] = drawn
        told["blender"] = bpy.app.version_string
        (out / "told.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
