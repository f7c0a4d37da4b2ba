"""The status machines: pure functions of time."""

from __future__ import annotations

import pytest

from avatarsdk_core.sandbox.status import Durations, avatar_progress, export_status

DURATIONS = Durations(uploading=1, queued=2, computing=4, export=3)


@pytest.mark.parametrize(
    ("elapsed", "status", "progress"),
    [
        (0, "Uploading", 0),
        (0.5, "Uploading", 50),
        (1, "Queued", 0),
        (2.5, "Queued", 75),
        (3, "Computing", 0),
        (5, "Computing", 50),
        (7, "Completed", 100),
        (9999, "Completed", 100),
    ],
)
def test_an_avatar_walks_from_uploading_to_completed(elapsed: float, status: str, progress: int) -> None:
    shown = avatar_progress(DURATIONS, elapsed, built=True)
    assert (shown.status, shown.progress) == (status, progress)


def test_an_avatar_computes_as_long_as_its_work_isnt_done() -> None:
    shown = avatar_progress(DURATIONS, 100, built=False)
    assert (shown.status, shown.progress) == ("Computing", 99)


def test_a_failure_shows_after_the_queue() -> None:
    assert avatar_progress(DURATIONS, 2, built=False, failed=True).status == "Queued"
    assert avatar_progress(DURATIONS, 3, built=False, failed=True).status == "Failed"


def test_a_clock_that_went_back_gives_no_negative_progress() -> None:
    assert avatar_progress(DURATIONS, -5, built=False).progress == 0


def test_an_export_waits_for_its_avatar() -> None:
    assert export_status(DURATIONS, avatar_completed=False, since_start=50, built=True) == "Queued"
    assert export_status(DURATIONS, avatar_completed=True, since_start=None, built=False) == "Queued"


def test_an_export_is_completed_when_built_and_its_time_is_up() -> None:
    assert export_status(DURATIONS, avatar_completed=True, since_start=1, built=True) == "Computing"
    assert export_status(DURATIONS, avatar_completed=True, since_start=50, built=False) == "Computing"
    assert export_status(DURATIONS, avatar_completed=True, since_start=3, built=True) == "Completed"
    assert export_status(DURATIONS, avatar_completed=True, since_start=1, built=False, failed=True) == "Failed"


def test_durations_are_times() -> None:
    with pytest.raises(ValueError, match="queued"):
        Durations(queued=-1)
