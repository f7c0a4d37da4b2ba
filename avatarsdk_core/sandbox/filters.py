"""Filters of the avatar list (spec, section 4): query parameters, case-insensitive, repeatable, joined with AND."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from starlette.requests import Request

from avatarsdk_core.sandbox.answers import bad_field
from avatarsdk_core.sandbox.records import Avatar


def filtered(request: Request, avatars: Sequence[Avatar], status: Callable[[Avatar], str]) -> list[Avatar]:
    """The avatars that match `status`, `description`, `name`, `pipeline`, `created_before` and `created_after`."""
    query = request.query_params
    before = [_time("created_before", text) for text in query.getlist("created_before")]
    after = [_time("created_after", text) for text in query.getlist("created_after")]

    def shown(avatar: Avatar) -> float:
        return round(avatar.created, 6)  # answers show microseconds: comparing with one of them must be exact

    return [
        avatar
        for avatar in avatars
        if equals_all(status(avatar), query.getlist("status"))
        and contains_all(avatar.description, query.getlist("description"))
        and contains_all(avatar.name, query.getlist("name"))
        and equals_all(avatar.pipeline, query.getlist("pipeline"))
        and all(shown(avatar) < moment for moment in before)
        and all(shown(avatar) > moment for moment in after)
    ]


def contains_all(text: str, wanted: Sequence[str]) -> bool:
    return all(part.casefold() in text.casefold() for part in wanted)


def equals_all(value: str, wanted: Sequence[str]) -> bool:
    """Nothing wanted matches everything; several values match only themselves all at once, as AND has it."""
    return all(value.casefold() == text.casefold() for text in wanted)


def _time(name: str, text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_field(name, f"{text!r} is not a time in ISO 8601, e.g. 2026-01-31T12:00:00Z.") from error
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 6)
