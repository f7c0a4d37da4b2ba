"""Avatars: created from a photo or a selfie, computed by the service, waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from avatarsdk_core.errors import ParametersError
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.models import Avatar, Selfie, Usage
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import Filter
from avatarsdk_core.resources.new_avatar import PhotoSource, new_avatar
from avatarsdk_core.resources.once import create_once, first_marked, new_tag, tagged
from avatarsdk_core.resources.resource import Resource, code_of, moment
from avatarsdk_core.resources.waiting import WAIT_SECONDS, Turns, Wait

UPLOAD_SECONDS = 600.0


class Avatars(Resource):
    """`client.avatars`"""

    def __init__(self, http: HttpSession, turns: Turns) -> None:
        super().__init__(http)
        self._turns = turns

    def list(
        self,
        *,
        status: Filter = None,
        description: Filter = None,
        name: Filter = None,
        pipeline: Filter = None,
        created_before: datetime | str | None = None,
        created_after: datetime | str | None = None,
    ) -> Iterator[Avatar]:
        """Avatars, newest first, fetched page by page while you iterate.

        An avatar must match all filters, and all values of a filter that has several. Case doesn't matter.

        Args:
            status: such as "completed".
            description, name: a part of it.
            created_before, created_after: a datetime (without a zone: local time) or ISO 8601 text.
        """
        filters: dict[str, Filter] = {
            "status": status,
            "description": description,
            "name": name,
            "pipeline": pipeline,
            "created_before": moment(created_before),
            "created_after": moment(created_after),
        }
        return map(Avatar.from_json, self._walk(endpoints.LIST_AVATARS.at(), filters))

    def create(
        self,
        *,
        name: str,
        photo: PhotoSource | None = None,
        selfie: Selfie | str | None = None,
        description: str = "",
        pipeline: str | None = None,
        pipeline_subtype: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        export_parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        export_comment: str = "",
        tag: str | None = None,
        cancel: threading.Event | None = None,
    ) -> Avatar:
        """Upload a photo, or name a selfie that was uploaded, and start computing.

        The answer has no URLs of results yet: `wait` for it. The description gets a short tag at its end: should the
        answer be lost, the avatar is found again by it instead of being made (and paid) twice.

        Args:
            photo: a path, the bytes or a binary file of a JPEG or PNG. What the camera wrote into it (place, time,
                device) is taken out before it is sent; which side is up is kept.
            selfie: the selfie or its code, instead of a photo.
            pipeline, pipeline_subtype: None for the service's default.
            parameters: ComputationParameters or their JSON; None for the pipeline's defaults, {} for nothing.
            export_parameters: one export, or several: ExportParameters or their JSON.
            tag: one of your own (`resources.once.new_tag()`), written down before, so that a later process can ask
                `find_tagged` whether the avatar was made; None for one that only this call knows.

        Raises:
            PhotoError, ParametersError: the photo can't be used, or there is none; nothing was sent.
            InvalidRequest: the service refuses a value; `fields` tells which.
            ServiceError: as `HttpSession.request`.
        """
        new = new_avatar(
            name=name,
            photo=photo,
            selfie=selfie,
            description=description,
            pipeline=pipeline,
            pipeline_subtype=pipeline_subtype,
            parameters=parameters,
            export_parameters=export_parameters,
            export_comment=export_comment,
        )
        mark = tag or new_tag()
        form = {**new.form, "description": tagged(description, mark)}

        def send() -> Avatar:
            url = endpoints.CREATE_AVATAR.at()
            answer = self._ask(
                endpoints.CREATE_AVATAR, url, form=form, files=new.files, seconds=UPLOAD_SECONDS, cancel=cancel
            )
            return Avatar.from_json(answer.json())

        return create_once(send, lambda: self.list(description=mark), lambda avatar: avatar.description, mark, cancel)

    def find_tagged(self, tag: str) -> Avatar | None:
        """The avatar that was created with this tag; None where there is none, or none that shows yet."""
        return first_marked(self.list(description=tag), lambda avatar: avatar.description, tag)

    def get(
        self, avatar: Avatar | str, *, cancel: threading.Event | None = None, seconds: float | None = None
    ) -> Avatar:
        """One avatar as it is now, by its object or its code."""
        answer = self._ask(endpoints.GET_AVATAR, self._url(avatar), cancel=cancel, seconds=seconds)
        return Avatar.from_json(answer.json())

    def update(self, avatar: Avatar | str, *, name: str | None = None, description: str | None = None) -> Avatar:
        """Change the name, the description or both.

        Raises:
            ParametersError: neither is given.
        """
        fields = {"name": name, "description": description}
        form = {key: value for key, value in fields.items() if value is not None}
        if not form:
            raise ParametersError("Nothing to change: give a name, a description or both")
        return Avatar.from_json(self._ask(endpoints.UPDATE_AVATAR, self._url(avatar), form=form).json())

    def delete(self, avatar: Avatar | str) -> None:
        """Delete an avatar and everything made from it, for good."""
        self._ask(endpoints.DELETE_AVATAR, self._url(avatar))

    def wait(
        self,
        avatar: Avatar | str,
        *,
        progress: Callable[[Avatar], None] | None = None,
        cancel: threading.Event | None = None,
        seconds: float = WAIT_SECONDS,
    ) -> Avatar:
        """Ask again and again until the avatar is completed.

        Questions are rare while the end is far, and close together around it. A network that fails for up to two
        minutes doesn't end the wait. Several threads may wait for the same avatar: they take turns in asking.

        Args:
            avatar: the object, as created or fetched, or its code.
            progress: called, in this thread, with every state that was seen.
            cancel: set it from another thread to end the wait within a second.

        Raises:
            ComputationFailed: it ended as Failed or Timed Out; `status_verbose` tells why.
            NotFound: there is no such avatar, or it was deleted meanwhile.
            DeadlineExceeded, Cancelled: the service goes on computing; wait again later.
        """
        code = code_of(avatar)

        def ask(left: float) -> Avatar:
            with self._turns.turn(code, cancel):
                return self.get(avatar, cancel=cancel, seconds=min(left, self._http.request_seconds))

        wait = Wait(f"The avatar {code}", ask, progress, cancel, seconds, "try another photo")
        return wait.run(avatar if isinstance(avatar, Avatar) and avatar.status else None)

    def count(self, *, since: datetime | str | None = None, until: datetime | str | None = None) -> Usage:
        """How many avatars were made: in the billing period, or in a time of your own (then only `created` is told).

        Developer access only. A datetime without a zone is local time.
        """
        filters: dict[str, Filter] = {"since": moment(since), "until": moment(until)}
        url = endpoints.with_query(endpoints.COUNT_AVATARS.at(), filters)
        return Usage.from_json(self._ask(endpoints.COUNT_AVATARS, url).json())

    def thumbnail(self, avatar: Avatar | str) -> bytes:
        """A small picture of the photo, as an image file. Raises NotFound before the avatar is completed."""
        url = self._given(avatar, "thumbnail") or endpoints.GET_THUMBNAIL.at(code=code_of(avatar))
        return self._picture(endpoints.GET_THUMBNAIL, url)

    def preview(self, avatar: Avatar | str) -> bytes:
        """A rendered picture of the avatar, as an image file. Raises NotFound before the avatar is completed."""
        url = self._given(avatar, "preview") or endpoints.GET_PREVIEW.at(code=code_of(avatar))
        return self._picture(endpoints.GET_PREVIEW, url)

    def _url(self, avatar: Avatar | str) -> str:
        url = avatar.url if isinstance(avatar, Avatar) else None
        return self._own(url, endpoints.GET_AVATAR, code=code_of(avatar))
