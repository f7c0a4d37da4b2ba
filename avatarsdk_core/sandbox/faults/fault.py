"""One fault as somebody asked for it: which kind, with what options, for which requests, how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.faults.kinds import Kind, Value, kind

_SELECTORS = ("method", "path", "times", "skip", "chance")


@dataclass(frozen=True)
class Fault:
    """A fault that is on.

    Attributes:
        kind: what happens.
        options: with what values; the rest are the kind's defaults.
        method, path: only to requests of this method and of a path that matches (`*` stands for anything).
        skip: so many such requests pass first.
        times: then it happens so often; None for ever.
        chance: the share of requests that it happens to, 0 to 1.
    """

    kind: Kind
    options: Mapping[str, Value] = field(default_factory=dict)
    method: str = "*"
    path: str = "*"
    times: int | None = None
    skip: int = 0
    chance: float = 1.0

    @classmethod
    def of(cls, name: str, /, **values: Any) -> Fault:
        """By name, options and selectors as keywords, as text or as what they are.

        Raises:
            SandboxError: no such fault or option, or a value that makes no sense.
        """
        found = kind(name)
        texts = {key: str(value) for key, value in values.items() if value is not None}
        selectors = {key: texts.pop(key) for key in _SELECTORS if key in texts}
        chance = _number(selectors, "chance", 1.0)
        if chance > 1:
            raise SandboxError(f"chance of a fault must be 0 to 1, not {selectors['chance']!r}.")
        return cls(
            kind=found,
            options={key: found.value(key, text) for key, text in texts.items()},
            method=selectors.get("method", "*").upper(),
            path=selectors.get("path", "*"),
            times=int(_number(selectors, "times", 0)) if "times" in selectors else None,
            skip=int(_number(selectors, "skip", 0)),
            chance=chance,
        )

    @classmethod
    def parse(cls, text: str) -> Fault:
        """From `name` or `name:key=value,key=value`. Raises SandboxError as `of`."""
        name, _, rest = text.partition(":")
        values: dict[str, str] = {}
        for pair in filter(None, (piece.strip() for piece in rest.split(","))):
            key, sign, value = pair.partition("=")
            if not sign:
                raise SandboxError(f"In the fault {text!r} {pair!r} must be KEY=VALUE.")
            values[key.strip()] = value.strip()
        return cls.of(name.strip(), **values)

    def concerns(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatchcase(path, self.path)


def parse_faults(text: str) -> list[Fault]:
    """Several, parted by semicolons, as in the header `X-Sandbox-Fault`. Raises SandboxError as `Fault.of`."""
    return [Fault.parse(piece) for piece in text.split(";") if piece.strip()]


def _number(selectors: Mapping[str, str], name: str, default: float) -> float:
    text = selectors.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9 or (name != "chance" and value != int(value)):
        raise SandboxError(f"{name} of a fault must be a number from 0 up, not {text!r}.")
    return value
