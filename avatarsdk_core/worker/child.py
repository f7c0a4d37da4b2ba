"""The worker as Blender's child process: started without a shell and without a secret in its arguments, spoken to by
its stdin, never waited for.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from avatarsdk_core.worker.messages import Failure, Message, to_line
from avatarsdk_core.worker.places import Home

EXIT_FULL = 28  # the disk is so full that even that couldn't be written down
EXIT_NO_HOME = 29  # the folder can't be used at all
_CORE = Path(__file__).resolve().parents[2]
_HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)


class Child:
    """One worker. It ends by itself when its stdin does, however that comes about."""

    def __init__(self, home: Home, session: str, parent: str, environ: Mapping[str, str] | None = None) -> None:
        self._home, self._log = home, home.session(session).with_suffix(".log")
        self._buffer = bytearray()
        self._trouble = ""
        launcher = str(Path(__file__).with_name("launcher.py"))
        command = [sys.executable, "-I", launcher, str(_CORE), str(home.folder), session, parent]
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603 a list, no shell; this Python and our own file
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **(environ or {})},
                creationflags=_HIDDEN,
            )
        except OSError as error:
            self._trouble = f"{command[0]!r} can't be started: {error.strerror or error}"
            return
        assert self._process.stdin is not None
        self._pipe = self._process.stdin.fileno()
        if os.name == "posix":
            os.set_blocking(self._pipe, False)  # a worker that hangs must not hang Blender

    @property
    def pid(self) -> int:
        """0 where it couldn't be started."""
        return self._process.pid if self._process is not None else 0

    @property
    def exit_code(self) -> int | None:
        """None while it lives."""
        return -1 if self._process is None else self._process.poll()

    def send(self, message: Message) -> None:
        """Say something; what doesn't go through the pipe now goes with the next `flush`."""
        self._buffer += to_line(message)
        self.flush()

    def flush(self) -> None:
        """Send what waits."""
        while self._buffer and self._process is not None:
            try:
                sent = os.write(self._pipe, self._buffer[: 1 << 15])
            except BlockingIOError:
                return
            except OSError:  # it has ended, which its exit code will tell
                self._buffer.clear()
                return
            del self._buffer[:sent]

    def close(self) -> None:
        """It ends now; nobody waits for it."""
        if self._process is not None and self._process.stdin is not None:
            self.flush()
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            _ended.append(self._process)
        _ended[:] = [process for process in _ended if process.poll() is None]

    def last_words(self) -> Failure | None:
        """Why it is no use to start it again; None where it is."""
        folder = str(self._home.folder)
        if self.exit_code == EXIT_FULL:
            words = f"The disk is full: make room where {folder!r} is, and resume"
            return Failure("DiskFull", words, "make room, and resume")
        if self.exit_code == EXIT_NO_HOME:
            return Failure("NoFolder", f"The folder {folder!r} can't be written: check its permissions", "")
        if self._trouble:
            return Failure("NoWorker", f"The add-on's worker can't be started: {self._trouble}", "", self._trouble)
        return None

    def how(self) -> str:
        """How it ended, with the last line of its log."""
        code = self.exit_code
        with contextlib.suppress(OSError):
            lines = self._log.read_text("utf-8", "replace").strip().splitlines()
            if lines:
                return lines[-1]
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


_ended: list[subprocess.Popen[bytes]] = []  # closed and perhaps still there: polled, so that none stays a zombie
