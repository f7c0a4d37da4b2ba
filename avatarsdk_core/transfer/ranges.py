"""What the service tells about a file, how the rest of one is asked for, and what the answer means. Pure.

Source of the rules: RFC 9110, chapters 8.8 (validators), 13.1.5 (If-Range), 14 (ranges) and 15.3.7, 15.5.17 (206, 416).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from enum import Enum

from avatarsdk_core.transfer.digests import announced_digests

_ENCODINGS = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


@dataclass(frozen=True)
class Facts:
    """What is known of a file from the headers of its answers.

    Attributes:
        total: bytes of the whole file; None where the service doesn't tell.
        tag: a strong ETag or a date by which the rest may be asked for; None where that isn't possible.
        etag, last_modified: the headers as they came.
        ranges: the service gives parts of this file.
        digests: algorithm of hashlib → hexadecimal digest of the whole file, as announced.
        encoding: "gzip" or "deflate" where the body comes compressed though identity was asked for.
        wire: bytes of this body as it is sent, where told.
    """

    total: int | None = None
    tag: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    ranges: bool = False
    digests: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    wire: int | None = None


class Follows(Enum):
    """What follows the headers of an answer below 400, or of a 416."""

    WHOLE = "the file from its first byte"
    REST = "what was asked for"
    COMPLETE = "nothing: all of it is here"
    ANEW = "nothing that fits what is here: the file is begun anew"


class UselessAnswerError(Exception):
    """An answer that brings no file; the text is the reason, as a sentence's end. `final`: asking again is no use."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


def request_headers(start: int, end: int | None, facts: Facts) -> dict[str, str]:
    """Headers that ask for the bytes from `start` to before `end`, guarded against a changed file; else for all."""
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    whole = start == 0 and end in (None, facts.total)
    if not whole and facts.tag:
        last = "" if end is None or end == facts.total else end - 1
        headers |= {"Range": f"bytes={start}-{last}", "If-Range": facts.tag}
    return headers


def read_answer(status: int, headers: Mapping[str, str], start: int | None, facts: Facts) -> tuple[Follows, Facts]:
    """What follows these headers, and what is known now.

    Args:
        start: the first byte of the range that was asked for; None where all was.
        facts: what was known before.

    Raises:
        UselessAnswerError
    """
    if status == 200:
        return Follows.WHOLE, facts_of(headers)
    if start is None or status not in (206, 416):
        raise UselessAnswerError(f"the service answered {status}, which brings no file")
    if status == 206:
        fits = _continues(headers, start, facts)
        return (Follows.REST, replace(facts, ranges=True)) if fits else (Follows.ANEW, facts)
    match = re.fullmatch(r"bytes \*/([0-9]{1,18})", headers.get("Content-Range", "").strip())
    complete = match is not None and int(match[1]) == start and facts.total in (None, start)
    return (Follows.COMPLETE, replace(facts, total=start)) if complete else (Follows.ANEW, facts)


def facts_of(headers: Mapping[str, str]) -> Facts:
    """What the headers of a 200 tell.

    Raises:
        UselessAnswerError: an encoding that wasn't asked for and isn't known, or a length that is no number.
    """
    named = headers.get("Content-Encoding", "").strip().lower()
    if named not in _ENCODINGS:
        raise UselessAnswerError(f"it comes encoded as {named[:40]!r}, which wasn't asked for")
    encoding = _ENCODINGS[named]
    wire = None if "chunked" in headers.get("Transfer-Encoding", "").lower() else _length(headers, "Content-Length")
    etag, modified = headers.get("ETag"), headers.get("Last-Modified")
    return Facts(
        total=_length(headers, "X-File-Size") if encoding else wire,
        tag=None if encoding else _strong(etag, modified, headers.get("Date")),
        etag=etag,
        last_modified=modified,
        ranges=not encoding and headers.get("Accept-Ranges", "").strip().lower() == "bytes",
        digests=() if encoding else announced_digests(headers),
        encoding=encoding,
        wire=wire,
    )


def _length(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name)
    if value is None:
        return None
    numbers = {number.strip() for number in value.split(",")}  # repeated headers arrive joined
    (number, *others) = numbers
    if others or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise UselessAnswerError(f"its {name} is {value[:40]!r}")
    return int(number)


def _strong(etag: str | None, modified: str | None, date: str | None) -> str | None:
    """A validator that two different contents can't share (RFC 9110, 8.8.1 and 8.8.2.2)."""
    if etag:
        return etag if re.fullmatch(r'"[!#-~]{0,200}"', etag) else None
    if not modified or not re.fullmatch(r"[ -~]{1,64}", modified):  # it goes back into a header
        return None
    try:
        changed = parsedate_to_datetime(modified)
        if date and (parsedate_to_datetime(date) - changed).total_seconds() < 1:
            return None  # it may change again within the same second
    except (TypeError, ValueError, OverflowError):
        return None
    return modified


def _continues(headers: Mapping[str, str], start: int, facts: Facts) -> bool:
    """True where a 206 is a part of the file that we know and begins where we asked."""
    match = re.fullmatch(
        r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", headers.get("Content-Range", "").strip()
    )
    if match is None or int(match[1]) != start or int(match[2]) < start:
        return False
    if match[3] != "*" and facts.total not in (None, int(match[3])):
        return False
    if facts.total is not None and int(match[2]) >= facts.total:
        return False
    if headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        return False
    if facts.tag == facts.last_modified and headers.get("Last-Modified") not in (None, facts.tag):
        return False  # a server that doesn't know If-Range: the rest of another file
    return headers.get("ETag") in (None, facts.etag)
