"""One at a time, between threads, processes and machines: the system's file lock, or a lease where there is none.

The system's lock ends with its process, however that ends. Some network drives have none; there a file that only one
can create stands for the lock. Its holder touches it every few seconds; it counts as left behind when its process is
gone from this machine, or when nobody has touched it for a while by our own clock.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import Cancelled

LEASE_SECONDS = 20.0
_TOUCH_SECONDS = 4.0
_POLL_SECONDS = (0.01, 0.25)
_WINDOWS = os.name == "nt"
_DENIALS = 20
_UNSUPPORTED = frozenset(
    getattr(errno, name, -1)
    for name in ("ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EIO", "ENOTTY", "EACCES", "EPERM")
)


class _NoLocksError(Exception):
    """The file system has no locks."""


class FileLock:
    """A lock that stands for `path`, a file in an existing folder, which is made for it and removed with it.

    Not for one thread twice. `held` tells whether it is still ours: a lease can be lost by a machine that slept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._lease: _Lease | None = None
        self._denied = 0

    def try_acquire(self) -> bool:
        """Take it if nobody has it.

        Raises:
            OSError: the folder is missing or can't be written.
        """
        while True:
            try:
                locked = self._try_system()
            except _NoLocksError:
                self._lease = self._lease or _Lease(self.path.with_name(self.path.name + ".lease"))
                return self._lease.try_take()
            if locked is not None:
                return locked

    def acquire(
        self, cancel: threading.Event | None = None, waiting: Callable[[], None] | None = None, seconds: float = 86400.0
    ) -> bool:
        """Take it, waiting for whoever has it; `waiting` is called now and then. False after so many seconds.

        Raises:
            Cancelled: `cancel` was set.
            OSError: as `try_acquire`.
        """
        end, delay = time.monotonic() + seconds, _POLL_SECONDS[0]
        while not self.try_acquire():
            if cancel is not None and cancel.is_set():
                raise Cancelled("Cancelled")
            if time.monotonic() > end:
                return False
            if waiting is not None:
                waiting()
            time.sleep(delay)
            delay = min(2 * delay, _POLL_SECONDS[1])
        return True

    @property
    def held(self) -> bool:
        return self._descriptor is not None or (self._lease is not None and self._lease.held)

    def release(self) -> None:
        """Give it back, and remove its file. Does nothing when it isn't held."""
        if self._lease is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()  # what was opened to be locked, in vain
            self._lease.drop()
            self._lease = None
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            # Removed while still locked, so that whoever waits on this file finds it gone and makes a new one;
            # Windows removes no open file, and there nobody can lock it between the two either.
            with contextlib.suppress(OSError):
                self.path.unlink()
            os.close(descriptor)
            if _WINDOWS:
                with contextlib.suppress(OSError):
                    self.path.unlink()

    def __enter__(self) -> FileLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _try_system(self) -> bool | None:
        """True: locked; False: another has it; None: the file was removed meanwhile, so try again."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            self._denied += 1
            if _WINDOWS and self._denied < _DENIALS:
                return False  # Windows, while whoever has it open removes it
            raise
        self._denied = 0
        try:
            try:
                if not lock_descriptor(descriptor):
                    return False
            except OSError as error:
                if error.errno in _UNSUPPORTED:
                    raise _NoLocksError from None
                raise
            try:
                same = os.path.samestat(os.fstat(descriptor), self.path.stat())
            except FileNotFoundError:
                same = False
            if not same:
                return None
            self._descriptor, descriptor = descriptor, -1
            return True
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def lock_descriptor(descriptor: int) -> bool:
    """Lock an open file for its holder alone, until it is closed; False where another has it.

    Raises OSError (ENOLCK and the like) where the file system has no locks.
    """
    try:
        if _WINDOWS:
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        taken = (errno.EACCES, errno.EDEADLK) if _WINDOWS else (errno.EWOULDBLOCK, errno.EAGAIN)
        if error.errno in taken:
            return False
        raise
    return True


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock `path` now; nothing is waited for, and no file is made."""
    lease = path.with_name(path.name + ".lease")
    if lease.exists():
        return not _is_dead(_read(lease)) and time.time() - lease.stat().st_mtime < LEASE_SECONDS
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not lock_descriptor(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)


class _Lease:
    """A file that only one can create, kept young by a small thread while it is held."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._token = secrets.token_hex(8)
        self._seen: tuple[str, int] | None = None  # whose lease it was when we looked, and how young
        self._seen_at = 0.0
        self._stop: threading.Event | None = None

    def try_take(self) -> bool:
        for _ in range(3):
            if self._create():
                self._stop = threading.Event()
                threading.Thread(target=self._keep_young, args=(self._stop,), daemon=True).start()
                return True
            if not self._remove_stale():
                return False
        return False

    @property
    def held(self) -> bool:
        return self._stop is not None and _read(self.path).get("token") == self._token

    def drop(self) -> None:
        if self._stop is None:
            return
        self._stop.set()
        mine, self._stop = self.held, None
        if mine:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _create(self) -> bool:
        # Made whole under a name of its own first: nobody may read an empty lease and take it for a dead one.
        own = self.path.with_name(f"{self.path.name}.{self._token}")
        told = {"token": self._token, "pid": os.getpid(), "began": _began(os.getpid()), "machine": _machine()}
        own.write_text(json.dumps(told), "utf-8")
        try:
            os.link(own, self.path)
            return True
        except FileExistsError:
            return False
        except OSError:  # no hard links here (exFAT, some network drives): create, then write
            return self._create_exclusively(own.read_bytes())
        finally:
            own.unlink(missing_ok=True)

    def _create_exclusively(self, content: bytes) -> bool:
        try:
            with self.path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            return False
        return True

    def _remove_stale(self) -> bool:
        """True when the lease is gone, or was removed because its holder is."""
        try:
            mark = (_read(self.path).get("token", ""), self.path.stat().st_mtime_ns)
        except OSError:
            return True
        if mark != self._seen:
            self._seen, self._seen_at = mark, time.monotonic()
        if not (_is_dead(_read(self.path)) or time.monotonic() - self._seen_at > LEASE_SECONDS):
            return False
        aside = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}.old")
        try:
            self.path.rename(aside)  # one of several who think so gets it
        except OSError:
            return True
        if _read(aside).get("token", "") != mark[0]:  # another was quicker, and this is its fresh lease: put it back
            with contextlib.suppress(OSError):
                os.link(aside, self.path)
        aside.unlink(missing_ok=True)
        return True

    def _keep_young(self, stop: threading.Event) -> None:
        while not stop.wait(_TOUCH_SECONDS):
            if not self.held:
                return
            with contextlib.suppress(OSError):
                os.utime(self.path)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _machine() -> str:
    """This machine, and this container where process numbers are of its own."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{platform.node()} {boot()} {space}"


def boot() -> str:
    """A name for the time since this machine was switched on, or "" where there is none to know."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _is_dead(lease: dict[str, Any]) -> bool:
    pid = lease.get("pid")
    if _WINDOWS or lease.get("machine") != _machine() or not isinstance(pid, int) or pid <= 0:
        return False  # signal 0 would end a process on Windows; there, and elsewhere, time tells
    began = _began(pid)
    return began is None or began != lease.get("began", began)


def _began(pid: int) -> str | None:
    """When a process of this machine began, so that another one of its number isn't taken for it.

    "" where that can't be known; None for one that is gone, or killed and not yet cleared away.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        return ""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return None if fields[0] in "ZX" else fields[19]
