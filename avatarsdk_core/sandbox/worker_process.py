"""The worker process as the sandbox sees it: a job goes in, its answer comes out."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from typing import Any

from avatarsdk_core.sandbox.pipelines.contract import ParameterError

_log = logging.getLogger(__name__)


class BuildError(Exception):
    """A job failed; the text is for `status_verbose`, one line."""


class WorkerProcess:
    """The worker process; started when first needed, again when it died. It speaks JSON, a line a message."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()  # one job at a time
        self._lock = threading.Lock()
        self._stopped = False

    def do(self, job: dict[str, Any]) -> dict[str, Any]:
        """Have a job done. Raises BuildError when it failed or the worker died, ParameterError when it was refused."""
        with self._turn:
            line = self._answered(json.dumps(job) + "\n")
        if not line:
            raise BuildError("The sandbox's worker process ended before the work was done.")
        answer: dict[str, Any] = json.loads(line)
        if "refusal" in answer:
            raise ParameterError(answer["refusal"])
        if "error" in answer:
            _log.error("%s\n%s", answer["error"], answer.get("traceback", ""))
            raise BuildError(answer["error"])
        return answer

    def _answered(self, job: str) -> str:
        """The worker's line; empty when it died."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(job)
            process.stdin.flush()
            return process.stdout.readline()
        except (OSError, ValueError):  # a broken pipe, or one that `stop` has closed
            return ""

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            process = self._process
        if process is None:
            return
        process.terminate()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _started(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._stopped:
                raise BuildError("The sandbox is stopping.")
            if self._process is None or self._process.poll() is not None:
                # -P and PYTHONPATH: the worker finds the modules where this process does, whatever the current folder.
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "avatarsdk_core.sandbox.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                )
            return self._process
