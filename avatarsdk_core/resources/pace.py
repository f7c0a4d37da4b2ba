"""When to ask again how far a computation is. Pure: times come in, delays go out.

Whoever asks every 4 s, as the vendor's own clients do, learns of the end 2 s late. Two things do better without asking
more often: to ask rarely in the middle, where the reported progress says that the end is far, and to spend what that
saved around the end. Where no progress is reported nothing better than every 4 s is possible; the first few questions
come sooner all the same, because somebody may be waiting for something small.

`tests/core/test_resources_pace.py` measures delays and requests over many courses of a computation.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERY_SECONDS = 4.0  # what the vendor's clients wait between two questions, and our allowance
_FIRST_SECONDS = 0.75
_GROWTH = 1.8
_LEAST_SECONDS = 1.0
_MOST_SECONDS = 10.0  # a progress bar must move now and then
_SHARE = 0.5  # of the time that seems to be left
_ADVANCE = 3.0  # questions that may be asked before they are saved
_PLENTY = 3.0  # saved questions from which on the least delay is allowed


@dataclass(frozen=True)
class _Seen:
    at: float
    progress: int


class Pace:
    """The delays of one wait; `next` is told what each question brought."""

    def __init__(self, at: float) -> None:
        self._start = self._last = at
        self._questions = 0
        self._blind_delay = _FIRST_SECONDS / _GROWTH
        self._status: str | None = None
        self._course: list[_Seen] = []

    def next(self, at: float, status: str, progress: int, asked: bool = True) -> float:
        """Seconds until the next question.

        Args:
            at: now, in seconds of any steady clock.
            status, progress: what was seen; progress counts 0…100 within its status.
            asked: False where it was known without a question.
        """
        self._questions += asked
        self._note(at, status, progress)
        self._last = at
        self._blind_delay = min(EVERY_SECONDS, self._blind_delay * _GROWTH)
        left = self._left(at)
        if left is None:
            return self._blind_delay
        return max(self._least(at), min(_MOST_SECONDS, left * _SHARE))

    def _note(self, at: float, status: str, progress: int) -> None:
        if status != self._status or not self._course or progress < self._course[-1].progress:
            # A status that has already come some way began between two questions.
            began = (
                [_Seen((self._last + at) / 2, 0)] if self._status is not None and progress and at > self._last else []
            )
            self._status, self._course = status, [*began, _Seen(at, progress)]
        elif progress > self._course[-1].progress:
            self._course.append(_Seen(at, progress))

    def _left(self, at: float) -> float | None:
        """Seconds that seem to be left at the faster of the whole and the latest speed; None where none is known."""
        now = self._course[-1]
        speeds = [
            (now.progress - before.progress) / (now.at - before.at)
            for before in (self._course[0], *self._course[-2:-1])
            if now.at > before.at
        ]
        if not speeds:
            return None
        return (100 - now.progress) / max(speeds) - (at - now.at)

    def _least(self, at: float) -> float:
        saved = (at - self._start) / EVERY_SECONDS - self._questions + _ADVANCE
        wealth = max(0.0, min(1.0, saved / _PLENTY))
        return EVERY_SECONDS + (_LEAST_SECONDS - EVERY_SECONDS) * wealth
