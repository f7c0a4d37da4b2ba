# SPDX-License-Identifier: GPL-3.0-or-later
"""How large the cache is, counted outside of drawing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import later
from . import words as wording

if TYPE_CHECKING:
    from avatarsdk_core.transfer.cache import Cache

_counted: dict[str, int] = {}  # "bytes" when it is known
_WORK = "cache size"


def words() -> str:
    """What to show: the size, or that it is being counted; the first question starts counting."""
    if "bytes" in _counted:
        return wording.iface("{size:,.0f} MB in the cache", size=_counted["bytes"] / 1e6)
    if "counting" not in _counted:
        _counted["counting"] = 0
        later.soon(_WORK, _count())
    return wording.iface("Counting the cache…")


def forget() -> None:
    """The next question counts anew."""
    _counted.clear()
    later.drop(_WORK)


def opened() -> Cache:
    """The cache that the preferences name. Raises SettingsError."""
    from avatarsdk_core.transfer.cache import Cache

    from .preferences import worker_environment

    named = worker_environment().get("AVATARSDK_CACHE")
    return Cache(Path(named) if named else None)


def _count() -> Iterator[None]:
    from avatarsdk_core.errors import AvatarSDKError

    try:
        sizes = opened().measure()
    except AvatarSDKError:
        sizes = iter(())
    total = 0
    for size in sizes:
        total += size
        yield
    _counted["bytes"] = total
