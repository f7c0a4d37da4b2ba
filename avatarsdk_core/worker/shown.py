"""A job in plain words, for a panel, in the language of the program around the core."""

from __future__ import annotations

from dataclasses import dataclass

from avatarsdk_core.wording import mark, say
from avatarsdk_core.worker import job as states
from avatarsdk_core.worker.job import Job
from avatarsdk_core.worker.messages import Failure

INTERRUPTED = "interrupted"  # nobody works on it; it can be gone on with
ELSEWHERE = "elsewhere"  # another Blender works on it
READY = "ready"  # done, and waits to be imported

_WORDS = {
    states.QUEUED: mark("Waiting for its turn"),
    states.LOOKING: mark("Looking whether it was created already"),
    states.UPLOADING: mark("Sending the photo"),
    states.EXPORTING: mark("The service prepares the files"),
    states.DOWNLOADING: mark("Downloading"),
    states.TRYING_AGAIN: mark("Trying again soon"),
    states.PAUSED: mark("Paused"),
    states.CANCELLED: mark("Cancelled; what the service computes stays there"),
    states.FAILED: mark("Failed"),
    states.DONE: mark("Done"),
    INTERRUPTED: mark("Interrupted: resume to go on"),
    ELSEWHERE: mark("In progress in another Blender"),
    READY: mark("Ready to import"),
}
_COMPUTING = {
    "uploading": mark("The service takes the photo in"),
    "queued": mark("Waiting in the service's line"),
    "computing": mark("The service computes the avatar"),
    "completed": mark("The avatar is computed"),
}
_AT_THE_SERVICE = mark("The service works on the avatar")
_AT_WORK = frozenset({states.LOOKING, states.UPLOADING, states.COMPUTING, states.EXPORTING, states.DOWNLOADING})


@dataclass(frozen=True)
class Shown:
    """A job as a person sees it.

    Attributes:
        id, kind, title: as asked.
        state: as `Job.state`, or INTERRUPTED, ELSEWHERE or READY.
        words: the state in plain words; `detail`: a file's name, or why it is tried again; `left`: the time left.
        progress: 0…1 of the whole, or None.
        seconds_left: of what is being done; None where unknown.
        avatar_code, folders: what it is about, and where the files are.
        failure: why it failed.
        is_active: somebody works on it for us, or will.
        asked_at: seconds since 1970.
    """

    id: str
    kind: str
    title: str
    state: str
    words: str
    detail: str = ""
    left: str = ""
    progress: float | None = None
    seconds_left: float | None = None
    avatar_code: str = ""
    folders: tuple[str, ...] = ()
    failure: Failure | None = None
    is_active: bool = False
    asked_at: float = 0.0


def shown(job: Job, *, ours: bool, elsewhere: bool = False, trouble: Failure | None = None) -> Shown:
    """The job for the panel.

    Args:
        ours: this Blender's worker has it, or is to have it.
        elsewhere: another Blender's worker has it.
        trouble: why nothing can be done just now (a full disk), whatever the journal says.
    """
    state = _state(job, ours, elsewhere)
    if trouble is not None:
        state = states.FAILED
    failure = trouble or (job.failure if state == states.FAILED else None)
    left = job.seconds_left if state in _AT_WORK else None
    return Shown(
        id=job.id,
        kind=job.kind,
        title=job.title or job.kind,
        state=state,
        words=_words(state, job.detail),
        detail=job.detail if state in (states.DOWNLOADING, states.TRYING_AGAIN) else "",
        left=time_left(left),
        progress=job.share,
        seconds_left=left,
        avatar_code=job.avatar,
        folders=job.folders,
        failure=failure,
        is_active=ours and trouble is None and not job.is_ended and state != states.PAUSED,
        asked_at=job.asked_at,
    )


def time_left(seconds: float | None) -> str:
    """ "about 3 min left", coarse enough not to flicker; "" where it isn't known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return say("about {seconds} s left", seconds=max(5, 5 * round(seconds / 5)))
    if seconds < 3600:
        return say("about {minutes} min left", minutes=round(seconds / 60))
    return say("about {hours:.1f} h left", hours=seconds / 3600)


def _state(job: Job, ours: bool, elsewhere: bool) -> str:
    if job.state == states.DONE:
        return states.DONE if job.imported else READY
    if job.is_ended or ours:
        return job.state
    if elsewhere:
        return ELSEWHERE
    return states.PAUSED if job.state == states.PAUSED else INTERRUPTED


def _words(state: str, detail: str) -> str:
    if state == states.COMPUTING:
        return say(_COMPUTING.get(detail.casefold(), _AT_THE_SERVICE))
    return say(_WORDS[state]) if state in _WORDS else state
