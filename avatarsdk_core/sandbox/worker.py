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
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ParameterError, ResultJob

_PATHS = ("folder", "avatar_folder", "textures")


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
            if isinstance(error, ParameterError):
                answer["refusal"] = str(error)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _read_jobs(jobs: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    os._exit(0)  # whatever is half-made: the next sandbox makes it anew


def _done(job: dict[str, Any]) -> dict[str, Any]:
    """Have the job's pipeline do it; each field that is a path comes as text."""
    kind, content = job.pop("job"), pipeline(job.pop("pipeline"))
    values: dict[str, Any] = {name: Path(value) if name in _PATHS else value for name, value in job.items()}
    if kind == "avatar":
        content.compute(ComputeJob(**values))
    elif kind == "preview":
        content.preview(**values)
    elif kind == "result":
        return _shown_path(content.result(ResultJob(**values)))
    elif kind == "static_texture":
        return _shown_path(content.static_texture(job["path"], values["textures"]))
    else:
        files = content.export(ExportJob(**values))
        return {"files": [asdict(file) for file in files]}
    return {}


def _shown_path(path: Path | None) -> dict[str, Any]:
    return {"path": None if path is None else str(path)}


def _own_standard_output() -> IO[str]:
    """The pipe to the sandbox; whatever else prints goes to standard error instead of into our answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
