"""Creating something exactly once: what a lost answer left behind is looked for, never made a second time."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from avatarsdk_core.errors import (
    AnswerLost,
    ApiError,
    ParametersError,
    PhotoError,
    ServiceError,
    ServiceUnavailable,
    ServiceUnreachable,
    SettingsError,
)
from avatarsdk_core.http.retry import pause
from avatarsdk_core.models import Avatar, Export

Described = TypeVar("Described", Avatar, Export)

_LOOK_DELAYS = (0.5, 1.0, 2.0, 4.0)  # until what was made shows in the list
_NEWEST = 200  # candidates looked at, should the service not know the filter
_NOT_NOW, _TOO_SLOW = 503, 408
_AMBIGUOUS_STATUSES = frozenset({500, 502, 503, 504})  # the service, or the one behind a proxy, may have acted


def new_tag() -> str:
    """A mark for a description, by which a thing is found again whose creation lost its answer."""
    return f"[avatarsdk {secrets.token_hex(8)}]"


def tagged(text: str, tag: str) -> str:
    """`text` with the tag at its end."""
    return f"{text} {tag}".strip()


def untagged(text: str) -> str:
    """What a person wrote, without the tag at its end."""
    return re.sub(r"\s*\[avatarsdk [0-9a-f]{16}\]$", "", text)


def create_once(
    create: Callable[[], Described],
    candidates: Callable[[], Iterable[Described]],
    mark: Callable[[Described], str],
    tag: str,
    cancel: threading.Event | None,
) -> Described:
    """Create something that carries `tag`, exactly once.

    When the answer is lost, look among `candidates`, the newest first, for the tag; a second request is never sent.

    Raises:
        ServiceUnavailable: the answer was lost (`AnswerLost` where none came), and nothing with the tag has appeared.
    """
    try:
        return create()
    except ServiceUnavailable as error:
        if not isinstance(error, AnswerLost) and error.status not in _AMBIGUOUS_STATUSES:
            raise
        lost = error
    for delay in _LOOK_DELAYS:
        pause(delay, cancel)
        try:
            if (found := first_marked(candidates(), mark, tag)) is not None:
                return found
        except ServiceError:
            continue  # the network that lost the answer may be back at the next look; and that it was lost is the news
    raise lost


def surely_not_made(error: BaseException) -> bool:
    """Whether what was asked for isn't made, and never will be by that request: it was refused, or never sent.

    Every other error may have come in place of the answer of a service that acted.
    """
    if isinstance(error, AnswerLost):
        return False
    if isinstance(error, ServiceUnavailable):
        return isinstance(error, ServiceUnreachable) or error.status == _NOT_NOW
    if isinstance(error, ApiError):
        return error.status != _TOO_SLOW
    return isinstance(error, SettingsError | ParametersError | PhotoError)  # of what was to be sent


def first_marked(candidates: Iterable[Described], mark: Callable[[Described], str], tag: str) -> Described | None:
    """The one that carries the tag among the newest, which come first; None where there is none (yet)."""
    newest = itertools.islice(candidates, _NEWEST)
    return next((candidate for candidate in newest if tag in mark(candidate)), None)
