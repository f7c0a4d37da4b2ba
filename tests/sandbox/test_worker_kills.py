"""The worker is killed at any moment of a job's life: the job goes on, one avatar is made, and its files are whole."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.transfer.check import check_export
from avatarsdk_core.worker import parent as parent_side
from avatarsdk_core.worker.journal import Journal, read_all
from avatarsdk_core.worker.messages import NotMade, Now, Tagged, Unknown
from tests.canary import Canary
from tests.sandbox.blender_side import HEAD, BlenderSide, is_gone
from tests.sandbox.service_api import picture
from tests.stopwatch import eventually

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")


@pytest.fixture(scope="module")
def busy_service(canary: Canary) -> Iterator[Sandbox]:
    """Long enough in each status to be killed in it."""
    with Sandbox(durations=Durations(0.2, 0.2, 0.5, 0.2)) as running:
        canary.watch(running.credentials.developer.client_secret)
        yield running


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "me.jpg"
    path.write_bytes(picture())
    return path


@pytest.fixture
def blender(busy_service: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlenderSide]:
    monkeypatch.setattr(parent_side, "_MOST_CRASHES", 1000)  # these tests are nothing but crashes
    side = BlenderSide(tmp_path / "home")
    side.sign_in(busy_service, busy_service.credentials.developer)
    yield side
    side.quit()


def avatars_called(blender: BlenderSide, name: str) -> list[str]:
    """Codes on the service."""
    with Client() as client:
        return [avatar.code for avatar in client.avatars.list(name=name) if avatar.name == name]


def lines(blender: BlenderSide, job: str) -> int:
    return len(read_all(blender.home.job(job).journal))


def is_unsure(blender: BlenderSide, job: str) -> bool:
    """The request was cut, and what it asked for doesn't show."""
    failure = blender.job(job).failure
    return failure is not None and failure.error == "MaybeMade"


def assert_delivered(blender: BlenderSide, job: str, name: str) -> None:
    blender.until_state(job, "ready", "failed")
    if is_unsure(blender, job):  # killed before the request was sent: a person looks, and decides
        assert avatars_called(blender, name) == []
        blender.parent.go_on(job, again=True)
        blender.until_state(job, "ready", "failed")
    found = blender.job(job)
    assert found.failure is None
    assert avatars_called(blender, name) == [found.avatar]
    assert [check_export(folder, verify=True).ok for folder in found.folders] == [True]
    eventually(lambda: not blender.home.job(job).photo.exists())  # it goes when the avatar is there
    assert [path.name for path in blender.out.iterdir() if path.name.startswith(f".{name}")] == []


def test_killed_at_any_line_of_its_journal_every_job_ends_whole_and_is_made_once(
    blender: BlenderSide, photo: Path
) -> None:
    chance = random.Random(7)
    names = ["anna", "berta", "carla"]
    jobs = {name: blender.create(photo, name) for name in names}
    for round_ in range(7):
        victim = chance.choice(list(jobs.values()))
        if blender.state(victim) == "ready":
            continue
        further = lines(blender, victim) + chance.randint(1, 5)
        blender.until(lambda v=victim, f=further: lines(blender, v) >= f or blender.state(v) in ("ready", "failed"))
        blender.crash() if round_ % 3 == 2 else blender.kill_worker()
        blender.until(lambda: blender.parent.worker_pid)
    for name, job in jobs.items():
        assert_delivered(blender, job, name)


