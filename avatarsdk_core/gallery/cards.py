"""Cards: one an avatar, be it on the service, on the disk or both; and the page of them that a person looks at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

PAGE = 24
ANY = ""  # a filter that lets everything pass
SORTS: Mapping[str, str] = {
    "newest": "Newest First",
    "oldest": "Oldest First",
    "name": "Name",
    "status": "Status",
}


@dataclass(frozen=True)
class Card:
    """One avatar.

    Attributes:
        key: by which it is known: its code on the service, or its folder where that isn't known.
        created: ISO 8601 text in UTC, which sorts by time; "" where nobody knows.
        folders: its exports on this disk, the newest first.
        picture: path of its thumbnail, "" until there is one.
        on_service: whether the account's list has it.
    """

    key: str
    name: str
    code: str = ""
    status: str = ""
    progress: int = 0
    pipeline: str = ""
    created: str = ""
    folders: tuple[str, ...] = ()
    picture: str = ""
    on_service: bool = False

    @property
    def is_completed(self) -> bool:
        """Whether its results are there: computed on the service, or on the disk."""
        return bool(self.folders) or self.status.casefold() == "completed"


@dataclass(frozen=True)
class Query:
    """What to show. `status` and `pipeline` are compared exactly, `search` by words with name and code."""

    search: str = ""
    status: str = ANY
    pipeline: str = ANY
    sort: str = "newest"
    page: int = 0


@dataclass(frozen=True)
class Page:
    """The cards of a page, its number from 0, how many pages there are (at least 1), and cards that match."""

    cards: tuple[Card, ...] = ()
    number: int = 0
    pages: int = 1
    matching: int = 0


@dataclass(frozen=True)
class OnDisk:
    """An export's folder: its path, and what its manifest tells of the avatar."""

    folder: str
    name: str
    code: str = ""
    pipeline: str = ""
    created: str = ""
    picture: str = ""


def card_of(told: Mapping[str, Any]) -> Card:
    """A card from an avatar as the worker tells it: code, name, status, progress, pipeline, created_on."""
    code = str(told["code"])
    return Card(
        key=code,
        name=str(told.get("name") or "") or code[:8],
        code=code,
        status=sys.intern(str(told.get("status") or "")),
        progress=int(told.get("progress") or 0),
        pipeline=sys.intern(str(told.get("pipeline") or "")),
        created=str(told.get("created_on") or ""),
        on_service=True,
    )


def merged(online: Iterable[Card], disk: Iterable[OnDisk], pictures: Mapping[str, str]) -> tuple[Card, ...]:
    """One card an avatar: what the service knows goes before what the disk tells.

    Args:
        pictures: code -> path of a thumbnail; else the one beside the export.
    """
    cards = {card.key: card for card in online}
    for found in disk:
        key = found.code or found.folder
        card = cards.get(key) or Card(
            key, found.name, found.code, pipeline=sys.intern(found.pipeline), created=found.created
        )
        cards[key] = replace(card, folders=(*card.folders, found.folder), picture=card.picture or found.picture)
    for code in cards.keys() & pictures.keys():
        cards[code] = replace(cards[code], picture=pictures[code])
    return tuple(cards.values())


def page_of(cards: Iterable[Card], query: Query, size: int = PAGE) -> Page:
    """The page that a query asks for; one past the end is the last one."""
    words = query.search.casefold().split()
    found = [card for card in cards if _matches(card, query, words)]
    found.sort(key=lambda card: card.name.casefold())  # where the order leaves it open
    key, reverse = _ORDERS.get(query.sort, _ORDERS["newest"])
    found.sort(key=key, reverse=reverse)
    pages = max(1, -(-len(found) // size))
    number = min(max(0, query.page), pages - 1)
    return Page(tuple(found[number * size : (number + 1) * size]), number, pages, len(found))


def statuses(cards: Iterable[Card]) -> tuple[str, ...]:
    """The statuses that occur, in alphabetical order; of those on the disk alone none is known."""
    return tuple(sorted({card.status for card in cards} - {""}))


def pipelines(cards: Iterable[Card]) -> tuple[str, ...]:
    """The pipelines that occur, in alphabetical order."""
    return tuple(sorted({card.pipeline for card in cards} - {""}))


def _matches(card: Card, query: Query, words: list[str]) -> bool:
    if query.status not in (ANY, card.status) or query.pipeline not in (ANY, card.pipeline):
        return False
    if not words:
        return True
    name, code = card.name.casefold(), card.code.casefold()
    return all(word in name or code.startswith(word) for word in words)


_ORDERS: Mapping[str, tuple[Callable[[Card], Any], bool]] = {
    "newest": (lambda card: card.created, True),
    "oldest": (lambda card: card.created or "~", False),
    "name": (lambda card: card.name.casefold(), False),
    "status": (lambda card: card.status.casefold(), False),
}
