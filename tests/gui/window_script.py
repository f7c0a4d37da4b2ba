# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_window.py: `-- SESSION EXTENSION.zip OUT ARGUMENTS`.

Does what a person does, a step at a time with redraws in between: installs the extension, then works through a session
(`wear`: body, outfit, switch, undo; `open`: a .blend). Leaves OUT/SESSION.json and OUT/*.png, and quits.
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
    raise TimeoutError(f"not within {PATIENCE} s: {happened.__name__}")


def bring(export: str) -> list[str]:
    """File › Import with this export; all objects afterwards."""
    with bpy.context.temp_override(**view()):
        told["results"] += sorted(bpy.ops.import_scene.avatar_sdk("EXEC_DEFAULT", True, filepath=export))
        bpy.ops.view3d.view_all()
    return objects()


def objects() -> list[str]:
    """Kind and name of everything in the scene."""
    return sorted(f"{thing.type} {thing.name}" for thing in bpy.context.scene.objects)


def garments() -> list[bpy.types.Object]:
    return [thing for thing in bpy.context.scene.objects if "avatar_sdk_shown" in thing]


def install(extension: str) -> None:
    """Installs and enables the extension, and counts its panels' drawings."""
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    for panel in panels():
        count(panel)


def open_sidebar() -> Iterator[float]:
    """Opens the sidebar at our tab and waits for a panel of ours."""
    view()["area"].spaces.active.show_region_ui = True
    yield 1.0
    sidebar().active_panel_category = TAB

    def a_panel_is_drawn() -> bool:
        return any(drawn.values())

    yield from until(a_panel_is_drawn)


def expected() -> list[str]:
    """The panels that Blender draws now without a click: asked for by their poll, and not folded up at first."""
    folded = {
        panel.__name__ for panel in panels() if getattr(panel, "bl_options", set()) & {"DEFAULT_CLOSED", "INSTANCED"}
    }
    with bpy.context.temp_override(**{**view(), "region": sidebar()}):
        return [
            panel.__name__
            for panel in panels()
            if panel.__name__ not in folded
            and getattr(panel, "bl_parent_id", "") not in folded
            and (not hasattr(panel, "poll") or panel.poll(bpy.context))
        ]


def all_panels_are_drawn() -> bool:
    return all(drawn[name] for name in expected())


def wear(out: Path, body: str, outfit: str) -> Iterator[float]:
    """Imports a body and an outfit for it, takes the outfit off, undoes."""
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    yield from open_sidebar()
    picture(out, "empty")
    told["with body"] = bring(body)
    yield 1.0
    told["with outfit"] = bring(outfit)
    yield from until(all_panels_are_drawn)
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
    told["after undo"] = objects()


def open_file(out: Path, file: str) -> Iterator[float]:
    """Opens a .blend as a person who got it would, and selects the avatar."""
    bpy.ops.wm.open_mainfile(filepath=file)
    yield 2.0
    yield from open_sidebar()
    told["objects"] = objects()
    armature = next(thing for thing in bpy.context.scene.objects if thing.type == "ARMATURE")
    with bpy.context.temp_override(**view()):
        bpy.context.view_layer.objects.active = armature
        bpy.ops.view3d.view_all()
    yield from until(all_panels_are_drawn)
    yield 2.0
    picture(out, "opened")


def main(session: str, extension: str, folder: str, *arguments: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    steps = {"wear": wear, "open": open_file}[session](out, *arguments)

    def tick() -> float | None:
        try:
            if "extension" not in told:
                bpy.ops.extensions.package_install_files(
                    filepath=extension, repo="user_default", enable_on_install=True
                )
                told["extension"] = [panel.__name__ for panel in panels()]
                for panel in panels():
                    count(panel)
            return next(steps)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
        told["drawn"] = {name: drawn[name] for name in expected()}
        told["blender"] = bpy.app.version_string
        (out / f"{session}.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
