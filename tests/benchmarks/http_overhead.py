"""What the client costs above a bare `requests.Session`: one small GET, interleaved, medians.

    python -m tests.benchmarks.http_overhead            # against a peer that answers at once (the hardest case)
    python -m tests.benchmarks.http_overhead --sandbox  # against the sandbox

The peer is a process of its own, so that it shares no interpreter lock with what is measured. The bound is 1.15.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BOUND = 1.15
TOKEN = b'{"access_token": "a-token-for-measuring", "token_type": "Bearer", "expires_in": 36000}'
BODY = b'{"code": "an-avatar", "name": "Somebody", "status": "Completed", "progress": 100}'


def serve() -> None:
    """A peer that keeps connections open and answers every request at once."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    with connection, contextlib.suppress(OSError):
        data = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
            if b"\r\n\r\n" not in data:
                continue
            body = TOKEN if data.startswith(b"POST") else BODY
            data = b""
            connection.sendall(head % len(body) + body)


@contextlib.contextmanager
def peer() -> Iterator[str]:
    running = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(running.stdout.readline())}/"
    finally:
        running.kill()
        running.wait()


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(root: str, path: str, client_id: str, client_secret: str, count: int) -> float:
    """The ratio of the medians; prints both."""
    import requests

    from avatarsdk_core import Client

    with Client(root_url=root, client_id=client_id, client_secret=client_secret) as client, requests.Session() as bare:
        token = client.http.tokens.get(_deadline())
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        url = root + path

        def ours() -> object:
            return client.http.request("GET", path).json()

        def theirs() -> object:
            return bare.get(url, headers=headers, timeout=(10, 60)).json()

        assert ours() == theirs()  # warm, and the same
        for _ in range(50):
            ours()
            theirs()
        pairs = [(timed(ours), timed(theirs)) for _ in range(count)]
    mine, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"client {mine * 1e3:.3f} ms, bare requests.Session {plain * 1e3:.3f} ms, medians of {count} interleaved")
    return mine / plain


def _deadline() -> object:
    from avatarsdk_core.http.retry import Deadline

    return Deadline(30)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--sandbox", action="store_true")
    parser.add_argument("--count", type=int, default=500)
    wishes = parser.parse_args()
    if wishes.serve:
        serve()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AVATARSDK_CONFIG"] = str(Path(folder) / "profiles.toml")
        if wishes.sandbox:
            from avatarsdk_core.sandbox import Sandbox

            with Sandbox() as service:
                pair = service.credentials.developer
                ratio = measure(service.url, "players/", pair.client_id, pair.client_secret, wishes.count)
        else:
            with peer() as root:
                ratio = measure(root, "avatars/an-avatar/", "an-id", "a-secret", wishes.count)
    print(f"ratio {ratio:.3f} (bound {BOUND})")
    return 0 if ratio <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
