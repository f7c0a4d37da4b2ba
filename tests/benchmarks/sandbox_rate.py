"""How many small answers a second a sandbox gives: `python -m tests.benchmarks.sandbox_rate --seconds 3`.

The sandbox and the caller are a process each; the caller keeps several connections open and asks for one small thing
over and over. The goal of issue 4 is 200 a second on two cores. Exit code 1 where a row falls short.
"""

from __future__ import annotations

import argparse
import http.client
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import INSTANT, Api

GOAL = 200.0  # a second
CALLER = "from tests.benchmarks.sandbox_rate import call; import sys; call(*sys.argv[1:5])"


def main(seconds: float, connections: int) -> int:
    with Sandbox(durations=INSTANT) as service:
        service.seed(2000)
        api = Api.signed_in(service, service.credentials.developer)
        avatar = api("GET", "avatars/?status=completed").json()[0]
        small = {
            "one avatar": avatar["url"],
            "available parameters": service.url + "parameters/available/metaperson_2.0/",
            "a thumbnail": avatar["thumbnail"],
            "counters": service.url + "avatars/count/",
            "no token (401)": "",
        }
        large = {"100 of 2000 avatars": service.url + "avatars/", "by status": service.url + "avatars/?status=failed"}
        rates = {name: _rate(service, url, api.token, seconds, connections) for name, url in {**small, **large}.items()}
    for name, rate in rates.items():
        print(f"{name:22} {rate:8.0f} answers a second")
    short = [name for name in small if rates[name] < GOAL]
    print(f"goal {GOAL:.0f} a second for small answers: {'missed by ' + ', '.join(short) if short else 'met'}")
    return 1 if short else 0


def call(url: str, token: str, seconds: str, connections: str) -> None:
    """The caller's process: prints how many answers it got a second."""
    address = urlsplit(url)
    path = f"{address.path}?{address.query}" if address.query else address.path
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    counts = [0] * int(connections)
    end = time.monotonic() + float(seconds)

    def ask(number: int) -> None:
        assert address.hostname is not None
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        while time.monotonic() < end:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == (200 if token else 401), answer.status
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=[number]) for number in range(len(counts))]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(counts) / (time.monotonic() - begun))


def _rate(service: Sandbox, url: str, token: str, seconds: float, connections: int) -> float:
    url, token = (url, token) if url else (service.url + "avatars/", "")
    command = [sys.executable, "-c", CALLER, url, token, str(seconds), str(connections)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How many small answers a second a sandbox gives.")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each row")
    parser.add_argument("--connections", type=int, default=8, help="that are kept open at once")
    chosen = parser.parse_args()
    sys.exit(main(chosen.seconds, chosen.connections))
