# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_jobs_window.py: `-- EXTENSION.zip OUT ROOT_URL PHOTO`.

Signs in, creates from a photo, measures timer gaps, panel and tick meanwhile, waits in edit mode, lets the avatar
arrive, undoes, saves, reloads. Leaves OUT/jobs.json and OUT/*.png, and quits.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

MODULE = "bl_ext.user_default.avatar_sdk"
PATIENCE = 200

told: dict[str, Any] = {}
gaps: list[float] = []
last = [0.0]


def view() -> dict[str, Any]:
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": window, "area": area, "region": region}


def picture(out: Path, name: str) -> None:
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", str(out / f"{name}.png")], check=True, timeout=30)
        last[0] = 0.0  # the time that the picture took is none of ours


def until(happened: Any, what: str) -> Iterator[float]:
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(what)
        yield 0.2


def gap() -> float:
    moment = time.perf_counter()
    if last[0]:
        gaps.append(moment - last[0])
    last[0] = moment
    return 0.002


def timed(owner: Any, name: str, seconds: list[float]) -> None:
    """Measures every call of a function from now on."""
    inner = getattr(owner, name)

    def outer(*args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return inner(*args, **named)
        finally:
            seconds.append(time.perf_counter() - began)

    setattr(owner, name, outer)


def objects() -> list[str]:
    return sorted(obj.name for obj in bpy.data.objects)


def steps(out: Path, url: str, photo: str) -> Iterator[float]:
    bpy.context.preferences.system.use_online_access = True
    jobs = importlib.import_module(f"{MODULE}.jobs")
    board = importlib.import_module(f"{MODULE}.jobs.board")
    panel = importlib.import_module(f"{MODULE}.panels.jobs")
    view()["area"].spaces.active.show_region_ui = True
    yield 1.5
    next(r for r in view()["area"].regions if r.type == "UI").active_panel_category = "Avatar SDK"
    keys = {"client_id": os.environ["AVATARSDK_TEST_ID"], "client_secret": os.environ["AVATARSDK_TEST_SECRET"]}
    request = jobs.ask("sign_in", root_url=url, keep="file", **keys)
    yield from until(lambda: any(a.final for a in jobs.answers(request)), "sign in")
    told["signed in"] = jobs.answers(request)[-1].failure is None
    ticks: list[float] = []
    draws: list[float] = []
    timed(board, "tick", ticks)
    timed(panel, "_draw_job", draws)
    bpy.app.timers.register(gap, persistent=True)
    asked = {"pipeline": "metaperson_2.0", "pipeline_subtype": "female"}
    export = {
        "format": "glb",
        "lod": "LOD2",
        "embed": False,
        "textures": {"list": ["Color"], "profile": "1K.jpg", "embed": False},
    }
    fields = {"photo": photo, "name": "Mia", "folder": str(out / "avatars"), "export_parameters": export, **asked}
    mia = jobs.start("create", title="Mia", **fields)
    noa = jobs.start("create", title="Noa", auto_import=False, **{**fields, "name": "Noa"})
    missing = jobs.start("create", title="Lost photo", **{**fields, "photo": str(Path.home() / "gone.jpg")})
    yield from until(lambda: state(jobs, mia) == "computing", "computing")
    yield 0.6
    picture(out, "computing")
    told["failure"] = next(v.failure.message for v in jobs.jobs() if v.id == missing)
    with bpy.context.temp_override(**view()):
        bpy.ops.object.mode_set(mode="EDIT")
    yield from until(lambda: state(jobs, mia) == "ready", "ready")
    yield 1.5
    told["waits"] = state(jobs, mia)
    bpy.app.timers.unregister(gap)
    picture(out, "waits")
    told["before"] = objects()
    with bpy.context.temp_override(**view()):
        bpy.ops.object.mode_set(mode="OBJECT")
    bpy.context.scene.cursor.location = (2.0, 0.0, 0.0)
    yield from until(lambda: state(jobs, mia) == "done", "arrival")
    yield 1.0
    told["arrived"] = objects()
    told["place"] = list(bpy.context.view_layer.objects.active.location)
    picture(out, "arrived")
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    yield 0.5
    told["after undo"] = objects()
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.redo()
    yield 0.5
    blend = out / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    yield from until(lambda: state(jobs, noa) == "ready", "the second")
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    yield 1.0
    told["after load"] = {"objects": objects(), "jobs": sorted(v.state for v in jobs.jobs())}
    told["secret in blend"] = keys["client_secret"].encode() in blend.read_bytes()
    began = time.monotonic()
    yield from until(lambda: not bpy.app.timers.is_registered(board._on_timer), "rest")
    told["rests after"] = time.monotonic() - began
    told["ticks"], told["draws"], told["gaps"] = numbers(ticks), numbers(draws), numbers(gaps[500:])
    picture(out, "end")


def state(jobs: Any, name: str) -> str:
    return next((v.state for v in jobs.jobs() if v.id == name), "gone")


def numbers(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    at = lambda share: round(1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)  # noqa: E731
    return {"count": len(seconds), "median": at(0.5), "p99": at(0.99), "p99.9": at(0.999), "most": at(1.0)}


def main(extension: str, folder: str, url: str, photo: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    work = steps(out, url, photo)

    def step() -> float | None:
        try:
            return next(work)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
        (out / "jobs.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(step, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
