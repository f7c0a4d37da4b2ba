"""What all collections share: one way to ask, one to save a file, one to choose a URL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.answers import Answer
from avatarsdk_core.http.origin import same_origin
from avatarsdk_core.http.pages import walk
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.models import Avatar, Model
from avatarsdk_core.resources.endpoints import Endpoint, Filter, with_query

Target = str | PathLike[str]
FileProgress = Callable[[int, "int | None"], None]  # bytes so far, bytes in total or None


class Resource:
    """A collection of the Web API."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def _ask(
        self,
        endpoint: Endpoint,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        accept: str = "application/json",
        seconds: float | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        return self._http.request(
            endpoint.method,
            url,
            form=form,
            files=files,
            accept=accept,
            signed=endpoint.signed,
            seconds=seconds,
            cancel=cancel,
        )

    def _picture(self, endpoint: Endpoint, url: str, cancel: threading.Event | None = None) -> bytes:
        """A small file, whole."""
        return self._ask(endpoint, url, accept="*/*", cancel=cancel).body

    def _walk(self, url: str, filters: Mapping[str, Filter] | None = None) -> Iterator[Any]:
        return walk(self._http, with_query(url, filters or {}))

    def _own(self, url: str | None, endpoint: Endpoint, **parts: str) -> str:
        """The URL that the service gave, or the documented path where it gave none of its own.

        Behind a proxy, or at its second address, a service may write another host into its objects; what is asked of
        the API itself stays with the root URL all the same.
        """
        try:
            if url and same_origin(url, self._http.root_url):
                return url
        except ProtocolError:
            pass
        return endpoint.at(**parts)

    def _given(self, thing: Model | str, field: str) -> str | None:
        """The URL that the service gave for a part of something; None where the thing is given by its code alone."""
        return None if isinstance(thing, str) else getattr(thing, field)

    def _save(self, url: str, target: Target, progress: FileProgress | None, cancel: threading.Event | None) -> Path:
        """Stream a file to `target`, which is replaced only when the file is whole."""
        from avatarsdk_core.transfer.download import download

        path = Path(fspath(target))
        download(self._http, url, path, progress=progress, cancel=cancel)
        return path


def code_of(avatar: Avatar | str) -> str:
    return avatar.code if isinstance(avatar, Avatar) else avatar


def whole(number: int | None) -> str | None:
    """A whole number as the filters want it."""
    return None if number is None else str(number)


def moment(value: datetime | str | None) -> str | None:
    """A point in time as the service writes it. A datetime without a zone is local time, as everywhere in Python."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def joined(value: Filter) -> str | None:
    """Several values as the filters want them that take a comma-separated list."""
    return value if value is None or isinstance(value, str) else ",".join(value)
