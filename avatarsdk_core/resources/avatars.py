"""Avatars: created from a photo, computed by the service, waited for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from typing import IO, Any

from avatarsdk_core.catalog import ComputationParameters, default_pipeline
from avatarsdk_core.catalog.values import plain
from avatarsdk_core.http.pages import walk
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.models import Avatar
from avatarsdk_core.photo import Photo, read_photo
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.waiting import WAIT_SECONDS, create_once, new_tag, tagged, wait

UPLOAD_SECONDS = 600.0


class Avatars:
    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def create(
        self,
        *,
        photo: str | PathLike[str] | bytes | IO[bytes] | Photo,
        name: str,
        description: str = "",
        pipeline: str | None = None,
        pipeline_subtype: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        export_parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        export_comment: str = "",
        cancel: threading.Event | None = None,
    ) -> Avatar:
        """Upload a photo and start computing. The answer has no URLs of results yet: `wait` for it.

        The description gets a short tag at its end: should the answer be lost, the avatar is found again by it
        instead of being made (and paid) twice.

        Args:
            parameters: ComputationParameters or their JSON; None for the pipeline's defaults, {} for nothing.
            export_parameters: one export, or several: ExportParameters or their JSON.

        Raises:
            PhotoError: the photo can't be used; nothing was sent.
            ServiceError: as `HttpSession.request`.
        """
        image = read_photo(photo)
        tag = new_tag()
        fields = {
            "name": name,
            "description": tagged(description, tag),
            "pipeline": pipeline,
            "pipeline_subtype": pipeline_subtype,
            "parameters": _json(_in_form(parameters, pipeline)),
            "export_parameters": _json(export_parameters),
            "export_comment": export_comment or None,
        }
        form = {key: value for key, value in fields.items() if value is not None}
        files = {"photo": (image.upload_name, image.data, image.media_type)}

        def send() -> Avatar:
            answer = self._http.request(
                "POST", endpoints.AVATARS, form=form, files=files, seconds=UPLOAD_SECONDS, cancel=cancel
            )
            return Avatar.from_json(answer.json())

        return create_once(send, lambda: self.list(description=tag), lambda avatar: avatar.description, tag, cancel)

    def list(self, *, status: str | None = None, description: str | None = None) -> Iterator[Avatar]:
        """Avatars, newest first, fetched page by page. `description` filters by a part of it."""
        filters = {"status": status, "description": description}
        params = {name: value for name, value in filters.items() if value is not None}
        return map(Avatar.from_json, walk(self._http, endpoints.AVATARS, params))

    def get(
        self, avatar: Avatar | str, *, cancel: threading.Event | None = None, seconds: float | None = None
    ) -> Avatar:
        """One avatar, by its object or its code."""
        return Avatar.from_json(self._http.request("GET", _url(avatar), cancel=cancel, seconds=seconds).json())

    def delete(self, avatar: Avatar | str) -> None:
        """Delete an avatar and everything made from it, for good."""
        self._http.request("DELETE", _url(avatar))

    def thumbnail(self, avatar: Avatar | str) -> bytes:
        """A small picture of the photo, as an image file. Raises NotFoundError before the avatar is completed."""
        return self._picture(avatar, endpoints.AVATAR_THUMBNAIL, "thumbnail")

    def preview(self, avatar: Avatar | str) -> bytes:
        """A rendered picture of the avatar, as an image file. Raises NotFoundError before the avatar is completed."""
        return self._picture(avatar, endpoints.AVATAR_PREVIEW, "preview")

    def _picture(self, avatar: Avatar | str, template: str, field: str) -> bytes:
        code = avatar.code if isinstance(avatar, Avatar) else avatar
        return self._http.request("GET", getattr(avatar, field, None) or endpoints.path(template, code=code)).body

    def wait(
        self,
        avatar: Avatar | str,
        *,
        progress: Callable[[Avatar], None] | None = None,
        cancel: threading.Event | None = None,
        seconds: float = WAIT_SECONDS,
    ) -> Avatar:
        """Poll until the avatar is completed. `progress` is called with every state that was seen.

        Raises:
            ComputationError: it ended as Failed or Timed Out.
            NotFoundError: it was deleted meanwhile.
            WaitTimeoutError, OperationCancelledError: the service goes on computing; wait again later.
        """
        first = self.get(avatar, cancel=cancel)

        def poll(current: Avatar, left: float) -> Avatar:
            return self.get(current, cancel=cancel, seconds=left)

        return wait(f"The avatar {first.code}", first, poll, progress, cancel, seconds, "try another photo")


def _url(avatar: Avatar | str) -> str:
    if isinstance(avatar, Avatar):
        return avatar.url or endpoints.path(endpoints.AVATAR, code=avatar.code)
    return endpoints.path(endpoints.AVATAR, code=avatar)


def _in_form(parameters: Mapping[str, Any] | None, pipeline: str | None) -> Mapping[str, Any] | None:
    """ComputationParameters as the pipeline wants them; a mapping of the caller's own is sent as it is."""
    if not isinstance(parameters, ComputationParameters):
        return parameters
    return parameters.for_pipeline(pipeline or default_pipeline().name)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(plain(value))
