"""Steps of a long work: shown while they run, timed, and their traffic counted."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column as TableColumn
from rich.text import Text

from avatarsdk_core.cli.tables import clean
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
    traffic: Callable[[], Traffic] | None = None
    records: list[StepRecord] = field(default_factory=list)

    @contextlib.contextmanager
    def counting(self, traffic: Callable[[], Traffic]) -> Iterator[None]:
        """Steps within the block count what `traffic` tells more of."""
        self.traffic = traffic
        try:
            yield
        finally:
            self.traffic = None

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Callable[[float | None, str], None]]:
        """Yields `show(share 0…1 or None, detail)`. A finished step leaves one line, a failed one none."""
        before = self.traffic() if self.traffic else None
        started = time.perf_counter()
        unicode = self.console.encoding.startswith("utf")
        with Progress(
            SpinnerColumn("dots" if unicode else "line"),
            TextColumn("{task.description}"),
            BarColumn(20, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", markup=False, table_column=TableColumn(no_wrap=True, ratio=1)),
            console=self.console,
            expand=True,
            transient=True,
            disable=not self.console.is_terminal,
        ) as live:
            task = live.add_task(name, total=None, detail="")

            def show(share: float | None, detail: str) -> None:
                total = None if share is None else 1.0
                live.update(task, total=total, completed=share or 0.0, detail=clean(detail))

            yield show
        seconds = time.perf_counter() - started
        if before is None or self.traffic is None:
            record = StepRecord(name, round(seconds, 3), 0, 0, 0)
        else:
            moved = self.traffic() - before
            record = StepRecord(name, round(seconds, 3), moved.requests, moved.sent, moved.received)
        self.records.append(record)
        self.console.print(_line(record, "✓" if unicode else "*"), highlight=False)


def _line(record: StepRecord, mark: str) -> Text:
    requests = "1 request" if record.requests == 1 else f"{record.requests} requests"
    traffic = f"  {requests}, {megabytes(record.bytes_sent + record.bytes_received)}" if record.requests else ""
    return Text.assemble((mark, "green"), f" {record.name:<28}{record.seconds:6.1f} s{traffic}")
