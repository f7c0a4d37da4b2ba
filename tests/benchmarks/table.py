"""Results of benchmarks beside their goals."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured value, which is to be at most its goal."""

    what: str
    value: float
    goal: float
    detail: str = ""

    @property
    def passed(self) -> bool:
        return self.value <= self.goal


def show(rows: list[Row]) -> None:
    """Print them, and end the process with 1 where a goal is missed."""
    wide = max(len(row.what) for row in rows)
    for row in rows:
        verdict = "ok    " if row.passed else "MISSED"
        print(f"{verdict} {row.what:{wide}} {row.value:8.2f}  goal ≤ {row.goal:<6g} {row.detail}")
    missed = [row.what for row in rows if not row.passed]
    print(f"{len(rows) - len(missed)} of {len(rows)} goals reached")
    sys.exit(1 if missed else 0)
