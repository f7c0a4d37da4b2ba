"""How large a picture is, by its header, without decoding it.

Sources: PNG specification (IHDR), ITU-T T.81 (JPEG frame headers), RFC 9649 (WebP).
"""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
# Markers of a JPEG that begin a frame; C4, C8 and CC in their midst are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG or WebP; None where its beginning doesn't tell."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack_from(">II", content, 16)
            return int(width), int(height)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp_size(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    offset = 2
    while offset + 4 <= len(content) and content[offset] == 0xFF:
        marker = content[offset + 1]
        if marker == 0xFF:  # fill byte
            offset += 1
        elif marker in _ALONE:
            offset += 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, offset + 5)
            return int(width), int(height)
        else:
            offset += 2 + int(struct.unpack_from(">H", content, offset + 2)[0])
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<I", content, 21)[0])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return int(width) & 0x3FFF, int(height) & 0x3FFF
    return None
