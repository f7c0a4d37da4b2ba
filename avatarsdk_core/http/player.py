"""The PlayerUID of client access: registered once for these credentials on this machine, then kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from avatarsdk_core.errors import ServiceUnreachable
from avatarsdk_core.http.retry import Deadline, pause
from avatarsdk_core.http.token_store import SharedStore
from avatarsdk_core.redaction import LOGGER, Secret, hide
from avatarsdk_core.settings import header_text

_WAIT_STEP_SECONDS = 0.05
_log = logging.getLogger(LOGGER)


class PlayerSource:
    """Holds a PlayerUID; safe for any number of threads, and of processes as far as `store` is shared."""

    def __init__(self, value: str, store: SharedStore) -> None:
        self._store = store
        self._flight = threading.Lock()
        self.value = ""
        self.use(value)

    def use(self, value: str) -> None:
        """Take this one from now on; it isn't kept. Raises SettingsError: no PlayerUID looks like it."""
        hide(value)
        self.value = Secret(header_text("player_uid", value))

    def get(self, register: Callable[[], str], deadline: Deadline, cancel: threading.Event | None) -> str:
        """The one in use, else the one kept, else a new one by `register`, which is kept.

        Raises:
            ServiceUnreachable: another thread or process was at it until the deadline; and what `register` raises.
        """
        while not self._flight.acquire(timeout=_WAIT_STEP_SECONDS):
            pause(0, cancel)
            if not deadline.remaining:
                raise ServiceUnreachable("No PlayerUID within the time given: try again")
        try:
            if not self.value:
                with self._store.alone(deadline, cancel):
                    self.use(self._store.read() or self._new(register))
            return self.value
        finally:
            self._flight.release()

    def _new(self, register: Callable[[], str]) -> str:
        value = register()
        if not self._store.write(value):
            _log.warning("A new PlayerUID was registered that isn't kept: the next run will need another one")
        return value
