"""Filters of lists (spec, section 4): query parameters, case-insensitive, repeatable, joined with AND."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from starlette.requests import Request

from avatarsdk_core.sandbox.answers import bad_field
from avatarsdk_core.sandbox.status import Durations, avatar_status
from avatarsdk_core.sandbox.store import Condition, Store

_STATUS = "avatar_status(?, created, built IS NOT NULL, failure IS NOT NULL, outcome)"


def define_status(store: Store, durations: Durations) -> None:
    """Have the store know statuses, which are functions of the time."""

    def status(now: float, created: float, built: int, failed: int, outcome: str) -> str:
        return avatar_status(durations, now, created, bool(built), bool(failed), outcome).casefold()

    store.define("avatar_status", 5, status)


def avatar_filters(request: Request) -> list[Condition]:
    """`status`, `description`, `name`, `pipeline`, `created_before` and `created_after`."""
    now = time.time()
    return [
        *(Condition(f"{_STATUS} = ?", (now, text.casefold())) for text in asked(request, "status")),
        *_contains("description", asked(request, "description")),
        *_contains("name", asked(request, "name")),
        *(Condition("casefold(pipeline) = ?", (text.casefold(),)) for text in asked(request, "pipeline")),
        *_created(request),
    ]


def player_filters(request: Request) -> list[Condition]:
    """`comment`, `created_before` and `created_after`."""
    return [*_contains("comment", asked(request, "comment")), *_created(request)]


def asked(request: Request, name: str) -> list[str]:
    """The values of a filter of texts; an empty one asks for nothing."""
    return [text for text in request.query_params.getlist(name) if text]


def equals_all(value: str, wanted: Sequence[str]) -> bool:
    """Nothing wanted matches everything; several values match only themselves all at once, as AND has it."""
    return all(value.casefold() == text.casefold() for text in wanted)


def listed_in(request: Request, name: str) -> Callable[[str], bool]:
    """Whether a value is among the comma-separated, case-sensitive ones of a query parameter, where there is one."""
    given = asked(request, name)
    wanted = {part.strip() for text in given for part in text.split(",")}
    return lambda value: not given or value in wanted


def query_time(name: str, text: str) -> float:
    """Seconds since 1970 of a time in ISO 8601; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 6)
    except (ValueError, OverflowError) as error:
        raise bad_field(name, f"{text!r} is not a time in ISO 8601, e.g. 2026-01-31T12:00:00Z.") from error


def _contains(column: str, wanted: Sequence[str]) -> Iterator[Condition]:
    for text in wanted:
        yield Condition(f"instr(casefold({column}), ?)", (text.casefold(),))


def _created(request: Request) -> Iterator[Condition]:
    """Answers show microseconds: comparing with one of them must be exact."""
    for name, relation in (("created_before", "<"), ("created_after", ">")):
        for text in request.query_params.getlist(name):
            yield Condition(f"round(created, 6) {relation} ?", (query_time(name, text),))
