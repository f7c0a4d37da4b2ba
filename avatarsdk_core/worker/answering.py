"""Answers requests, several at once; each answer becomes a line of the session's file."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from avatarsdk_core.errors import AvatarSDKError, Cancelled
from avatarsdk_core.worker.failures import failure_of
from avatarsdk_core.worker.kind_files import kind_file
from avatarsdk_core.worker.messages import Answer, Ask, Message
from avatarsdk_core.worker.places import Home
from avatarsdk_core.worker.work import Clients, Work

_AT_ONCE = 6
_log = logging.getLogger(__name__)


class Answering:
    """All requests of this worker. Its methods return at once."""

    def __init__(self, home: Home, clients: Clients, tell: Callable[[Message], None]) -> None:
        self._home, self._clients, self._tell = home, clients, tell
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ask")
        self._guard = threading.Lock()
        self._works: dict[str, Work] = {}

    def ask(self, command: Ask) -> None:
        """Begin to answer."""
        work = Work(
            self._home, self._clients, lambda **fields: self._tell(Answer(command.request, fields, final=False))
        )
        with self._guard:
            self._works[command.request] = work
        self._pool.submit(self._answer, command, work)

    def withdraw(self, request: str) -> None:
        """Nobody waits for it any longer."""
        with self._guard:
            if request in self._works:
                self._works[request].cancel.set()

    def _answer(self, command: Ask, work: Work) -> None:
        try:
            if work.cancel.is_set():
                raise Cancelled("Cancelled")
            module = importlib.import_module(kind_file("kinds", command.kind))
            answer = Answer(command.request, dict(module.answer(work, **command.fields)))
        except Exception as error:
            if not isinstance(error, AvatarSDKError | OSError):
                _log.exception("The request %s broke", command.kind)
            answer = Answer(command.request, failure=failure_of(error))
        finally:
            with self._guard:
                self._works.pop(command.request, None)
        self._tell(answer)
