"""What is wrong with parameters, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from avatarsdk_core.errors import ParametersError


@dataclass(frozen=True)
class Problem:
    """`path`: the keys that lead there, with dots; empty for the whole. `doubt`: the catalogue may be wrong or
    incomplete here, so that it is a warning unless validation is strict. `way_out`: what to do about it.
    """

    severity: Literal["error", "warning"]
    path: str
    value: Any
    message: str
    way_out: str
    doubt: bool = False

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return " ".join(f"{where}{self.message}; {self.way_out}".splitlines())  # keys and values may hold any text


def error(path: str, value: object, message: str, way_out: str) -> Problem:
    """The impossible."""
    return Problem("error", path, value, message, way_out)


def warning(path: str, value: object, message: str, way_out: str) -> Problem:
    """What will probably disappoint."""
    return Problem("warning", path, value, message, way_out)


def doubt(path: str, value: object, message: str, way_out: str) -> Problem:
    """What the catalogue isn't sure of."""
    return Problem("warning", path, value, message, way_out, doubt=True)


def judged(problems: Iterable[Problem], *, strict: bool) -> list[Problem]:
    """Errors first. `strict` takes doubts for errors; advice stays a warning."""
    raised = [
        Problem("error", problem.path, problem.value, problem.message, problem.way_out, doubt=True)
        if strict and problem.doubt
        else problem
        for problem in problems
    ]
    return sorted(raised, key=lambda problem: problem.severity)


def require(problems: Iterable[Problem]) -> None:
    """Raises ParametersError naming every error in one line; warnings pass."""
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    if errors:
        raise ParametersError(" | ".join(errors))
