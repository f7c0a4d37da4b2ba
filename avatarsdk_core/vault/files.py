"""Secrets in files that only their owner may read: one file a key, in a folder that nobody else may enter.

A file is whole or absent whenever a process is killed: it is written beside, synced, and renamed. On Windows the user's
own folder keeps others out; modes mean nothing there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import time
import warnings
from pathlib import Path

from avatarsdk_core.errors import SettingsError

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_OTHERS = 0o077
_MAX_BYTES = 1 << 20
_STALE_SECONDS = 60.0
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_POSIX = os.name == "posix"


class FileVault:
    """Keeps texts as `<key>` in `folder`, which is made (mode 0700) when something is first kept."""

    kind = "file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> str:
        return f"files in {self.folder}"

    def get(self, key: str) -> str | None:
        """What is kept under `key`; a file that others may read is made private first, with a warning.

        Raises:
            SettingsError: it can't be read, or is a link or somebody else's file.
        """
        path = self._path(key)
        try:
            handle = os.open(path, os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SettingsError(f"Can't read {str(path)!r}: {error.strerror}; delete it and sign in again") from None
        with os.fdopen(handle, "rb") as file:
            _only_ours(handle, path)
            return file.read(_MAX_BYTES).decode("utf-8", "replace")

    def set(self, key: str, value: str) -> None:
        """Keep `value` under `key`, instead of what was there.

        Raises:
            SettingsError: the folder or the file can't be written, or isn't ours.
        """
        path = self._path(key)
        try:
            make_private_folder(self.folder)
            self._remove_leftovers()
            write_private(path, value.encode())
        except OSError as error:
            raise SettingsError(f"Can't write {str(path)!r}: {error.strerror or error}") from None

    def delete(self, key: str) -> None:
        """Forget `key`; nothing happens where it isn't kept."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise SettingsError(f"Can't delete {str(self._path(key))!r}: {error.strerror or error}") from None

    def _path(self, key: str) -> Path:
        """A name that every file system takes; other keys never share it."""
        name = re.sub(r"[^a-z0-9_-]+", "-", key.lower())[:60]
        return self.folder / f"{name}.{hashlib.sha256(key.encode()).hexdigest()[:8]}"

    def _remove_leftovers(self) -> None:
        """Half-written files of processes that were killed."""
        for path in self.folder.glob("*.part"):
            with contextlib.suppress(OSError):
                if time.time() - path.lstat().st_mtime > _STALE_SECONDS:
                    path.unlink()


def make_private_folder(folder: Path) -> None:
    """Make `folder` (mode 0700); one of ours that others may enter is closed to them.

    Raises:
        SettingsError: it is a link, or somebody else's.
        OSError: it can't be made.
    """
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    if not _POSIX:
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise SettingsError(f"{str(folder)!r} isn't a folder of yours: secrets aren't kept there")
    if found.st_mode & _OTHERS:
        folder.chmod(_PRIVATE_FOLDER)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, whatever the umask; whole or not at all.

    Raises:
        OSError
    """
    part = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    handle = os.open(
        part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | getattr(os, "O_BINARY", 0), _PRIVATE_FILE
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _only_ours(handle: int, path: Path) -> None:
    if not _POSIX:
        return
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
        raise SettingsError(f"{str(path)!r} isn't a file of yours: not read")
    if found.st_mode & _OTHERS:
        from avatarsdk_core.vault import PlainTextWarning

        os.fchmod(handle, _PRIVATE_FILE)
        warnings.warn(
            f"{str(path)!r} could be read by other users of this machine, and no longer can: renew its secret if any "
            "of them may have",
            PlainTextWarning,
            stacklevel=3,
        )
