"""Selfies: the service makes a page for a phone, somebody takes a photo there, and it becomes an avatar."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from avatarsdk_core.errors import DeadlineExceeded, NotFound
from avatarsdk_core.http.retry import Deadline, pause
from avatarsdk_core.models import Selfie
from avatarsdk_core.photo import read_photo
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import Endpoint
from avatarsdk_core.resources.new_avatar import PhotoSource
from avatarsdk_core.resources.resource import FileProgress, Resource, Target
from avatarsdk_core.resources.waiting import patiently

LIFE_SECONDS = 24 * 3600.0  # of an upload page
_UNVISITED_LOOKS = 2  # a photo may come without its page being opened: seen after two looks at the latest
_LEAST_SECONDS = 5.0  # for one question, even where there is no time to wait
_EVERY_SECONDS = 3.0  # what the vendor's clients wait between two questions


class Selfies(Resource):
    """`client.selfies`

    selfie = client.selfies.create()
    show(client.selfies.qr(selfie))            # or send client.selfies.page_url(selfie)
    selfie = client.selfies.wait(selfie)
    avatar = client.avatars.create(selfie=selfie, name="Me")
    """

    def list(self) -> Iterator[Selfie]:
        """All selfies, page by page."""
        return map(Selfie.from_json, self._walk(endpoints.LIST_SELFIES.at()))

    def create(self, comment: str = "") -> Selfie:
        """Make a page that takes one photo. It ends after 24 hours."""
        form = {"comment": comment} if comment else None
        return Selfie.from_json(self._ask(endpoints.CREATE_SELFIE, endpoints.CREATE_SELFIE.at(), form=form).json())

    def get(
        self, selfie: Selfie | str, *, cancel: threading.Event | None = None, seconds: float | None = None
    ) -> Selfie:
        """One selfie as it is now."""
        url = self._own(getattr(selfie, "url", None), endpoints.GET_SELFIE, code=_code(selfie))
        return Selfie.from_json(self._ask(endpoints.GET_SELFIE, url, cancel=cancel, seconds=seconds).json())

    def wait(
        self,
        selfie: Selfie | str,
        *,
        progress: Callable[[Selfie], None] | None = None,
        cancel: threading.Event | None = None,
        seconds: float = LIFE_SECONDS,
    ) -> Selfie:
        """Ask every 3 s until the photo is uploaded. `progress` gets each state: `upload_page_visited` turns true.

        Raises:
            DeadlineExceeded: no photo after `seconds`, or the page has ended.
            NotFound: there is no such selfie.
            Cancelled: `cancel` was set.
        """
        deadline = Deadline(seconds)
        for look in itertools.count():
            selfie, uploaded = self._look(selfie, look % _UNVISITED_LOOKS == 0, deadline, cancel)
            if progress is not None:
                progress(selfie)
            if uploaded:
                return selfie
            if selfie.is_expired:
                raise DeadlineExceeded("The selfie's page has ended without a photo: make a new one")
            if deadline.remaining <= _EVERY_SECONDS:
                pause(deadline.remaining, cancel)
                raise DeadlineExceeded(
                    f"No photo on the selfie's page after {seconds:.0f} s: wait again, or make a new one"
                )
            pause(_EVERY_SECONDS, cancel)
        raise AssertionError("never counted to the end")

    def _look(
        self, selfie: Selfie | str, anyway: bool, deadline: Deadline, cancel: threading.Event | None
    ) -> tuple[Selfie, bool]:
        """The selfie, and whether its photo is there: the selfie itself doesn't tell, its photo's address does."""

        def ask(left: float) -> tuple[Selfie, bool]:
            state = self.get(selfie, cancel=cancel, seconds=max(_LEAST_SECONDS, min(left, self._http.request_seconds)))
            try:
                uploaded = (anyway or state.upload_page_visited) and bool(self.photo(state, cancel=cancel))
            except NotFound:
                uploaded = False
            return state, uploaded

        return patiently(ask, deadline, cancel)

    def photo(self, selfie: Selfie | str, *, cancel: threading.Event | None = None) -> bytes:
        """The uploaded photo, as an image file. Raises NotFound until there is one."""
        return self._picture(endpoints.GET_SELFIE_FILE, self._photo_url(selfie), cancel)

    def download(
        self,
        selfie: Selfie | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the uploaded photo to the file `target`."""
        return self._save(self._photo_url(selfie), target, progress, cancel)

    def qr(self, selfie: Selfie | str) -> bytes:
        """The QR code of the page's address, as an image file."""
        return self._picture(endpoints.GET_SELFIE_QR, self._part(selfie, endpoints.GET_SELFIE_QR, "upload_page_qr"))

    def page_url(self, selfie: Selfie | str) -> str:
        """The address of the page, for a browser. Whoever has it can put a photo there."""
        return urljoin(self._http.root_url, self._part(selfie, endpoints.SELFIE_UPLOAD_PAGE, "upload_page_url"))

    def upload(self, selfie: Selfie | str, photo: PhotoSource) -> None:
        """Put a photo there, as the page itself does: for tests, and for kiosks that have a camera of their own.

        Raises:
            PhotoError: the photo can't be used; nothing was sent.
            InvalidRequest: the page has its photo already.
        """
        image = read_photo(photo)
        files = {"photo": (image.upload_name, image.data, image.media_type)}
        self._ask(endpoints.SELFIE_UPLOAD, self.page_url(selfie), files=files, accept="*/*")

    def _photo_url(self, selfie: Selfie | str) -> str:
        return self._part(selfie, endpoints.GET_SELFIE_FILE, "file_url")

    def _part(self, selfie: Selfie | str, endpoint: Endpoint, field: str) -> str:
        return self._given(selfie, field) or endpoint.at(code=_code(selfie))


def _code(selfie: Selfie | str) -> str:
    return selfie.code if isinstance(selfie, Selfie) else selfie
