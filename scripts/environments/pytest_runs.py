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
import time
from pathlib import Path
from typing import IO, Dict, Iterator, Sequence

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


def run_all(newest: tuple[str, Path], older: Sequence[tuple[str, Path]], arguments: Sequence[str]) -> int:
    """Everything in the newest environment, and OLDER_TESTS in the older ones meanwhile: most tests wait for something.

    Each environment is (Blender's version, its Python). What the older ones say is shown after the newest's; the last
    line is the sum. 0 when all runs passed.
    """
    started = time.monotonic()
    chosen = [(version, python, for_older(arguments)) for version, python in older]
    with contextlib.ExitStack() as cleanup:
        begun = []
        for version, python, selected in chosen:
            if selected is not None:
                output = cleanup.enter_context(tempfile.TemporaryFile())
                process = cleanup.enter_context(_ended(start(python, selected, output)))
                begun.append((version, selected, process, output))
        results = [_newest_run(newest, arguments)]
        for version, selected, process, output in begun:
            process.wait()
            _announce(version, selected)
            output.seek(0)
            results.append(finish(process, output))
    versions = " and ".join([newest[0], *(version for version, _, _, _ in begun)])
    print(f"\nAll runs, on Blender {versions}:")
    print(summary([counts for _, counts in results], time.monotonic() - started), flush=True)
    return _status(results)


def _newest_run(newest: tuple[str, Path], arguments: Sequence[str]) -> tuple[int, Counts]:
    _announce(newest[0], arguments)
    process = start(newest[1], arguments, subprocess.PIPE)
    assert process.stdout is not None
    with _ended(process):
        return finish(process, process.stdout)


def _announce(version: str, arguments: Sequence[str]) -> None:
    say("\nTests on Blender {}: pytest {}".format(version, " ".join(arguments)))


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
