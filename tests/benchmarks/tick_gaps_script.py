# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by tick_gaps.py: `-- EXTENSION.zip OUT ROOT_URL PHOTO JOBS SEEN`.

A timer of 2 ms notes when it runs: with nothing going on, while jobs create and download, with nothing going on again,
and while a header of Blender's own is drawn anew as often as our panels were. SEEN is "no" for a sidebar and a status
bar that are shut. Leaves OUT/gaps.json and quits.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

MODULE = "bl_ext.user_default.avatar_sdk"
BEGIN, QUIET, PATIENCE = 10.0, 15.0, 240.0  # seconds

told: dict[str, Any] = {}
phases: dict[str, list[float]] = {}
now: dict[str, Any] = {"phase": "", "last": 0.0}


def note() -> float:
    moment = time.perf_counter()
    if now["last"] and now["phase"]:
        phases.setdefault(now["phase"], []).append(moment - now["last"])
    now["last"] = moment
    return 0.002


def enter(phase: str) -> None:
    now["phase"], now["last"] = phase, 0.0


def steps(out: Path, url: str, photo: str, count: int, *, seen: bool) -> Iterator[float]:
    bpy.context.preferences.system.use_online_access = True
    jobs = importlib.import_module(f"{MODULE}.jobs")
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    area.spaces.active.shading.type = "SOLID"
    area.spaces.active.show_region_ui = seen
    window.screen.show_statusbar = seen
    yield 1.5
    if seen:
        next(region for region in area.regions if region.type == "UI").active_panel_category = "Avatar SDK"
    keys = {"client_id": os.environ["AVATARSDK_TEST_ID"], "client_secret": os.environ["AVATARSDK_TEST_SECRET"]}
    request = jobs.ask("sign_in", root_url=url, keep="file", **keys)
    end = time.monotonic() + PATIENCE
    while not any(answer.final for answer in jobs.answers(request)):
        if time.monotonic() > end:
            raise TimeoutError("sign in")
        yield 0.2
    bpy.app.timers.register(note, persistent=True)
    yield BEGIN
    enter("before")
    yield QUIET
    enter("jobs")
    fields = {
        "photo": photo,
        "folder": str(out / "avatars"),
        "export_parameters": {"format": "glb", "lod": "LOD2", "embed": True},
        "pipeline": "metaperson_2.0",
        "pipeline_subtype": "female",
        "auto_import": False,
    }
    drawn = [0]
    count_calls(importlib.import_module(f"{MODULE}.jobs.board"), "redraw_ours", drawn)
    count_calls(importlib.import_module(f"{MODULE}.jobs.status_bar"), "redraw_status_bar", drawn)
    began = time.monotonic()
    for number in range(count):
        jobs.start("create", title=f"Mia {number}", name=f"Mia {number}", **fields)
    while {view.state for view in jobs.jobs()} - {"ready", "failed"}:
        if time.monotonic() > end:
            raise TimeoutError(str([view.state for view in jobs.jobs()]))
        yield 0.2
    told["seconds"] = round(time.monotonic() - began, 1)
    told["states"] = sorted(view.state for view in jobs.jobs())
    enter("")
    yield 2.0
    enter("after")
    yield QUIET
    enter("header")
    told["redraws"] = drawn[0]
    for _ in range(drawn[0]):
        next(region for region in area.regions if region.type == "HEADER").tag_redraw()
        yield told["seconds"] / max(1, drawn[0])
    enter("")


def count_calls(owner: Any, name: str, counter: list[int]) -> None:
    inner = getattr(owner, name)

    def outer(*args: Any) -> Any:
        counter[0] += 1
        return inner(*args)

    setattr(owner, name, outer)


def numbers(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    at = lambda share: round(1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)  # noqa: E731
    return {"count": len(seconds), "median": at(0.5), "p99": at(0.99), "p99.9": at(0.999), "most": at(1.0)}


def main(extension: str, folder: str, url: str, photo: str, count: str, seen: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    work = steps(out, url, photo, int(count), seen=seen == "yes")

    def step() -> float | None:
        try:
            return next(work)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
        told["gaps"] = {name: numbers(seconds) for name, seconds in phases.items()}
        (out / "gaps.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(step, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
