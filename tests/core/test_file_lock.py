"""One at a time, whatever the file system offers and however a holder ends."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from avatarsdk_core import file_lock
from avatarsdk_core.errors import Cancelled
from avatarsdk_core.file_lock import FileLock

COUNTER = """
import errno, sys, time
from pathlib import Path
from avatarsdk_core import file_lock
folder, lockless, rounds = Path(sys.argv[1]), sys.argv[2] == "lease", int(sys.argv[3])
def no_locks(_):
    raise OSError(errno.ENOLCK, "no locks available")
if lockless:
    file_lock.lock_descriptor = no_locks
for _ in range(rounds):
    with file_lock.FileLock(folder / "lock"):
        count = int((folder / "count").read_text())
        time.sleep(0.0005)
        (folder / "count").write_text(str(count + 1))
"""
HOLDER = """
import errno, sys, time
from pathlib import Path
from avatarsdk_core import file_lock
def no_locks(_):
    raise OSError(errno.ENOLCK, "no locks available")
if sys.argv[2] == "lease":
    file_lock.lock_descriptor = no_locks
file_lock.FileLock(Path(sys.argv[1]) / "lock").acquire()
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture(params=["system", "lease"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The system's locks, and a drive that has none."""

    def no_locks(_: int) -> bool:
        raise OSError(errno.ENOLCK, "no locks available")

    if request.param == "lease":
        monkeypatch.setattr(file_lock, "lock_descriptor", no_locks)
    return str(request.param)


def test_four_processes_never_hold_it_at_once(tmp_path: Path, kind: str) -> None:
    (tmp_path / "count").write_text("0")
    command = [sys.executable, "-c", COUNTER, str(tmp_path), kind, "25"]
    running = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(300) for process in running] == [0] * 4
    assert (tmp_path / "count").read_text() == "100"
    assert [path.name for path in tmp_path.iterdir()] == ["count"]


def test_threads_exclude_each_other_too(tmp_path: Path, kind: str) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.try_acquire()
    assert not second.try_acquire()
    assert not second.acquire(seconds=0.05)
    assert first.held
    assert not second.held
    first.release()
    assert second.try_acquire()
    second.release()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_frees_it_at_once(tmp_path: Path, kind: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path), kind], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    lock = FileLock(tmp_path / "lock")
    assert not lock.try_acquire()
    os.kill(holder.pid, signal.SIGKILL)
    assert lock.acquire(seconds=60)  # even before whoever started it has taken notice
    lock.release()
    holder.wait()
    holder.stdout.close()


def test_waiting_ends_when_cancelled(tmp_path: Path, kind: str) -> None:
    cancel = threading.Event()
    with FileLock(tmp_path / "lock"), pytest.raises(Cancelled):
        FileLock(tmp_path / "lock").acquire(cancel, waiting=cancel.set)


def test_a_lease_of_another_machine_is_left_while_it_is_young_and_taken_when_it_isn_t(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_: int) -> bool:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(file_lock, "lock_descriptor", no_locks)
    (tmp_path / "lock.lease").write_text('{"token": "theirs", "pid": 1, "machine": "another"}')
    lock = FileLock(tmp_path / "lock")
    assert not lock.acquire(seconds=0.1)
    monkeypatch.setattr(file_lock, "LEASE_SECONDS", 0.05)
    assert lock.acquire(seconds=60)
    assert lock.held
    (tmp_path / "lock.lease").write_text('{"token": "theirs", "pid": 1, "machine": "another"}')
    assert not lock.held, "a lease that another took over is noticed"
    lock.release()
    assert (tmp_path / "lock.lease").exists(), "and isn't theirs to lose"


def test_a_folder_that_can_t_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "none" / "lock").acquire()


def test_a_folder_that_may_not_be_written_is_no_drive_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(PermissionError):
            FileLock(tmp_path / "lock").acquire(seconds=1)


def test_on_windows_a_lock_file_that_is_being_removed_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = os.open, iter(range(3))

    def refuse_at_first(*arguments: object) -> int:
        if next(refusals, None) is not None:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(file_lock, "_WINDOWS", True)
        patch.setattr(file_lock, "lock_descriptor", lambda _: True)
        patch.setattr(os, "open", refuse_at_first)
        with FileLock(tmp_path / "lock") as lock:
            assert lock.held
    assert list(tmp_path.iterdir()) == []
