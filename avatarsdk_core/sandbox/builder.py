"""Computing: one thread that hands avatars and exports to a worker process, one after the other.

The worker is a process of its own, so that painting never holds up an answer. Whatever is unfinished when the sandbox
starts is queued again, so that a killed sandbox goes on where it was. Avatars, which are quick, go before exports.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.records import Avatar, Export, ExportFile
from avatarsdk_core.sandbox.state import StateFolder
from avatarsdk_core.sandbox.store import Store

_log = logging.getLogger(__name__)
_AVATAR, _EXPORT, _END = 1, 2, 0
_Job = tuple[int, int, str, str]  # rank (smaller first), number, avatar code, export code or "" for the avatar itself


class BuildError(Exception):
    """A job failed; the text is for `status_verbose`, one line."""


class Builder:
    """Builds avatars and exports in the order in which they were asked for."""

    def __init__(self, store: Store, state: StateFolder) -> None:
        self._store = store
        self._state = state
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._worker = _Worker()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-builder", daemon=True)

    def start(self) -> None:
        for avatar in self._store.unfinished_avatars():
            self.build_avatar(avatar)
        for export in self._store.unfinished_exports():
            self.build_export(export)
        self._thread.start()

    def stop(self) -> None:
        """End the worker at once; what it was at is built again after the next start."""
        self._stopping.set()
        self._put(_END)
        self._worker.stop()
        if self._thread.is_alive():
            self._thread.join()

    def build_avatar(self, avatar: Avatar) -> None:
        self._put(_AVATAR, avatar.code)

    def build_export(self, export: Export) -> None:
        self._put(_EXPORT, export.avatar_code, export.code)

    def render_preview(self, avatar: Avatar) -> None:
        """Have the preview rendered, now; waits for what is under way. Raises BuildError."""
        folder = str(self._state.avatar(avatar.code))
        self._worker.do({"job": "preview", "pipeline": avatar.pipeline, "subtype": avatar.subtype, "folder": folder})

    def result(
        self, avatar: Avatar, kind: str, identity: str = "", fmt: str = "", lod: int | None = None
    ) -> Path | None:
        """The file of a direct result (see `contract.ResultJob`), None when the avatar hasn't any.

        Waits for what is under way. Raises BuildError, ParameterError for a bad fmt or lod.
        """
        job = {"job": "result", "pipeline": avatar.pipeline, "subtype": avatar.subtype, "parameters": avatar.parameters}
        job |= {"folder": str(self._state.avatar(avatar.code)), "kind": kind, "identity": identity}
        return _path(self._worker.do({**job, "fmt": fmt, "lod": lod}))

    def static_texture(self, pipeline: str, path: str) -> Path | None:
        """The file of a pipeline's lasting texture, None when it has no such texture. Waits. Raises BuildError."""
        shelf = self._state.textures / pipeline
        return _path(
            self._worker.do({"job": "static_texture", "pipeline": pipeline, "path": path, "textures": str(shelf)})
        )

    def _put(self, rank: int, avatar_code: str = "", export_code: str = "") -> None:
        self._jobs.put((rank, next(self._numbers), avatar_code, export_code))

    def _run(self) -> None:
        while True:
            rank, _, avatar_code, export_code = self._jobs.get()
            if rank == _END or self._stopping.is_set():
                return
            try:
                avatar = self._store.avatar(avatar_code)
                if avatar is not None and export_code:
                    self._build_export(avatar, self._store.export(avatar_code, export_code))
                elif avatar is not None:
                    self._build_avatar(avatar)
            except Exception:
                if not self._stopping.is_set():
                    _log.exception("The sandbox couldn't build %s", export_code or avatar_code)

    def _build_avatar(self, avatar: Avatar) -> None:
        folder = self._state.avatar(avatar.code)
        failure = None
        try:
            job = {"job": "avatar", "pipeline": avatar.pipeline, "subtype": avatar.subtype}
            self._worker.do({**job, "parameters": avatar.parameters, "folder": str(folder)})
        except (BuildError, ParameterError) as error:
            failure = str(error)
        if self._stopping.is_set():
            return
        if not self._store.finish_avatar(avatar.code, time.time(), failure):
            self._state.remove_avatar(avatar.code)

    def _build_export(self, avatar: Avatar, export: Export | None) -> None:
        if export is None:
            return
        folder = self._state.export(avatar.code, export.code)
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        self._store.start_export(export.code, time.time())
        files: list[ExportFile] = []
        failure = None
        try:
            files = self._export_files(avatar, export, part)
            shutil.rmtree(folder, ignore_errors=True)
            part.rename(folder)
        except (BuildError, ParameterError, OSError) as error:
            failure = str(error)
            shutil.rmtree(part, ignore_errors=True)
        if self._stopping.is_set():
            return
        if not self._store.finish_export(export.code, time.time(), files, failure):
            self._state.remove_export(avatar.code, export.code)
            if self._store.avatar(avatar.code) is None:
                self._state.remove_avatar(avatar.code)

    def _export_files(self, avatar: Avatar, export: Export, folder: Path) -> list[ExportFile]:
        if avatar.failure:
            raise BuildError("The avatar's computation failed.")
        made = self._worker.do(
            {
                "job": "export",
                "pipeline": avatar.pipeline,
                "subtype": avatar.subtype,
                "computation": avatar.parameters,
                "parameters": export.parameters,
                "avatar_folder": str(self._state.avatar(avatar.code)),
                "folder": str(folder),
                "textures": str(self._state.textures / avatar.pipeline),
            }
        )
        return [ExportFile(file["identity"], file["category"], tuple(file["static_files"])) for file in made["files"]]


def _path(answer: dict[str, Any]) -> Path | None:
    return None if answer["path"] is None else Path(answer["path"])


class _Worker:
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
