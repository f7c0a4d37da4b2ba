"""The bytes of an answer, piece by piece as they arrive, in bounded memory."""

from __future__ import annotations

import http.client
import mmap
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from requests.exceptions import ReadTimeout
from urllib3.exceptions import ProtocolError

from avatarsdk_core.transfer.ranges import UselessAnswerError

PIECE = 384 << 10
_PACKED_PIECE = 64 << 10
_SUSPECT_BYTES = 64 << 20
_SUSPECT_RATIO = 100  # text packs 10:1, geometry 4:1; what packs more, and is large, isn't meant well


def new_buffer() -> memoryview:
    """Memory for one thread's pieces. Only as much of it as ever arrives at a time becomes resident."""
    return memoryview(mmap.mmap(-1, PIECE))


def reader(raw: Any, buffer: memoryview) -> Callable[[int], bytes | memoryview]:
    """read(at most so many bytes): what has arrived, as sent; nothing at the end, be it the right one or not.

    One system call a piece: `HTTPResponse.read` of urllib3 would wait for a full piece, which hides a drip, and
    throws away what came before a break. Plain bodies go straight from the socket into `buffer`, which the next read
    overwrites: memory that is new for every piece costs as much as hashing it.

    Args:
        raw: an answer of urllib3, 1.26 or 2.
    """
    raw.enforce_content_length = False  # we count ourselves: what came is kept
    answer = raw._fp  # of http.client
    plain = not answer.chunked and answer.length is not None and hasattr(answer.fp, "readinto1")

    def read(amount: int) -> bytes | memoryview:
        try:
            data = _straight(answer, buffer[:amount]) if plain else answer.read1(amount)
        except TimeoutError as error:
            raise ReadTimeout(error) from error
        except (OSError, http.client.HTTPException) as error:
            raise ProtocolError("Connection broken", error) from error
        raw._fp_bytes_read += len(data)
        if answer.isclosed() and not answer.length:
            raw.release_conn()  # all of it was read, and only then: the connection may serve the next request
        return data

    return read


def _straight(answer: http.client.HTTPResponse, into: memoryview) -> memoryview:
    if answer.fp is None or not answer.length:
        return into[:0]
    count = answer.fp.readinto1(into[: answer.length])
    answer.length -= count
    if not answer.length or not count:
        answer.close()  # the answer, not its connection
    return into[:count]


def unpacked(read: Callable[[int], bytes | memoryview], wire: int | None) -> Iterator[bytes]:
    """A gzip or zlib body, decoded; its pieces are as small as plain ones whatever it unpacks to.

    Args:
        wire: bytes of the encoded body, where told.

    Raises:
        UselessAnswerError: damaged, or it swells beyond all reason.
        EOFError: cut off.
    """
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    rest: bytes | memoryview = b""
    taken = given = 0
    while True:
        if not len(rest):
            rest = read(_PACKED_PIECE)
            taken += len(rest)
        if not len(rest):
            if not decoder.eof or (wire is not None and taken < wire):
                raise EOFError
            return
        if decoder.eof:  # a body may be several, one behind the other (RFC 1952, 2.2); or something is behind it
            decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            data = decoder.decompress(rest, PIECE)
        except zlib.error:
            raise UselessAnswerError("its compressed body is damaged") from None
        rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        given += len(data)
        if given > _SUSPECT_BYTES and given > _SUSPECT_RATIO * taken:
            raise UselessAnswerError(f"{taken} bytes unpack to more than {given}: a bomb", final=True)
        if data:
            yield data