def test_killed_while_the_service_answers_a_creation_the_avatar_is_found_by_its_tag(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    with busy_service.faults("drip", rate=1, method="POST", path="/avatars/", times=1):
        job = blender.create(photo, "dora")
        blender.until(lambda: avatars_called(blender, "dora"))
        assert not blender.job(job).avatar, "no answer has come"
        blender.kill_worker()
        blender.until(lambda: blender.job(job).avatar)
    assert_delivered(blender, job, "dora")


def test_a_request_that_was_cut_is_never_sent_again_unless_a_person_says_so(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    stalled = sum(busy_service.faults.fired.values())
    with busy_service.faults("stall", method="POST", path="/avatars/", times=1):
        job = blender.create(photo, "emma")
        blender.until(lambda: sum(busy_service.faults.fired.values()) > stalled)
        blender.kill_worker()
        blender.until_state(job, "failed")
    assert is_unsure(blender, job)
    assert "look again later, or create it again" in blender.job(job).failure.message  # type: ignore[union-attr]
    assert avatars_called(blender, "emma") == []
    assert_delivered(blender, job, "emma")


@pytest.mark.parametrize("way", ["look", "create again"])
def test_an_avatar_that_shows_long_after_its_request_was_cut_is_collected_and_paid_once(
    blender: BlenderSide, busy_service: Sandbox, photo: Path, way: str
) -> None:
    """The service has it, the worker dies without having heard so, and the service's list doesn't show it yet."""
    answered = sum(busy_service.faults.fired.values())
    hidden = busy_service.faults("surprising-json", form="list", method="GET", path="/avatars/")
    with hidden, busy_service.faults("drip", rate=1, method="POST", path="/avatars/", times=1):
        job = blender.create(photo, f"olga {way}", look_seconds=0.5)
        blender.until(lambda: sum(busy_service.faults.fired.values()) > answered)
        blender.kill_worker()
        blender.until_state(job, "failed")
    assert is_unsure(blender, job)
    assert len(avatars_called(blender, f"olga {way}")) == 1
    blender.parent.go_on(job, again=way == "create again")
    assert_delivered(blender, job, f"olga {way}")


def test_a_service_that_refuses_for_now_is_asked_again_without_a_person(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    with busy_service.faults("unavailable", method="POST", path="/avatars/", times=1):
        job = blender.create(photo, "paula", look_seconds=100)
        blender.until_state(job, "ready", "failed")
    assert blender.job(job).failure is None
    assert NotMade in {type(line) for line in read_all(blender.home.job(job).journal)}
    assert_delivered(blender, job, "paula")


def test_an_answer_that_is_lost_is_no_second_avatar(blender: BlenderSide, busy_service: Sandbox, photo: Path) -> None:
    with busy_service.faults("lost-answer", method="POST", path="/avatars/", times=1):
        job = blender.create(photo, "frida")
        assert_delivered(blender, job, "frida")


def test_an_export_asked_for_again_is_one_export_whatever_is_killed(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    job = blender.create(photo, "gina")
    assert_delivered(blender, job, "gina")
    avatar = blender.job(job).avatar
    with busy_service.faults("drip", rate=1, method="POST", path="*/exports/", times=1):
        fields = {
            "avatar": avatar,
            "folder": str(blender.out),
            "name": "gina",
            "export_parameters": {**HEAD, "format": "gltf"},
        }
        again = blender.parent.start("export", "gina", fields)
        with Client() as client:
            blender.until(lambda: len(client.exports.list(avatar)) == 2)
            blender.kill_worker()
            blender.until_state(again, "ready", "failed")
            assert blender.job(again).failure is None
            assert len(client.exports.list(avatar)) == 2
    assert blender.job(again).folders != blender.job(job).folders


def test_a_half_written_line_at_the_end_costs_that_line_alone(blender: BlenderSide, photo: Path) -> None:
    job = blender.create(photo, "hanna")
    blender.until(lambda: blender.job(job).avatar)
    blender.kill_worker()
    journal = blender.home.job(job).journal
    with journal.open("ab") as file:
        file.write(b'{"say":"made","avatar":"wro')
    blender.crash()
    assert_delivered(blender, job, "hanna")
    assert b"wro" in journal.read_bytes()


def test_after_a_restart_of_blender_jobs_are_offered_and_nothing_runs_by_itself(
    blender: BlenderSide, photo: Path
) -> None:
    job = blender.create(photo, "ida")
    blender.until(lambda: blender.job(job).avatar)
    blender.kill_worker()
    journal = Journal(blender.home.job(job).journal)
    taken = [m for m in read_all(journal.path) if hasattr(m, "parent")][-1]
    journal.write(type(taken)(taken.worker, "another", taken.at))  # as another Blender wrote it
    blender.crash()
    assert blender.state(job) == "interrupted"
    blender.parent.tick()
    assert blender.parent.is_resting
    assert not blender.parent.worker_pid
    blender.parent.go_on(job)
    assert_delivered(blender, job, "ida")


def test_other_credentials_never_make_the_avatar_a_second_time(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    stalled = sum(busy_service.faults.fired.values())
    with busy_service.faults("stall", method="POST", path="/avatars/", times=1):
        job = blender.create(photo, "jana")
        blender.until(lambda: sum(busy_service.faults.fired.values()) > stalled)
    blender.parent.pause(job)
    blender.until_state(job, "paused")
    blender.sign_in(busy_service, busy_service.credentials.client)
    blender.parent.go_on(job)
    blender.until_state(job, "failed")
    assert "other credentials" in blender.job(job).failure.message  # type: ignore[union-attr]


def test_two_blenders_share_the_folder_and_not_the_jobs(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    job = blender.create(photo, "klara")
    blender.until(lambda: blender.job(job).avatar)
    other = BlenderSide(blender.home.folder)
    try:
        with busy_service.faults("unavailable", method="GET", path="/avatars/*/"):  # it takes as long as we look
            for _ in other.parent.scan():
                pass
            assert other.job(job).avatar
            other.parent.go_on(job)
            other.until_state(job, "failed")
            blender.until_state(job, "trying_again")
            assert "answers 503" in blender.job(job).detail
        failure = next(view.failure for view in other.parent.jobs() if view.id == job)
        assert failure is not None
        assert "Another Blender" in failure.message
        mine = other.create(photo, "lea")
        assert_delivered(blender, job, "klara")
        other.until_state(mine, "ready", "failed")
        assert other.job(mine).failure is None
        assert len(avatars_called(other, "lea")) == 1
    finally:
        other.quit()


PARENT = """
import os, sys, time
from pathlib import Path
from avatarsdk_core.worker.parent import Parent
from avatarsdk_core.worker.places import Home
parent = Parent(Home(Path(sys.argv[1])))
parent.ask("find_nothing", {})
while True:
    parent.tick()
    if parent.worker_pid:
        print(parent.worker_pid, flush=True)
        break
time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_when_blender_is_killed_its_worker_ends_by_itself(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "h")], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        worker = int(run.stdout.readline())
        assert not is_gone(worker)
        os.kill(run.pid, signal.SIGKILL)
    eventually(lambda: is_gone(worker))


def test_secrets_are_in_no_journal_no_log_and_no_process_list(
    blender: BlenderSide, busy_service: Sandbox, photo: Path
) -> None:
    secret = busy_service.credentials.developer.client_secret.encode()
    job = blender.create(photo, "mona")
    blender.until(lambda: blender.job(job).avatar)
    pid = blender.parent.worker_pid
    for name in ("cmdline", "environ"):
        about = Path(f"/proc/{pid}/{name}")
        assert not about.exists() or secret not in about.read_bytes()
    assert_delivered(blender, job, "mona")
    kept = [path for path in blender.home.folder.rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if secret in path.read_bytes()] == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a small disk, which root may")
def test_a_full_disk_is_told_in_words_and_the_job_goes_on_when_there_is_room(
    blender: BlenderSide, busy_service: Sandbox, photo: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], check=False).returncode:
        pytest.skip("can't mount a small disk here")
    small = BlenderSide(disk / "home")
    small.out = tmp_path / "out"
    try:
        with busy_service.faults("latency", seconds=5, method="GET", path="/avatars/*/", times=1):  # room to fill it in
            job = small.create(photo, "nora")
            small.until(lambda: small.job(job).avatar)
            fill(disk / "rest")
            with pytest.raises(OSError, match="No space"):  # what is left of the journal's own last block
                Journal(small.home.job(job).journal).write(Unknown("padding", {"x": "y" * 10_000}))
            small.until_state(job, "failed")
        failure = next(view.failure for view in small.parent.jobs() if view.id == job)
        assert failure is not None
        assert "room" in failure.message
        (disk / "rest").unlink()
        small.parent.go_on(job)
        small.until_state(job, "ready", "failed")
        assert small.job(job).failure is None
        assert avatars_called(small, "nora") == [small.job(job).avatar]
    finally:
        small.quit()
        eventually(lambda: not subprocess.run(["umount", str(disk)], check=False, capture_output=True).returncode)


def fill(path: Path) -> None:
    """To the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass


def test_a_wait_of_90_minutes_leaves_a_small_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for minute in range(90 * 6):  # the pace asks every 10 s
        journal.write(Now("computing", "Computing", minute / 540, 5400.0 - 10 * minute, 1e9 + minute))
    journal.write(Tagged("avatar", "[avatarsdk 0123456789abcdef]", "a" * 24, 1e9), durable=True)
    assert journal.path.stat().st_size < 100_000
