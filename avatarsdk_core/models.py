"""What the service hands out, as frozen dataclasses (fields: the Web API's data transfer objects).

The service may grow: unknown fields are kept in `extra`, missing and null ones are accepted, and a status or category
never heard of stays the string that it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from avatarsdk_core.errors import ProtocolError

FAILED_STATUSES = frozenset({"failed", "timed out"})
FINAL_STATUSES = frozenset({"completed", *FAILED_STATUSES})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _optional_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole_number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _moment(value: Any) -> datetime | None:
    """An ISO 8601 date as an aware datetime in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Model:
    """One object of the service. `extra` holds the fields that this version doesn't know."""

    readers: ClassVar[Mapping[str, Any]] = {}
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
class Token(Model):
    """An access token. `expires_in` counts seconds from the moment of the answer; 0: not told."""

    readers: ClassVar = {"access_token": _text, "token_type": _text, "expires_in": _whole_number}
    required = ("access_token",)

    access_token: str = field(repr=False)
    token_type: str = "Bearer"  # noqa: S105 the kind of token, not a token
    expires_in: int = 0


@dataclass(frozen=True, kw_only=True)
class Player(Model):
    """A PlayerUID: in client mode one user sees only what was made with it. `code` is the PlayerUID."""

    readers: ClassVar = {"code": _text, "url": _text, "created_on": _moment, "comment": _text}
    required = ("code",)

    code: str = field(repr=False)
    url: str = field(default="", repr=False)
    created_on: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Computed(Model):
    """Something that the service computes: its status ends as Completed, Failed or Timed Out (in any case)."""

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


@dataclass(frozen=True, kw_only=True)
class Avatar(Computed):
    """An avatar. The URL fields are None until it is completed, or where its pipeline has no such thing.

    Attributes: `progress` 0…100 of the current status; `status_verbose` {"code", "message"}, mostly for Failed.
    """

    readers: ClassVar = {
        **dict.fromkeys(("code", "url", "status", "name", "description", "pipeline"), _text),
        **dict.fromkeys(("created_on", "ctime"), _moment),
        "progress": _whole_number,
        "status_verbose": _mapping,
        **dict.fromkeys(("mesh", "texture", "haircuts", "blendshapes"), _optional_text),
        **dict.fromkeys(("thumbnail", "preview", "model_info", "exports"), _optional_text),
    }
    required = ("code",)

    code: str
    url: str = ""
    name: str = ""
    description: str = ""
    pipeline: str = ""
    created_on: datetime | None = None
    ctime: datetime | None = None
    progress: int = 0
    status_verbose: Mapping[str, Any] = field(default_factory=dict)
    mesh: str | None = None
    texture: str | None = None
    haircuts: str | None = None
    blendshapes: str | None = None
    thumbnail: str | None = None
    preview: str | None = None
    model_info: str | None = None
    exports: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExportFile(Model):
    """One archive of an export: `identity` is unique in it (`avatar` or an asset), `category` None for the avatar."""

    readers: ClassVar = {"identity": _text, "category": _optional_text, "file": _text, "static_files": _texts}
    required = ("identity", "file")

    identity: str
    file: str
    category: str | None = None
    static_files: tuple[str, ...] = ()


def _export_files(value: Any) -> tuple[ExportFile, ...]:
    return tuple(ExportFile.from_json(item) for item in value) if isinstance(value, list) else ()


@dataclass(frozen=True, kw_only=True)
class Export(Computed):
    """An export of an avatar. `files` is empty until it is completed."""

    readers: ClassVar = {
        **dict.fromkeys(("code", "url", "avatar_code", "status", "comment"), _text),
        "created_on": _moment,
        "files": _export_files,
        "public_file": _optional_text,
    }
    required = ("code",)

    code: str
    url: str = ""
    avatar_code: str = ""
    comment: str = ""
    created_on: datetime | None = None
    files: tuple[ExportFile, ...] = ()
    public_file: str | None = None


def to_json(model: Model) -> dict[str, Any]:
    """The fields of a model as plain JSON values, `extra` merged in."""
    plain = {item.name: _plain(getattr(model, item.name)) for item in fields(model) if item.name != "extra"}
    return {**model.extra, **plain}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return to_json(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
