"""Faults in how the rest of a file is handed out: RFC 9110, section 14."""

from __future__ import annotations

import itertools

from avatarsdk_core.sandbox.faults.call import Call, Reply

_versions = itertools.count(1)


async def ignored_range(call: Call) -> None:
    """Answers 200 with the whole file to who asks for the rest."""
    call.hidden |= {b"range", b"if-range"}


async def range_refused(call: Call, *, total: str = "*") -> Reply | None:
    """416 to who asks for the rest of a file; total says how long it is said to be."""
    if not call.header("range"):
        return None
    return Reply(416, (("content-range", f"bytes */{total}"),), b"")


async def changed_etag(call: Call) -> None:
    """The file is another one at each request: a new ETag, and the whole file to who asks for the rest of the old."""
    call.hidden |= {b"range", b"if-range", b"if-none-match"}
    call.afterwards.append(_with_new_tag)


def _with_new_tag(reply: Reply) -> Reply:
    if reply.header("etag") is None:
        return reply
    return reply.with_headers(etag=f'"changed-{next(_versions)}"', last_modified=None)
