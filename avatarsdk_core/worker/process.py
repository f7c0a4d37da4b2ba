"""The worker's main loop: commands come down stdin; where they end, Blender is gone, and the worker goes at once."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from avatarsdk_core import __version__, profiles
from avatarsdk_core.errors import AvatarSDKError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.transfer.files import is_full
from avatarsdk_core.vault.files import make_private_folder
from avatarsdk_core.worker.answering import Answering
from avatarsdk_core.worker.child import EXIT_FULL, EXIT_NO_HOME
from avatarsdk_core.worker.job import CANCELLED, PAUSED, read_job
from avatarsdk_core.worker.journal import Journal, read_all
from avatarsdk_core.worker.messages import (
    Ask,
    Cancel,
    GoOn,
    Limit,
    Message,
    Pause,
    Ready,
    Remove,
    Start,
    Withdraw,
    from_line,
)
from avatarsdk_core.worker.places import Home
from avatarsdk_core.worker.runner import Runner
from avatarsdk_core.worker.work import Clients

_NICE = 5
_RESERVE_BYTES = 64 << 10
_KEPT_SECONDS = 14 * 86400.0  # jobs that ended are forgotten after that


def main(home: str, session: str, parent: str) -> NoReturn:
    """Work until stdin ends. Never returns."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(_NICE)  # Blender's own work goes first
    try:
        worker = Worker(Home(Path(home)), session, parent)
    except (OSError, AvatarSDKError) as error:
        os._exit(EXIT_FULL if is_full(error) else EXIT_NO_HOME)
    _load_what_threads_share()
    worker.serve(sys.stdin.buffer)
    worker.leave()
    os._exit(0)  # whatever threads are in the middle of: everything on the disk is whole or can be gone on with


def _load_what_threads_share() -> None:
    """Before there are threads: two that import a package and a module of it at once may each get half of it."""
    for name in (
        "avatarsdk_core.client",
        "avatarsdk_core.signin",
        "avatarsdk_core.http.grants",
        *(f"avatarsdk_core.worker.job_kinds.{kind}" for kind in ("create", "collect", "export", "download")),
    ):
        importlib.import_module(name)
    from avatarsdk_core.client import Client
    from avatarsdk_core.settings import Settings

    Client(Settings(client_id="none", client_secret="none", token_store="memory")).close()  # noqa: S106


class Worker:
    """One session.

    Raises:
        OSError, SettingsError: the home folder can't be used.
    """

    def __init__(self, home: Home, session: str, parent: str) -> None:
        self.home = home
        for folder in (home.folder, home.jobs, home.sessions):
            make_private_folder(folder)
        self._lock = FileLock(home.sessions / f"{session}.lock")
        self._lock.acquire(seconds=2.0)
        self._answers = Journal(home.session(session))
        self._reserve = home.sessions / f"{session}.reserve"
        self._pen = threading.Lock()
        self._reserve.write_bytes(bytes(_RESERVE_BYTES))
        self._log_to(home.sessions / f"{session}.log")
        self._keep_profiles_at(home)
        _tidy_sessions(home, session)
        _tidy_jobs(home)
        clients = Clients()
        self._answering = Answering(home, clients, self.tell)
        self._runner = Runner(home, clients, self.tell, self.write, parent, os.getpid())
        self.tell(Ready(os.getpid(), __version__))

    def serve(self, lines: Iterable[bytes]) -> None:
        """Carry out commands until they end. What is no command is passed over."""
        for line in lines:
            command = from_line(line)
            if command is not None:
                try:
                    self._carry_out(command)
                except Exception:
                    logging.getLogger(__name__).exception("A command broke")

    def _carry_out(self, command: Message) -> None:
        match command:
            case Ask():
                self._answering.ask(command)
            case Withdraw():
                self._answering.withdraw(command.request)
            case Start():
                self._runner.start(command)
            case GoOn():
                self._runner.go_on(command.job, again=command.again)
            case Pause():
                self._runner.stop(command.job, PAUSED)
            case Cancel():
                self._runner.stop(command.job, CANCELLED)
            case Remove():
                self._runner.remove(command.job)
            case Limit():
                self._runner.set_limit(int(command.jobs))

    def tell(self, message: Message) -> None:
        """A line in the session's file."""
        self.write(self._answers, message, False)

    def write(self, journal: Journal, message: Message, durable: bool) -> None:
        """A line in a journal, on a full disk too: a few bytes are kept back for the words that say so.

        Raises:
            OSError: the disk refuses.
        """
        with self._pen:
            try:
                journal.write(message, durable=durable)
            except OSError as error:
                if not is_full(error):
                    raise
                if not self._reserve.exists():
                    os._exit(EXIT_FULL)
                self._reserve.unlink()
                self._last_words(journal, message, error)

    def _last_words(self, journal: Journal, message: Message, full: OSError) -> None:
        """What ends something is told with what was kept back; what begins something isn't begun."""
        from avatarsdk_core.worker.messages import Answer, Delivered, Failed, Made, Now, Refused

        if isinstance(message, Answer | Failed | Made | Delivered | Refused | Now):
            try:
                journal.write(message, durable=True)
            except OSError:
                os._exit(EXIT_FULL)
        if not isinstance(message, Answer | Failed | Made | Delivered | Refused):
            raise full

    def leave(self) -> None:
        """The session's files are of no use to anybody now."""
        for suffix in (".jsonl", ".reserve", ".log"):
            with contextlib.suppress(OSError):
                self._answers.path.with_suffix(suffix).unlink(missing_ok=True)
        self._lock.release()

    def _log_to(self, path: Path) -> None:
        """What breaks is written down, without secrets."""
        from avatarsdk_core.redaction import guard_logs, redacted

        class Redacting(logging.Formatter):
            def format(self, record: logging.LogRecord) -> str:
                return redacted(super().format(record))

        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
        handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        handler.setLevel(logging.WARNING)
        logging.getLogger().addHandler(handler)
        guard_logs()

    def _keep_profiles_at(self, home: Home) -> None:
        """Where nothing else tells the place of profiles (Blender brings no platformdirs), it is ours."""
        if profiles.places() is None:
            os.environ[profiles.CONFIG_VARIABLE] = str(home.folder / "profiles.toml")


def _tidy_sessions(home: Home, session: str) -> None:
    """What sessions left behind that were killed."""
    for path in list(home.sessions.glob("*.jsonl")):
        if path.stem == session:
            continue
        lock = FileLock(path.with_suffix(".lock"))
        with contextlib.suppress(OSError):
            if lock.try_acquire():
                for suffix in (".reserve", ".log", ".jsonl"):
                    path.with_suffix(suffix).unlink(missing_ok=True)
                lock.release()


def _tidy_jobs(home: Home) -> None:
    """Jobs that ended long ago."""
    for place in home.all_jobs():
        with contextlib.suppress(OSError):
            if time.time() - place.folder.stat().st_mtime < _KEPT_SECONDS:
                continue
            job = read_job(place.id, read_all(place.journal))
            lock = FileLock(place.lock)
            if (job.is_ended or not job.is_known) and lock.try_acquire():
                lock.release()
                shutil.rmtree(place.folder, ignore_errors=True)
