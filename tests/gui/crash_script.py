# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_crash_window.py: `-- first|second EXTENSION.zip OUT ROOT_URL PHOTO`.

The first one begins a job and is killed in the middle of it. The second one finds it, resumes it by a click, and lets
its avatar wait for a tool and for a render. Each leaves OUT/NAME.json and pictures.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import hand
from jobs_script import MODULE, objects, picture, state, until, view

told: dict[str, Any] = {}
HEAD = {
    "format": "glb",
    "lod": "LOD2",
    "embed": False,
    "avatar": {"list": ["AvatarHead"]},
    "textures": {"list": ["Color"], "profile": "1K.jpg", "embed": False},
}


def our(name: str) -> Any:
    """A module of the add-on."""
    return importlib.import_module(f"{MODULE}.{name}")


def open_sidebar() -> Iterator[float]:
    view()["area"].spaces.active.show_region_ui = True
    yield 1.5
    hand.sidebar()["region"].active_panel_category = "Avatar SDK"
    yield 1.0


def first(out: Path, extension: str, url: str, photo: str) -> Iterator[float]:
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    bpy.context.preferences.system.use_online_access = True
    bpy.ops.wm.save_userpref()
    yield from open_sidebar()
    jobs = our("jobs")
    keys = {"client_id": os.environ["AVATARSDK_TEST_ID"], "client_secret": os.environ["AVATARSDK_TEST_SECRET"]}
    request = jobs.ask("sign_in", root_url=url, keep="file", **keys)
    yield from until(lambda: any(a.final for a in jobs.answers(request)), "sign in")
    asked = {"pipeline": "metaperson_2.0", "pipeline_subtype": "female", "export_parameters": HEAD}
    job = jobs.start("create", title="Mia", name="Mia", photo=photo, folder=str(out / "avatars"), **asked)
    yield from until(lambda: state(jobs, job) == "computing", "computing")
    yield 1.0
    picture(out, "before the crash")
    told["worker"] = our("jobs.board")._parent.worker_pid
    write(out, "first")
    os.kill(os.getpid(), signal.SIGKILL)


def second(out: Path, *_: str) -> Iterator[float]:
    yield from open_sidebar()
    jobs, arrival = our("jobs"), our("jobs.arrival")
    yield from until(jobs.jobs, "the job of the Blender that was killed")
    (found,) = jobs.jobs()
    told["found"], told["words"] = found.state, found.words
    picture(out, "after the crash")
    resume = f'bpy.ops.avatar_sdk.job(job="{found.id}", action=' + "'GO_ON'"
    yield from hand.push(hand.sidebar, resume, across=(0.68, 0.72, 0.76))
    yield from until(lambda: state(jobs, found.id) != "interrupted", "resumed")
    told["before"] = objects()
    yield from hand.hover(hand.view)
    yield from hand.keys("a", "g")  # a tool that goes on until a click
    told["tool"] = [tool.bl_idname for tool in view()["window"].modal_operators]
    yield from until(lambda: state(jobs, found.id) in ("ready", "failed"), "ready")
    yield 1.0
    told["while a tool is on"] = [arrival.waits_for(found.id), objects() == told["before"]]
    picture(out, "waits for a tool")
    yield from hand.keys("Escape")
    yield from until(lambda: state(jobs, found.id) == "done", "arrival after the tool")
    told["after the tool"] = len(objects()) > len(told["before"])
    yield from slow_render()
    before = objects()
    fields = {"avatar": found.avatar_code, "name": "Mia", "folder": str(out / "avatars")}
    again = jobs.start("collect", title="Mia again", **fields)
    yield from until(lambda: state(jobs, again) in ("ready", "failed"), "ready again")
    yield 1.0
    told["while it renders"] = [bpy.app.is_job_running("RENDER"), arrival.waits_for(again), objects() == before]
    picture(out, "waits for a render")
    yield from hand.hover(hand.view)
    yield from hand.keys("Escape")
    yield from until(lambda: state(jobs, again) == "done", "arrival after the render")
    told["after the render"] = len(objects()) > len(before)
    yield 0.5
    picture(out, "arrived after all")
    write(out, "second")
    bpy.ops.wm.quit_blender()


def slow_render() -> Iterator[float]:
    """One that takes longer than anybody waits here."""
    scene = bpy.context.scene
    bpy.context.preferences.view.render_display_type = "NONE"
    scene.render.engine, scene.cycles.samples, scene.cycles.use_adaptive_sampling = "CYCLES", 1_000_000, False
    scene.render.resolution_percentage = 50
    with bpy.context.temp_override(**view()):
        bpy.ops.render.render("INVOKE_DEFAULT")
    yield from until(lambda: bpy.app.is_job_running("RENDER"), "the render's start")
    yield 1.0


def write(out: Path, name: str) -> None:
    (out / f"{name}.json").write_text(json.dumps(told, indent=2), "utf-8")


def main(name: str, extension: str, folder: str, url: str, photo: str) -> None:
    bpy.context.preferences.view.show_splash = False
    out = Path(folder)
    work = {"first": first, "second": second}[name](out, extension, url, photo)

    def step() -> float | None:
        try:
            return next(work)
        except StopIteration:
            return None
        except Exception:
            told["error"] = traceback.format_exc()
        write(out, name)
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(step, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
