"""Parameters without what is wrong in them: how a tolerant service takes what it doesn't know. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from avatarsdk_core.catalog import Problem
from avatarsdk_core.errors import ParametersError

_MOST = 200  # problems in one request


def without_errors(given: Any, problems: Callable[[Any], Sequence[Problem]]) -> tuple[Any, list[str]]:
    """A copy of `given` without every value that `problems` calls an error, and a word on each.

    Raises ParametersError when a problem is of the whole, so that nothing would be left.
    """
    kept = copy.deepcopy(given)
    left_out: list[str] = []
    for _ in range(_MOST):
        found = problems(kept)
        wrong = [problem for problem in found if problem.severity == "error"]
        if not wrong:
            return kept, [*left_out, *(str(problem) for problem in found)]
        if not _leave_out(kept, wrong[0].path, wrong[0].value):
            raise ParametersError(str(wrong[0]))
        left_out.append(f"left out: {wrong[0]}")
    raise ParametersError("There is too much wrong with these parameters.")


def _leave_out(node: Any, path: str, value: Any) -> bool:
    """Take out what the path leads to: a key with its value, or a name of a list; False when nothing is there."""
    if isinstance(node, list):
        before = len(node)
        node[:] = [item for item in node if item not in (value, path)]
        return len(node) < before
    if not isinstance(node, dict):
        return False
    for key in sorted(node, key=len, reverse=True):  # names hold dots too: `cartoonish_v0.3`
        inside = node[key]
        if key == path:
            if not (isinstance(inside, list) and _leave_out(inside, "", value)):
                del node[key]
            return True
        rest = path.removeprefix(f"{key}.")
        if rest != path and _leave_out(inside, rest, value):
            return True
    return False
