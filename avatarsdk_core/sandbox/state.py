"""The sandbox's folder: where photos, exports, painted textures and the credentials live, and who may use it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.records import Avatar

_PRIVATE = ("avatars", "selfies", "seeds")  # photos of people


class StateFolder:
    """A folder that one sandbox at a time owns.

    Raises SandboxError when it can't be made or written, or when another sandbox is using it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name in _PRIVATE:
                (self.folder / name).mkdir(exist_ok=True)
                (self.folder / name).chmod(0o700)  # whoever may read a folder that was there before
            self._lock = _lock(self.folder / "lock.sqlite3")
        except (OSError, sqlite3.Error) as error:
            if "locked" in str(error):
                raise SandboxError(
                    f"Another sandbox is running on the state folder {self.folder}: use that one, end it, "
                    "or choose another folder."
                ) from error
            raise SandboxError(
                f"The sandbox can't write its state folder {self.folder}: {_reason(error)}. Choose another folder."
            ) from error

    @property
    def database(self) -> Path:
        return self.folder / "sandbox.sqlite3"

    @property
    def accounts(self) -> Path:
        return self.folder / "credentials.json"

    @property
    def textures(self) -> Path:
        """Textures that are the same for everybody, painted once: `<pipeline>/<category>/<asset>/<file name>`."""
        return self.folder / "textures"

    def avatar(self, avatar: Avatar) -> Path:
        """What is computed of an avatar; several avatars of a seed share it."""
        if avatar.seed:
            return self.seed(avatar.seed)
        return self._own(avatar.code)

    def seed(self, name: str) -> Path:
        return self.folder / "seeds" / name

    def export(self, avatar_code: str, code: str) -> Path:
        return self._own(avatar_code) / "exports" / code

    def selfie(self, code: str) -> Path:
        """The photo of a selfie."""
        return self.folder / "selfies" / code

    def remove_avatar(self, code: str) -> None:
        shutil.rmtree(self._own(code), ignore_errors=True)

    def remove_export(self, avatar_code: str, code: str) -> None:
        shutil.rmtree(self.export(avatar_code, code), ignore_errors=True)

    def remove_selfie(self, code: str) -> None:
        self.selfie(code).unlink(missing_ok=True)

    def remove_orphans(self, exports: Mapping[str, Collection[str]], selfies: Collection[str]) -> None:
        """Remove files that the database doesn't know: a kill between a row and its files leaves such.

        `exports`: the export codes of every avatar that there is, by avatar code.
        """
        for avatar in (self.folder / "avatars").iterdir():
            if avatar.name not in exports:
                shutil.rmtree(avatar, ignore_errors=True)
                continue
            folder = avatar / "exports"
            for export in folder.iterdir() if folder.is_dir() else ():
                if export.name not in exports[avatar.name]:
                    shutil.rmtree(export, ignore_errors=True)
        for photo in (self.folder / "selfies").iterdir():
            if photo.name not in selfies:
                photo.unlink(missing_ok=True)

    def _own(self, avatar_code: str) -> Path:
        return self.folder / "avatars" / avatar_code

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
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
