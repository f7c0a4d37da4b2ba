"""The status machines: pure functions of time."""

from __future__ import annotations

from typing import Any

import pytest

from avatarsdk_core.sandbox.status import Durations, avatar_progress, export_status, told_outcome

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


@pytest.mark.parametrize("told", [{"failed": True}, {"outcome": "fail"}])
def test_a_failure_shows_while_computing(told: dict[str, Any]) -> None:
    assert avatar_progress(DURATIONS, 2, built=False, **told).status == "Queued"
    assert avatar_progress(DURATIONS, 4.9, built=False, **told).status == "Computing"
    assert avatar_progress(DURATIONS, 5, built=False, **told).status == "Failed"


def test_what_times_out_computes_to_the_end() -> None:
    assert avatar_progress(DURATIONS, 6.9, built=False, outcome="timeout").status == "Computing"
    assert avatar_progress(DURATIONS, 7, built=False, outcome="timeout").status == "Timed Out"
    assert avatar_progress(DURATIONS, 6.9, built=False, failed=True, outcome="timeout").status == "Computing"


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        (("", "Ann", "a test"), ""),
        (("fail",), "fail"),
        (("Ann sandbox:fail",), "fail"),
        (("", "Ann", "please SANDBOX:TIMEOUT now"), "timeout"),
        (("sandbox:fail-export",), "fail-export"),
        (("fail safe", "sandbox:failure", "timeouts"), ""),
    ],
)
def test_a_text_tells_how_an_avatar_ends(texts: tuple[str, ...], outcome: str) -> None:
    assert told_outcome(*texts) == outcome


def test_a_clock_that_went_back_gives_no_negative_progress() -> None:
    assert avatar_progress(DURATIONS, -5, built=False).progress == 0


def test_an_export_waits_for_its_avatar() -> None:
    assert export_status(DURATIONS, "Computing", since_start=50, built=True) == "Queued"
    assert export_status(DURATIONS, "Completed", since_start=None, built=False) == "Queued"


def test_an_export_computes_after_its_avatar_however_early_it_was_built() -> None:
    assert export_status(DURATIONS, "Completed", since_start=0, built=True) == "Computing"


def test_an_export_is_completed_when_built_and_its_time_is_up() -> None:
    assert export_status(DURATIONS, "Completed", since_start=50, built=False) == "Computing"
    assert export_status(DURATIONS, "Completed", since_start=3, built=True) == "Completed"
    assert export_status(DURATIONS, "Completed", since_start=1, built=False, failed=True) == "Computing"
    assert export_status(DURATIONS, "Completed", since_start=3, built=False, failed=True) == "Failed"


@pytest.mark.parametrize("status", ["Failed", "Timed Out"])
def test_an_export_fails_with_its_avatar(status: str) -> None:
    assert export_status(DURATIONS, status, since_start=None, built=False) == "Failed"


def test_durations_are_times() -> None:
    with pytest.raises(ValueError, match="queued"):
        Durations(queued=-1)
