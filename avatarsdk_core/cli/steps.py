"""Steps of a long work: shown while they run, timed, and their traffic counted."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from avatarsdk_core.creation import megabytes

if TYPE_CHECKING:
    from avatarsdk_core.http.session import Traffic


@dataclass(frozen=True)
class StepRecord:
    """One finished step. Bytes are those of HTTP bodies."""

    name: str
    seconds: float
    requests: int
    bytes_sent: int
    bytes_received: int


@dataclass
class Steps:
    """Runs steps one after the other, and keeps what each took."""

    console: Console
    records: list[StepRecord] = field(default_factory=list)
    _traffic: Callable[[], Traffic] | None = None

    @contextlib.contextmanager
    def counting(self, traffic: Callable[[], Traffic]) -> Iterator[None]:
        """Steps within the block count what `traffic` tells more of."""
        self._traffic = traffic
        try:
            yield
        finally:
            self._traffic = None

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Callable[[float | None, str], None]]:
        """Yields `show(share 0…1 or None, detail)`. A finished step leaves one line, a failed one none."""
        before = self._traffic() if self._traffic else None
        started = time.perf_counter()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(30), TimeElapsedColumn())
        with Progress(
            *columns,
            TextColumn("{task.fields[detail]}"),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        ) as live:
            task = live.add_task(name, total=None, detail="")

            def show(share: float | None, detail: str) -> None:
                live.update(task, total=None if share is None else 1.0, completed=share or 0.0, detail=detail)

            yield show
        seconds = time.perf_counter() - started
        if before is None or self._traffic is None:
            record = StepRecord(name, round(seconds, 3), 0, 0, 0)
        else:
            moved = self._traffic() - before
            record = StepRecord(name, round(seconds, 3), moved.requests, moved.sent, moved.received)
        self.records.append(record)
        self.console.print(_line(record), highlight=False)


def _line(record: StepRecord) -> str:
    moved = record.bytes_sent + record.bytes_received
    traffic = f"  {record.requests} requests, {megabytes(moved)}" if record.requests else ""
    return f"[green]✓[/green] {record.name:<28}{record.seconds:6.1f} s{traffic}"
