"""Blender's side: starts the worker when it is needed, talks to it, and knows of all jobs. No thread, no network.

`tick` does all of it, a few milliseconds at a time; nothing happens between two ticks. While `is_resting`, no tick is
needed.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from avatarsdk_core.file_lock import is_locked
from avatarsdk_core.worker.child import Child
from avatarsdk_core.worker.job import DONE, PAUSED, Job, after, read_job
from avatarsdk_core.worker.journal import Journal, Tail
from avatarsdk_core.worker.messages import (
    Again,
    Answer,
    Ask,
    Cancel,
    Failure,
    Gone,
    GoOn,
    Imported,
    Message,
    Pause,
    Refused,
    Remove,
    Start,
    Taken,
    Withdraw,
)
from avatarsdk_core.worker.places import Home
from avatarsdk_core.worker.shown import Shown, shown

IDLE_SECONDS = 20.0  # a worker that nothing was asked of for so long is let go
_MOST_CRASHES, _CRASH_SECONDS = 4, 120.0
_KEPT_ANSWERS = 64  # of requests that nobody has forgotten
Then = Callable[[Answer], object]


@dataclass
class _Request:
    answers: list[Answer] = field(default_factory=list)
    then: Then | None = None
    is_open: bool = True


@dataclass
class _Tracked:
    tail: Tail
    job: Job
    ours: bool = False
    elsewhere: bool = False
    begun: Start | None = None  # until its journal shows
    wish: Message | None = None  # what was said last, until its journal shows that it is so
    trouble: Failure | None = None
    shown: Shown | None = None

    @property
    def is_active(self) -> bool:
        return self.ours and self.trouble is None and not self.job.is_ended and self.job.state != PAUSED


class Parent:
    """All that this Blender has asked for, and all jobs on this machine.

    Args:
        home: where the worker's files are; nothing is made before it is needed.
        refusal: called when something is asked: why the network may not be used now, or "".
        environ: called when a worker is started: variables that it gets beside those of this process.
    """

    def __init__(
        self,
        home: Home,
        refusal: Callable[[], str] = lambda: "",
        environ: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._home, self._refusal, self._environ = home, refusal, environ
        self._child: Child | None = None
        self._session: Tail | None = None
        self._outbox: list[Message] = []
        self._requests: dict[str, _Request] = {}
        self._late: list[Answer] = []
        self._tracked: dict[str, _Tracked] = {}
        self._crashes: list[float] = []
        self._busy_at = time.monotonic()
        self._list: tuple[Shown, ...] | None = ()
        self._turn = 0

    # Requests

    def ask(self, kind: str, fields: Mapping[str, Any], then: Then | None = None) -> str:
        """Ask the worker; its answers come with later ticks. Returns the request's id. Never raises."""
        request = new_id()
        self._drop_old_answers()
        self._requests[request] = _Request(then=then)
        if reason := self._refusal():
            self._late.append(Answer(request, failure=Failure("Offline", reason, reason)))
        else:
            self._say(Ask(request, kind, dict(fields)))
        return request

    def answers(self, request: str) -> tuple[Answer, ...]:
        """What was answered so far; () for a request that is forgotten."""
        found = self._requests.get(request)
        return tuple(found.answers) if found is not None else ()

    def withdraw(self, request: str) -> None:
        """Nobody waits for the answers any longer."""
        found = self._requests.get(request)
        if found is not None and found.is_open and self._child is not None:
            self._say(Withdraw(request))

    def forget(self, request: str) -> None:
        """Drop the answers, those to come too."""
        self.withdraw(request)
        self._requests.pop(request, None)

    # Jobs

    def start(self, kind: str, title: str, fields: Mapping[str, Any]) -> str:
        """Begin a job. Returns its id. Never raises: what goes wrong is the job's failure."""
        job = new_id()
        command = Start(job, kind, title, dict(fields))
        place = self._home.job(job)
        tracked = _Tracked(Tail(place.journal), Job(job, kind, title, fields, time.time()), True, begun=command)
        self._tracked[job] = tracked
        if reason := self._refusal():
            tracked.trouble = Failure("Offline", reason, reason)
        else:
            self._say(command)
        self._changed(tracked)
        return job

    def go_on(self, job: str, *, again: bool = False) -> None:
        """Resume, or try again; `again`: a person wants that asked for once more which the service may have already."""
        tracked = self._tracked.get(job)
        if tracked is None:
            return
        if reason := self._refusal():
            tracked.trouble = Failure("Offline", reason, reason)
        else:
            told = GoOn(job, again)
            tracked.ours, tracked.elsewhere, tracked.trouble, tracked.wish = True, False, None, told if again else None
            tracked.job = after(tracked.job, Taken(parent=this_process()))  # as its journal will tell
            self._say(tracked.begun or told)
        self._changed(tracked)

    def pause(self, job: str) -> None:
        """Stop working on it for now."""
        self._say_of(job, Pause(job))

    def cancel(self, job: str) -> None:
        """Stop working on it for good."""
        self._say_of(job, Cancel(job))

    def remove(self, job: str) -> None:
        """Forget it; files stay."""
        tracked = self._tracked.get(job)
        if tracked is not None and tracked.begun is not None and tracked.trouble is not None:
            self._drop(job)  # it never came to the disk
        else:
            self._say_of(job, Remove(job))

    def set_imported(self, job: str) -> None:
        """What it delivered is in a scene. A journal that can't be written is no harm: it is offered once more."""
        tracked = self._tracked.get(job)
        if tracked is not None:
            message = Imported(round(time.time(), 3))
            with contextlib.suppress(OSError):
                Journal(self._home.job(job).journal).write(message)
            tracked.job = after(tracked.job, message)
            self._changed(tracked)

    def jobs(self) -> tuple[Shown, ...]:
        """All jobs that are known, the newest first; the same tuple while nothing changes."""
        if self._list is None:
            views = [tracked.shown or self._view(tracked) for tracked in self._tracked.values()]
            self._list = tuple(sorted(views, key=lambda view: -view.asked_at))
        return self._list

    def job(self, job: str) -> Job | None:
        """What the journal says of one."""
        tracked = self._tracked.get(job)
        return tracked.job if tracked is not None else None

    def scan(self) -> Iterator[None]:
        """Read the journals on the disk, one a step: jobs of earlier sessions turn up, our own that were cut go on."""
        try:
            places = self._home.all_jobs()
        except OSError:
            return
        for place in places:
            yield
            if place.id in self._tracked:
                continue
            tail = Tail(place.journal)
            job = read_job(place.id, tail.read(1 << 40))
            if not job.is_known or (job.is_ended and job.imported):
                continue
            tracked = _Tracked(tail, job, elsewhere=not job.is_ended and is_locked(place.lock))
            self._tracked[place.id] = tracked
            cut = job.parent == this_process() and not job.is_ended and job.state != PAUSED
            if cut and not self._refusal():
                self.go_on(place.id)
            self._changed(tracked)

    def arrived(self) -> list[str]:
        """Jobs that ended well while this Blender looked on, and whose files are in no scene yet."""
        return [
            name
            for name, tracked in self._tracked.items()
            if tracked.ours and tracked.job.state == DONE and not tracked.job.imported and tracked.trouble is None
        ]

    # Time

    @property
    def worker_pid(self) -> int:
        """Process id of the worker; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    @property
    def is_resting(self) -> bool:
        """Nothing goes on, and nothing will by itself."""
        return self._child is None and not self._outbox and not self._late

    @property
    def is_busy(self) -> bool:
        """Something was asked and isn't answered, or a job goes on."""
        waiting = any(request.is_open for request in self._requests.values())
        return waiting or bool(self._outbox or self._late) or any(each.is_active for each in self._tracked.values())

    def tick(self, budget: float = 0.004) -> bool:
        """Send, read, look after the worker, for about `budget` seconds. Whether anything has changed."""
        end = time.perf_counter() + budget
        changed = self._answer_late()
        if self._outbox:
            self._ensure_child()
        if self._child is not None:
            self._child.flush()
            changed |= self._read_session()
            changed |= self._read_jobs(end)
            changed |= self._look_after(self._child)
        return changed

    def stop(self, reason: str = "") -> None:
        """The worker ends at once; jobs can be gone on with. `reason`: why, for what was not answered."""
        if self._child is not None:
            self._child.close()
            self._child, self._session = None, None
        self._outbox.clear()
        self._answer_late()
        words = reason or "The add-on was switched off"
        for name, request in self._requests.items():
            if request.is_open:
                self._late.append(Answer(name, failure=Failure("Stopped", words, words)))
        for tracked in self._tracked.values():
            if tracked.is_active:
                tracked.ours = False
                self._changed(tracked)

    def _say(self, message: Message) -> None:
        self._busy_at = time.monotonic()
        self._outbox.append(message)

    def _say_of(self, job: str, message: Message) -> None:
        tracked = self._tracked.get(job)
        if tracked is None:
            return
        tracked.ours, tracked.trouble, tracked.wish = True, None, message
        if tracked.begun is not None and self._child is None:
            self._say(tracked.begun)
        self._say(message)
        self._changed(tracked)

    def _ensure_child(self) -> None:
        if self._child is None:
            session = new_id()
            self._child = Child(self._home, session, this_process(), self._environ())
            self._session = Tail(self._home.session(session))
        for message in self._outbox:
            self._child.send(message)
        self._outbox.clear()

    def _answer_late(self) -> bool:
        late, self._late = self._late, []
        for answer in late:
            self._answered(answer)
        return bool(late)

    def _answered(self, answer: Answer) -> None:
        self._busy_at = time.monotonic()
        request = self._requests.get(answer.id)
        if request is None:
            return
        request.answers.append(answer)
        request.is_open = request.is_open and not answer.final
        if request.then is not None:
            request.then(answer)

    def _read_session(self) -> bool:
        messages = self._session.read() if self._session is not None else []
        for message in messages:
            match message:
                case Answer():
                    self._answered(message)
                case Refused():
                    self.set_trouble(message.job, message.failure or Failure())
                case Gone():
                    self._drop(message.job)
        return bool(messages)

    def _read_jobs(self, end: float) -> bool:
        """Each active job's news, as far as the time goes; the next tick begins where this one stopped."""
        active = [tracked for tracked in self._tracked.values() if tracked.ours]
        changed = False
        for tracked in itertools.islice(itertools.cycle(active), self._turn, self._turn + len(active)):
            self._turn = (self._turn + 1) % len(active)
            changed |= self._catch_up(tracked)
            if time.perf_counter() > end:
                break
        if any(tracked.is_active for tracked in active):
            self._busy_at = time.monotonic()
        return changed

    def _look_after(self, child: Child) -> bool:
        if child.exit_code is None:
            if not self.is_busy and time.monotonic() - self._busy_at > IDLE_SECONDS:
                child.close()
                self._child, self._session = None, None
            return False
        self._read_session()  # its last words
        self._child, self._session = None, None
        moment = time.monotonic()
        self._crashes = [at for at in self._crashes if moment - at < _CRASH_SECONDS] + [moment]
        words = child.last_words()
        if words is None and len(self._crashes) > _MOST_CRASHES:
            words = Failure(
                "WorkerEnded", f"The add-on's worker ends again and again: {child.how()}", "restart Blender"
            )
        for name, request in list(self._requests.items()):
            if request.is_open:
                self._answered(Answer(name, failure=words or _ENDED))
        for job, tracked in list(self._tracked.items()):
            self._catch_up(tracked, 1 << 40)
            if (tracked.is_active or tracked.wish) and words is not None:
                self.set_trouble(job, words)
            elif tracked.is_active or tracked.wish:
                self._say(tracked.begun or tracked.wish or GoOn(job))
        return True

    def _catch_up(self, tracked: _Tracked, most: int = 1 << 16) -> bool:
        messages = tracked.tail.read(most)
        for message in messages:
            tracked.job, tracked.begun = after(tracked.job, message), None
        if messages:
            heard = any(isinstance(message, Again) for message in messages)  # said once more it would count once more
            if heard or tracked.job.is_ended or tracked.job.state == PAUSED:
                tracked.wish = None
            self._changed(tracked)
        return bool(messages)

    def set_trouble(self, job: str, failure: Failure) -> None:
        """It can't go on, for a reason that its journal doesn't know."""
        tracked = self._tracked.get(job)
        if tracked is not None:
            tracked.trouble, tracked.ours = failure, False
            self._changed(tracked)

    def _drop(self, job: str) -> None:
        self._tracked.pop(job, None)
        self._list = None

    def _changed(self, tracked: _Tracked) -> None:
        tracked.shown, self._list = None, None

    def _view(self, tracked: _Tracked) -> Shown:
        view = shown(tracked.job, ours=tracked.ours, elsewhere=tracked.elsewhere, trouble=tracked.trouble)
        tracked.shown = view
        return view

    def _drop_old_answers(self) -> None:
        closed = [name for name, request in self._requests.items() if not request.is_open]
        for name in closed[: max(0, len(closed) - _KEPT_ANSWERS)]:
            del self._requests[name]


_ENDED = Failure("WorkerEnded", "The add-on's worker ended before it could answer: try again", "try again")


def new_id() -> str:
    """For a job or a request."""
    return secrets.token_hex(8)


def this_process() -> str:
    """Tells this Blender from all others, those before a restart of the machine too, as a process id wouldn't.

    It is kept in `sys`: the add-on, switched off and on or updated, is still in the same Blender.
    """
    return str(vars(sys).setdefault("_avatarsdk_process", new_id()))
