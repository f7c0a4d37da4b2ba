"""Lists come in pages; the `Link` header names the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.origin import bare, same_origin
from avatarsdk_core.http.session import HttpSession

_LINK = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;\s]*)\s*)*)')
_REL = re.compile(r';\s*rel\s*=\s*"?([^";]*)"?', re.IGNORECASE)


def next_url(link: str | None, page: str) -> str | None:
    """The URL of rel="next" in the Link header of `page`; None where there is none, or the header is malformed."""
    for url, attributes in _LINK.findall(link or ""):
        relations = _REL.search(attributes)
        if url and relations and "next" in relations[1].lower().split():
            return _absolute(str(url), page)
    return None


def _absolute(url: str, page: str) -> str | None:
    """None for what is no address of a page: such a header is malformed."""
    try:
        absolute = urljoin(page, url.strip())
        parts = urlsplit(absolute)
        return absolute if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def walk(http: HttpSession, url: str) -> Iterator[Any]:
    """Every item of a list, page by page, as they are asked for.

    Raises:
        ProtocolError: a page isn't a list, comes again, or lies on another host (which is found out when that page is
            asked for); and as `HttpSession.request`.
    """
    seen: set[str] = set()
    before = b""
    following: str | None = urljoin(http.root_url, url)
    while following is not None:
        seen.add(following)
        answer = http.request("GET", following)
        items = answer.json()
        if not isinstance(items, list):
            raise ProtocolError(f"{bare(following)} answered with {type(items).__name__} where a list was expected")
        if items and answer.body == before:
            raise ProtocolError(f"The list {bare(url)} sends the same page again and again")
        before = answer.body
        yield from items
        following = next_url(answer.headers.get("Link"), following)
        if following in seen:
            raise ProtocolError(f"The list {bare(url)} leads in a circle")
        if following is not None and not same_origin(following, http.root_url):
            raise ProtocolError(f"The list {bare(url)} goes on at {bare(following)}, another host: not followed")
