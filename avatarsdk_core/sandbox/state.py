"""The sandbox's folder: where photos, exports, painted textures and the credentials live, and who may use it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sqlite3
import string
from dataclasses import dataclass, field
from pathlib import Path

from avatarsdk_core.errors import SandboxError

DEVELOPER = "developer"
CLIENT = "client"
TOKEN_LIFETIME = 36000  # seconds, as the service's

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class KeyPair:
    """One OAuth client: its id and its secret (which `repr` doesn't show)."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """The two key pairs of a sandbox's application, one for each access mode of the service."""

    developer: KeyPair
    client: KeyPair


def random_token(length: int) -> str:
    """Letters and digits, as the service's ids, secrets and tokens look; from the system's secure source."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


class StateFolder:
    """A folder that one sandbox at a time owns.

    Raises SandboxError when it can't be made or written, or when another sandbox is using it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.folder / "avatars").mkdir(exist_ok=True)
            (self.folder / "avatars").chmod(0o700)  # photos of people, whoever may read a folder that was there before
            self._lock = _lock(self.folder / "lock.sqlite3")
        except (OSError, sqlite3.Error) as error:
            raise SandboxError(
                f"The sandbox can't write its state folder {self.folder}: {_reason(error)}. Choose another folder."
            ) from error

    @property
    def database(self) -> Path:
        return self.folder / "sandbox.sqlite3"

    @property
    def textures(self) -> Path:
        """Textures that are the same for everybody, painted once: `<pipeline>/<category>/<asset>/<file name>`."""
        return self.folder / "textures"

    def avatar(self, code: str) -> Path:
        return self.folder / "avatars" / code

    def export(self, avatar_code: str, code: str) -> Path:
        return self.avatar(avatar_code) / "exports" / code

    def remove_avatar(self, code: str) -> None:
        shutil.rmtree(self.avatar(code), ignore_errors=True)

    def remove_export(self, avatar_code: str, code: str) -> None:
        shutil.rmtree(self.export(avatar_code, code), ignore_errors=True)

    def remove_orphans(self, known: set[str]) -> None:
        """Remove folders of avatars that the database doesn't know: a kill between photo and row leaves such."""
        folder = self.folder / "avatars"
        for orphan in folder.iterdir() if folder.is_dir() else ():
            if orphan.name not in known:
                shutil.rmtree(orphan, ignore_errors=True)

    def credentials(self) -> Credentials:
        """The credentials of this folder; made at the first call, readable only by their owner."""
        path = self.folder / "credentials.json"
        try:
            if not path.exists():
                _write_private(path, _new_credentials())
            pairs = json.loads(path.read_text("utf-8"))
            return Credentials(KeyPair(**pairs[DEVELOPER]), KeyPair(**pairs[CLIENT]))
        except OSError as error:
            raise SandboxError(f"The sandbox can't keep its credentials in {path}: {_reason(error)}.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise SandboxError(f"{path} doesn't hold the sandbox's credentials; delete it to get new ones.") from error

    def close(self) -> None:
        self._lock.close()


def _lock(path: Path) -> sqlite3.Connection:
    """An open write transaction: the operating system ends it with the process, however that dies."""
    connection = sqlite3.connect(path, timeout=0, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if "locked" in str(error):
        return "another sandbox is using it"
    return str(error)


def _new_credentials() -> str:
    pairs = {mode: {"client_id": random_token(40), "client_secret": random_token(64)} for mode in (DEVELOPER, CLIENT)}
    return json.dumps(pairs, indent=2)


def _write_private(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
