"""Computing: one thread that hands avatars and exports to a worker process, one after the other.

Workers are processes of their own, so that painting never holds up an answer: one for what was asked for in advance,
and one for what somebody is waiting for. Whatever is unfinished when the sandbox starts is queued again, so that a
killed sandbox goes on where it was. Avatars, which are quick, go before exports.
"""

from __future__ import annotations

import itertools
import logging
import queue
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.records import Avatar, Export, ExportFile
from avatarsdk_core.sandbox.state import StateFolder
from avatarsdk_core.sandbox.status import failure_shown
from avatarsdk_core.sandbox.store import Store
from avatarsdk_core.sandbox.worker_process import BuildError, WorkerProcess

_log = logging.getLogger(__name__)
_AVATAR, _EXPORT, _END = 1, 2, 0
_SEED_DONE = ".computed"
_Job = tuple[int, int, str, str]  # rank (smaller first), number, avatar code, export code or "" for the avatar itself


class Builder:
    """Builds avatars and exports in the order in which they were asked for."""

    def __init__(self, store: Store, state: StateFolder) -> None:
        self._store = store
        self._state = state
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._worker = WorkerProcess()
        self._at_once = WorkerProcess()
        self._seeding = threading.Lock()
        self._stopping = threading.Event()
        self._built = threading.Condition()
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
        with self._built:
            self._built.notify_all()
        self._put(_END)
        self._worker.stop()
        self._at_once.stop()
        if self._thread.is_alive():
            self._thread.join()

    def build_avatar(self, avatar: Avatar) -> None:
        self._put(_AVATAR, avatar.code)

    def build_export(self, export: Export) -> None:
        self._put(_EXPORT, export.avatar_code, export.code)

    def wait(self, avatar: Avatar) -> None:
        """Until the avatar and the exports that are wanted of it are made, or their making has failed."""
        with self._built:
            self._built.wait_for(lambda: self._stopping.is_set() or self._is_made(avatar))

    def _is_made(self, avatar: Avatar) -> bool:
        current = self._store.avatar(avatar.code)
        unfinished = {export.code for export in self._store.unfinished_exports()}
        done = current is None or current.built is not None or current.failure is not None
        return done and not unfinished & {export.code for export in self._store.exports(avatar.code)}

    def render_preview(self, avatar: Avatar) -> None:
        """Have the preview rendered, now; waits until it is. Raises BuildError."""
        folder = self._computed(avatar, self._at_once)
        self._at_once.do({"job": "preview", **_content(avatar), "folder": str(folder)})

    def result(
        self, avatar: Avatar, kind: str, identity: str = "", fmt: str = "", lod: int | None = None
    ) -> Path | None:
        """The file of a direct result (see `contract.ResultJob`), None when the avatar hasn't any.

        Waits until it is there. Raises BuildError, ParameterError for a bad fmt or lod.
        """
        folder = self._computed(avatar, self._at_once)
        job = {"job": "result", **_content(avatar), "parameters": avatar.parameters, "folder": str(folder)}
        return _path(self._at_once.do({**job, "kind": kind, "identity": identity, "fmt": fmt, "lod": lod}))

    def folder(self, avatar: Avatar) -> Path:
        """Where what was computed of an avatar lies. Raises BuildError."""
        return self._computed(avatar, self._at_once)

    def static_texture(self, pipeline: str, path: str) -> Path | None:
        """The file of a pipeline's lasting texture, None when it has no such texture. Waits. Raises BuildError."""
        shelf = self._state.textures / pipeline
        return _path(
            self._at_once.do({"job": "static_texture", "pipeline": pipeline, "path": path, "textures": str(shelf)})
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
            with self._built:
                self._built.notify_all()

    def _build_avatar(self, avatar: Avatar) -> None:
        failure = None
        try:
            if avatar.outcome:
                raise BuildError(str(failure_shown(None, avatar.outcome)["message"]))
            self._compute(avatar, self._state.avatar(avatar), self._worker)
        except (BuildError, ParameterError) as error:
            failure = str(error)
        if self._stopping.is_set():
            return
        if not self._store.finish_avatar(avatar.code, time.time(), failure):
            self._state.remove_avatar(avatar.code)

    def _compute(self, avatar: Avatar, folder: Path, worker: WorkerProcess) -> None:
        worker.do({"job": "avatar", **_content(avatar), "parameters": avatar.parameters, "folder": str(folder)})

    def _computed(self, avatar: Avatar, worker: WorkerProcess) -> Path:
        """The avatar's folder, computed; one of a seed is when it is first needed."""
        folder = self._state.avatar(avatar)
        if avatar.seed:
            done = folder / _SEED_DONE
            with self._seeding:
                if not done.is_file():
                    self._compute(avatar, folder, worker)
                    done.touch()
        return folder

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
        if export.outcome:
            raise BuildError("The export was told to fail.")
        made = self._worker.do(
            {
                "job": "export",
                **_content(avatar),
                "computation": avatar.parameters,
                "parameters": export.parameters,
                "avatar_folder": str(self._computed(avatar, self._worker)),
                "folder": str(folder),
                "textures": str(self._state.textures / avatar.pipeline),
            }
        )
        return [ExportFile(file["identity"], file["category"], tuple(file["static_files"])) for file in made["files"]]


def _content(avatar: Avatar) -> dict[str, Any]:
    return {"pipeline": avatar.pipeline, "subtype": avatar.subtype}


def _path(answer: dict[str, Any]) -> Path | None:
    return None if answer["path"] is None else Path(answer["path"])
