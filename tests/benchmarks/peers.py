"""The other side of the transfer benchmarks: nginx on loopback, a proxy that delays and paces; and curl."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

FIRST_BYTE = 0.05
RATE = 20e6
_PUMP = 64 << 10

_NGINX = """
daemon off; master_process off; pid {run}/pid; error_log {run}/errors;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000;
  client_body_temp_path {run}/1; proxy_temp_path {run}/2; fastcgi_temp_path {run}/3;
  uwsgi_temp_path {run}/4; scgi_temp_path {run}/5;
  server {{ listen 127.0.0.1:{port}; root {www}; }}
}}
"""


def make_files(folder: Path, sizes: list[int], seed: int = 7) -> dict[str, str]:
    """Files of these sizes, of contents that don't compress and times of their own; name → SHA-256."""
    folder.mkdir(parents=True)
    digests = {}
    for number, size in enumerate(sizes):
        path = folder / f"file{number:02d}.zip"
        body = random.Random(seed * 1000 + number).randbytes(size)
        path.write_bytes(body)
        os.utime(path, (1.7e9 + 977 * number,) * 2)
        digests[path.name] = hashlib.sha256(body).hexdigest()
    return digests


def export_sizes(count: int = 40, total: int = 200_000_000) -> list[int]:
    """Sizes as an export has them: many small, some large; no two alike."""
    weights = random.Random(3).choices([1, 2, 3, 5, 8, 12], k=count)
    sizes = [total * weight // sum(weights) + 31 * number for number, weight in enumerate(weights)]
    sizes[0] += total - sum(sizes)
    return sizes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def nginx(www: Path, run: Path) -> Iterator[int]:
    """Serves a folder; the port. Needs nginx (Debian: apt-get install nginx-light)."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    run.mkdir(parents=True)
    config = run / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(user + _NGINX.format(run=run, www=www, port=port))
    process = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit("nginx ended at once: is it installed?")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit("nginx doesn't answer")


def delaying_proxy(upstream: int) -> int:
    """Forwards to nginx, each answer `FIRST_BYTE` seconds late and at `RATE` bytes a second and connection; its port.

    Its threads end with the process, which should be one of its own (`python -m tests.benchmarks.peers PORT`).
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)

    def accept() -> None:
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=_serve, args=(peer, upstream), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(listener.getsockname()[1])


def _serve(peer: socket.socket, upstream: int) -> None:
    with peer, socket.create_connection(("127.0.0.1", upstream)) as server, contextlib.suppress(OSError):
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What the pace lets through must not hide in large buffers.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 256 << 10)
        while request := _head(peer):
            asked = time.monotonic()
            server.sendall(request[0] + request[1])
            head, rest = _head(server) or (b"", b"")
            length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith(b"content-length:"))
            time.sleep(max(0.0, asked + FIRST_BYTE - time.monotonic()))
            began = time.monotonic()
            peer.sendall(head + rest)
            sent = len(rest)
            buffer = memoryview(bytearray(_PUMP))
            while sent < length:
                count = server.recv_into(buffer[: length - sent])
                if not count:
                    return
                time.sleep(max(0.0, began + (sent + count) / RATE - time.monotonic()))
                peer.sendall(buffer[:count])
                sent += count


def _head(connection: socket.socket) -> tuple[bytes, bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(_PUMP)
        if not more:
            return None
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def curl(urls: list[str], folder: Path, parallel: int = 8) -> float:
    """Seconds that curl takes for these files."""
    config = folder.with_name(folder.name + ".curl")
    config.write_text("".join(f'url = "{url}"\noutput = "{folder / url.rsplit("/", 1)[1]}"\n' for url in urls))
    command = ["curl", "-sS", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", str(parallel)]
    started = time.perf_counter()
    subprocess.run([*command, "--config", str(config)], check=True)
    return time.perf_counter() - started


def main() -> None:
    """A delaying proxy in a process of its own: prints its port, and ends when its standard input does."""
    import sys

    print(delaying_proxy(int(sys.argv[1])), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
