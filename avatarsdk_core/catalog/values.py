"""Colours and sizes as the service writes them in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from avatarsdk_core.errors import ParametersError

CHANNELS = ("red", "green", "blue")


def is_whole(value: object) -> bool:
    """An int that isn't a bool: JSON's true is no number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """A finite int or float that isn't a bool."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def shown(value: object) -> str:
    """A value for a message, not longer than a message can bear."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@dataclass(frozen=True)
class Color:
    """An sRGB colour; each channel is a whole number from 0 to 255.

    Raises:
        ParametersError: a channel is none.
    """

    red: int
    green: int
    blue: int

    def __post_init__(self) -> None:
        for channel in CHANNELS:
            value = getattr(self, channel)
            if not is_whole(value) or not 0 <= value <= 255:
                raise ParametersError(f"{channel}: {shown(value)} is no whole number from 0 to 255.")

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """From `#dEADbe` or `dEADbe`."""
        if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
            raise ParametersError(f"{shown(text)} is no colour; write it as #rrggbb.")
        return cls(*bytes.fromhex(text.removeprefix("#")))

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From `{"red": 222, "green": 173, "blue": 190}`."""
        if not isinstance(data, Mapping) or set(data) != set(CHANNELS):
            raise ParametersError(f"{shown(data)} is no colour; it needs red, green and blue, each from 0 to 255.")
        return cls(**data)

    def to_json(self) -> dict[str, int]:
        return {channel: getattr(self, channel) for channel in CHANNELS}

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


@dataclass(frozen=True)
class Size:
    """Width and height in pixels, each at least 1.

    Raises:
        ParametersError: one is none.
    """

    width: int
    height: int

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            value = getattr(self, name)
            if not is_whole(value) or value < 1:
                raise ParametersError(f"{name}: {shown(value)} is no whole number of pixels from 1 on.")

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From `{"width": 256, "height": 256}`."""
        if not isinstance(data, Mapping) or set(data) != {"width", "height"}:
            raise ParametersError(f"{shown(data)} is no size; it needs width and height in pixels.")
        return cls(**data)

    def to_json(self) -> dict[str, int]:
        return {"width": self.width, "height": self.height}

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def plain(value: Any) -> Any:
    """A copy in JSON's own types: colours and sizes as objects, sequences as lists, at any depth."""
    if isinstance(value, Color | Size):
        return value.to_json()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | bytes) or not isinstance(value, Sequence | set | frozenset):
        return value
    return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
