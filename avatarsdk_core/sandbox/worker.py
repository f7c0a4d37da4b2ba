"""The worker process: reads jobs (JSON, one a line), builds avatars and exports, answers a line for each.

It ends at once when its input does, so that it never outlives the sandbox: that may be started again on its folder.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import IO, Any


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group: the sandbox ends us in its own time
    answers = _own_standard_output()
    jobs: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_jobs, args=[jobs], daemon=True).start()
    while True:
        try:
            answer = _done(json.loads(jobs.get()))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _read_jobs(jobs: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    os._exit(0)  # whatever is half-made: the next sandbox makes it anew


def _done(job: dict[str, Any]) -> dict[str, Any]:
    if job["job"] == "avatar":
        from avatarsdk_core.sandbox.computed import compute_avatar

        compute_avatar(job["subtype"], Path(job["folder"]))
        return {}
    if job["job"] == "preview":
        from avatarsdk_core.sandbox.computed import render_preview

        render_preview(job["subtype"], Path(job["folder"]))
        return {}
    from avatarsdk_core.sandbox.content import build_export

    files = build_export(
        subtype=job["subtype"],
        avatar_folder=Path(job["avatar"]),
        parameters=job["parameters"],
        folder=Path(job["folder"]),
        textures=Path(job["textures"]),
    )
    return {"files": [{"identity": f.identity, "category": f.category, "static_files": f.static_files} for f in files]}


def _own_standard_output() -> IO[str]:
    """The pipe to the sandbox; whatever else prints goes to standard error instead of into our answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
