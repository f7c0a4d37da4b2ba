"""Questions while one waits: how late the end is noticed, and how many requests that costs.

Each course of a computation is run against a simulated clock, beside a client that asks every 4 s.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.resources.pace import EVERY_SECONDS, Pace

LATENCY = 0.05
HONEST: dict[str, Callable[[float], float]] = {
    "even": lambda share: share,
    "in tenths": lambda share: math.floor(share * 10) / 10,
    "in twentieths": lambda share: math.floor(share * 20) / 20,
    "slow at first": lambda share: share**2,
}
MISLEADING: dict[str, Callable[[float], float]] = {
    "in quarters": lambda share: math.floor(share * 4) / 4,
    "slow at last": lambda share: 1 - (1 - share) ** 2,
    "stuck at 99": lambda share: min(0.99, share * 1.25),
}
SILENT: Callable[[float], float] = lambda share: 0.0  # noqa: E731


@dataclass(frozen=True)
class Course:
    """A computation of so many seconds, after so many in the queue."""

    seconds: float
    queued: float
    shape: Callable[[float], float]

    @property
    def end(self) -> float:
        return self.queued + self.seconds

    def at(self, now: float) -> tuple[str, int]:
        if now < self.queued:
            return "Queued", 0
        return "Computing", min(99, int(100 * self.shape((now - self.queued) / self.seconds)))


@dataclass(frozen=True)
class Outcome:
    late: float
    requests: int
    longest: float
    usual_late: float
    usual_requests: int


def run(course: Course) -> Outcome:
    """Ours from the moment of creation on, and a client that asks every 4 s from then on."""
    pace, now, requests, longest = Pace(0.0), 0.0, 0, 0.0
    delay = pace.next(0.0, "Uploading", 0, asked=False)
    while True:
        assert delay > 0
        longest = max(longest, delay)
        answered = now + delay + LATENCY / 2
        now += delay + LATENCY
        requests += 1
        if answered >= course.end:
            break
        delay = pace.next(now, *course.at(answered))
    usual = math.ceil((course.end - LATENCY / 2) / (EVERY_SECONDS + LATENCY))
    return Outcome(now - course.end, requests, longest, usual * (EVERY_SECONDS + LATENCY) - course.end, usual)


def courses(shape: Callable[[float], float], shortest: float, longest: float, count: int = 400) -> list[Outcome]:
    chance = random.Random(20261123)
    return [
        run(Course(chance.uniform(shortest, longest), chance.choice([0.0, 0.0, chance.uniform(0, 10)]), shape))
        for _ in range(count)
    ]


def total(outcomes: list[Outcome]) -> tuple[float, float]:
    """Seconds late on average, and requests for each request of the usual client."""
    requests = sum(outcome.requests for outcome in outcomes) / sum(outcome.usual_requests for outcome in outcomes)
    return mean(outcome.late for outcome in outcomes), requests


def test_over_all_courses_the_end_is_noticed_within_1_5_s_with_fewer_requests_than_every_4_s() -> None:
    shapes = {**HONEST, **MISLEADING}
    outcomes = [one for shape in shapes.values() for one in courses(shape, 5, 180)]
    late, requests = total(outcomes)
    print(f"{len(outcomes)} courses of 5 to 180 s: {late:.2f} s late with {requests:.2f} of the requests")
    assert late <= 1.5
    assert requests <= 1
    assert mean(outcome.usual_late for outcome in outcomes) > 1.9


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.parametrize(("shortest", "longest"), [(20, 60), (60, 120), (120, 240)])
def test_so_it_is_for_every_kind_of_honest_progress(name: str, shortest: float, longest: float) -> None:
    late, requests = total(courses(HONEST[name], shortest, longest))
    print(f"{name}, {shortest} to {longest} s: {late:.2f} s late with {requests:.2f} of the requests")
    assert late <= 1.5
    assert requests <= 1


@pytest.mark.parametrize("name", MISLEADING)
def test_progress_that_misleads_costs_little(name: str) -> None:
    late, requests = total(courses(MISLEADING[name], 20, 240))
    print(f"{name}: {late:.2f} s late with {requests:.2f} of the requests")
    assert late <= 2
    assert requests <= 1.1


def test_without_progress_it_is_the_usual_pace_after_a_quick_beginning() -> None:
    outcomes = courses(SILENT, 20, 240)
    late, requests = total(outcomes)
    print(f"no progress: {late:.2f} s late with {requests:.2f} of the requests")
    assert late <= mean(outcome.usual_late for outcome in outcomes) + 0.1
    assert max(outcome.requests - outcome.usual_requests for outcome in outcomes) <= 3


def test_what_is_done_at_once_is_noticed_at_once() -> None:
    outcomes = [run(Course(seconds / 10, 0.0, SILENT)) for seconds in range(1, 20)]
    assert mean(outcome.late for outcome in outcomes) <= 0.75


@given(
    st.lists(
        st.tuples(st.floats(0, 50), st.sampled_from(["Queued", "Computing", "Pending", ""]), st.integers(-5, 105)),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_is_reported_the_next_question_comes_within_10_s_and_not_in_a_rush(
    seen: list[tuple[float, str, int]],
) -> None:
    pace, now = Pace(0.0), 0.0
    for passed, status, progress in seen:
        now += passed
        assert 0.7 <= pace.next(now, status, progress) <= 10
