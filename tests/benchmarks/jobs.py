"""What jobs cost Blender: one tick with 20 jobs that tell news all the time. Aim: at most 5 ms in 99 of 100.

    python tests/benchmarks/jobs.py [--ticks 2000] [--jobs 20]

The journals are written by a process of its own, as the worker does, far faster than it does. No service and no bpy.
The panel, and the gaps between two ticks of a 2 ms timer, need a Blender with windows: tests/gui/jobs_script.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from avatarsdk_core.worker.journal import Journal  # noqa: E402
from avatarsdk_core.worker.messages import Asked, Now, Taken  # noqa: E402
from avatarsdk_core.worker.parent import Parent, new_id  # noqa: E402
from avatarsdk_core.worker.places import Home  # noqa: E402

WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from avatarsdk_core.worker.journal import Journal
from avatarsdk_core.worker.messages import Now
journals = [Journal(Path(name)) for name in sys.argv[2:]]
count = 0
while True:
    for journal in journals:
        count += 1
        journal.write(Now("downloading", f"file{count % 40}.glb", count % 1000 / 1000, 12.0, time.time()))
    time.sleep(0.02)
"""


def main() -> None:
    """Measures and prints one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ticks", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        journals = [begun(home) for _ in range(options.jobs)]
        parent = Parent(home)
        for _ in parent.scan():
            pass
        for view in parent.jobs():
            parent._tracked[view.id].ours = True
        parent.ask("nothing", {})  # a worker is there
        command = [sys.executable, "-c", WRITER, str(PROJECT), *map(str, journals)]
        with subprocess.Popen(command) as writer:
            both = [one_tick(parent) for _ in range(options.ticks)]
            writer.kill()
        assert len({view.detail for view in parent.jobs()}) > 1, "news was read"
        parent.stop()
    for name, seconds in (("wall clock", [wall for wall, _ in both]), ("of the processor", [cpu for _, cpu in both])):
        print(f"{options.jobs} jobs, {options.ticks} ticks, {name}: {numbers(sorted(seconds))}")


def numbers(seconds: list[float]) -> str:
    """Of sorted seconds."""
    at = lambda share: 1e3 * seconds[min(len(seconds) - 1, int(share * len(seconds)))]  # noqa: E731
    return f"median {at(0.5):.2f} ms, p99 {at(0.99):.2f}, most {at(1):.2f}"


def begun(home: Home) -> Path:
    """A job's journal."""
    place = home.job(new_id())
    place.folder.mkdir(parents=True)
    journal = Journal(place.journal)
    for message in (Asked(place.id, "create", "Me", {}, time.time()), Taken(1, "another"), Now("computing")):
        journal.write(message)
    return place.journal


def one_tick(parent: Parent) -> tuple[float, float]:
    """Seconds of one and of the list that the panel reads: by the clock, and of the processor."""
    time.sleep(0.01)
    began, worked = time.perf_counter(), time.thread_time()
    parent.tick()
    parent.jobs()
    return time.perf_counter() - began, time.thread_time() - worked


if __name__ == "__main__":
    main()
