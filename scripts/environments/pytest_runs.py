# SPDX-License-Identifier: MIT
"""Runs pytest once per Blender and adds their summary lines up into one."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Dict, Iterator, NamedTuple, Sequence

from .ground import PROJECT, clean_environment, say

# What an older Blender's environment shows: its own Python, numpy, requests and urllib3 under the core, and its bpy.
OLDER_TESTS = ("tests/core", "tests/sandbox/test_client*.py", "tests/blender")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
OUTCOMES = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warnings", "errors")
NO_TESTS_COLLECTED = 5

Counts = Dict[str, int]


def parse_summary(line: str) -> Counts | None:
    """'== 3 passed, 1 skipped in 0.1s ==' → {'passed': 3, 'skipped': 1}; None when it is no summary of pytest's."""
    plain = COLOUR.sub("", line).strip("= \n")
    match = re.match(r"(.+) in [\d.]+s( \([\d:]+\))?$", plain)
    if not match:
        return None
    if match.group(1) == "no tests ran":
        return {}
    counts = {}
    for part in match.group(1).split(", "):
        number, _, outcome = part.partition(" ")
        plural = {"warning": "warnings", "error": "errors"}.get(outcome, outcome)
        if not number.isdigit() or plural not in OUTCOMES:
            return None
        counts[plural] = int(number)
    return counts


def summary(runs: Sequence[Counts], seconds: float) -> str:
    """One line in pytest's own form for several runs."""
    total = {outcome: sum(run.get(outcome, 0) for run in runs) for outcome in OUTCOMES}
    parts = [
        "{} {}".format(number, outcome[:-1] if number == 1 and outcome in ("warnings", "errors") else outcome)
        for outcome, number in total.items()
        if number
    ]
    return " {} in {:.2f}s ".format(", ".join(parts) or "no tests ran", seconds).center(80, "=")


def for_older(arguments: Sequence[str]) -> list[str] | None:
    """pytest's arguments in an older Blender's environment; None when none of the named paths is for it."""
    paths = [argument for argument in arguments if (PROJECT / argument.split("::")[0]).exists()]
    options = [argument for argument in arguments if argument not in paths]
    inside = [path for path in paths if _is_for_older(path)]
    if paths and not inside:
        return None
    everything = [
        path.relative_to(PROJECT).as_posix() for pattern in OLDER_TESTS for path in sorted(PROJECT.glob(pattern))
    ]
    return options + (inside or everything)


def _is_for_older(path: str) -> bool:
    plain = path.split("::")[0].replace("\\", "/").rstrip("/")
    return any(fnmatch.fnmatch(plain, pattern) or plain.startswith(pattern + "/") for pattern in OLDER_TESTS)


def start(python: Path, arguments: Sequence[str], output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """pytest, begun, with its output going where `output` says."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    return subprocess.Popen(
        [str(python), "-m", "pytest", *colour, *arguments],
        cwd=str(PROJECT),
        env={**clean_environment(), "PYTHONUNBUFFERED": "1"},
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def finish(process: subprocess.Popen[bytes], output: IO[bytes]) -> tuple[int, Counts]:
    """Passes a run's output on as it comes; its exit status and what it counted."""
    counts = None
    for raw in output:
        line = raw.decode("utf-8", "replace")
        sys.stdout.write(line)
        sys.stdout.flush()
        counts = parse_summary(line) or counts
    status = process.wait()
    if status == NO_TESTS_COLLECTED:
        return status, counts or {}
    return (status, counts) if counts else (status or 1, {"errors": 1})


def for_newest(arguments: Sequence[str]) -> list[list[str]]:
    """pytest's arguments for the runs in the newest environment, the longest first.

    Two where no path is named: the sandbox's tests take as long as all others together.
    """
    if any((PROJECT / argument.split("::")[0]).exists() for argument in arguments):
        return [list(arguments)]
    tests = PROJECT / "tests"
    folders = {path.parent for path in tests.glob("*/test_*.py")} - {tests / "sandbox"}
    others = [path.relative_to(PROJECT).as_posix() for path in sorted([*folders, *tests.glob("test_*.py")])]
    return [[*arguments, "tests/sandbox"], [*arguments, *others]]


class Run(NamedTuple):
    """One run of pytest: a Blender's version, its Python, and pytest's arguments."""

    version: str
    python: Path
    arguments: Sequence[str]


class Lane:
    """Runs one after another, beside the one that is shown as it goes; what they say is kept in files."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = runs
        self._ended: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Lane:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happens, no run outlives this one."""
        self._over.set()
        self._thread.join()
        for ended in self._ended:
            ended[1].close()

    def results(self) -> Iterator[tuple[int, Counts]]:
        """Each run's exit status and counts, after its output was shown."""
        self._thread.join()
        for number, (process, output) in enumerate(self._ended):
            _announce(self.runs[number])
            output.seek(0)
            yield finish(process, output)

    def _work(self) -> None:
        for run in self.runs:
            if self._over.is_set():
                return
            output = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the lane)
            process = start(run.python, run.arguments, output)
            self._ended.append((process, output))
            while process.poll() is None and not self._over.wait(0.1):
                pass
            if process.poll() is None:
                process.terminate()
            process.wait()


def run_all(newest: tuple[str, Path], older: Sequence[tuple[str, Path]], arguments: Sequence[str]) -> int:
    """Everything in the newest environment, and OLDER_TESTS in the older ones: two runs at a time.

    Each environment is (Blender's version, its Python). The first run is shown as it goes, what the others say
    afterwards; the last line is the sum. 0 when all runs passed.
    """
    started = time.monotonic()
    first, *behind = [Run(*newest, selected) for selected in for_newest(arguments)]
    for environment in older:
        selected = for_older(arguments)
        if selected is not None:
            behind.append(Run(*environment, selected))
    with Lane(behind) as lane:
        results = [_shown(first), *lane.results()]
    versions = " and ".join(dict.fromkeys([newest[0], *(run.version for run in behind)]))
    print(f"\nAll runs, on Blender {versions}:")
    print(summary([counts for _, counts in results], time.monotonic() - started), flush=True)
    return _status(results)


def _shown(run: Run) -> tuple[int, Counts]:
    _announce(run)
    process = start(run.python, run.arguments, subprocess.PIPE)
    assert process.stdout is not None
    with _ended(process):
        return finish(process, process.stdout)


def _announce(run: Run) -> None:
    say("\nTests on Blender {}: pytest {}".format(run.version, " ".join(run.arguments)))


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Whatever happens, no run outlives this one."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _status(results: Sequence[tuple[int, Counts]]) -> int:
    bad = [status for status, _ in results if status not in (0, NO_TESTS_COLLECTED)]
    empty = any(status == NO_TESTS_COLLECTED for status, _ in results)
    if not bad and empty:  # a run may select nothing, all of them may not
        return 0 if any(counts.get("passed") for _, counts in results) else NO_TESTS_COLLECTED
    return bad[0] if bad else 0


def in_ci() -> bool:
    """True on a build machine, where what is missing is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
