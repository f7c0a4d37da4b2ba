"""A part of the account's avatars, newest first. Fields: start, count, fresh, profile, and filters of `Avatars.list`:
status, name, pipeline, description, created_before, created_after.

The list is fetched page by page as far as it is asked for, and kept for the next question unless that is `fresh`.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from avatarsdk_core.models import Avatar
from avatarsdk_core.worker.work import Work

_FILTERS = frozenset({"status", "name", "pipeline", "description", "created_before", "created_after"})
_MOST_LISTS = 8
_guard = threading.Lock()
_lists: dict[str, _List] = {}


def answer(
    work: Work, start: int = 0, count: int = 24, fresh: bool = False, profile: str = "", **filters: Any
) -> Mapping[str, Any]:
    """`avatars`: a dict each (code, name, status, progress, pipeline, created_on, description); `more`: there are
    others behind them; `start`.

    Raises:
        ServiceError, SettingsError, TypeError
    """
    if unknown := sorted(filters.keys() - _FILTERS):
        raise TypeError(f"no filter is called {unknown[0]!r}")
    client = work.client(profile)
    key = json.dumps([id(client), filters], sort_keys=True)
    with _guard:
        if fresh or key not in _lists:
            _lists[key] = _List(client.avatars.list(**{name: value for name, value in filters.items() if value}))
        while len(_lists) > _MOST_LISTS:
            del _lists[next(iter(_lists))]
        found = _lists[key]
    try:
        avatars, more = found.part(start, count)
    except Exception:
        with _guard:
            _lists.pop(key, None)  # an iterator that failed has ended
        raise
    return {"avatars": [_told(avatar) for avatar in avatars], "more": more, "start": start}


class _List:
    """What of a list was fetched so far, and the rest."""

    def __init__(self, rest: Iterator[Avatar]) -> None:
        self._rest = rest
        self._known: list[Avatar] = []
        self._alone = threading.Lock()

    def part(self, start: int, count: int) -> tuple[list[Avatar], bool]:
        """Those from `start` on, and whether others follow."""
        with self._alone:
            lacking = start + count + 1 - len(self._known)
            self._known += itertools.islice(self._rest, max(0, lacking))
            return self._known[start : start + count], len(self._known) > start + count


def _told(avatar: Avatar) -> dict[str, Any]:
    from avatarsdk_core.resources.once import untagged

    return {
        "code": avatar.code,
        "name": avatar.name,
        "status": avatar.status,
        "progress": avatar.progress,
        "pipeline": avatar.pipeline,
        "description": untagged(avatar.description),
        "created_on": avatar.created_on.isoformat() if avatar.created_on else "",
    }
