"""What the kinds of requests and jobs get to work with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avatarsdk_core.transfer.files import sync_folder
from avatarsdk_core.vault.files import make_private_folder
from avatarsdk_core.worker.job import TRYING_AGAIN, Job, after
from avatarsdk_core.worker.journal import Journal
from avatarsdk_core.worker.messages import Message, Now
from avatarsdk_core.worker.places import Home, JobPlace

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.http.session import RequestRecord

_SHOWN_SECONDS = 0.3  # between two lines that tell nothing but how far it is


class Clients:
    """One client for each profile, made when it is first needed; safe to use from several threads.

    A thread that works on a job sets `of_thread.work`: that job shows when the service doesn't answer it.
    """

    def __init__(self) -> None:
        self.of_thread = threading.local()
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}

    def get(self, profile: str) -> Client:
        """The client of a profile, "" for the default one.

        Raises:
            SettingsError: nobody is signed in there.
        """
        from avatarsdk_core.client import Client

        with self._lock:
            if profile not in self._clients:
                self._clients[profile] = Client(profile=profile or None, on_request=self._look_at)
            return self._clients[profile]

    def forget(self) -> None:
        """Credentials have changed: whoever asks next gets a new client, whoever works goes on with the old one."""
        with self._lock:
            self._clients.clear()

    def _look_at(self, record: RequestRecord) -> None:
        """The core is patient with a service that fails for a while; a person wants to know at once."""
        work: JobWork | None = getattr(self.of_thread, "work", None)
        if work is None or (record.status is not None and record.status < 500 and record.status != 429):
            return
        words = f"{record.host} doesn't answer" if record.status is None else f"{record.host} answers {record.status}"
        work.show(TRYING_AGAIN, words)


class Work:
    """A request that is being answered.

    Attributes:
        home: where files are.
        cancel: set when nobody waits for the answer any longer; pass it on to what takes long.
        tell: `tell(name=value, …)` gives an answer before the last one.
    """

    def __init__(self, home: Home, clients: Clients, tell: Callable[..., None]) -> None:
        self.home = home
        self.cancel = threading.Event()
        self.tell = tell
        self._clients = clients

    def client(self, profile: str = "") -> Client:
        """The client of a profile, shared with others: don't close it. Raises SettingsError."""
        return self._clients.get(profile)

    def forget_clients(self) -> None:
        """After signing in or out."""
        self._clients.forget()

    def folder(self, name: str) -> Path:
        """A folder for files that are handed over, which only this user may enter. Raises SettingsError, OSError."""
        folder = self.home.folder / name
        make_private_folder(folder)
        return folder


class JobWork:
    """A job that is being worked on: its state so far, and the pen that writes its journal.

    Attributes:
        job: as the journal tells it, this run included.
        cancel: set when work on it shall stop: pass it on to everything that takes long.
    """

    def __init__(self, place: JobPlace, job: Job, clients: Clients, write: Callable[[Journal, Message, bool], None]):
        self.place = place
        self.job = job
        self.cancel = threading.Event()
        self._clients = clients
        self._journal = Journal(place.journal)
        self._write = write
        self._shown_at = 0.0

    @property
    def fields(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.job.fields

    def client(self) -> Client:
        """The client of the job's profile. Raises SettingsError."""
        return self._clients.get(str(self.fields.get("profile") or ""))

    def note(self, message: Message) -> None:
        """Write down what must not be forgotten; it is on the disk when this returns. Raises OSError."""
        self._write(self._journal, message, True)
        self.job = after(self.job, message)

    def show(self, state: str, detail: str = "", share: float | None = None, seconds_left: float | None = None) -> None:
        """Tell what is being done; of a state and detail told already, a few times a second at most."""
        moment = time.monotonic()
        same = (state, detail) == (self.job.state, self.job.detail)
        if same and moment - self._shown_at < _SHOWN_SECONDS:
            return
        self._shown_at = moment
        left = None if seconds_left is None else round(seconds_left, 1)
        message = Now(state, detail, None if share is None else round(share, 4), left, round(time.time(), 3))
        self._write(self._journal, message, False)
        self.job = after(self.job, message)

    def sync(self) -> None:
        """The job's folder outlives a power cut."""
        sync_folder(self.place.folder)
