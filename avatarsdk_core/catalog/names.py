"""Names that aren't known, and those that were probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from avatarsdk_core.catalog.values import shown
from avatarsdk_core.errors import UnknownNameError

T = TypeVar("T")


def near(name: object, known: Iterable[str], *, limit: int = 12) -> str:
    """What to write instead: `did you mean 'x'?`, or what there is."""
    names = list(dict.fromkeys(known))
    lower = {candidate.lower(): candidate for candidate in reversed(names)}
    matches = [lower[match] for match in get_close_matches(str(name).lower(), lower, n=3, cutoff=0.6)]
    if matches:
        return f"did you mean {' or '.join(repr(match) for match in matches)}?"
    if not names:
        return "there are none."
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return f"there are: {', '.join(names[:limit])}{more}."


def look_up(what: str, name: object, known: Mapping[str, T]) -> T:
    """`known[name]`.

    Raises:
        UnknownNameError: names it, and what is near.
    """
    if isinstance(name, str) and name in known:
        return known[name]
    raise UnknownNameError(f"{shown(name)} is no {what}; {near(name, known)}")
