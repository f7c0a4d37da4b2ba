"""What a job is by the lines of its journal. Pure: messages come in, a frozen `Job` goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from avatarsdk_core.worker.messages import (
    Again,
    Anew,
    Asked,
    Delivered,
    Failed,
    Failure,
    Imported,
    Made,
    Message,
    NotMade,
    Now,
    Placed,
    Tagged,
    Taken,
)

QUEUED = "queued"  # waits for another job to end
LOOKING = "looking"  # asks whether an earlier run has created it
UPLOADING = "uploading"
COMPUTING = "computing"  # the service computes the avatar
EXPORTING = "exporting"  # the service prepares the files
DOWNLOADING = "downloading"
TRYING_AGAIN = "trying_again"  # the network or the service fails; `detail` tells how
PAUSED = "paused"
CANCELLED = "cancelled"
FAILED = "failed"
DONE = "done"
ENDED = frozenset({CANCELLED, FAILED, DONE})


@dataclass(frozen=True)
class Job:
    """A job as its journal tells it.

    Attributes:
        id, kind, title, fields: what was asked, and when (`asked_at`, seconds since 1970).
        state, detail, share, seconds_left: see `messages.Now`.
        avatar, exports: codes on the service, as soon as they are known.
        folder: where its files go; `folders` are those of the exports when it is done.
        tags: of what was asked for, or was about to be, by "avatar" and "export".
        failure: why it ended, where it failed.
        imported: what was delivered is in a scene.
        is_anew: exports failed, and a person asked for others.
        may_ask_again: a person wants it asked for once more, though the service may have it already.
        parent: the Blender whose worker took it up last, as `parent.this_process` names it.
        changed_at: of its last line that tells a time.
    """

    id: str
    kind: str = ""
    title: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    asked_at: float = 0.0
    state: str = QUEUED
    detail: str = ""
    share: float | None = None
    seconds_left: float | None = None
    avatar: str = ""
    exports: tuple[str, ...] = ()
    folder: str = ""
    folders: tuple[str, ...] = ()
    tags: Mapping[str, Tagged] = field(default_factory=dict, repr=False)
    failure: Failure | None = None
    imported: bool = False
    is_anew: bool = False
    may_ask_again: bool = False
    parent: str = ""
    changed_at: float = 0.0

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_known(self) -> bool:
        """Its first line is there: a journal without it tells nothing that could be gone on with."""
        return bool(self.kind)


def read_job(job: str, messages: Iterable[Message]) -> Job:
    """What these lines add up to."""
    found = Job(job)
    for message in messages:
        found = after(found, message)
    return found


def after(job: Job, message: Message) -> Job:
    """The job when this line has been added; lines of unknown kinds change nothing."""
    changed = _changes(job, message)
    moment = getattr(message, "at", 0.0)
    return replace(job, **changed, changed_at=max(job.changed_at, moment)) if changed else job


def _changes(job: Job, message: Message) -> dict[str, Any]:
    match message:
        case Asked():
            kept = {"kind": message.kind, "title": message.title, "fields": message.fields}
            return {**kept, "asked_at": message.at}
        case Taken():
            return {"state": QUEUED, "detail": "", "seconds_left": None, "failure": None, "parent": message.parent}
        case Now():
            share = message.share if message.share is not None else job.share
            told = {"state": message.state or job.state, "detail": message.detail}
            return {**told, "share": share, "seconds_left": message.seconds_left}
        case Failed():
            return {"state": FAILED, "failure": message.failure or Failure(), "seconds_left": None}
        case Imported():
            return {"imported": True}
        case _:
            return _facts(job, message)


def _facts(job: Job, message: Message) -> dict[str, Any]:
    match message:
        case Tagged():
            return {"tags": {**job.tags, message.of: message}, "may_ask_again": False}
        case NotMade():
            return {"tags": _without(job.tags, message.of)}
        case Again():
            return {"may_ask_again": True}
        case Made():
            return {"avatar": message.avatar or job.avatar, "exports": message.exports or job.exports}
        case Placed():
            return {"folder": message.folder}
        case Delivered():
            done = {"state": DONE, "share": 1.0, "seconds_left": None, "detail": ""}
            return {**done, "folders": message.folders, "avatar": message.avatar or job.avatar}
        case Anew():
            if job.exports:  # the avatar is there, and what was made of it wasn't
                return {"tags": _without(job.tags, "export"), "exports": (), "failure": None, "is_anew": True}
            return {"tags": {}, "avatar": "", "share": None, "failure": None}
        case _:
            return {}


def _without(tags: Mapping[str, Tagged], of: str) -> dict[str, Tagged]:
    return {name: tag for name, tag in tags.items() if name != of}
