"""What all models share: how JSON becomes a frozen dataclass, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, Self

from avatarsdk_core.errors import ProtocolError

FAILED_STATUSES = frozenset({"failed", "timed out"})
FINAL_STATUSES = frozenset({"completed", *FAILED_STATUSES})


class Rgb(NamedTuple):
    """A colour, each channel 0…255 (sRGB)."""

    red: int
    green: int
    blue: int


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def optional_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def whole_number(value: Any) -> int:
    number = optional_number(value)
    return 0 if number is None or not math.isfinite(number) else int(number)


def optional_whole_number(value: Any) -> int | None:
    number = optional_number(value)
    return None if number is None or not math.isfinite(number) else int(number)


def optional_number(value: Any) -> float | None:
    """A number as float; NaN stays NaN, and an integer too large for a float is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def numbers(value: Any) -> tuple[float, ...]:
    """A list of numbers, NaN where one is null or no number at all, so that places keep their meaning."""
    if not isinstance(value, list):
        return ()
    return tuple(math.nan if (number := optional_number(item)) is None else number for item in value)


def shares(value: Any) -> Mapping[str, float]:
    """Name → number, without what is no number."""
    found = {name: optional_number(item) for name, item in mapping(value).items()}
    return {name: number for name, number in found.items() if number is not None}


def flag(value: Any) -> bool:
    return value is True


def optional_flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def colour(value: Any) -> Rgb | None:
    """{"red", "green", "blue"}, each 0…255; None for anything else."""
    channels = [optional_whole_number(mapping(value).get(name)) for name in Rgb._fields]
    if any(channel is None or not 0 <= channel <= 255 for channel in channels):
        return None
    return Rgb(*(channel or 0 for channel in channels))


def moment(value: Any) -> datetime | None:
    """An ISO 8601 date as an aware datetime in UTC; None for anything else."""
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True, kw_only=True)
class Model:
    """One object of the service. `extra` holds the fields that this version doesn't know.

    A missing field and one that is null or of another type than documented are read as the field's default.
    """

    readers: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    required: ClassVar[tuple[str, ...]] = ()

    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read one JSON object.

        Raises:
            ProtocolError: it isn't an object, or lacks a field that nothing can be done without.
        """
        if not isinstance(data, dict):
            raise ProtocolError(f"The service sent {type(data).__name__} where {cls.__name__} was expected")
        known = {name: read(data[name]) for name, read in cls.readers.items() if name in data}
        for name in cls.required:
            if not known.get(name):
                raise ProtocolError(f"The service sent {cls.__name__} without its field {name!r}")
        extra = {name: value for name, value in data.items() if name not in cls.readers}
        return cls(**known, extra=extra)


@dataclass(frozen=True, kw_only=True)
class Computed(Model):
    """Something that the service computes: its status ends as Completed, Failed or Timed Out (in any case).

    The list of statuses is open: one that this version has never heard of isn't final.
    """

    status: str = ""

    @property
    def is_completed(self) -> bool:
        return self.status.casefold() == "completed"

    @property
    def is_failed(self) -> bool:
        return self.status.casefold() in FAILED_STATUSES

    @property
    def is_final(self) -> bool:
        return self.status.casefold() in FINAL_STATUSES


def to_json(model: Model) -> dict[str, Any]:
    """The fields of a model as plain JSON values, `extra` merged in. NaN becomes null, since JSON has none."""
    known = {item.name: _plain(getattr(model, item.name)) for item in fields(model) if item.name != "extra"}
    return {**_plain(model.extra), **known}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return to_json(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Rgb):
        return value._asdict()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
