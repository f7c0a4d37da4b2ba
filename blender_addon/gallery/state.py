# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gallery knows: plain values in this module, which undo and file load leave alone. Drawing only reads.

Questions go through `jobs` (the service) and `later` (the disk); what they bring is put together here.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from avatarsdk_core.gallery.cards import Card, OnDisk, Page, Query, card_of, merged, page_of, pipelines, statuses
from avatarsdk_core.gallery.disk import scan
from avatarsdk_core.worker.shown import Shown

from .. import account, jobs, later, online, preferences, previews
from ..redraw import redraw_ours

FIRST, MORE = 24, 240  # avatars to ask for: what is seen at once, then in large parts
_PATIENCE = 0.3  # seconds that the page must stand before its thumbnails are asked for
_OFFLINE, _NOBODY = ("offline",), ("nobody",)
_SCAN, _PICTURES, _ASK, _NEWS = "gallery scan", "gallery pictures", "gallery list", "gallery news"


@dataclass
class _Gallery:
    online: dict[str, Card] = field(default_factory=dict)
    disk: list[OnDisk] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # codes whose thumbnail is on its way, or can't be had
    cards: tuple[Card, ...] = ()
    query: Query = field(default_factory=Query)
    page: Page = field(default_factory=Page)
    statuses: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    chosen: str = ""
    is_begun: bool = False
    is_scanning: bool = False
    who: tuple[str, ...] | None = None  # whose avatars these are
    listing: str = ""  # the request that is under way
    showing: str = ""
    trouble: str = ""
    jobs: tuple[Any, ...] = ()  # as they were looked at last
    brought: frozenset[str] = frozenset()  # codes of avatars that they made, and folders that they filled
    exports: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # what may be exported


_gallery = _Gallery()


def gallery() -> _Gallery:
    """What there is now; to be read."""
    return _gallery


def chosen() -> Card | None:
    """The avatar that a person has picked."""
    return next((card for card in _gallery.cards if card.key == _gallery.chosen), None)


def card(key: str) -> Card | None:
    """An avatar by its key."""
    return next((found for found in _gallery.cards if found.key == key), None)


def begin() -> None:
    """The first look, and the first after somebody else signed in or Blender went on- or offline: reads the disk and
    asks the service, soon. Cheap enough for every drawing.
    """
    who = _who()
    if not _gallery.is_begun:
        _gallery.is_begun, _gallery.who = True, who
        _gallery.jobs, _gallery.brought = jobs.jobs(), _brought_by(jobs.jobs())
        later.soon(_ASK, _refreshing())
    elif who is not None and who != _gallery.who:
        is_theirs, _gallery.who = _gallery.who is None and not _gallery.trouble and who != _NOBODY, who
        if not is_theirs:  # the list that is there, or on its way
            later.soon(_ASK, _beginning_anew())
    elif (now := jobs.jobs()) is not _gallery.jobs:
        before, _gallery.jobs, _gallery.brought = _gallery.brought, now, _brought_by(now)
        if _gallery.brought - before:
            later.soon(_NEWS, _looking_for_news())


def refresh() -> None:
    """Looks anew at the disk and at the service."""
    _gallery.is_begun = True
    _gallery.asked.clear()
    rescan()
    if _gallery.listing:
        jobs.forget(_gallery.listing)
    _gallery.listing = _gallery.trouble = ""
    if online.is_online() and account.phase() != account.SIGNED_OUT:
        _gallery.listing = jobs.ask("list_avatars", then=_take_list, start=0, count=FIRST, fresh=True)


def rescan() -> None:
    """Looks anew at the disk."""
    _gallery.is_scanning = True
    later.soon(_SCAN, _scanning())


def show(**changed: Any) -> None:
    """Another search, filter, order or page (fields of `Query`). Anything but a page begins at the first one."""
    page = changed.pop("page", 0)
    _gallery.query = replace(_gallery.query, **changed, page=page)
    _turn()


def choose(key: str) -> None:
    """Picks an avatar; what its pipeline offers for another export is asked for."""
    _gallery.chosen = key
    found = chosen()
    if found is not None and found.on_service and found.pipeline:
        offer(found.pipeline, "")
    redraw_ours()


def offer(pipeline: str, subtype: str) -> dict[str, Any] | None:
    """What the service offers for exports, None until it has answered; the first question asks it."""
    key = (pipeline, subtype)
    if key not in _gallery.exports and online.is_online():
        _gallery.exports[key] = {}
        jobs.ask("parameters", then=_taker_of_offer(key), pipeline=pipeline, pipeline_subtype=subtype)
    return _gallery.exports.get(key) or None


def renamed(code: str, name: str) -> None:
    """The service has given it another name."""
    if code in _gallery.online:
        _gallery.online[code] = replace(_gallery.online[code], name=name)
        _merge()


