"""Faults in what an answer says. A function that returns None has nothing to do with this answer."""

from __future__ import annotations

import json
import re
import time
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import formatdate
from functools import lru_cache

from avatarsdk_core.sandbox.faults.call import Call, Reply

_DATE = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"')
_SURPRISES: dict[str, bytes] = {
    "null": b"null",
    "list": b"[]",
    "object": b"{}",
    "string": b'"surprise"',
    "number": b"42",
    "empty": b"",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "binary": bytes(range(256)),
}


def malformed_json(call: Call, reply: Reply) -> Reply | None:
    """Cuts a JSON answer in the middle, with the length of what is left."""
    return reply.with_body(reply.body[: len(reply.body) // 2]) if reply.is_json else None


def surprising_json(call: Call, reply: Reply, *, form: str = "null") -> Reply | None:
    """Another JSON than expected: null, list, object, string, number, empty, deep, binary, nulls or extra."""
    if not reply.is_json:
        return None
    if form in _SURPRISES:
        return reply.with_body(_SURPRISES[form])
    value = json.loads(reply.body)
    return reply.with_body(json.dumps(_nulled(value) if form == "nulls" else _extended(value)).encode())


def wrong_type(call: Call, reply: Reply, *, type: str = "text/html") -> Reply:  # noqa: A002 (the option's name)
    """Says another Content-Type than the answer is of."""
    return reply.with_headers(content_type=type)


def gzip_bomb(call: Call, reply: Reply, *, megabytes: int = 256) -> Reply:
    """A small answer that unpacks (Content-Encoding: gzip) to this many megabytes of spaces."""
    return reply.with_headers(content_encoding="gzip", etag=None).with_body(_bomb(megabytes))


def weak_etag(call: Call, reply: Reply) -> Reply | None:
    """An ETag that promises less than the same bytes (W/)."""
    etag = reply.header("etag")
    return None if etag is None else reply.with_headers(etag=f"W/{etag}", last_modified=None)


def no_validator(call: Call, reply: Reply) -> Reply:
    """Neither ETag nor Last-Modified: the rest of a file can't be asked for safely."""
    return reply.with_headers(etag=None, last_modified=None)


def wrong_content_range(call: Call, reply: Reply, *, by: int = 1) -> Reply | None:
    """206 whose Content-Range begins this many bytes from where it was asked to."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", reply.header("content-range") or "")
    if found is None:
        return None
    start, end, total = (int(text) for text in found.groups())
    return reply.with_headers(content_range=f"bytes {start + by}-{end + by}/{total}")


def foreign_links(call: Call, reply: Reply, *, to: str = "http://foreign.invalid/") -> Reply | None:
    """Every URL in a JSON answer and in its Link header leads to another host."""
    if not reply.is_json:
        return None
    link = reply.header("link")
    swapped = reply.with_body(reply.body.replace(call.root.encode(), to.encode()))
    return swapped if link is None else swapped.with_headers(link=link.replace(call.root, to))


def endless_pages(call: Call, reply: Reply) -> Reply | None:
    """A list whose every page says that it is followed by itself."""
    if not reply.body.startswith(b"["):
        return None
    query = call.scope["query_string"].decode("latin-1")
    url = f"{call.root.rstrip('/')}{call.path}" + (f"?{query}" if query else "")
    return reply.with_headers(link=f'<{url}>; rel="next"')


def clock_skew(call: Call, reply: Reply, *, seconds: float = 3600.0) -> Reply:
    """The service's clock goes this many seconds ahead: its Date header and the dates in its JSON."""
    shifted = reply.body
    if reply.is_json:
        shifted = _DATE.sub(lambda found: b'"' + _later(found[1], seconds) + b'"', reply.body)
    return replace(reply, body=shifted, date=formatdate(time.time() + seconds, usegmt=True))


def _later(date: bytes, seconds: float) -> bytes:
    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    return (datetime.strptime(date.decode(), form) + timedelta(seconds=seconds)).strftime(form).encode()


def _nulled(value: object) -> object:
    """Every field null but the ones that name or place the object."""
    if isinstance(value, list):
        return [_nulled(item) for item in value]
    if isinstance(value, dict):
        return {key: item if key in ("url", "code", "status") else None for key, item in value.items()}
    return value


def _extended(value: object) -> object:
    """With fields that nobody knows yet."""
    if isinstance(value, list):
        return [_extended(item) for item in value]
    if isinstance(value, dict):
        return {**value, "invented_later": {"nested": [1, None, "x"]}, "": 0}
    return value


@lru_cache(maxsize=2)
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    spaces = b" " * (1 << 20)
    return b"".join([*(packer.compress(spaces) for _ in range(megabytes)), packer.flush()])
