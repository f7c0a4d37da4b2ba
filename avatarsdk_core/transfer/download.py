"""Files from the service to the disk: several at once, resumed after a break, verified, each whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from avatarsdk_core.errors import TransferError
from avatarsdk_core.transfer.engine import Engine
from avatarsdk_core.transfer.orders import Download, Downloaded, Priority
from avatarsdk_core.transfer.part import is_part, remove_parts
from avatarsdk_core.transfer.progress import FileProgress, Progress

if TYPE_CHECKING:
    from avatarsdk_core.http.session import HttpSession

__all__ = [
    "CONNECTIONS",
    "DOWNLOAD_SECONDS",
    "Download",
    "Downloaded",
    "FileProgress",
    "Priority",
    "Progress",
    "download",
    "download_files",
    "is_part",
    "remove_parts",
]

DOWNLOAD_SECONDS = 3600.0
CONNECTIONS = 8


def download_files(
    http: HttpSession,
    downloads: Sequence[Download],
    *,
    progress: Callable[[Progress], None] | None = None,
    done: Callable[[Downloaded], None] | None = None,
    cancel: threading.Event | None = None,
    pause: threading.Event | None = None,
    seconds: float = DOWNLOAD_SECONDS,
    connections: int = CONNECTIONS,
    resume: bool = False,
    sync: bool = False,
) -> list[Downloaded]:
    """Fetch files, several at once; each replaces its target when it is whole. What is whole stays, whatever follows.

    A break is resumed where it was, guarded against a file that has changed since. Large files that take long are
    fetched in several ranges where connections are free. Whoever is told to wait makes all files wait.

    Args:
        progress: called in the caller's thread up to ten times a second, and once at the end.
        done: called in the caller's thread for each file as soon as it stands at its target.
        cancel: ends everything within a second when it is set.
        pause: while it is set nothing is read; the time doesn't count.
        seconds: for everything, breaks and waits included.
        connections: requests at once.
        resume: keep what came of a file when the run fails or is cancelled: `.<name>.<8 hex>.part` and a note beside
            the target, from where the next run with this URL and target goes on. Without it nothing is left. (A
            process that is killed leaves it in any case.)
        sync: write files and folders through to the disk, so that they outlive a power cut.

    Returns:
        One result a download, in their order.

    Raises:
        ApiError, ServiceUnavailable, ProtocolError: the service refuses a file, or can't be reached.
        IntegrityError: a file has another length or digest than expected.
        TransferError: broken off again and again, too slow, too late, or the disk refuses.
        Cancelled: `cancel` was set.
    """
    targets = [item.target for item in downloads]
    if len(set(targets)) < len(targets):
        twice = next(target for target in targets if targets.count(target) > 1)
        raise TransferError(f"Two files are to become {str(twice)!r}: give each a place of its own")
    if connections < 1:
        raise TransferError(f"{connections} connections bring nothing: give at least 1")
    engine = Engine(http, downloads, cancel=cancel, pause=pause, seconds=seconds, connections=connections, sync=sync)
    return engine.run(progress, done, keep=resume)


def download(
    http: HttpSession,
    url: str,
    target: Path,
    *,
    progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
    seconds: float = DOWNLOAD_SECONDS,
) -> int:
    """Fetch one file, written through to the disk. Returns its size in bytes; raises as `download_files`.

    Args:
        progress: called with (bytes so far, bytes in total or None).
    """

    def show(state: Progress) -> None:
        if progress is not None:
            progress(state.done, state.total)

    (result,) = download_files(http, [Download(url, target)], progress=show, cancel=cancel, seconds=seconds, sync=True)
    return result.size
