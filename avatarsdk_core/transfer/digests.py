"""Digests of a file: which ones a service announces reliably, and computing them. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

_SIZES = {"sha256": 32, "md5": 16}
ALGORITHMS = frozenset(_SIZES)
_NAMES = {"sha-256": "sha256", "md5": "md5"}


def announced_digests(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(algorithm of hashlib, hexadecimal digest) of the file that a 200 without encoding brings.

    Read are Repr-Digest and Content-Digest (RFC 9530), Digest (RFC 3230), Content-MD5 (RFC 1864) and x-goog-hash. An
    ETag that looks like an MD5 often isn't one (multipart or encrypted storage): it is never taken for a digest.
    """
    found: dict[str, str] = {}
    for header in ("Repr-Digest", "Content-Digest", "Digest", "X-Goog-Hash"):
        for name, value in re.findall(r"([\w-]+)=:?([A-Za-z0-9+/]+={0,2}):?", headers.get(header, "")):
            _keep(found, _NAMES.get(name.lower()), value)
    _keep(found, "md5", headers.get("Content-MD5", "").strip())
    return tuple(sorted(found.items()))


def _keep(found: dict[str, str], algorithm: str | None, value: str) -> None:
    if algorithm is None:
        return
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return
    if len(digest) == _SIZES[algorithm]:
        found.setdefault(algorithm, digest.hex())


class Digests:
    """sha256 and whatever else is asked for, of bytes in order. `position` is how many there were."""

    def __init__(self, algorithms: tuple[str, ...] = ()) -> None:
        names = dict.fromkeys(("sha256", *algorithms))
        self._hashes: dict[str, Any] = {name: hashlib.new(name, usedforsecurity=False) for name in names}
        self.position = 0

    def update(self, data: bytes | memoryview) -> None:
        for state in self._hashes.values():
            state.update(data)
        self.position += len(data)

    def hexdigest(self, algorithm: str = "sha256") -> str:
        return str(self._hashes[algorithm].hexdigest())
