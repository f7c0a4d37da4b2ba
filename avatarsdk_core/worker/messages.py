"""What Blender and its worker say to each other, and what a journal holds: one JSON object a line, one class a kind.

A line of a kind that this version doesn't know is kept as `Unknown`; what is no message at all is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

_ID = re.compile(r"[0-9a-f]{16}")
_TELLS = "say"


class Message:
    """One line. Every field has a default: a line may lack what another version didn't write."""

    name: ClassVar[str] = ""


@dataclass(frozen=True)
class Unknown(Message):
    """A line of a kind that this version has never heard of."""

    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Failure:
    """Why something failed, for a person.

    Attributes:
        error: name of the class in `avatarsdk_core.errors`, or of another exception.
        message: one line: what is wrong and what to do.
        advice: what to do, where the error tells it apart.
        details: more for a report: the service's own words, or where the program broke. Without secrets.
    """

    error: str = ""
    message: str = ""
    advice: str = ""
    details: str = ""


# Commands, down the worker's stdin -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask(Message):
    """Answer this, by the file `kinds/<kind>.py`. The fields may hold secrets and are never written down."""

    name = "ask"
    request: str = ""
    kind: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Withdraw(Message):
    """Nobody waits for the answers of this request any longer."""

    name = "withdraw"
    request: str = ""


@dataclass(frozen=True)
class Start(Message):
    """Begin a job, by the file `job_kinds/<kind>.py`. Said twice it is begun once. No field is a secret."""

    name = "start"
    job: str = ""
    kind: str = ""
    title: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GoOn(Message):
    """Take a job up where its journal ends; one that has failed is tried again.

    `again`: a person wants it asked for once more, though the service may have it already.
    """

    name = "go_on"
    job: str = ""
    again: bool = False


@dataclass(frozen=True)
class Pause(Message):
    """Stop working on a job, so that it can go on later."""

    name = "pause"
    job: str = ""


@dataclass(frozen=True)
class Cancel(Message):
    """Stop working on a job for good; what the service computes stays there."""

    name = "cancel"
    job: str = ""


@dataclass(frozen=True)
class Remove(Message):
    """Forget a job: its journal goes, what it downloaded stays."""

    name = "remove"
    job: str = ""


@dataclass(frozen=True)
class Limit(Message):
    """How many jobs may run at once."""

    name = "limit"
    jobs: float = 0


# Answers, in the session's file --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready(Message):
    """The worker listens."""

    name = "ready"
    pid: float = 0
    version: str = ""


@dataclass(frozen=True)
class Answer(Message):
    """One answer to a request; the last one is `final`, and has a failure where there is no answer."""

    name = "answer"
    id: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    final: bool = True
    failure: Failure | None = None


@dataclass(frozen=True)
class Refused(Message):
    """A command about a job that can't be carried out."""

    name = "refused"
    job: str = ""
    failure: Failure | None = None


@dataclass(frozen=True)
class Gone(Message):
    """A job was removed."""

    name = "gone"
    job: str = ""


# A job's journal -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked(Message):
    """The first line: what was asked. `at` as everywhere: seconds since 1970."""

    name = "asked"
    job: str = ""
    kind: str = ""
    title: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0


@dataclass(frozen=True)
class Taken(Message):
    """A worker has taken the job up; `parent` tells its Blender from all others (`parent.this_process`)."""

    name = "taken"
    worker: float = 0
    parent: str = ""
    at: float = 0.0


@dataclass(frozen=True)
class Tagged(Message):
    """Something that costs is about to be asked for, under this tag, with these credentials. Written before it is.

    `of` is "avatar" or "export"; `account` tells credentials apart and nothing of them.
    """

    name = "tagged"
    of: str = ""
    tag: str = ""
    account: str = ""
    at: float = 0.0


@dataclass(frozen=True)
class NotMade(Message):
    """What was tagged surely isn't made: the service refused it, or never heard of it."""

    name = "not_made"
    of: str = ""
    at: float = 0.0


@dataclass(frozen=True)
class Again(Message):
    """A person has read that the service may have it already, and wants it asked for once more."""

    name = "again"
    at: float = 0.0


@dataclass(frozen=True)
class Made(Message):
    """The service has it: an avatar's code, or those of exports."""

    name = "made"
    avatar: str = ""
    exports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed(Message):
    """Where the files go."""

    name = "placed"
    folder: str = ""


@dataclass(frozen=True)
class Now(Message):
    """What is being done, and how far it is.

    Attributes:
        state: see `avatarsdk_core.worker.job`.
        detail: the service's own word, a file's name, or the reason of another try.
        share: 0…1 of the whole job, or None.
        seconds_left: until the job is done, or, where it tries again, until it does; None where unknown.
    """

    name = "now"
    state: str = ""
    detail: str = ""
    share: float | None = None
    seconds_left: float | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Failed(Message):
    """The job ended without success."""

    name = "failed"
    failure: Failure | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Delivered(Message):
    """The job is done: each export is a folder."""

    name = "delivered"
    folders: tuple[str, ...] = ()
    avatar: str = ""
    at: float = 0.0


@dataclass(frozen=True)
class Imported(Message):
    """What was delivered is in a scene."""

    name = "imported"
    at: float = 0.0


@dataclass(frozen=True)
class Anew(Message):
    """What the service made was no good, and a person asked for another."""

    name = "anew"
    at: float = 0.0


_KINDS: Mapping[str, type[Message]] = {
    kind.name: kind
    for kind in (
        *(Ask, Withdraw, Start, GoOn, Pause, Cancel, Remove, Limit),
        *(Ready, Answer, Refused, Gone),
        *(Asked, Taken, Tagged, NotMade, Again, Made, Placed, Now, Failed, Delivered, Imported, Anew),
    )
}


def to_line(message: Message) -> bytes:
    """The message as one line, its end included."""
    if isinstance(message, Unknown):
        content = dict(message.fields) | {_TELLS: message.kind}
    else:
        values = ((item.name, getattr(message, item.name)) for item in fields(message))  # type: ignore[arg-type]
        content = {_TELLS: message.name, **{name: _plain(value) for name, value in values}}
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> Message | None:
    """What a line says; None for what is none of ours: damaged, half, or no object."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not isinstance(content.get(_TELLS), str):
        return None
    name = content.pop(_TELLS)
    kind = _KINDS.get(name)
    return Unknown(name, content) if kind is None else kind(**_known(kind, content))


def is_id(text: object) -> bool:
    """Whether this may be the id of a job or a request: it becomes a folder's name."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def _known(kind: type[Message], content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this kind has and whose values are of its types."""
    found = {}
    for item in fields(kind):  # type: ignore[arg-type]
        value = _read(str(item.type), content.get(item.name))
        if value is not None:
            found[item.name] = value
    return found


def _read(declared: str, value: Any) -> Any:
    """The value as the field wants it; None where it is of another type."""
    if declared.startswith("float"):
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    if declared.startswith("tuple"):
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else None
    if declared.startswith("Failure"):
        return _failure(value)
    wanted = {"str": str, "bool": bool}.get(declared, dict)
    return value if isinstance(value, wanted) else None


def _failure(value: Any) -> Failure | None:
    if not isinstance(value, dict):
        return None
    return Failure(**{item.name: str(value.get(item.name, "")) for item in fields(Failure)})


def _plain(value: Any) -> Any:
    if isinstance(value, Failure):
        return {item.name: getattr(value, item.name) for item in fields(Failure)}
    return list(value) if isinstance(value, tuple) else value
