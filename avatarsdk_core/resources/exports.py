"""Exports: the files that an avatar is delivered in."""

from __future__ import annotations

import builtins
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from avatarsdk_core.errors import ParametersError
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.models import Avatar, Export, ExportFile
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import Filter
from avatarsdk_core.resources.once import create_once, first_marked, new_tag, tagged
from avatarsdk_core.resources.resource import FileProgress, Resource, Target, code_of
from avatarsdk_core.resources.waiting import WAIT_SECONDS, Turns, Wait


class Exports(Resource):
    """`client.exports`. To fetch a whole export to a folder, unpacked: `transfer.export.download_export`."""

    def __init__(self, http: HttpSession, turns: Turns) -> None:
        super().__init__(http)
        self._turns = turns

    def list(self, avatar: Avatar | str, *, status: Filter = None) -> builtins.list[Export]:
        """All exports of an avatar, oldest first. Those asked for at its creation may still be computing."""
        exports = map(Export.from_json, self._walk(self._collection(avatar), {"status": status}))
        return sorted(exports, key=lambda export: export.created_on.timestamp() if export.created_on else 0.0)

    def create(
        self,
        avatar: Avatar | str,
        parameters: Mapping[str, Any],
        comment: str = "",
        *,
        tag: str | None = None,
        cancel: threading.Event | None = None,
    ) -> Export:
        """Ask for a further export of a completed avatar.

        The comment gets a tag, by which the export is found again should the answer be lost. The names of the
        request's fields aren't documented, so that both known spellings are sent.

        Args:
            parameters: ExportParameters or their JSON.
            tag: as for `Avatars.create`; `find_tagged` finds the export by it.
        """
        from avatarsdk_core.catalog.values import plain

        mark = tag or new_tag()
        text, note = json.dumps(plain(parameters)), tagged(comment, mark)
        form = {"export_parameters": text, "parameters": text, "export_comment": note, "comment": note}

        def send() -> Export:
            answer = self._ask(endpoints.CREATE_EXPORT, self._collection(avatar), form=form, cancel=cancel)
            return Export.from_json(answer.json())

        def newest_first() -> builtins.list[Export]:
            return self.list(avatar)[::-1]

        return create_once(send, newest_first, lambda export: export.comment, mark, cancel)

    def find_tagged(self, avatar: Avatar | str, tag: str) -> Export | None:
        """The export of an avatar that was created with this tag; None where there is none, or none that shows yet."""
        return first_marked(self.list(avatar)[::-1], lambda export: export.comment, tag)

    def get(
        self,
        export: Export | str,
        avatar: Avatar | str | None = None,
        *,
        cancel: threading.Event | None = None,
        seconds: float | None = None,
    ) -> Export:
        """One export as it is now, by its object, or by its code and its avatar."""
        url = self._url(export, avatar)
        return Export.from_json(self._ask(endpoints.GET_EXPORT, url, cancel=cancel, seconds=seconds).json())

    def delete(self, export: Export | str, avatar: Avatar | str | None = None) -> None:
        """Delete an export and its files, for good; the avatar stays."""
        self._ask(endpoints.DELETE_EXPORT, self._url(export, avatar))

    def wait(
        self,
        export: Export,
        *,
        progress: Callable[[Export], None] | None = None,
        cancel: threading.Event | None = None,
        seconds: float = WAIT_SECONDS,
    ) -> Export:
        """Ask again and again until the export is completed and its files are there; see `Avatars.wait`.

        Raises:
            ComputationFailed: it ended as Failed.
            NotFound: it was deleted meanwhile.
            DeadlineExceeded, Cancelled: the service goes on; wait again later.
        """

        def ask(left: float) -> Export:
            with self._turns.turn(export.avatar_code or export.code, cancel):
                return self.get(export, cancel=cancel, seconds=min(left, self._http.request_seconds))

        return Wait(f"The export {export.code}", ask, progress, cancel, seconds, "create it again").run(export)

    def download_file(
        self,
        export: Export,
        file: ExportFile | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch one file of an export, given itself or by its identity ("avatar", …), to the zip `target`."""
        found = _file(export, file)
        url = found.file if found else ""
        url = url or endpoints.GET_EXPORT_FILE.at(**_codes(export), export_file=_identity(file))
        return self._save(url, target, progress, cancel)

    def download_static_file(
        self,
        export: Export,
        file: ExportFile | str,
        static_file: str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch one static file, given by its URL or its file name, to the file `target`.

        Static files belong to an export's file but aren't in its zip, because they don't vary between exports.
        """
        found = _file(export, file)
        known = {_filename(url): url for url in (found.static_files if found else ())}
        url = static_file if "://" in static_file else known.get(static_file, "")
        url = url or endpoints.GET_EXPORT_STATIC_FILE.at(
            **_codes(export), export_file=_identity(file), filename=static_file
        )
        return self._save(url, target, progress, cancel)

    def download_public(
        self,
        export: Export,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch what anybody may fetch of an export that was made public, to the file `target`.

        Raises:
            ParametersError: the export isn't public, or not completed yet.
        """
        if not export.public_file:
            raise ParametersError(
                f"The export {export.code} has no public file: ask for one by make_public, and wait for the export"
            )
        return self._save(export.public_file, target, progress, cancel)

    def _collection(self, avatar: Avatar | str) -> str:
        given = avatar.exports if isinstance(avatar, Avatar) else None
        return self._own(given, endpoints.LIST_EXPORTS, code=code_of(avatar))

    def _url(self, export: Export | str, avatar: Avatar | str | None = None) -> str:
        if isinstance(export, Export):
            return self._own(export.url, endpoints.GET_EXPORT, **_codes(export))
        if avatar is None:
            raise ParametersError(f"The export {export!r} is named by its code alone: give its avatar too")
        return endpoints.GET_EXPORT.at(code=code_of(avatar), export_code=export)


def _codes(export: Export) -> dict[str, str]:
    return {"code": export.avatar_code, "export_code": export.code}


def _identity(file: ExportFile | str) -> str:
    return file.identity if isinstance(file, ExportFile) else file


def _file(export: Export, file: ExportFile | str) -> ExportFile | None:
    if isinstance(file, ExportFile):
        return file
    return next((one for one in export.files if one.identity == file), None)


def _filename(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])
