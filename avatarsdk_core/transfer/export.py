"""A whole export as a folder: `<folder>/<identity>/model.glb …`, with a manifest of what came from where."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from avatarsdk_core.errors import TransferError
from avatarsdk_core.http.origin import bare, followed
from avatarsdk_core.models import Export, ExportFile
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.download import download
from avatarsdk_core.transfer.names import is_safe_name
from avatarsdk_core.transfer.unpack import unpack

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

MANIFEST = "export.json"


@dataclass(frozen=True)
class ExportProgress:
    """`name` of the file under way, its number from 1 and how many there are, bytes of the whole export so far."""

    name: str
    number: int
    count: int
    received: int


def download_export(
    client: Client,
    export: Export,
    folder: str | Path,
    *,
    progress: Callable[[ExportProgress], None] | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Fetch and unpack all files of a completed export, static files included, into `folder`, and return it.

    The folder must be missing or empty; it appears whole or not at all.

    Raises:
        TransferError, ArchiveError: a file can't be fetched or unpacked, or the folder can't be written.
        ServiceError: the service refuses a file or can't be reached.
        OperationCancelledError: `cancel` was set.
    """
    folder = Path(folder)
    if not export.files:
        raise TransferError(f"The export {export.code} has no files (status {export.status or 'unknown'}): wait for it")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TransferError(f"{str(folder)!r} exists and isn't an empty folder: choose another place for the export")
    work = beside(folder)
    try:
        work.mkdir(parents=True)
        entries = _Fetcher(client, export, work, progress, cancel).run()
        manifest = json.dumps(_manifest(export, entries), indent=2, ensure_ascii=False)
        (work / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    except OSError as error:
        raise TransferError(f"Can't write the export to {str(folder)!r}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


class _Fetcher:
    """Brings the files of one export into a work folder, one after the other, the avatar first."""

    def __init__(
        self,
        client: Client,
        export: Export,
        work: Path,
        progress: Callable[[ExportProgress], None] | None,
        cancel: threading.Event | None,
    ) -> None:
        self._client, self._work, self._progress, self._cancel = client, work, progress, cancel
        self._files = sorted(export.files, key=lambda file: file.category is not None)
        self._count = sum(1 + len(file.static_files) for file in self._files)
        self._number = self._received = 0

    def run(self) -> list[dict[str, Any]]:
        identities = [file.identity.casefold() for file in self._files]
        if len(set(identities)) != len(identities) or MANIFEST in identities:
            raise TransferError("The service sent an export with two files of the same identity: not stored")
        return [self._one(file) for file in self._files]

    def _one(self, file: ExportFile) -> dict[str, Any]:
        into = self._work / _checked(file.identity)
        archive = self._work / f"{file.identity}.zip.part"
        size = self._fetch(file.file, archive, file.identity)
        unpack(archive, into, identity=file.identity)
        archive.unlink()
        statics = []
        for url in file.static_files:
            path = urlsplit(followed(url, self._client.http.root_url)).path
            name = _checked(unquote(path.rsplit("/", 1)[-1]))
            if (into / name).exists():
                raise TransferError(f"The export brings {file.identity}/{name} twice: not stored")
            statics.append({"name": name, "url": bare(url), "bytes": self._fetch(url, into / name, name)})
        return {
            "identity": file.identity,
            "category": file.category,
            "url": bare(file.file),
            "bytes": size,
            "static_files": statics,
            "files": {
                path.relative_to(into).as_posix(): path.stat().st_size
                for path in sorted(into.rglob("*"))
                if path.is_file()
            },
        }

    def _fetch(self, url: str, target: Path, name: str) -> int:
        self._number += 1

        def show(done: int, _: int | None) -> None:
            if self._progress is not None:
                self._progress(ExportProgress(name, self._number, self._count, self._received + done))

        show(0, None)
        size = download(self._client.http, url, target, progress=show, cancel=self._cancel)
        self._received += size
        return size


def _checked(name: str) -> str:
    """A name from the service that becomes a name on the disk."""
    if not is_safe_name(name):
        raise TransferError(f"The service calls a file {name!r}, which is no safe file name: not stored")
    return name


def _manifest(export: Export, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """What came from where; URLs without their queries, which may hold signatures."""
    return {
        "code": export.code,
        "avatar_code": export.avatar_code,
        "url": bare(export.url),
        "created_on": export.created_on.isoformat() if export.created_on else None,
        "comment": export.comment,
        "files": entries,
    }
