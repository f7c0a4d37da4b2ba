"""A job outlives what a long wait brings: a service that restarts, a network or a TLS that is cut, 90 minutes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.worker.job import COMPUTING, TRYING_AGAIN
from avatarsdk_core.worker.journal import read_all
from avatarsdk_core.worker.messages import Made, Now
from tests.canary import Canary
from tests.sandbox.blender_side import BlenderSide
from tests.sandbox.service_api import picture
from tests.sandbox.service_clock import ServiceClock

QUICK = Durations(0.1, 0.1, 1.0, 0.1)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.jpg"
    path.write_bytes(picture())
    return path


@pytest.fixture
def blender(tmp_path: Path) -> Iterator[BlenderSide]:
    side = BlenderSide(tmp_path / "home")
    yield side
    side.quit()


def test_a_service_that_is_restarted_in_the_middle_of_a_job_costs_nothing_but_time(
    blender: BlenderSide, canary: Canary, photo: Path, tmp_path: Path
) -> None:
    with Sandbox(tmp_path / "state", durations=QUICK) as service:
        canary.watch(service.credentials.developer.client_secret)
        port = int(service.url.rstrip("/").rpartition(":")[2])
        blender.sign_in(service, service.credentials.developer)
        job = blender.create(photo, "anna")
        blender.until(lambda: blender.job(job).avatar)
    blender.until_state(job, TRYING_AGAIN)
    assert "doesn't answer" in blender.job(job).detail
    with Sandbox(tmp_path / "state", port, durations=QUICK):
        blender.until_state(job, "ready", "failed")
        assert blender.job(job).failure is None
        with Client() as client:
            assert [avatar.code for avatar in client.avatars.list()] == [blender.job(job).avatar]
    assert sum(isinstance(line, Made) and bool(line.avatar) for line in read_all(blender.home.job(job).journal)) == 1


def test_a_network_that_is_cut_in_the_middle_of_a_download_costs_nothing_but_time(
    blender: BlenderSide, canary: Canary, photo: Path
) -> None:
    with Sandbox(durations=QUICK) as service:
        canary.watch(service.credentials.developer.client_secret)
        blender.sign_in(service, service.credentials.developer)
        before = sum(service.faults.fired.values())
        with service.faults("reset-in-body", at=1000, times=2, path="*/file/"):
            job = blender.create(photo, "berta")
            blender.until_state(job, "ready", "failed")
            assert sum(service.faults.fired.values()) - before >= 1
        assert blender.job(job).failure is None


def test_an_avatar_that_computes_for_90_minutes_is_waited_for_though_the_token_runs_out_meanwhile(
    blender: BlenderSide, canary: Canary, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's clock is moved on, minutes at a time; its tokens last for ten of them."""
    with Sandbox(durations=Durations(10, 10, 90 * 60, 10), token_lifetime=600) as service:
        clock = ServiceClock(monkeypatch)
        canary.watch(service.credentials.developer.client_secret)
        blender.sign_in(service, service.credentials.developer)
        job = blender.create(photo, "carla")
        blender.until(lambda: blender.job(job).avatar)
        shares = []
        for _ in range(6):
            clock.ahead += 15 * 60 + 30
            share = blender.job(job).share or 0.0
            blender.until(lambda before=share: (blender.job(job).share or 0.0) > before)
            shares.append(blender.job(job).share)
            if blender.state(job) != COMPUTING:
                break
        clock.ahead += 3600
        blender.until_state(job, "ready", "failed")
        assert blender.job(job).failure is None
        assert len(shares) >= 5
        assert shares == sorted(shares)
    told = [line for line in read_all(blender.home.job(job).journal) if isinstance(line, Now)]
    assert {line.state for line in told} >= {COMPUTING}
    assert TRYING_AGAIN not in {line.state for line in told}, "a token that ran out is none of a person's business"
