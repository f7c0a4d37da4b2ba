"""Jobs by a real worker against a real sandbox: queue, pause, cancel, retry; requests and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.worker.messages import Limit
from avatarsdk_core.worker.parent import Parent
from tests.canary import Canary
from tests.sandbox.blender_side import BlenderSide, is_gone
from tests.sandbox.service_api import picture
from tests.stopwatch import Stopwatch, eventually


@pytest.fixture(scope="module")
def slow_service(canary: Canary) -> Iterator[Sandbox]:
    with Sandbox(durations=Durations(0, 0, 0.3, 0)) as running:
        canary.watch(running.credentials.client.client_secret)
        yield running


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.jpg"
    path.write_bytes(picture())
    return path


@pytest.fixture
def blender(slow_service: Sandbox, tmp_path: Path) -> Iterator[BlenderSide]:
    """Signed in with client access, as artists are."""
    side = BlenderSide(tmp_path / "home")
    side.sign_in(slow_service, slow_service.credentials.client)
    yield side
    side.quit()


def test_paused_and_cancelled_within_a_second_and_a_paused_job_goes_on(
    blender: BlenderSide, slow_service: Sandbox, photo: Path
) -> None:
    with slow_service.faults("latency", seconds=30, method="GET", path="/avatars/*/", times=2):
        job, other = blender.create(photo, "anna"), blender.create(photo, "berta")
        blender.until(lambda: blender.job(job).avatar and blender.job(other).avatar)
        with Stopwatch() as watch:
            blender.parent.pause(job)
            blender.parent.cancel(other)
            blender.until(lambda: blender.state(job) == "paused" and blender.state(other) == "cancelled")
            assert watch.seconds < 2  # a tick of ours included
    assert not blender.parent.is_busy
    blender.parent.go_on(job)
    blender.until_state(job, "ready", "failed")
    assert blender.job(job).failure is None
    blender.parent.remove(other)
    blender.until_state(other, "gone")
    assert not blender.home.job(other).folder.exists()


def test_more_jobs_than_may_run_wait_in_line(blender: BlenderSide, slow_service: Sandbox, photo: Path) -> None:
    blender.parent._say(Limit(1))
    with slow_service.faults("latency", seconds=30, method="GET", path="/avatars/*/", times=1):
        first = blender.create(photo, "carla")
        blender.until(lambda: blender.job(first).avatar)
        second = blender.create(photo, "dora")
        blender.until(lambda: blender.job(second).changed_at and blender.state(second) == "queued")
        assert not blender.job(second).avatar
        blender.parent.pause(first)
        blender.until_state(second, "ready", "failed")
    assert blender.job(second).failure is None
    assert blender.state(first) == "paused"


def test_an_avatar_that_fails_on_the_service_says_why_and_is_created_anew_when_a_person_retries(
    blender: BlenderSide, photo: Path
) -> None:
    job = blender.create(photo, "emma", description="sandbox:fail")
    blender.until_state(job, "failed")
    failed = blender.job(job)
    assert failed.failure is not None
    assert "another photo" in failed.failure.message
    blender.parent.go_on(job)
    blender.until(lambda: blender.job(job).avatar not in ("", failed.avatar) and blender.state(job) == "failed")


def test_an_avatar_made_without_an_export_is_collected_as_the_mesh_it_is(blender: BlenderSide, photo: Path) -> None:
    with Client() as client:
        made = client.avatars.create(name="gina", photo=photo, pipeline="head_1.2", pipeline_subtype="base/static")
        assert not client.exports.list(client.avatars.wait(made.code))
    job = blender.parent.start("collect", "gina", {"avatar": made.code, "name": "gina", "folder": str(blender.out)})
    blender.until_state(job, "ready", "failed")
    assert blender.job(job).failure is None
    (folder,) = map(Path, blender.job(job).folders)
    assert (folder / "avatar" / "model.ply").is_file()


def test_wrong_credentials_and_lists_and_parameters_are_answered(blender: BlenderSide, slow_service: Sandbox) -> None:
    wrong = blender.ask(
        "sign_in", root_url=slow_service.url, keep="file", client_id="x", client_secret="wrong-secret-1"
    )
    assert wrong.failure is not None
    assert wrong.failure.error == "AuthenticationError"
    who = blender.ask("who_am_i")
    assert who.fields["account"]["access"] == "client"
    assert who.fields["usage"] is None
    listed = blender.ask("list_avatars", start=0, count=24)
    assert (listed.failure, listed.fields["more"]) == (None, False)
    asked = blender.ask("parameters", pipeline="metaperson_2.0", pipeline_subtype="female")
    assert asked.fields["export"]
    assert set(asked.fields["computation"]) == {"available", "default"}


def test_a_selfie_by_phone_is_a_photo_in_a_private_folder(blender: BlenderSide) -> None:
    request = blender.parent.ask("selfie", {})
    blender.until(lambda: blender.parent.answers(request))
    qr = Path(blender.parent.answers(request)[0].fields["qr"])
    assert qr.read_bytes().startswith(b"\x89PNG")
    with Client() as client:
        (selfie,) = client.selfies.list()
        client.selfies.upload(selfie, picture())
    blender.until(lambda: blender.parent.answers(request)[-1].final)
    last = blender.parent.answers(request)[-1]
    assert last.failure is None
    assert Path(last.fields["photo"]).stat().st_mode & 0o077 == 0
    assert not qr.exists(), "whoever sees the code can put a photo there"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks the worker's variables up in /proc")
def test_the_worker_gets_the_systems_proxies_and_authorities_and_what_the_preferences_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1", "REQUESTS_CA_BUNDLE": "/company/ca.pem"}
    for name, value in system.items():
        monkeypatch.setenv(name, value)
    side = BlenderSide(tmp_path / "home")
    side.parent = Parent(side.home, environ=lambda: {"AVATARSDK_CACHE_LIMIT": "700 MB"})
    side.ask("nothing_like_this")
    lines = Path(f"/proc/{side.parent.worker_pid}/environ").read_bytes().decode().split("\0")
    side.quit()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    assert {name: found.get(name) for name in system} == system
    assert found["AVATARSDK_CACHE_LIMIT"] == "700 MB"


def test_quitting_waits_for_nobody_and_leaves_no_process(
    blender: BlenderSide, slow_service: Sandbox, photo: Path
) -> None:
    with slow_service.faults("latency", seconds=30, method="GET", path="/avatars/*/", times=1):
        job = blender.create(photo, "frida")
        blender.until(lambda: blender.job(job).avatar)
        pid = blender.parent.worker_pid
        with Stopwatch() as watch:
            blender.quit()
            assert watch.seconds < 0.5
        eventually(lambda: is_gone(pid))
    assert list(blender.home.sessions.glob("*.jsonl")) == []
