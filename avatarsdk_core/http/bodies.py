"""The whole body of an answer, but not without end, and not half of it."""

from __future__ import annotations

import requests
from requests.exceptions import ChunkedEncodingError

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.origin import bare

_CHUNK = 64 << 10


def whole_body(response: requests.Response, limit: int) -> bytes:
    """All of an open response's body.

    Raises:
        ProtocolError: more than `limit` bytes, unpacked.
        ChunkedEncodingError: less than was announced.
    """
    chunks, size = [], 0
    for chunk in response.iter_content(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            response.close()
            raise ProtocolError(f"{bare(response.url)} answers with more than {limit >> 20} MB: given up")
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and response.raw.tell() < int(declared):  # urllib3 1.26 lets it pass
        raise ChunkedEncodingError(f"{response.raw.tell()} of {declared} bytes")
    return b"".join(chunks)
