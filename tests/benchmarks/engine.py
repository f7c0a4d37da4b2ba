"""The download engine against curl: 40 files, 200 MB, distinct contents and times, from nginx on loopback.

curl and we in turns, every byte on the disk checked after each run. "in process": the function called in a Python that
has loaded it, as the command line and the add-on's worker have by then. "as a process": `python -c …` from its start to
its end, as curl is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.peers import curl, export_sizes, make_files, nginx
from tests.benchmarks.table import Row

ENGINE = """
import sys, time
from pathlib import Path
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.settings import Settings
from avatarsdk_core.transfer.download import Download, download_files

def fetch(urls, folder):
    settings = Settings.resolve(root_url="http://127.0.0.1:9/", client_id="benchmark", client_secret="none")
    http = HttpSession(settings)
    try:
        files = [Download(url, Path(folder) / url.rsplit("/", 1)[1]) for url in urls]
        download_files(http, files, resume=True)
    finally:
        http.close()
"""
RUN = ENGINE + "fetch(sys.argv[2:], sys.argv[1])\n"
MEMORY = (
    ENGINE
    + """
fetch(sys.argv[2:], sys.argv[1])
heavy = {"numpy", "click", "rich"} & sys.modules.keys()
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(peak / 1000 * 1.024, *heavy)
"""
)


def seconds_in_process(fetch: Callable[[list[str], Path], None]) -> Callable[[list[str], Path], float]:
    def run(urls: list[str], folder: Path) -> float:
        started = time.perf_counter()
        fetch(urls, folder)
        return time.perf_counter() - started

    return run


def seconds_as_process(urls: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", RUN, str(folder), *urls], check=True)
    return time.perf_counter() - started


def check(folder: Path, digests: dict[str, str]) -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    if found != digests:
        raise SystemExit(f"wrong bytes in {folder}: {sorted(set(found.items()) ^ set(digests.items()))[:4]}")


def compare(
    runners: dict[str, Callable[[list[str], Path], float]],
    urls: list[str],
    digests: dict[str, str],
    work: Path,
    repeats: int,
) -> dict[str, list[float]]:
    """Seconds of each runner, in turns; one round before that doesn't count."""
    times: dict[str, list[float]] = {name: [] for name in runners}
    for repeat in range(repeats + 1):
        for name, runner in runners.items():
            folder = work / "out"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            os.sync()
            took = runner(urls, folder)
            check(folder, digests)
            if repeat:
                times[name].append(took)
    return times


@contextmanager
def proxy(port: int) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.benchmarks.peers", str(port)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


def ratio(times: dict[str, list[float]], name: str) -> float:
    return statistics.median(times[name]) / statistics.median(times["curl"])


def measure(work: Path, repeats: int) -> list[Row]:
    """The engine's rows of the table."""
    namespace: dict[str, Callable[[list[str], Path], None]] = {}
    exec(ENGINE, namespace)  # the same lines as in the process of its own
    sizes = export_sizes()
    digests = make_files(work / "www", sizes)
    runners = {"curl": curl, "here": seconds_in_process(namespace["fetch"]), "process": seconds_as_process}
    with nginx(work / "www", work / "nginx") as port:
        urls = [f"http://127.0.0.1:{port}/{name}" for name in digests]
        fast = compare(runners, urls, digests, work, repeats)
        with proxy(port) as slow_port:
            slow_urls = [f"http://127.0.0.1:{slow_port}/{name}" for name in digests]
            slow = compare(runners, slow_urls, digests, work, repeats)
        peak, heavy = memory(urls, work)
    return [
        Row("loopback, verified and renamed, in process ÷ curl", ratio(fast, "here"), 1.25, spread(fast, "here")),
        Row("loopback, as a process ÷ curl", ratio(fast, "process"), 1.25, spread(fast, "process")),
        Row("50 ms and 20 MB/s a connection, in process ÷ curl", ratio(slow, "here"), 1.0, spread(slow, "here")),
        Row("50 ms and 20 MB/s, as a process ÷ curl", ratio(slow, "process"), 1.0, spread(slow, "process")),
        Row("peak memory of the engine alone, MB" + heavy, peak, 40.0, "VmHWM of a process that fetches all 200 MB"),
    ]


def memory(urls: list[str], work: Path) -> tuple[float, str]:
    folder = work / "out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = [sys.executable, "-c", MEMORY, str(folder), *urls]
    peak, *heavy = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(peak), f" (with {', '.join(heavy)}!)" if heavy else ""


def spread(times: dict[str, list[float]], name: str) -> str:
    def line(which: str) -> str:
        return " ".join(f"{seconds:.2f}" for seconds in sorted(times[which]))

    return f"{line(name)} s; curl {line('curl')} s"
