"""A process that downloads an export: `export_driver.py MODE URL EXPORT.json FOLDER [lease]`, for tests that end it.

MODE `once` downloads. `kills` reads lines from stdin and forks a download for each, so that a hundred of them don't
import everything a hundred times: it is killed after so many seconds, or ends by itself where the line is `run`.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from avatarsdk_core import file_lock
from avatarsdk_core.client import Client
from avatarsdk_core.models import Export
from avatarsdk_core.transfer.export import ExportProgress, fetch_export


def no_locks(_: int) -> bool:
    raise OSError(errno.ENOLCK, "no locks available")


def fetch(url: str, export: Export, folder: Path, player: str = "") -> None:
    with Client(root_url=url, client_id="an-id", client_secret="a-secret", player_uid=player) as client:
        delivery = fetch_export(client, export, folder, progress=tell_who_works(folder) if "tell" in sys.argv else None)
    print(json.dumps(delivery.fetched), flush=True)


def tell_who_works(folder: Path) -> Callable[[ExportProgress], None]:
    """Writes this process's number beside the folder once it is not waiting for another."""

    def show(now: ExportProgress) -> None:
        if now.phase != "waiting":
            written = folder.with_name(f"{folder.name}.{os.getpid()}")
            written.write_text(str(os.getpid()))
            written.replace(folder.with_name(f"{folder.name}.worker"))  # whoever reads it sees a whole number

    return show


def forked(seconds: float | None, url: str, export: Export, folder: Path) -> str:
    """How a download ended: "killed" after so many seconds, "done" or "failed"."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            fetch(url, export, folder, "last" if seconds is None else "killed")
            status = 0
        finally:
            os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        if os.waitpid(child, os.WNOHANG) == (0, 0):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "killed"
        return "done"
    return "failed" if os.waitpid(child, 0)[1] else "done"


def main() -> None:
    mode, url, export_file, folder, *rest = sys.argv[1:]
    if "lease" in rest:
        file_lock.lock_descriptor = no_locks
    export = Export.from_json(json.loads(Path(export_file).read_text("utf-8")))
    if mode == "once":
        fetch(url, export, Path(folder))
        return
    for line in sys.stdin:
        seconds = None if line == "run\n" else float(line)
        print(forked(seconds, url, export, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
