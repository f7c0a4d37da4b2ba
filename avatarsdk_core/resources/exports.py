"""Exports: the files that an avatar is delivered in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from avatarsdk_core.catalog.values import plain
from avatarsdk_core.http.pages import walk
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.models import Avatar, Export
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.waiting import WAIT_SECONDS, create_once, new_tag, tagged, wait


class Exports:
    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, avatar: Avatar | str) -> list[Export]:
        """All exports of an avatar, oldest first. Those asked for at creation may still be computing."""
        exports = map(Export.from_json, walk(self._http, _collection(avatar)))
        return sorted(exports, key=lambda export: export.created_on.timestamp() if export.created_on else 0.0)

    def create(self, avatar: Avatar | str, parameters: Mapping[str, Any], comment: str = "") -> Export:
        """Ask for a further export of a completed avatar.

        The comment gets a tag, by which the export is found again should the answer be lost. The names of the
        request's fields aren't documented, so that both known spellings are sent.
        """
        tag = new_tag()
        text, note = json.dumps(plain(parameters)), tagged(comment, tag)
        form = {"export_parameters": text, "parameters": text, "export_comment": note, "comment": note}

        def send() -> Export:
            return Export.from_json(self._http.request("POST", _collection(avatar), form=form).json())

        return create_once(send, lambda: self.list(avatar), lambda export: export.comment, tag, None)

    def get(self, export: Export, *, cancel: threading.Event | None = None, seconds: float | None = None) -> Export:
        """One export as it is now."""
        return Export.from_json(self._http.request("GET", _url(export), cancel=cancel, seconds=seconds).json())

    def delete(self, export: Export) -> None:
        """Delete an export and its files, for good; the avatar stays."""
        self._http.request("DELETE", _url(export))

    def wait(
        self,
        export: Export,
        *,
        progress: Callable[[Export], None] | None = None,
        cancel: threading.Event | None = None,
        seconds: float = WAIT_SECONDS,
    ) -> Export:
        """Poll until the export is completed and its files are there.

        Raises:
            ComputationError: it ended as Failed.
            WaitTimeoutError, OperationCancelledError: the service goes on; wait again later.
        """

        def poll(current: Export, left: float) -> Export:
            return self.get(current, cancel=cancel, seconds=left)

        return wait(f"The export {export.code}", export, poll, progress, cancel, seconds, "create it again")


def _collection(avatar: Avatar | str) -> str:
    if isinstance(avatar, Avatar):
        return avatar.exports or endpoints.path(endpoints.AVATAR_EXPORTS, code=avatar.code)
    return endpoints.path(endpoints.AVATAR_EXPORTS, code=avatar)


def _url(export: Export) -> str:
    return export.url or endpoints.path(endpoints.EXPORT, code=export.avatar_code, export_code=export.code)
