"""Lists come in pages; the `Link` header names the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.origin import bare, same_origin
from avatarsdk_core.http.session import HttpSession

_LINK = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;\s]*)\s*)*)')
_REL = re.compile(r';\s*rel\s*=\s*"?([^";]*)"?', re.IGNORECASE)


def next_url(link: str | None) -> str | None:
    """The URL of rel="next" in a Link header; None where there is none, or the header is malformed."""
    for url, attributes in _LINK.findall(link or ""):
        relations = _REL.search(attributes)
        if url and relations and "next" in relations[1].lower().split():
            return str(url)
    return None


def walk(http: HttpSession, url: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Every item of a list, page by page, as they are asked for.

    Raises:
        ProtocolError: a page isn't a list, comes again, or lies on another host; and as `HttpSession.request`.
    """
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        seen.add(following)
        answer = http.request("GET", following, params=params)
        items = answer.json()
        if not isinstance(items, list):
            raise ProtocolError(f"{bare(following)} answered with {type(items).__name__} where a list was expected")
        yield from items
        params = None  # the next page's URL holds them
        following = next_url(answer.headers.get("Link"))
        if following in seen:
            raise ProtocolError(f"The list {bare(url)} leads in a circle")
        if following is not None and not same_origin(following, http.root_url):
            raise ProtocolError(f"The list {bare(url)} goes on at {bare(following)}, another host: not followed")
