"""How fast a request goes: too slowly to be waited for, or so that a second one for half of it helps. Pure."""

from __future__ import annotations

from avatarsdk_core.transfer.file_version import Request, Stretch

SLOWEST = 1000  # bytes a second
SLOW_SECONDS = 15.0
TOLD_SECONDS = 60.0  # until the headers of an answer have come
_MEASURE_SECONDS = 0.1
_WORTH_SECONDS = 0.2


def mark(request: Request, now: float) -> None:
    """Begin to look at its rate anew."""
    request.mark_at = now
    request.mark = request.stretch.taken if request.stretch is not None else 0
    if request.told_at is None:
        request.asked_at = now


def is_too_slow(request: Request, now: float) -> bool:
    """True where it brought next to nothing for a while."""
    if request.told_at is None or request.stretch is None:
        return now - request.asked_at > TOLD_SECONDS
    elapsed = now - request.mark_at
    if elapsed < SLOW_SECONDS:
        return False
    slow = request.stretch.taken - request.mark < SLOWEST * elapsed
    mark(request, now)
    return slow


def seconds_left(request: Request, stretch: Stretch, now: float) -> float:
    """How long the rest takes at the rate so far; 0 where that can't be told yet."""
    if request.told_at is None or stretch.end is None or now - request.told_at < _MEASURE_SECONDS:
        return 0.0
    came = stretch.taken - request.first
    return (stretch.end - stretch.taken) * (now - request.told_at) / came if came > 0 else 0.0


def worth_splitting(request: Request, stretch: Stretch, left: float, least: int) -> bool:
    """True where half the time left is saved for the price of another request, which takes as long to be answered.

    Args:
        left: seconds left.
        least: bytes that each half should have.
    """
    if request.told_at is None or stretch.end is None or stretch.end - stretch.taken < 2 * least:
        return False
    return left > max(_WORTH_SECONDS, 4 * (request.told_at - request.asked_at))