def removed(code: str) -> None:
    """The service has it no longer; what is on the disk stays."""
    _gallery.online.pop(code, None)
    _merge()


def tell(trouble: str) -> None:
    """What went wrong, for the panel; "" when nothing is wrong any more."""
    _gallery.trouble = trouble
    redraw_ours()


def clear() -> None:
    """Forgets everything."""
    global _gallery
    for name in (_SCAN, _PICTURES, _ASK, _NEWS):
        later.drop(name)
    _gallery = _Gallery()


def _who() -> tuple[str, ...] | None:
    """Whose avatars can be listed; None as long as nobody knows."""
    if not online.is_online():
        return _OFFLINE
    if account.phase() == account.SIGNED_IN:
        now = account.current()
        return (now.root_url, now.profile, now.client_id, now.access)
    return _NOBODY if account.phase() == account.SIGNED_OUT else None


def _beginning_anew() -> Iterator[None]:
    _gallery.online.clear()
    _merge()
    refresh()
    yield


def _refreshing() -> Iterator[None]:
    refresh()
    yield


def _brought_by(views: Iterable[Shown]) -> frozenset[str]:
    return frozenset(name for view in views for name in (view.avatar_code, *view.folders) if name)


def _looking_for_news() -> Iterator[None]:
    """A job has made an avatar or filled a folder: the newest are enough to see what is new."""
    rescan()
    if online.is_online() and account.phase() == account.SIGNED_IN:
        jobs.ask("list_avatars", then=_take_news, start=0, count=FIRST, fresh=True)
    yield


def _take_news(answer: Any) -> None:
    if answer.final and answer.failure is None:
        _gallery.online.update((each.key, each) for each in map(card_of, answer.fields["avatars"]))
        _merge()


def _scanning() -> Iterator[None]:
    found: list[OnDisk] = []
    for entry in scan(preferences.avatars_folder()):
        if entry is not None:
            found.append(entry)
        yield
    _gallery.disk = found
    _gallery.is_scanning = False
    _merge()


def _take_list(answer: Any) -> None:
    if answer.id != _gallery.listing or not answer.final:
        return
    _gallery.listing = ""
    if answer.failure is not None:
        tell(answer.failure.message)
        return
    start = int(answer.fields["start"])
    if start == 0:
        _gallery.online.clear()
    found = [card_of(told) for told in answer.fields["avatars"]]
    _gallery.online.update((each.key, each) for each in found)
    if answer.fields["more"]:
        _gallery.listing = jobs.ask("list_avatars", then=_take_list, start=start + len(found), count=MORE)
    _merge()


def _merge() -> None:
    _gallery.cards = merged(_gallery.online.values(), _gallery.disk, _gallery.pictures)
    _gallery.statuses, _gallery.pipelines = statuses(_gallery.cards), pipelines(_gallery.cards)
    _turn()


def _turn() -> None:
    _gallery.page = page_of(_gallery.cards, _gallery.query)
    later.soon(_PICTURES, _asking_for_pictures(time.monotonic() + _PATIENCE))
    redraw_ours()


def _asking_for_pictures(due: float) -> Iterator[float]:
    """Of the page that is looked at, once nobody turns it any more."""
    while time.monotonic() < due:
        yield due - time.monotonic()
    wanted = [
        each.code
        for each in _gallery.page.cards
        if each.on_service and not each.picture and each.is_completed and each.code not in _gallery.asked
    ]
    if not wanted or not online.is_online():
        return
    if _gallery.showing:
        jobs.cancel_ask(_gallery.showing)
    _gallery.asked.update(wanted)
    _gallery.showing = jobs.ask("pictures", then=_take_picture, avatars=wanted, picture="thumbnail")


def _take_picture(answer: Any) -> None:
    if answer.final:
        if answer.id == _gallery.showing:
            _gallery.showing = ""
        _gallery.asked = {code for code in _gallery.asked if code in _gallery.pictures}
        return
    path = answer.fields.get("path")
    if path:
        code = str(answer.fields["avatar"])
        _gallery.pictures[code] = str(path)
        previews.forget(path)
        _gallery.page = replace(_gallery.page, cards=tuple(_pictured(each) for each in _gallery.page.cards))
        _gallery.cards = tuple(_pictured(each) for each in _gallery.cards)
        redraw_ours()


def _pictured(each: Card) -> Card:
    path = _gallery.pictures.get(each.code, "")
    return replace(each, picture=path) if path and each.picture != path else each


def _taker_of_offer(key: tuple[str, str]) -> Any:
    def take(answer: Any) -> None:
        if answer.final and answer.failure is None:
            _gallery.exports[key] = dict(answer.fields["export"])
        elif answer.final:
            _gallery.exports.pop(key, None)

    return take
