# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's hand, for the scripts that run inside a Blender with windows: looks for a button, clicks, types, scrolls.

Where a button is, only Blender knows, and it doesn't tell. So the mouse moves over the region as a person's does, and
Blender is asked what lies under it: which operator, which property. Nothing here counts pixels from an edge.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import bpy

STEP = 12  # pixels at scale 1 from one look to the next: less than a button
HEADER = 14  # and from one try at a panel's header to the next: half of one
PAGES = 12  # how often it scrolls on before it gives up
Region = Callable[[], dict[str, Any]]  # window, area and region, found anew each time
Point = tuple[int, int]  # on the screen, from its upper left corner


def press(*arguments: object) -> None:
    """The mouse or the keyboard, by xdotool; Blender gets it once the script has returned to it."""
    subprocess.run(["xdotool", *map(str, arguments)], check=True, timeout=60)


def keys(*names: str) -> Iterator[float]:
    """Keys or chords, one after the other."""
    for name in names:
        press("key", name)
        yield 0.4


def write(text: str) -> Iterator[float]:
    """What is typed into the field that is being edited."""
    press("type", "--delay", "25", text)
    yield 0.6


def view() -> dict[str, Any]:
    """The 3D View of the first window."""
    return _region(bpy.context.window_manager.windows[0], "VIEW_3D", "WINDOW")


def sidebar() -> dict[str, Any]:
    """The sidebar of that view."""
    return _region(bpy.context.window_manager.windows[0], "VIEW_3D", "UI")


def area_of(kind: str, region: str = "WINDOW") -> dict[str, Any] | None:
    """A region of the newest window that has such an area: PREFERENCES, FILE_BROWSER; None where there is none."""
    for window in reversed(bpy.context.window_manager.windows[:]):
        if any(area.type == kind for area in window.screen.areas):
            return _region(window, kind, region)
    return None


def click(place: Point, *, times: int = 1) -> Iterator[float]:
    """With the left button."""
    press("mousemove", *place)
    yield 0.2
    press("click", "--repeat", times, "--delay", "60", 1)
    yield 0.7


def hover(where: Region, across: float = 0.5) -> Iterator[float]:
    """The mouse into the middle of a region."""
    press("mousemove", *_point(where(), across, 0.5))
    yield 0.4


def scroll(where: Region, lines: int) -> Iterator[float]:
    """The wheel: down for more than 0. Over the topmost panel: below the last one lies the view, and would zoom."""
    press("mousemove", *_point(where(), 0.5, 0.97))
    yield 0.4
    press("click", "--repeat", abs(lines), "--delay", "20", "5" if lines > 0 else "4")
    yield 0.8


def push(where: Region, wanted: str, *, across: tuple[float, ...] = (0.3,), start: int = -80) -> Iterator[float]:
    """Clicks on the button whose operator call (`bpy.ops.avatar_sdk.create`) or whose property's name begins so.

    It is looked for so far across the region, from its top, or from so many lines of the wheel down.
    """
    found: list[Point] = []
    seen: set[str] = set()

    def is_it(name: str) -> bool:
        seen.add(name)
        return name.startswith(wanted)

    yield from seek(where, is_it, found, across=across, start=start)
    if not found:
        raise LookupError(f"no button {wanted} in the {where.__name__}, only {sorted(seen)}")
    yield from click(found[0])


def seek(
    where: Region, is_it: Callable[[str], bool], found: list[Point], *, across: tuple[float, ...], start: int
) -> Iterator[float]:
    """Moves over the region, to its end, till a button is the right one; its place goes into `found`."""
    yield from scroll(where, start)
    before = ""
    for _ in range(PAGES):
        names: list[str] = []
        for place in _places(where(), across):
            press("mousemove", *place)
            yield 0.03
            names.append(under_mouse(where()))
            if names[-1] and is_it(names[-1]):
                found.append(place)
                return
        if before == (before := " ".join(names)):  # it doesn't scroll any further
            return
        yield from scroll(where, 8)


def under_mouse(context: dict[str, Any]) -> str:
    """The call of the operator, or the name of the property, of the button that the mouse points at; else empty."""
    with bpy.context.temp_override(**context):
        if bpy.ops.ui.copy_python_command_button.poll():
            bpy.ops.ui.copy_python_command_button()
            return str(bpy.context.window_manager.clipboard)
        found = getattr(bpy.context, "property", None)
        return str(found[1]).rpartition(".")[2] if found is not None else ""


def unfold(where: Region, drawn: Callable[[], int]) -> Iterator[float]:
    """Clicks on one header after the other, and again where it was the wrong one, till the panel is drawn.

    `drawn` counts how often it was.
    """
    yield from scroll(where, -80)
    before = drawn()
    where()["region"].tag_redraw()
    yield 0.5
    if drawn() > before:
        return
    for place in _places(where(), (0.6,), HEADER):
        press("mousemove", *place)
        yield 0.1
        if under_mouse(where()):
            continue
        for wait in (0.3, 0.5):
            press("click", 1)
            yield wait
            if drawn() > before:
                return
            press("key", "Escape")  # a menu, where it was no header
            yield 0.2
    raise LookupError(f"no header opens it: {drawn.__name__}")


def _places(context: dict[str, Any], across: tuple[float, ...], step: int = STEP) -> Iterator[Point]:
    height = context["region"].height
    count = int(height / (step * bpy.context.preferences.system.ui_scale))
    for number in range(1, count):
        for share in across:
            yield _point(context, share, 1 - number / count)


def _point(context: dict[str, Any], across: float, up: float) -> Point:
    region, window = context["region"], context["window"]
    x = window.x + region.x + int(region.width * across)
    return x, bpy.context.window_manager.windows[0].height - (window.y + region.y + int(region.height * up))


def _region(window: bpy.types.Window, kind: str, name: str) -> dict[str, Any]:
    area = next(area for area in window.screen.areas if area.type == kind)
    region = next(region for region in area.regions if region.type == name)
    return {"window": window, "area": area, "region": region}
