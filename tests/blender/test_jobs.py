# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs inside Blender: nothing blocks, an avatar arrives when nothing is in the way, state outlives file and undo."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import pytest

import blender_addon
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.worker.places import Home
from blender_addon import jobs, later
from blender_addon.jobs import arrival, board, status_bar
from tests.canary import Canary
from tests.sandbox.blender_side import HEAD
from tests.sandbox.service_api import picture

LIMIT = 240.0


@pytest.fixture(scope="module")
def quick_service(canary: Canary) -> Iterator[Sandbox]:
    with Sandbox(durations=Durations(0, 0, 0, 0)) as running:
        canary.watch(running.credentials.developer.client_secret)
        yield running


@pytest.fixture
def addon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registered, online, with a home of its own."""
    monkeypatch.setattr("blender_addon.jobs.board.home", lambda: Home(tmp_path / "home"))
    system = bpy.context.preferences.system
    before, system.use_online_access = system.use_online_access, True
    blender_addon.register()
    later.run_all()
    yield
    blender_addon.unregister()
    system.use_online_access = before


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < end, jobs.jobs()
        jobs.tick()
        time.sleep(0.005)


@pytest.fixture
def create(addon: None, quick_service: Sandbox, tmp_path: Path) -> Callable[..., str]:
    """Signed in; begins a small job."""
    keys = quick_service.credentials.developer
    request = jobs.ask(
        "sign_in", client_id=keys.client_id, client_secret=keys.client_secret, root_url=quick_service.url, keep="file"
    )
    until(lambda: jobs.answers(request))
    assert jobs.answers(request)[-1].failure is None
    photo = tmp_path / "me.jpg"
    photo.write_bytes(picture())

    def begin(name: str = "Me", **more: object) -> str:
        asked = {"pipeline": "metaperson_2.0", "pipeline_subtype": "female", "export_parameters": HEAD}
        folder = str(tmp_path / "out")
        return jobs.start("create", title=name, name=name, photo=str(photo), folder=folder, **asked, **more)

    return begin


def state(job: str) -> str:
    return next((view.state for view in jobs.jobs() if view.id == job), "gone")


def heads() -> list[bpy.types.Object]:
    return [obj for obj in bpy.data.objects if obj.type == "MESH" and obj.get("avatar_sdk_role") == "head"]


def test_a_photo_becomes_an_avatar_at_the_cursor_through_file_load_edit_mode_and_a_killed_worker(
    create: Callable[..., str],
) -> None:
    job = create()
    until(lambda: board.job(job).avatar)
    os.kill(board._parent.worker_pid, signal.SIGKILL)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    mesh = bpy.data.objects.new("mine", bpy.data.meshes.new("mine"))
    bpy.context.scene.collection.objects.link(mesh)
    bpy.context.view_layer.objects.active = mesh
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.context.scene.cursor.location = (1, 2, 3)
    until(lambda: state(job) in ("ready", "failed"))
    jobs.tick()
    if bpy.context.window_manager.windows:
        assert "object mode" in arrival.obstacle()
        assert heads() == []
        assert "waits for object mode" in status_bar._line
    bpy.ops.object.mode_set(mode="OBJECT")
    until(lambda: state(job) == "done")
    assert len(heads()) == 1
    root = next(obj for obj in bpy.context.selected_objects)
    assert tuple(root.location) == pytest.approx((1, 2, 3))
    assert "mine" in bpy.data.objects
    jobs.remove(job)
    until(lambda: state(job) == "gone")


def test_switched_off_and_on_again_the_job_goes_on(create: Callable[..., str]) -> None:
    job = create("Eva", auto_import=False)
    until(lambda: board.job(job).avatar)
    blender_addon.unregister()
    assert jobs.jobs() == ()
    blender_addon.register()
    later.run_all()
    until(lambda: state(job) in ("ready", "failed"))
    assert state(job) == "ready"
    assert heads() == []
    assert bpy.ops.avatar_sdk.job_import(job=job, place="ORIGIN") == {"FINISHED"}
    assert state(job) == "done"
    assert len(heads()) == 1


def test_nothing_is_asked_of_the_network_while_blender_is_offline(addon: None) -> None:
    bpy.context.preferences.system.use_online_access = False
    request = jobs.ask("who_am_i")
    job = jobs.start("create", title="Me", photo="nowhere.jpg")
    jobs.tick()
    (answer,) = jobs.answers(request)
    assert answer.failure is not None
    assert "online access" in answer.failure.message
    assert state(job) == "failed"
    assert board._parent.worker_pid == 0
    assert jobs.tick() is None, "the timer rests"


def test_a_job_that_fails_says_why_and_its_details_hold_no_home_folder(addon: None, tmp_path: Path) -> None:
    missing = Path.home() / "no such photo.jpg"
    job = jobs.start("create", title="Me", name="Me", photo=str(missing), folder=str(Path.home() / "out"))
    until(lambda: state(job) == "failed")
    view = next(view for view in jobs.jobs() if view.id == job)
    assert view.failure is not None
    assert "doesn't exist" in view.failure.message
    told = jobs.details(job)
    assert "PhotoError" in told
    assert bpy.app.version_string in told
    if len(str(Path.home())) > 1:
        assert str(Path.home()) not in told
    jobs.remove(job)
    until(lambda: state(job) == "gone")


def test_the_timer_rests_when_nothing_goes_on(addon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatarsdk_core.worker.parent.IDLE_SECONDS", 0.0)
    request = jobs.ask("nothing_like_this")
    until(lambda: jobs.answers(request))
    assert "can't do" in jobs.answers(request)[-1].failure.message
    until(lambda: jobs.tick() is None)
    assert board._parent.is_resting
    assert not bpy.app.timers.is_registered(board._on_timer)
