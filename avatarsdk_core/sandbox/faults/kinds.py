"""All kinds of fault by name, with the line that documents each and the options that it takes."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.faults import answers, archives, before, ranges, wire

Stage = Literal["before", "answer", "wire"]
Value = bool | int | float | str


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        name: as users write it.
        stage: `before` the service looks at the request, on its `answer`, or on the `wire` that carries the answer.
        summary: what it does, in one line.
        options: what can be said about it, with the defaults, whose types are the types.
    """

    name: str
    stage: Stage
    summary: str
    options: Mapping[str, Value]
    act: Callable[..., Any]

    def value(self, option: str, text: str) -> Value:
        """An option's value from text. Raises SandboxError, naming what is possible."""
        default = self.options.get(option)
        if default is None:
            known = ", ".join(self.options) or "none"
            raise SandboxError(f"The fault {self.name!r} has no option {option!r}; its options are: {known}.")
        try:
            value = type(default)(text)
        except ValueError:
            kind = "a whole number" if isinstance(default, int) else "a number"
            raise SandboxError(f"{option} of the fault {self.name!r} must be {kind}, not {text!r}.") from None
        if not isinstance(value, str) and not 0 <= abs(value) < float("inf"):
            raise SandboxError(f"{option} of the fault {self.name!r} must be a finite number, not {text!r}.")
        return value


def kind(name: str) -> Kind:
    """The kind of this name. Raises SandboxError with the nearest one."""
    found = KINDS.get(name.strip().replace("_", "-").lower())
    if found is None:
        near = difflib.get_close_matches(name, KINDS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(KINDS)}."
        raise SandboxError(f"There is no fault {name!r}; {hint}")
    return found


def _kinds(module: ModuleType, stage: Stage) -> list[Kind]:
    """The public functions of a module, in the order of the file; keyword-only parameters are the options."""
    return [
        Kind(
            name=name.replace("_", "-"),
            stage=stage,
            summary=(inspect.getdoc(function) or "").splitlines()[0],
            options={
                parameter.name: parameter.default
                for parameter in inspect.signature(function).parameters.values()
                if parameter.kind is inspect.Parameter.KEYWORD_ONLY
            },
            act=function,
        )
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    ]


KINDS: Mapping[str, Kind] = {
    found.name: found
    for found in [
        *_kinds(before, "before"),
        *_kinds(ranges, "before"),
        *_kinds(answers, "answer"),
        *_kinds(archives, "answer"),
        *_kinds(wire, "wire"),
    ]
}
