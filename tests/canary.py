"""A canary: secrets that no log record and no printed line of the whole test suite may show.

The tests' peers hand out secrets that hold `MARK`, and `watch` adds secrets that are made at random (the sandbox's).
What is looked through: every record that the core and the libraries below it write, at DEBUG; everything that pytest
captures, by `capsys` and `capfd` too; every captured output of a child process. A test that lets a secret through
fails, even where it has passed; so does the run.

`tests/core/test_canary.py` proves that a leak by each of these ways is found, and that the canaries really travel.
"""

from __future__ import annotations

import base64
import logging
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from _pytest.capture import MultiCapture

MARK = "c4n4ry8Kq2Zt"
CLIENT_SECRET = f"secret-{MARK}-0"
ACCESS_TOKEN = f"token-{MARK}-1"
REFRESH_TOKEN = f"refresh-{MARK}-2"
PASSWORD = f"password-{MARK}-3"
PLAYER_UID = f"player-{MARK}-4"
LOUD = ("avatarsdk_core", "requests", "requests_oauthlib", "oauthlib", "urllib3", "keyring", "http")
_SHORTEST = 12  # shorter ones turn up by chance


def _disguises(secret: str) -> Iterator[bytes]:
    """The secret as it is, as in a URL, and inside base64 (a Basic header), at each of its three alignments."""
    raw = secret.encode()
    yield raw
    yield quote_plus(secret).encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        yield encoded[(0, 2, 3)[shift] : len(encoded) - 4]


@dataclass(frozen=True)
class Leak:
    """Where a secret was seen, and the text around it, without it."""

    place: str
    context: str


class Canary:
    """Knows the secrets, and what has been looked through for them."""

    def __init__(self, mark: str = MARK) -> None:
        self._needles: set[bytes] = set(_disguises(mark))
        self._lock = threading.Lock()
        self.leaks: list[Leak] = []
        self.records = 0
        self.texts = 0

    def watch(self, *secrets: str) -> None:
        """These may not show either."""
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                self._needles.update(_disguises(secret))

    def look(self, text: str | bytes | None, place: str) -> None:
        """Look through a text; what is found is kept in `leaks`."""
        if not text:
            return
        data = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        for needle in tuple(self._needles):
            at = data.find(needle)
            if at >= 0:
                shown = data[max(0, at - 60) : at] + b"<SECRET>" + data[at + len(needle) : at + len(needle) + 20]
                with self._lock:
                    self.leaks.append(Leak(place, shown.decode("utf-8", "replace")))
                return

    def take(self) -> list[Leak]:
        """The leaks found since the last call."""
        with self._lock:
            found, self.leaks = self.leaks, []
        return found


class _Ear(logging.Handler):
    """Hears every record, whole: its message, its arguments, its traceback."""

    def __init__(self, canary: Canary) -> None:
        super().__init__(logging.NOTSET)
        self._canary = canary

    def emit(self, record: logging.LogRecord) -> None:
        self._canary.records += 1
        try:
            text = logging.Formatter("%(message)s").format(record)
        except Exception as error:  # a bad format string is its writer's problem
            text = repr(error)
        self._canary.look(f"{text} {record.args!r}", f"log record of {record.name}")


class CanaryPlugin:
    """pytest's side: installs the ears, fails who leaks."""

    def __init__(self, mark: str = MARK) -> None:
        self.canary = Canary(mark)
        self._ear = _Ear(self.canary)
        self._undo: list[Callable[[], None]] = []
        self._told: list[str] = []

    def pytest_configure(self) -> None:
        logging.getLogger().addHandler(self._ear)
        for name in LOUD:
            logger = logging.getLogger(name)
            self._undo.append(lambda logger=logger, level=logger.level: logger.setLevel(level))  # type: ignore[misc]
            logger.setLevel(logging.DEBUG)
        self._wrap(MultiCapture, "readouterr", lambda pair: (pair.out, pair.err), "output")
        self._wrap(subprocess.Popen, "communicate", lambda pair: pair, "output of a child process")

    def _wrap(self, owner: Any, name: str, texts: Callable[[Any], tuple[Any, Any]], place: str) -> None:
        original = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            for text in texts(result):
                self.canary.texts += 1
                self.canary.look(text, place)
            return result

        setattr(owner, name, wrapped)
        self._undo.append(lambda: setattr(owner, name, original))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Iterator[None]:
        report = yield
        leaks = self.canary.take()
        if leaks and call.when != "collect":
            report.outcome = "failed"  # type: ignore[attr-defined]
            report.longrepr = self._telling(leaks, f"{item.nodeid} ({call.when})")  # type: ignore[attr-defined]
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """What was seen after the last report."""
        if leaks := self.canary.take():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            self._telling(leaks, "the end of the run")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for line in self._told:
            terminalreporter.write_line(line, red=True)

    def pytest_unconfigure(self) -> None:
        logging.getLogger().removeHandler(self._ear)
        while self._undo:
            self._undo.pop()()

    def _telling(self, leaks: list[Leak], where: str) -> str:
        lines = [f"A secret shows in {leak.place}, at {where}: …{leak.context!r}…" for leak in dict.fromkeys(leaks)]
        self._told += lines
        return "\n".join(lines)
