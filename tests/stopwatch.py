"""Seconds for tests that must say "soon" on a machine that does other work too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

_TICK = 0.005


class Stopwatch:
    """Seconds as this process lived them: while the machine lets none of its threads run, it stands still.

    A thread asks for so many milliseconds of sleep again and again, and the ticks are counted, however late each is.
    On a quiet machine these are the wall clock's seconds; on a busy one they are fewer, as what is measured has had
    less of it. Promises like "cancelled within a second" are tested by it; how long something *waits* isn't.
    """

    def __init__(self) -> None:
        self._ticks = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stopwatch", daemon=True)

    def __enter__(self) -> Stopwatch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    @property
    def seconds(self) -> float:
        return self._ticks * _TICK

    def restart(self) -> None:
        self._ticks = 0

    def cancel_after(self, begun: threading.Event) -> threading.Event:
        """An event that is set, and from which on this counts, once `begun` is: for `cancel=`."""
        cancel = threading.Event()

        def wait() -> None:
            if begun.wait(60):
                self.restart()
                cancel.set()

        threading.Thread(target=wait, daemon=True).start()
        return cancel

    def _run(self) -> None:
        while not self._over.is_set():
            time.sleep(_TICK)
            self._ticks += 1


def eventually(what: Callable[[], object], seconds: float = 60) -> None:
    """Return as soon as `what()` is true.

    Raises:
        AssertionError: it is not, after far more time than any machine needs.
    """
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"not true after {seconds} s"
        time.sleep(0.01)
