"""Faults in the zips that the service delivers; the HTTP around them is in order."""

from __future__ import annotations

import io
import zipfile

from avatarsdk_core.sandbox.faults.call import Call, Reply


def truncated_zip(call: Call, reply: Reply) -> Reply | None:
    """The first half of an archive, as a whole and well-formed download."""
    return _changed(reply, reply.body[: len(reply.body) // 2])


def slipping_zip(call: Call, reply: Reply, *, entry: str = "../../slipped.txt") -> Reply | None:
    """An archive with one more entry, so named."""
    return _changed(reply, _with_entry(reply.body, entry, b"outside")) if reply.is_zip else None


def zip_bomb(call: Call, reply: Reply, *, megabytes: int = 1024) -> Reply | None:
    """An archive with one more entry, which unpacks to this many megabytes."""
    if not reply.is_zip:
        return None
    packed = io.BytesIO(reply.body)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        folder = archive.namelist()[0].split("/")[0]
        with archive.open(f"{folder}/zeros.bin", "w", force_zip64=True) as entry:
            zeros = bytes(4 << 20)
            for _ in range(max(1, megabytes // 4)):
                entry.write(zeros)
    return _changed(reply, packed.getvalue())


def damaged_zip(call: Call, reply: Reply) -> Reply | None:
    """An archive in which one byte of the first entry's data is another: its checksum is wrong."""
    if not reply.is_zip:
        return None
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        entry = next(info for info in archive.infolist() if info.compress_size)
        at = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size // 2
    return _changed(reply, reply.body[:at] + bytes([reply.body[at] ^ 0xFF]) + reply.body[at + 1 :])


def _with_entry(body: bytes, name: str, data: bytes) -> bytes:
    packed = io.BytesIO(body)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def _changed(reply: Reply, body: bytes) -> Reply | None:
    """Another file has another ETag; a part of a file (206) is left alone."""
    if not reply.is_zip or reply.status != 200:
        return None
    return reply.with_headers(etag=None, last_modified=None, x_file_size=None).with_body(body)
