"""What the panels of the account, the form, the gallery and the jobs cost to draw.

    python -m tests.benchmarks.blender_sidebar

With a Python that has bpy; the panels of an avatar are in blender_panels.py. A drawing is a panel's poll, its draw, and
the polls of the operators that it shows, on a layout that does nothing; each kind of avatar is drawn unfolded with all
that it offers, the gallery with 2,000 avatars, the panel of jobs with 20. Goal: 2 ms at the 99.9th percentile of
each, of the processor's time: a drawing waits for nothing, and the clock also tells who else had the processor.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy

import blender_addon
from avatarsdk_core.catalog import pipelines
from avatarsdk_core.gallery.cards import Card
from avatarsdk_core.worker.messages import Answer, Failure
from avatarsdk_core.worker.shown import Shown
from blender_addon import account, jobs, preferences
from blender_addon.creating import state
from blender_addon.gallery import panel as gallery_panel
from blender_addon.gallery import state as gallery
from blender_addon.panels import create, sidebar
from blender_addon.panels import jobs as jobs_panel
from tests.benchmarks.blender_panels import Layout
from tests.benchmarks.table import Row, show
from tests.core.test_photo import png

AVATARS, JOBS = 2000, 20
REPEATS = 2000
GOAL = 2.0


class Unfolded(Layout):
    """All that can be folded is open."""

    def panel(self, *_arguments: object, **_options: object) -> tuple[Layout, Layout]:
        return self, self


def main() -> None:
    """Measures, prints the rows."""
    print(f"Blender {bpy.app.version_string}")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.context.preferences.system.use_online_access = True
    blender_addon.register()
    try:
        with tempfile.TemporaryDirectory() as folder:
            show(list(rows(Path(folder))))
    finally:
        blender_addon.unregister()


def rows(folder: Path) -> list[Row]:
    found = [
        row("preferences, signed out", draw_of(preferences.AvatarSDKPreferences)),
        row("create, signed out", form()),
    ]
    sign_in()
    found.append(row("preferences, signed in", draw_of(preferences.AvatarSDKPreferences)))
    photo = folder / "anna.png"
    photo.write_bytes(png(1200, 1600))
    state.set_photo(str(photo))
    for name, facts in pipelines().items():
        for subtype in facts.subtypes:
            state.set_kind(name, subtype)
            found.append(row(f"create, {name} {subtype}", form()))
    fill_gallery()
    found.append(row(f"gallery of {AVATARS}", draw_of(gallery_panel.VIEW3D_PT_avatar_sdk_gallery)))
    jobs.jobs = lambda: SHOWN
    found.append(row(f"jobs, {JOBS}", draw_of(jobs_panel.VIEW3D_PT_avatar_sdk_jobs)))
    found.append(row("Avatar SDK, no avatar", draw_of(sidebar.VIEW3D_PT_avatar_sdk)))
    return found


SHOWN = tuple(
    Shown(f"{number:016x}", "create", f"Avatar {number}", word, "The service computes the avatar", **more)
    for number in range(JOBS // 2)
    for word, more in (
        ("computing", {"progress": 0.4, "is_active": True, "left": "about 3 min left", "detail": "model.zip"}),
        ("failed", {"failure": Failure("ServiceError", "The service is out of order: try again in some minutes")}),
    )
)


def sign_in() -> None:
    told = {"root_url": "https://api.avatarsdk.com/", "profile": "default", "access": "developer"}
    account._await("0" * 16)
    account._told(Answer("0" * 16, {"account": told, "usage": {"created": 12}}))


def fill_gallery() -> None:
    gallery._gallery.online.update(
        (f"{number:036x}", Card(f"{number:036x}", f"Anna {number}", f"{number:036x}", "Completed", 100, "head_1.2",
                                f"2026-10-{number % 28 + 1:02d}", on_service=True))
        for number in range(AVATARS)
    )  # fmt: skip
    gallery._gallery.is_begun = True
    gallery._merge()
    gallery.choose(f"{AVATARS - 1:036x}")


def form() -> Callable[[], None]:
    """All sub-panels of the form, unfolded."""
    draws = [draw_of(cls) for cls in create.CLASSES]

    def draw() -> None:
        for each in draws:
            each()

    return draw


def draw_of(panel: Any) -> Callable[[], None]:
    """Draws it as Blender does."""
    helpers = {name: partial(made, None) for name, made in vars(panel).items() if name.startswith("_draw")}
    stand_in = SimpleNamespace(layout=Unfolded(), **helpers)
    context = SimpleNamespace(
        window_manager=bpy.context.window_manager,
        preferences=bpy.context.preferences,
        scene=bpy.context.scene,
        object=None,
        area=None,
        mode="OBJECT",
        region=SimpleNamespace(width=300),
    )

    def draw() -> None:
        if not hasattr(panel, "poll") or panel.poll(context):
            panel.draw(stand_in, context)

    return draw


def row(what: str, draw: Callable[[], None]) -> Row:
    works, walls = [], []
    draw()  # what the first one prepares isn't what every one costs
    for _ in range(REPEATS):
        began, worked = time.perf_counter(), time.thread_time()
        draw()
        works.append(1000 * (time.thread_time() - worked))
        walls.append(1000 * (time.perf_counter() - began))
    works.sort()
    walls.sort()
    late = int(0.999 * REPEATS)
    detail = f"median {works[REPEATS // 2]:.3f}; by the clock {walls[late]:.2f}"
    return Row(f"{what}: p99.9, ms", works[late], GOAL, detail)


if __name__ == "__main__":
    main()
