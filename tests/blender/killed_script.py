# SPDX-License-Identifier: GPL-3.0-or-later
"""A Blender that is killed at a given moment of its job, run by test_blender_killed.py: MOMENT, and PHOTO OUT
for the first one. The service and its keys come from the environment. The next Blender finds the job, has it resumed
by a person, and is killed itself; the last one, at no moment, tells what has become of it.

Each prints JSON lines: what it found at its start, its worker's process id, and at the end what is in the scene.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import bpy

import blender_addon
from avatarsdk_core.client import Client
from avatarsdk_core.settings import Settings
from blender_addon import jobs, later
from blender_addon.jobs import board
from tests.sandbox.blender_side import HEAD

LIMIT = 120.0
URL = os.environ["AVATARSDK_TEST_URL"]
KEYS = {"client_id": os.environ["AVATARSDK_TEST_ID"], "client_secret": os.environ["AVATARSDK_TEST_SECRET"]}
_STATES = ("computing", "exporting", "downloading")


def tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def die() -> None:
    """As kill -9 does it, here and now."""
    tell(worker=board._parent.worker_pid, objects=len(bpy.data.objects))
    os.kill(os.getpid(), signal.SIGKILL)


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(jobs.jobs())
        jobs.tick()
        time.sleep(0.002)


def reached(moment: str) -> bool:
    (view,) = jobs.jobs()
    job = jobs.job(view.id)
    if view.state == "failed":
        if moment != "sending" or view.failure.error != "MaybeMade" or has_one():
            raise RuntimeError(view.failure)
        bpy.ops.avatar_sdk.job(job=view.id, action="AGAIN")  # a person has looked: the service has nothing of it
        return False
    if moment == "asked":
        return "avatar" in job.tags  # the request is about to be sent, and the service doesn't take it in
    if moment == "sending":
        return "avatar" in job.tags and has_one()  # the service has it, and its answer is still on the way
    if moment == "created":
        return bool(job.avatar)
    return view.state == (moment if moment in _STATES else "done")


def has_one() -> bool:
    with Client(Settings(root_url=URL, token_store="memory", **KEYS)) as client:
        return bool(list(client.avatars.list()))


def dies_while_it_imports() -> None:
    """Its objects are in the scene already, and it isn't done."""
    from blender_addon.importing import run

    run.keep_report = lambda *_, **__: die()


def begin(photo: str, out: str) -> None:
    request = jobs.ask("sign_in", root_url=URL, keep="file", **KEYS)
    until(lambda: jobs.answers(request))
    assert jobs.answers(request)[-1].failure is None, jobs.answers(request)[-1].failure
    asked = {"pipeline": "metaperson_2.0", "pipeline_subtype": "female", "export_parameters": HEAD}
    jobs.start("create", title="Me", name="Me", photo=photo, folder=out, look_seconds=2.0, **asked)


def resume() -> None:
    """As a person does who finds it in the panel; it must not have gone on by itself."""
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        jobs.tick()
    (view,) = jobs.jobs()
    tell(found=view.state, words=view.words, by_itself=board._parent.worker_pid)
    if view.state == "ready":
        bpy.ops.avatar_sdk.job_import(job=view.id)
        return
    bpy.ops.avatar_sdk.job(job=view.id, action="GO_ON")


def main(moment: str, *first: str) -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.context.preferences.system.use_online_access = True
    blender_addon.register()
    later.run_all()
    if moment == "importing":
        dies_while_it_imports()
    begin(*first) if first else resume()
    until(lambda: reached(moment))
    if moment != "the end":
        die()
    (view,) = jobs.jobs()
    heads = [obj.name for obj in bpy.data.objects if obj.get("avatar_sdk_role") == "head"]
    tell(state=view.state, failure=view.failure and view.failure.message, avatar=view.avatar_code, heads=heads)
    blender_addon.unregister()
    sys.stdout.flush()
    os._exit(0)  # as a module, Blender 4.2 may crash at the interpreter's exit


if __name__ == "__main__":
    main(*sys.argv[1:])
