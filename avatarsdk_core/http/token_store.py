"""What the processes of one client share: its access token and its PlayerUID, kept in the vault, one at a time.

Nothing here is needed for a request to succeed: a vault that can't be read or written, or a folder without locks, costs
a request for another token, and a line in the log.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from avatarsdk_core import profiles
from avatarsdk_core.errors import ServiceUnreachable, SettingsError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.redaction import LOGGER, Secret, hide
from avatarsdk_core.settings import Settings
from avatarsdk_core.vault import Vault
from avatarsdk_core.vault.files import make_private_folder

_log = logging.getLogger(LOGGER)


@dataclass(frozen=True)
class KeptToken:
    """A token with its refresh token (or ""), and when it was got and ends on the wall clock (seconds since 1970)."""

    value: Secret
    refresh: Secret = field(default=Secret(""))
    got_at: float = 0.0
    ends_at: float = 0.0
    proof: str = field(default="", repr=False)  # that it was got with this application's secret

    @property
    def remaining(self) -> float:
        return self.ends_at - time.time()

    @property
    def lifetime(self) -> float:
        return self.ends_at - self.got_at

    def to_text(self) -> str:
        texts = {"access_token": str.__str__(self.value), "refresh_token": str.__str__(self.refresh)}
        times = {"got_at": round(self.got_at, 3), "ends_at": round(self.ends_at, 3)}
        return json.dumps({**texts, **times, "proof": self.proof})

    @classmethod
    def from_text(cls, text: str) -> KeptToken | None:
        """None for what makes no sense."""
        try:
            data = json.loads(text)
            value, refresh = data["access_token"], data["refresh_token"]
            times = float(data["got_at"]), float(data["ends_at"])
            kept = cls(Secret(value), Secret(refresh), *times, str(data["proof"]).encode("ascii", "replace").decode())
        except (KeyError, TypeError, ValueError):
            return None
        usable = isinstance(value, str) and isinstance(refresh, str) and value.isascii() and value.isprintable()
        return kept if usable and value and value == value.strip() else None


class SharedStore:
    """One entry of the vault, and the lock that goes with it."""

    def __init__(self, settings: Settings, key: str) -> None:
        self._settings, self._key = settings, key
        self._vault: Vault | None = None
        self._is_open = False

    @contextlib.contextmanager
    def alone(self, deadline: Deadline, cancel: threading.Event | None) -> Iterator[None]:
        """For the block, no other thread or process is in such a block of the same key; without locks, they may be.

        Raises:
            ServiceUnreachable: another process was in it until the deadline.
        """
        lock = self._lock()
        try:
            got = lock is None or lock.acquire(cancel, seconds=deadline.remaining)
        except OSError:
            lock, got = None, True
        if not got:
            raise ServiceUnreachable("Another process has been asking for an access token all the time: try again")
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    def read(self) -> str | None:
        vault = self._opened()
        try:
            return vault.get(self._key) if vault is not None else None
        except SettingsError as error:
            self._given_up(error)
            return None

    def write(self, text: str) -> bool:
        """False where it couldn't be kept."""
        vault = self._opened()
        try:
            if vault is not None:
                vault.set(self._key, text)
        except SettingsError as error:
            self._given_up(error)
        return self._vault is not None

    def delete(self) -> None:
        vault = self._opened()
        if vault is not None:
            vault.delete(self._key)

    @property
    def place(self) -> str:
        """For a person: where it is kept."""
        vault = self._opened()
        return "memory" if vault is None else vault.place

    def _opened(self) -> Vault | None:
        if not self._is_open:
            self._vault, self._is_open = self._settings.token_vault(), True
        return self._vault

    def _given_up(self, error: SettingsError) -> None:
        _log.warning("Not shared between processes: %s", error)
        self._vault = None

    def _lock(self) -> FileLock | None:
        here = profiles.places()
        if self._opened() is None or here is None:
            return None
        try:
            make_private_folder(here.state)
        except (OSError, SettingsError):
            return None
        return FileLock(here.state / f"{self._key.replace(' ', '-')}.lock")


class SharedTokens(SharedStore):
    """The access token of these credentials.

    A refresh token lives long: it is kept only for a profile, whose owner has signed in to be remembered.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, f"token {settings.credential_key()}")
        self._keeps_refresh = bool(settings.profile)

    def load(self) -> KeptToken | None:
        """What is kept; None too where it was got with another secret: a wrong one must not pass by an old token."""
        text = self.read()
        kept = KeptToken.from_text(text) if text else None
        if kept is None or not hmac.compare_digest(kept.proof, self._proof(kept.value)):
            return None
        hide(kept.value, kept.refresh)
        return kept

    def save(self, kept: KeptToken) -> None:
        refresh = kept.refresh if self._keeps_refresh else Secret("")
        self.write(replace(kept, refresh=refresh, proof=self._proof(kept.value)).to_text())

    def _proof(self, token: str) -> str:
        secret = self._settings.client_secret
        return hmac.new(token.encode(), secret.encode(), "sha256").hexdigest()


def player_store(settings: Settings) -> SharedStore:
    """Where the PlayerUID of these credentials is kept: one for an installation, whatever user signs in."""
    return SharedStore(settings, f"player {settings.credential_key(of_player=True)}")
