"""Faults in how an answer's bytes come over the connection, which ends with them. `at` counts bytes of the body."""

from __future__ import annotations

import asyncio

from avatarsdk_core.sandbox.faults.call import Call, Reply

_PIECES_A_SECOND = 20


async def lost_answer(call: Call, reply: Reply) -> None:
    """Does what was asked, then resets the connection instead of answering."""
    await call.reset()


async def truncated(call: Call, reply: Reply, *, at: int = 1000) -> None:
    """Announces the whole length, sends so many bytes, and ends the connection politely."""
    call.write_head(reply, str(len(reply.body)))
    call.write(reply.body[:at])
    await call.close()


async def reset_in_body(call: Call, reply: Reply, *, at: int = 1000) -> None:
    """Announces the whole length, sends so many bytes, and resets the connection."""
    call.write_head(reply, str(len(reply.body)))
    call.write(reply.body[:at])
    await asyncio.sleep(0.2)  # a reset overtakes what the client hasn't read yet
    await call.reset()


async def stall_in_body(call: Call, reply: Reply, *, at: int = 1000, seconds: float = 3600.0) -> None:
    """Sends so many bytes and then nothing more, with the connection kept open."""
    call.write_head(reply, str(len(reply.body)))
    call.write(reply.body[:at])
    await call.hang(seconds)


async def drip(call: Call, reply: Reply, *, rate: float = 1.0) -> None:
    """Sends the body at so many bytes a second, so that no read ever times out."""
    call.write_head(reply, str(len(reply.body)))
    piece = max(1, round(rate / _PIECES_A_SECOND))
    for start in range(0, len(reply.body), piece):
        if call.transport.is_closing():
            break
        call.write(reply.body[start : start + piece])
        await asyncio.sleep(piece / rate)
    await call.close()


async def over_long(call: Call, reply: Reply, *, by: int = 1000) -> None:
    """Sends so many bytes more than it announced."""
    call.write_head(reply, str(len(reply.body)))
    call.write(reply.body + b"x" * by)
    await call.close()


async def wrong_length(call: Call, reply: Reply, *, by: int = -10, text: str = "") -> None:
    """Announces a length that is off by so many bytes, or the text given; the body is whole."""
    call.write_head(reply, text or str(len(reply.body) + by))
    call.write(reply.body)
    await call.close()


async def no_length(call: Call, reply: Reply, *, at: int = -1) -> None:
    """Announces no length: the body ends where the connection does, if asked so after that many bytes."""
    call.write_head(reply.with_headers(x_file_size=None), None)
    call.write(reply.body if at < 0 else reply.body[:at])
    await call.close()


async def chunked(call: Call, reply: Reply, *, at: int = -1) -> None:
    """Sends the body in chunks, with no length; if asked so it ends in the middle, without the last chunk."""
    call.write_head(reply.with_headers(transfer_encoding="chunked", x_file_size=None), None)
    body = reply.body if at < 0 else reply.body[:at]
    for start in range(0, len(body), 10_000):
        piece = body[start : start + 10_000]
        call.write(b"%x\r\n%b\r\n" % (len(piece), piece))
    if at < 0:
        call.write(b"0\r\n\r\n")
    await call.close()


async def garbled(call: Call, reply: Reply) -> None:
    """Sends what is no HTTP at all."""
    call.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
    await call.close()
